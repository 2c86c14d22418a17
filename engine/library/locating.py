"""Pointing a source to its new place after its folder was moved or renamed, as a job: every label is kept.

Not an edit: where files lie is a fact about this machine and no decision about labels. Undo goes back through the edits
in their order, so that taking back a label would first have to bring back a place that is gone. Who pointed a source to
the wrong place points it to another one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import SourceError, UsageError
from engine.events import Progress
from engine.files import digest, is_folder
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.jobs.throttle import Throttle
from engine.language import _, marked
from engine.library import history
from engine.library.adding import relative_place
from engine.library.project import Project
from engine.library.query import sources
from engine.library.records import SourceRecord
from engine.library.rescan import RescanParams, facts_of, rescan
from engine.library.source_folders import make_known
from engine.library.store import decode_path, encode_path
from engine.places import expanded
from engine.problems import FILE_GONE


@dataclass(frozen=True, slots=True)
class LocateParams:
    """Which project; `source` is a source's folder as the project knows it, or its last name; `folder` is where the
    same pictures are now.
    """

    project: str
    source: str
    folder: str


@dataclass(frozen=True, slots=True, eq=False)
class Located(Result):
    """Numbers of images: `found` are in `folder` as they were, `changed` are there with other content, `missing` are
    not there and keep their labels; `new` ones came in with it.
    """

    source: str
    folder: str
    found: int
    changed: int
    missing: int
    new: int
    problems: int


@dataclass(slots=True)
class _Comparison:
    """How the pictures of a source are at another place; `times` are those of files that are the same but newer."""

    found: int = 0
    changed: int = 0
    missing: int = 0
    example: str = ""
    times: list[tuple[int, int]] = field(default_factory=list)  # modified, id


def locate(params: LocateParams, *, emit: Emit, cancel: Cancel, project: Project | None = None) -> Located:
    """Point a source of the open `project`, or else of `params.project`, to its new folder; compare its files there.

    Raises:
        UsageError: there is no such source, or it is in that folder already.
        SourceError: the new place is no folder, or holds none of its pictures as they were.
        ProjectError: the project cannot be opened or written.
        JobCancelled: `cancel` was set; before the pictures were compared nothing has changed.
    """
    if project is None:
        with Project.open(Path(params.project)) as opened:
            return locate(params, emit=emit, cancel=cancel, project=opened)
    source, folder = _source(project, params.source), expanded(params.folder).resolve()
    _check_place(project, source, folder)
    compared = _compared(project, source, folder, emit, cancel)
    _check_comparison(source, folder, compared)
    undone = _files(project, [source], place=folder) & _files(project, _others(project, source), undone=True)
    with project.store.write() as db:
        place = relative_place(project.folder, folder)
        if undone:  # redo would bring the same pictures a second time
            history.forget_undone(db)
        db.execute(
            "UPDATE sources SET folder = ?, relative = ? WHERE id = ?",
            (encode_path(str(folder)), None if place is None else encode_path(place), source.id),
        )
        db.executemany("UPDATE images SET modified_ns = ? WHERE id = ?", compared.times)
    make_known(sources(project))
    met = rescan(RescanParams(params.project), emit=emit, cancel=cancel, project=project)
    missing = _missing(project, source)
    found = compared.found + max(0, compared.missing - missing)  # some have another name there
    return Located(str(source.folder), str(folder), found, compared.changed, missing, met.new, met.problems)


def _source(project: Project, wanted: str) -> SourceRecord:
    """The source in the folder `wanted`, or the only one whose folder has that name."""
    known = sources(project)
    folder = expanded(wanted).absolute()
    named = [s for s in known if s.folder == folder] or [s for s in known if s.folder.name == wanted]
    if len(named) == 1:
        return named[0]
    names = ", ".join(str(s.folder) for s in named or known) or _("none")
    if named:
        raise UsageError(
            _("Several sources are called {wanted}; name one by its whole path: {names}.").format(
                wanted=wanted, names=names
            )
        )
    raise UsageError(
        _("{folder} is no source of {project}; its sources are {names}.").format(
            folder=folder, project=project.name, names=names
        )
    )


def _check_place(project: Project, source: SourceRecord, folder: Path) -> None:
    if source.folder.resolve().is_relative_to(project.folder.resolve()):
        raise SourceError(
            _(
                "The pictures of {folder} lie in the project itself and move with it; if they are gone, import what "
                "they came from again."
            ).format(folder=source.folder.name)
        )
    if not is_folder(folder):
        raise SourceError(
            _("{folder} is not a folder; tell where the pictures of {source} are now.").format(
                folder=folder, source=source.folder
            )
        )
    if folder == source.folder:
        raise UsageError(_("{folder} is where the project looks for these pictures already.").format(folder=folder))
    twice = _files(project, [source], place=folder) & _files(project, _others(project, source))
    if twice:
        raise SourceError(
            _(
                "{pictures:,} pictures of {folder} are in the project already, as those of another source; undo their "
                "import first, then point {source} there."
            ).format(pictures=len(twice), folder=folder, source=source.folder)
        )


def _others(project: Project, source: SourceRecord) -> list[SourceRecord]:
    return [other for other in sources(project) if other.id != source.id]


def _files(
    project: Project, wanted: Iterable[SourceRecord], *, place: Path | None = None, undone: bool = False
) -> set[str]:
    """The files of the images of these sources, as if they were in `place`; `undone` ones are those that redo would
    bring back.
    """
    found: set[str] = set()
    for source in wanted:
        with project.store.read() as db:
            rows = db.execute("SELECT path FROM images WHERE source_id = ? AND (state < 0) = ?", (source.id, undone))
            found.update(f"{place or source.folder}{os.sep}{decode_path(path)}" for (path,) in rows)
    return found


def _compared(project: Project, source: SourceRecord, folder: Path, emit: Emit, cancel: Cancel) -> _Comparison:
    """Look for every picture of the source in `folder`; those of the same size and another time are read."""
    with project.store.read() as db:
        rows = db.execute(
            "SELECT path, id, size_bytes, modified_ns, digest FROM images WHERE source_id = ? AND state >= 0",
            (source.id,),
        ).fetchall()
    result, throttle = _Comparison(), Throttle(at_once=True)
    for number, (stored, image, size, modified, content) in enumerate(rows, 1):
        cancel.check()
        path = decode_path(stored)
        facts = facts_of(folder, path)
        if facts is None:
            result.missing += 1
            result.example = result.example or path
        elif facts == (size, modified) or (facts[0] == size and content is None):  # one that is not checked yet
            result.found += 1
        elif facts[0] == size and digest(folder / path) == content:
            result.found += 1
            result.times.append((facts[1], image))
        else:
            result.changed += 1
            result.example = result.example or path
        if throttle.is_due(last=number == len(rows)):
            emit(Progress(marked("Comparing"), number, len(rows)))
    return result


def _check_comparison(source: SourceRecord, folder: Path, compared: _Comparison) -> None:
    """At least one picture is there as the project knows it."""
    total = compared.changed + compared.missing
    if compared.found or not total:
        return
    if compared.changed:
        raise SourceError(
            _(
                "{folder} holds {changed:,} files with the names of pictures of {source}, but none with their "
                "content; choose the folder to which these were moved."
            ).format(folder=folder, changed=compared.changed, source=source.folder)
        )
    near = next((f for f in (folder / source.folder.name, folder.parent) if (f / compared.example).is_file()), None)
    if near is None:
        sentence = _(
            "None of the {total:,} pictures of {source} is in {folder}; choose the folder that holds {example}."
        )
    else:
        sentence = _("None of the {total:,} pictures of {source} is in {folder}; they seem to be in {near}.")
    raise SourceError(
        sentence.format(total=total, source=source.folder, folder=folder, example=compared.example, near=near)
    )


def _missing(project: Project, source: SourceRecord) -> int:
    with project.store.read() as db:
        (count,) = db.execute(
            "SELECT count(*) FROM images WHERE source_id = ? AND state >= 0 AND problem = ?",
            (source.id, str(FILE_GONE)),
        ).fetchone()
    return int(count)
