"""Reading a growing file of rows in threads: all of it for the counts, and the few rows on screen in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTemporaryDir, Signal

from engine.batch.results import Results, arrived
from engine.batch.saved_results.pictures import Detail, Unpacker, look_up, unpack
from engine.batch.saved_results.stored import read_block
from engine.events import Outcome, Succeeded
from gui.jobs import JobRunner, OwnedJob

if TYPE_CHECKING:
    from engine.batch.saved_results.folder import SavedResults

BLOCK = 4000  # rows that the window takes over at once
MOST_DETAILS = 4000  # rows that are known in full: some screens


class ResultReader(QObject):
    """Follows the file of a batch. `look` may be called as often as there may be something new."""

    changed = Signal()
    complete = Signal()  # everything that is in the file now was read

    def __init__(self, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._reading = OwnedJob(self)
        self._look_once_more = False
        self.results = Results()
        self.file: Path | None = None

    def begin(self, saved: SavedResults | None) -> None:
        """Read this batch from now on."""
        self.results = Results() if saved is None else Results(saved.classes, newest=saved.request.watch)
        self.file = None if saved is None else saved.rows
        self._reading.drop()
        self.look()

    def look(self) -> None:
        """Read what is new."""
        file, results = self.file, self.results
        if file is None:
            return
        if self._reading.running:
            self._look_once_more = True
            return
        self._look_once_more = False
        start, names = results.end, tuple(results.names)

        def read(_emit: object, _cancel: object) -> Mapping[str, Any]:
            return {"found": arrived(read_block(file, start, names, BLOCK))}

        self._reading.follow(self._jobs.start_callable(read), self._arrived)

    def _arrived(self, outcome: Outcome) -> None:
        results = self.results
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
        if self._look_once_more or not found.block.last:
            self.look()
        else:
            self.complete.emit()


class RowDetails(QObject):
    """The rows on screen in full; `arrived` tells that more of them are known.

    What a row says is there at once. A picture in an archive comes later: before it can be seen, a large tar archive
    may have to be read for seconds.
    """

    arrived = Signal()

    def __init__(self, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._known: dict[int, Detail] = {}
        self._reading, self._unpacking = OwnedJob(self), OwnedJob(self)
        self._next: list[int] = []
        self._file: Path | None = None
        self._results = Results()
        self._pictures: QTemporaryDir | None = None
        self._unpacker = Unpacker()
        self._in_archives: list[int] = []  # rows on screen whose pictures are not unpacked
        self._being_unpacked: set[int] = set()
        self._sweep = False  # nothing is known any more of what was unpacked: it can go

    def begin(self, results: Results, file: Path | None) -> None:
        self._results, self._file = results, file
        self._reading.drop()
        self._known = {}
        self._next, self._in_archives = [], []
        self._pictures = None
        self._unpacker = Unpacker()
        self._unpacking.stop()

    def look_again(self) -> None:
        """Look all rows up anew: files may have been moved, or be back."""
        self._reading.drop()
        self._known = {}
        self.arrived.emit()

    def of(self, row: int) -> Detail | None:
        return self._known.get(row)

    def want(self, rows: Iterable[int]) -> None:
        """Look these rows up, those that are not known; an older wish that was not begun is dropped."""
        rows = list(rows)
        self._next = [row for row in rows if row not in self._known]
        packed = [row for row in rows if row in self._known and self._known[row].packed]
        self._in_archives = [row for row in packed if row not in self._being_unpacked]
        self._read()
        if self._being_unpacked.isdisjoint(rows):
            self._unpacking.stop()  # of what was on the screen before
        self._unpack()

    def _read(self) -> None:
        file = self._file
        if self._reading.running or not self._next or file is None:
            return
        rows, self._next = self._next, []
        places = [self._results.places[row] for row in rows]
        job = self._jobs.start_callable(lambda _emit, _cancel: {"found": look_up(file, places)})
        self._reading.follow(job, lambda outcome: self._arrived(rows, outcome))

    def _arrived(self, rows: Sequence[int], outcome: Outcome) -> None:
        if isinstance(outcome, Succeeded):
            if len(self._known) > MOST_DETAILS:
                self._known, self._sweep = {}, True
            found: list[Detail] = outcome.result["found"]
            self._known.update(zip(rows, found, strict=True))
            self._in_archives += [row for row, detail in zip(rows, found, strict=True) if detail.packed]
            self.arrived.emit()
        self._read()
        self._unpack()

    # Pictures in archives

    def _unpack(self) -> None:
        if self._unpacking.running or not self._in_archives:
            return
        rows, self._in_archives = self._in_archives, []
        details = {row: self._known[row] for row in rows if row in self._known}
        self._being_unpacked = set(details)
        known, unpacker, folder = self._known, self._unpacker, self._folder()
        sweep, self._sweep = self._sweep, False
        job = self._jobs.start_callable(
            lambda _emit, cancel: {"found": unpack(details, folder, unpacker, cancel, sweep=sweep)}
        )
        self._unpacking.follow(job, lambda outcome: self._unpacked(known, outcome))

    def _unpacked(self, known: dict[int, Detail], outcome: Outcome) -> None:
        self._being_unpacked = set()
        if known is self._known and isinstance(outcome, Succeeded):
            self._known.update(outcome.result["found"])
            self.arrived.emit()
        self._unpack()

    def _folder(self) -> Path:
        from engine.places import cache_folder

        if self._pictures is None:
            cache_folder().mkdir(parents=True, exist_ok=True)
            self._pictures = QTemporaryDir(str(cache_folder() / "archived-XXXXXX"))
        return Path(self._pictures.path())
