"""Reads a growing file of rows in threads: all of it for the counts, and the few rows on screen in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, QTemporaryDir, Signal

from engine.batch.stored import Seen, read_block, read_rows
from engine.batch.whereabouts import moved
from engine.events import Outcome, Succeeded
from gui.jobs import JobRunner
from gui.widgets.classify.archived import Archived
from gui.widgets.classify.results import Results, arrived

if TYPE_CHECKING:
    from engine.batch.kept import Kept
    from engine.jobs.job import Cancel

BLOCK = 4000  # rows that the window takes over at once
MOST_DETAILS = 4000  # rows that are known in full: some screens


class Reading(QObject):
    """Follows the file of a batch. `look` may be called as often as there may be something new."""

    changed = Signal()
    complete = Signal()  # everything that is in the file now was read

    def __init__(self, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._busy = self._again = False
        self.results = Results()
        self.file: Path | None = None

    def begin(self, kept: Kept | None) -> None:
        """Read this batch from now on."""
        self.results = Results(kept.classes if kept is not None else ())
        self.file = None if kept is None else kept.rows
        self._again = self._busy
        if not self._busy:
            self.look()

    def look(self) -> None:
        """Read what is new."""
        file, results = self.file, self.results
        if self._busy or file is None:
            self._again = True
            return
        self._busy, self._again = True, False
        start, names = results.end, tuple(results.names)

        def read(_emit: object, _cancel: object) -> Mapping[str, Any]:
            return {"found": arrived(read_block(file, start, names, BLOCK))}

        handle = self._jobs.start_callable(read)
        handle.ended.connect(lambda outcome: self._arrived(results, outcome))

    def _arrived(self, results: Results, outcome: Outcome) -> None:
        self._busy = False
        if results is not self.results:
            self.look()
            return
        if not isinstance(outcome, Succeeded):  # it cannot be read: what was read so far is all
            self.complete.emit()
            return
        found = outcome.result["found"]
        if tuple(results.names) != found.block.names[: len(results.names)]:
            self.look()  # a person has named a class meanwhile: the new names of this block have other places
            return
        if len(found.block.places):
            results.take(found)
            self.changed.emit()
        if self._again or not found.block.last:
            self.look()
        else:
            self.complete.emit()


class Detail(NamedTuple):
    """One row in full: `place` is where the picture is by now, `file` where it can be seen, also out of an archive."""

    seen: Seen
    place: Path
    file: Path
    size_bytes: int
    modified_ns: int


class Details(QObject):
    """The rows on screen in full; `arrived` tells that more of them are known."""

    arrived = Signal()

    def __init__(self, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._known: dict[int, Detail] = {}
        self._busy = False
        self._next: list[int] = []
        self._file: Path | None = None
        self._results = Results()
        self._pictures: QTemporaryDir | None = None
        self._archived = Archived()

    def begin(self, results: Results, file: Path | None) -> None:
        self._results, self._file = results, file
        self._known = {}
        self._next = []
        self._pictures = None
        self._archived = Archived()

    def look_again(self) -> None:
        """Files may have been moved, or be back."""
        self._known = {}
        self.arrived.emit()

    def of(self, row: int) -> Detail | None:
        return self._known.get(row)

    def want(self, rows: Iterable[int]) -> None:
        """Look these rows up, those that are not known; an older wish that was not begun is dropped."""
        self._next = [row for row in rows if row not in self._known]
        self._read()

    def _read(self) -> None:
        if self._busy or not self._next or self._file is None:
            return
        rows, self._next, self._busy = self._next, [], True
        file, results = self._file, self._results
        places = [results.places[row] for row in rows]
        pictures = self._folder()
        archived, known = self._archived, self._known
        handle = self._jobs.start_callable(
            lambda _emit, cancel: {"found": look_up(file, places, pictures, archived, cancel)}
        )
        handle.ended.connect(lambda outcome: self._arrived(known, rows, outcome))

    def _folder(self) -> Path:
        from engine.places import cache_folder

        if self._pictures is None:
            cache_folder().mkdir(parents=True, exist_ok=True)
            self._pictures = QTemporaryDir(str(cache_folder() / "archived-XXXXXX"))
        return Path(self._pictures.path())

    def _arrived(self, known: dict[int, Detail], rows: Sequence[int], outcome: Outcome) -> None:
        self._busy = False
        # Of other results, or from before files were moved: that answer is void.
        if known is self._known and isinstance(outcome, Succeeded):
            if len(self._known) > MOST_DETAILS:
                self._known.clear()
            self._known.update(zip(rows, outcome.result["found"], strict=True))
            self.arrived.emit()
        self._read()


def look_up(file: Path, places: Sequence[int], pictures: Path, archived: Archived, cancel: Cancel) -> list[Detail]:
    """The rows that begin at `places`, with their files: pictures in archives are unpacked into `pictures`, those that
    sorting has moved are found where they are now.

    Raises:
        JobCancelled: `cancel` was set.
    """
    rows = read_rows(file, places)
    files = {seen.path: Path(seen.path) for seen in rows} | moved(file.parent, (seen.path for seen in rows))
    inside: dict[str, Path] = {}
    for place, seen in zip(places, rows, strict=True):
        if seen.problem is None and not files[seen.path].is_file():
            inside[seen.path] = pictures / f"{place}{files[seen.path].suffix}"
    archived.unpack(inside, cancel)
    found = []
    for seen in rows:
        here, out = files[seen.path], inside.get(seen.path)
        file = out if out is not None and out.is_file() else here
        found.append(Detail(seen, here, file, *_facts(file)))
    return found


def _facts(picture: Path) -> tuple[int, int]:
    """Size in bytes and time of change; zeros where it is gone: the grid shows that there is no picture."""
    try:
        facts = picture.stat()
    except OSError:
        return 0, 0
    return facts.st_size, facts.st_mtime_ns
