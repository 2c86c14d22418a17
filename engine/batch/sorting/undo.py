"""Taking a sorting back: every file returns to where it was, also after a kill in the middle of either."""

from __future__ import annotations

import os
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.batch.sorting.journal import Mode, SortedFile, SortJournal
from engine.batch.sorting.moving import move, same
from engine.errors import JobCancelled, UsageError
from engine.events import Log, ProblemFound, Progress
from engine.files import read_regular, system_reason
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.jobs.throttle import Throttle
from engine.language import _, marked


@dataclass(frozen=True, slots=True)
class UndoSortParams:
    """`journal` is the file that sorting left in its target, or that folder for its last sorting."""

    journal: str


@dataclass(frozen=True, slots=True, eq=False)
class SortUndone(Result):
    """Numbers of files: `restored`, and `left` where they are because they could not be. By `mode` files were moved and
    are put back, or copies or links were made and are gone.
    """

    journal: str
    mode: Mode
    restored: int
    left: int


def undo_sort(params: UndoSortParams, *, emit: Emit, cancel: Cancel) -> SortUndone:
    """Put moved files back, and take copies and links away that are still what they were; empty folders go too.

    What it does follows from what lies on the disk, so it may be stopped and begun again at any instant. Nothing is
    overwritten; a file that cannot go back stays where it is and is reported as a `ProblemFound`.

    Raises:
        UsageError: that is no journal, or the folder has none that is not undone.
        JobCancelled: with the counts so far.
    """
    place = Path(params.journal)
    journal = SortJournal.newest_to_undo(place) if place.is_dir() else SortJournal.open(place)
    if journal is None:
        raise UsageError(_("There is no sorting to undo in {folder}.").format(folder=place))
    restored = left = 0
    step = _put_back if journal.mode == "move" else _take_away
    began, throttle = time.perf_counter(), Throttle()
    with suppress(OSError):  # it harms nobody
        journal.part.unlink()
    for done, entry in enumerate(journal.backwards(), 1):
        if cancel.is_set():
            raise JobCancelled(SortUndone(str(journal.path), journal.mode, restored, left))
        try:
            restored += step(journal, entry)
        except _LeftError as reason:
            left += 1
            emit(ProblemFound(str(journal.folder / entry.target), str(reason)))
        except OSError as error:
            left += 1
            why = _("cannot be undone: {why}").format(why=system_reason(error))
            emit(ProblemFound(str(journal.folder / entry.target), why))
        if throttle.is_due():
            emit(Progress(marked("Undoing"), done, None, done / (time.perf_counter() - began)))
    _remove_empty(journal)
    if not left:
        try:
            journal.set_undone()
        except OSError as error:  # all files are back nevertheless
            words = _("The journal {path} cannot be written: {why}; the sorting stays in the list of those to undo.")
            emit(Log(words.format(path=journal.path, why=system_reason(error)), "warning"))
    return SortUndone(str(journal.path), journal.mode, restored, left)


class _LeftError(Exception):
    """The reason why a file is left alone."""


def _places(journal: SortJournal, entry: SortedFile) -> tuple[Path, Path]:
    """Return where a file came from and where it was put; a folder that was exchanged for a link leads to others'
    files.
    """
    target = journal.folder / entry.target
    if not target.parent.resolve().is_relative_to(journal.folder.resolve()):
        raise _LeftError(_("{folder} is a link that leads out of the sorted folder").format(folder=target.parent))
    return Path(entry.source), target


def _put_back(journal: SortJournal, entry: SortedFile) -> bool:
    source, target = _places(journal, entry)
    there = os.path.lexists(target)
    if os.path.lexists(source):
        if not there:
            return False  # it was never moved, or is back already
        if not same(source, target):
            raise _LeftError(_("there is another file at {path}").format(path=source))
        target.unlink()  # the move was interrupted between its two names
        source.with_name(journal.part.name).unlink(missing_ok=True)
        return True
    if not there:
        raise _LeftError(_("it is neither here nor at {path}").format(path=source))
    source.parent.mkdir(parents=True, exist_ok=True)
    if entry.link is not None and target.is_symlink():
        source.symlink_to(entry.link)
        target.unlink()
    else:
        move(target, source, source.with_name(journal.part.name))
    return True


def _take_away(journal: SortJournal, entry: SortedFile) -> bool:
    source, target = _places(journal, entry)
    if not os.path.lexists(target):
        return False
    if not _is_ours(journal, entry, source, target):
        raise _LeftError(_("it is not what was put here any more, or the last that there is of it"))
    target.unlink()
    return True


def _is_ours(journal: SortJournal, entry: SortedFile, source: Path, target: Path) -> bool:
    """Return whether nothing is lost without the copy or link at `target`."""
    if journal.mode == "symlink":
        return target.is_symlink() and str(target.readlink()) == entry.link
    if entry.checksum is not None:
        archive_is_there = any(parent.is_file() for parent in source.parents)  # the archive that it came out of
        return (
            archive_is_there
            and target.stat().st_size == entry.size
            and zlib.crc32(read_regular(target)) == entry.checksum
        )
    original = Path(os.path.realpath(source))
    return original != Path(os.path.realpath(target)) and same(original, target)


def _remove_empty(journal: SortJournal) -> None:
    """Folders that sorting made go if nothing is left in them."""
    for folder in reversed(journal.folders()):
        try:
            (journal.folder / folder).rmdir()
        except OSError:  # somebody's files are in it, or it has gone
            continue
