"""Pictures that are imported one by one, without their folder: copied into the project.

Their folder is not made a source: the next rescan would bring in all that lies beside them. Nor would pictures stay
that a browser or a mail program has put into a temporary folder.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.errors import SourceError, UsageError
from engine.files import digest, open_regular, system_reason
from engine.imaging.signatures import IMAGE_SUFFIXES, SIGNATURE_BYTES, is_picture
from engine.jobs.job import Cancel
from engine.language import _
from engine.library.importers.note import Note, NoteKind
from engine.library.project import Project
from engine.library.query import sources
from engine.library.store import decode_path
from engine.places import expanded

FOLDER = "added"  # in the project's folder


@dataclass(frozen=True, slots=True)
class Copied:
    """The folder in the project, the names that the pictures have there, and what to say about it."""

    folder: Path
    names: frozenset[str]
    notes: tuple[Note, ...]


def holds_copies(project: Project, folder: Path) -> bool:
    """Whether a source is where single pictures are copied to: nothing comes into it but by an import."""
    return folder.resolve() == project.folder.resolve() / FOLDER


def is_single_picture(file: Path) -> bool:
    """Whether a source is one picture, by its name or else by its first bytes."""
    if not file.is_file():
        return False
    if file.suffix:
        return file.suffix.lower() in IMAGE_SUFFIXES
    try:
        with open_regular(file) as stream:
            return is_picture(stream.read(SIGNATURE_BYTES))
    except OSError:
        return False


@contextmanager
def copied(project: Project, wanted: Sequence[str], *, cancel: Cancel) -> Iterator[Copied | None]:
    """Copy those sources into the project that are single pictures; None where they are folders or archives.

    What the project did not take in when the block raises is removed again.

    Raises:
        UsageError: some are pictures and some are not.
        SourceError: a picture cannot be copied, or all of them lie in sources of the project.
        JobCancelled: `cancel` was set.
    """
    files = [expanded(source).resolve() for source in wanted]
    singles = [file for file in files if is_single_picture(file)]
    if not singles:
        yield None
        return
    if len(singles) < len(files):
        other = next(file for file in files if file not in singles)
        raise UsageError(
            _("Import pictures such as {picture} and folders such as {folder} one by one.").format(
                picture=singles[0].name, folder=other.name
            )
        )
    folder = project.folder.resolve() / FOLDER
    known = [source.folder for source in sources(project)]
    inside = [file for file in singles if any(file.is_relative_to(place) for place in known)]
    others = [file for file in singles if file not in inside]
    if not others:
        raise SourceError(
            _("{name} lies in a folder that the project has already; rescan finds what is new.").format(
                name=inside[0].name
            )
        )
    names: set[str] = set()
    made: list[Path] = []
    try:
        for file in others:
            cancel.check()
            names.add(_copy(file, folder, made))
        notes = [Note(NoteKind.COPIED, len(names), min(names))]
        notes += [Note(NoteKind.IN_A_SOURCE, len(inside), inside[0].name)] if inside else []
        yield Copied(folder, frozenset(names), tuple(notes))
    except BaseException:
        _remove(project, folder, made)
        raise


def _copy(file: Path, folder: Path, made: list[Path]) -> str:
    """Copy a picture and return its name there; one that was copied before keeps its name."""
    target, number = folder / file.name, 2
    while target.exists() and digest(target) != digest(file):
        target, number = folder / f"{file.stem}-{number}{file.suffix}", number + 1
    if not target.exists():
        made.append(target)
        try:
            folder.mkdir(exist_ok=True)
            shutil.copy2(file, target)
        except OSError as error:
            raise SourceError(
                _("{file} cannot be copied into the project: {why}.").format(file=file, why=system_reason(error))
            ) from error
    return target.name


def _remove(project: Project, folder: Path, made: Sequence[Path]) -> None:
    places = {source.id for source in sources(project) if source.folder == folder}
    with project.store.read() as db:
        rows = db.execute("SELECT source_id, path FROM images WHERE state >= 0")
        taken = {decode_path(path) for source, path in rows if source in places}
    for file in made:
        if file.name not in taken:
            file.unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
