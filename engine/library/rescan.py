"""Comparing a project with its files: new ones, changed ones, those that moved, those that are gone.

No label is ever dropped: what is gone stays in the project as a problem with its label, and is itself again when its
file is back. A source that cannot be reached, such as a drive that is not plugged in, is left as it is.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from engine.errors import SourceError
from engine.events import Log, Progress
from engine.files import digest
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _, marked
from engine.library.adding import CHUNK, Addition, NewImage, NewSource, chunks, decided
from engine.library.checking import check_images
from engine.library.folders import Folders
from engine.library.importers.detect import ImportOptions, ImportRows, import_rows
from engine.library.importers.registry import NONE, by_kind
from engine.library.importers.rows import paths
from engine.library.listing import Listed, OtherFiles, list_images, natural_key
from engine.library.project import Project
from engine.library.query import sources
from engine.library.records import SourceRecord
from engine.library.schema import PROBLEM, UNCHECKED
from engine.library.single_pictures import holds_copies
from engine.library.split_choices import SplitOptions, from_text, split_options
from engine.library.store import decode_path, encode_path
from engine.problems import FILE_GONE, Problem, ProblemKind


@dataclass(frozen=True, slots=True)
class RescanParams:
    """Which project."""

    project: str


class _Known(NamedTuple):
    id: int
    size: int
    modified: int
    state: int
    problem: str | None
    digest: bytes | None

    @property
    def is_missing(self) -> bool:
        return self.problem is not None and Problem.read(self.problem).kind is ProblemKind.MISSING


@dataclass(slots=True)
class _Differences:
    """What is not as the project has it."""

    new: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))  # paths by source
    gone: dict[tuple[int, str], _Known] = field(default_factory=dict)
    newly_gone: int = 0
    changed: list[tuple[int, int, int]] = field(default_factory=list)  # size, modified, id
    back: list[int] = field(default_factory=list)
    listings: dict[int, list[Listed]] = field(default_factory=dict)
    others: dict[int, OtherFiles] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Rescanned(Result):
    """Numbers of images: `moved` were found again by their content, `missing` are newly so, `back` were missing.
    `unreachable` are the folders of sources that are not there.
    """

    new: int
    changed: int
    moved: int
    missing: int
    back: int
    problems: int
    unreachable: list[str]


def rescan(params: RescanParams, *, emit: Emit, cancel: Cancel, project: Project | None = None) -> Rescanned:
    """Bring the open `project`, or else `params.project`, up to date with its files.

    New pictures are added as their source was imported, in one edit.

    Raises:
        ProjectError: the project cannot be opened or written.
        JobCancelled: `cancel` was set; what was found out until then stays.
    """
    if project is None:
        with Project.open(Path(params.project)) as opened:
            return rescan(params, emit=emit, cancel=cancel, project=opened)
    present = [source for source in sources(project) if reachable(source)]
    unreachable = [str(source.folder) for source in sources(project) if source not in present]
    for folder in unreachable:
        emit(Log(_("{folder} cannot be reached; its images stay as they are.").format(folder=folder), "warning"))
    found = _Differences()
    for source in present:
        _compare(project, source, found, emit, cancel)
    moved = _find_moved(project, present, found, emit, cancel)
    _write_down(project, found)
    added = _add_new(project, [s for s in present if found.new[s.id]], found, cancel)
    problems = check_images(project, emit=emit, cancel=cancel)
    return Rescanned(
        new=added,
        changed=len(found.changed),
        moved=moved,
        missing=found.newly_gone,
        back=len(found.back),
        problems=problems,
        unreachable=unreachable,
    )


def _labels_of_new(kind: str) -> str:
    """How new pictures of a source of that kind get their class."""
    importer = by_kind(kind)
    return NONE if importer is None else importer.rescan


def reachable(source: SourceRecord) -> bool:
    """A folder with nothing in it mostly is the place where a drive would be."""
    if source.missing:
        return False
    try:
        with os.scandir(source.folder) as entries:
            return next(entries, None) is not None
    except OSError:
        return False


def _compare(project: Project, source: SourceRecord, found: _Differences, emit: Emit, cancel: Cancel) -> None:
    others = found.others[source.id] = OtherFiles()
    listing = list_images(
        source.folder, cancel=cancel, found=lambda count: emit(Progress(marked("Listing"), count)), others=others
    )
    found.listings[source.id] = listing
    on_disk = {path for entry in listing for path in paths(entry)}
    with project.store.read() as db:
        rows = db.execute(
            "SELECT path, id, size_bytes, modified_ns, state, problem, digest FROM images"
            " WHERE source_id = ? AND state >= 0",
            (source.id,),
        ).fetchall()
        undone = db.execute("SELECT path FROM images WHERE source_id = ? AND state < 0", (source.id,)).fetchall()
    known = {decode_path(path): _Known(*rest) for path, *rest in rows}
    for number, (path, image) in enumerate(known.items()):
        if number % CHUNK == 0:
            cancel.check()
        facts = facts_of(source.folder, path)
        if facts is None:
            found.gone[source.id, path] = image
            found.newly_gone += not image.is_missing
        elif image.is_missing:
            found.back.append(image.id)
        elif facts != (image.size, image.modified):
            found.changed.append((*facts, image.id))
    taken_back = {decode_path(path) for (path,) in undone}  # by undo: only redo or an import brings these again
    if not holds_copies(project, source.folder):  # what is new there was taken back, too
        found.new[source.id] = sorted(on_disk - known.keys() - taken_back, key=natural_key)


def _find_moved(project: Project, present: list[SourceRecord], found: _Differences, emit: Emit, cancel: Cancel) -> int:
    """Give images that are gone the place of a new file with the same content; only files of the same size are read."""
    by_size: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for place, image in found.gone.items():
        by_size[image.size].append(place)
    moves: list[tuple[Any, ...]] = []
    for source in present if by_size else ():
        left: list[str] = []
        for number, path in enumerate(found.new[source.id]):
            cancel.check()
            facts = facts_of(source.folder, path)
            old = None if facts is None else _same(by_size[facts[0]], found, path, facts[1], source.folder / path)
            if old is None or facts is None:
                left.append(path)
                continue
            image = found.gone.pop(old)
            by_size[facts[0]].remove(old)
            found.newly_gone -= not image.is_missing
            moves.append((source.id, encode_path(path), natural_key(path), facts[1], image.id))
            emit(Progress(marked("Comparing"), number))
        found.new[source.id] = left
    with project.store.write() as db:
        folders = Folders()
        db.executemany(
            f"UPDATE images SET source_id = ?, path = ?, sort_key = ?, modified_ns = ?, state = {UNCHECKED},"  # noqa: S608
            " problem = NULL, folder_id = ? WHERE id = ?",
            [(*move[:-1], folders.number(db, move[0], move[1]), move[-1]) for move in moves],
        )
    return len(moves)


def _same(
    places: list[tuple[int, str]], found: _Differences, path: str, modified: int, file: Path
) -> tuple[int, str] | None:
    """Which of the images that are gone this file is; of equal ones the one with the same name."""
    if not places:
        return None
    name = path.rpartition("/")[2]
    content = digest(file)
    same = [
        place
        for place in places
        if (image := found.gone[place]).digest == content is not None
        # Imported by a version that kept no digest.
        or (image.digest is None and image.modified == modified and place[1].rpartition("/")[2] == name)
    ]
    return min(same, key=lambda place: place[1].rpartition("/")[2] != name, default=None)


def _write_down(project: Project, found: _Differences) -> None:
    with project.store.write() as db:
        gone = [(str(FILE_GONE), image.id) for image in found.gone.values()]
        db.executemany(f"UPDATE images SET state = {PROBLEM}, problem = ? WHERE id = ?", gone)  # noqa: S608
        back = [(image,) for image in found.back]
        db.executemany(f"UPDATE images SET state = {UNCHECKED}, problem = NULL WHERE id = ?", back)  # noqa: S608
        db.executemany(
            f"UPDATE images SET size_bytes = ?, modified_ns = ?, state = {UNCHECKED}, problem = NULL WHERE id = ?",  # noqa: S608
            found.changed,
        )


def _planned(source: SourceRecord, division: int | None, found: _Differences, cancel: Cancel) -> ImportRows:
    options = ImportOptions(labels=_labels_of_new(source.kind), division=division)
    listing, others = found.listings[source.id], found.others[source.id]
    try:
        return import_rows(source.folder, listing, options, others, cancel=cancel)
    except SourceError:
        if division is None:
            raise
        return _planned(source, None, found, cancel)  # its lists are gone


def _add_new(project: Project, present: Iterable[SourceRecord], found: _Differences, cancel: Cancel) -> int:
    plans: list[tuple[Path, ImportRows]] = []
    divided: list[SplitOptions] = []
    for source in present:
        choices = from_text(source.choices)
        whole = _planned(source, choices.division, found, cancel)
        rows = whole.rows.chosen(set(found.new[source.id]))
        names = rows.counts()
        plans.append((source.folder, ImportRows(whole.kind, rows, tuple(c for c in whole.classes if c in names), ())))
        divided.append(split_options(choices))
    total = sum(len(whole.rows) for _, whole in plans)
    if not total:
        return 0
    addition = Addition(project, total)
    try:
        addition.add_sources(NewSource(folder, whole.kind) for folder, whole in plans)
        addition.add_classes(name for _, whole in plans for name in whole.classes)
        groups = addition.groups()
        images: Iterator[NewImage] = chain.from_iterable(
            decided([each], options, groups if options.grouped else {})
            for each, options in zip(plans, divided, strict=True)
        )
        for chunk in chunks(images):
            cancel.check()
            addition.add_images(chunk)
        addition.finish()
    except BaseException:
        addition.end_early()
        raise
    return addition.images


def facts_of(folder: Path, path: str) -> tuple[int, int] | None:
    """Size and time of change; None if there is no such file."""
    try:
        facts = os.stat(f"{folder}{os.sep}{path}")  # noqa: PTH116  plain text is several times faster
    except FileNotFoundError:
        return None
    except OSError:  # it may be there, but cannot be asked; the check finds out why
        return 0, 0
    return facts.st_size, facts.st_mtime_ns
