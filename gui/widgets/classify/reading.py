"""Reads a growing file of rows in threads: all of it for the counts, and the few rows on screen in full."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, QTemporaryDir, Signal

from engine.batch.archives import LARGEST_MEMBER
from engine.batch.stored import Seen, read_block, read_rows
from engine.events import Outcome, Succeeded
from gui.jobs import JobRunner
from gui.widgets.classify.results import Results, arrived

if TYPE_CHECKING:
    from engine.batch.kept import Kept

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
    """One row in full, and its file: `file` is where the picture can be seen, also of one out of a zip archive."""

    seen: Seen
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
        self._journal: Path | None = None

    def begin(self, results: Results, file: Path | None) -> None:
        self._results, self._file = results, file
        self._known = {}
        self._next = []
        self._pictures = self._journal = None

    def follow(self, journal: Path | None) -> None:
        """Files may have been moved as this journal says, or be back (None)."""
        self._journal = journal
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
        pictures, journal = self._folder(), self._journal
        handle = self._jobs.start_callable(lambda _emit, _cancel: {"found": look_up(file, places, pictures, journal)})
        handle.ended.connect(lambda outcome: self._arrived(results, rows, outcome))

    def _folder(self) -> Path:
        from engine.places import cache_folder

        if self._pictures is None:
            cache_folder().mkdir(parents=True, exist_ok=True)
            self._pictures = QTemporaryDir(str(cache_folder() / "archived-XXXXXX"))
        return Path(self._pictures.path())

    def _arrived(self, results: Results, rows: Sequence[int], outcome: Outcome) -> None:
        self._busy = False
        if results is self._results and isinstance(outcome, Succeeded):
            if len(self._known) > MOST_DETAILS:
                self._known.clear()
            self._known.update(zip(rows, outcome.result["found"], strict=True))
            self.arrived.emit()
        self._read()


def look_up(file: Path, places: Sequence[int], pictures: Path, journal: Path | None = None) -> list[Detail]:
    """The rows that begin at `places`, with their files: pictures in zip archives are unpacked into `pictures`, those
    that were moved are found where `journal` says.
    """
    found, rows = [], read_rows(file, places)
    moved = {} if journal is None else _moved(journal, [row.path for row in rows if not Path(row.path).is_file()])
    with _Zips() as zips:
        for place, seen in zip(places, rows, strict=True):
            picture = moved.get(seen.path) or Path(seen.path)
            if not picture.is_file():
                picture = zips.unpack(picture, pictures / f"{place}{picture.suffix}") or picture
            found.append(Detail(seen, picture, *_facts(picture)))
    return found


def _moved(journal: Path, paths: Sequence[str]) -> dict[str, Path]:
    """Where files are that went by a journal. One pass over it, in which only the lines that are meant are parsed."""
    wanted = {json.dumps(os.path.abspath(path)).encode(): path for path in paths}  # noqa: PTH100
    found: dict[str, Path] = {}
    if not wanted:
        return found
    try:
        with journal.open("rb") as file:
            for line in file:
                source, middle, _ = line.removeprefix(b'{"source": ').partition(b', "target": ')
                if middle and source in wanted:
                    found[wanted[source]] = journal.parent / json.loads(line)["target"]
    except (OSError, ValueError):  # gone, or torn: the pictures stay away
        return found
    return found


def _facts(picture: Path) -> tuple[int, int]:
    """Size in bytes and time of change; zeros where it is gone: the grid shows that there is no picture."""
    try:
        facts = picture.stat()
    except OSError:
        return 0, 0
    return facts.st_size, facts.st_mtime_ns


class _Zips:
    """Keeps the archive open that the last picture was in: those on screen lie in one."""

    def __init__(self) -> None:
        self._open: tuple[Path, zipfile.ZipFile] | None = None

    def __enter__(self) -> _Zips:
        return self

    def __exit__(self, *_: object) -> None:
        if self._open is not None:
            self._open[1].close()

    def unpack(self, path: Path, out: Path) -> Path | None:
        """The picture `archive.zip/member` as a file of its own; None where there is none."""
        archive = next((p for p in path.parents if p.suffix.lower() == ".zip" and p.is_file()), None)
        if archive is None:
            return None
        try:
            if self._open is None or self._open[0] != archive:
                self.__exit__()
                self._open = archive, zipfile.ZipFile(archive)
            name = path.relative_to(archive).as_posix()
            if not out.exists() and self._open[1].getinfo(name).file_size <= LARGEST_MEMBER:
                out.write_bytes(self._open[1].read(name))
        except (OSError, KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
            return None
        return out if out.exists() else None
