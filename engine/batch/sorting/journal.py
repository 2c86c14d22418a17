"""The journal of sorting: what is about to be done with files, on disk before it is done, so that all of it can be
taken back.
"""

from __future__ import annotations

import json
import os
import sys
import time
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal

from engine.errors import EngineError, UsageError
from engine.files import open_regular, reason_of, sync_file, system_reason
from engine.language import _
from engine.records import RecordError, build, parse

Mode = Literal["copy", "move", "hardlink", "symlink"]
MODES: tuple[Mode, ...] = ("copy", "move", "hardlink", "symlink")
SUFFIX = ".journal"
_NAME = "sorted-"  # behind a dot, so that file managers do not show it; journals of earlier versions have none
_KIND = "pigeonhole sort"
_VERSION = 1
_SECONDS_TO_BEGIN = 60
_HIDDEN = 2  # FILE_ATTRIBUTE_HIDDEN
_LONGEST_LINE = 10_000  # of the first


@dataclass(frozen=True, slots=True)
class SortedFile:
    """A file that goes from `source` (absolute) to `target` (within the sorted folder).

    `size` in bytes; `link` is what a symbolic link says, of the source (moved) or of the one that is made;
    `checksum` (CRC-32) stands for the contents of a picture out of an archive.
    """

    source: str
    target: str
    size: int
    link: str | None = None
    checksum: int | None = None


@dataclass(frozen=True, slots=True)
class _Header:
    journal: Literal["pigeonhole sort"]
    version: int
    mode: Mode


@dataclass(frozen=True, slots=True)
class _Line:
    """The subject of a line after the first, where that is no file."""

    folder: str | None = None
    undone: str | None = None


class SortJournal:
    """The journal of one sorted folder, which it lies in, hidden: undo finds it there, wherever the folder goes."""

    def __init__(self, path: Path, mode: Mode) -> None:
        self.path = path
        self.mode: Mode = mode
        self.folder = path.parent

    @classmethod
    def create(cls, folder: Path, mode: Mode) -> SortJournal:
        """A new one in `folder`, which is made if it is not there.

        Raises:
            UsageError: that place cannot be written.
        """
        now = datetime.now(UTC)
        path = folder / f".{_NAME}{now:%Y%m%d-%H%M%S-%f}{SUFFIX}"
        journal = cls(path, mode)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            header = {"journal": _KIND, "version": _VERSION, "mode": mode, "created": now.isoformat()}
            _sweep(folder)
            with journal.part.open("x", encoding="ascii") as file:  # at one stroke: a journal without it is none
                file.write(json.dumps(header) + "\n")
                file.flush()
                sync_file(file.fileno())
            journal.part.rename(path)
            _hide(path)
            _sync_folder(folder)
        except OSError as error:
            raise UsageError(
                _("Nothing can be sorted into {folder}: {why}; choose another place.").format(
                    folder=folder, why=system_reason(error)
                )
            ) from error
        return journal

    @classmethod
    def open(cls, path: Path) -> SortJournal:
        """One that was written before.

        Raises:
            UsageError: there is none, or it is something else.
        """
        try:
            with open_regular(path) as file:
                header = build(_Header, parse(file.readline(_LONGEST_LINE)))
            if header.version > _VERSION:
                raise UsageError(_("{path} was written by a newer Pigeonhole; update to undo it.").format(path=path))
        except OSError as error:
            raise UsageError(
                _("The journal {path} cannot be read: {why}.").format(path=path, why=reason_of(error))
            ) from None
        except RecordError:
            raise UsageError(
                _("{path} is no journal of sorted files; expected one that ends in {suffix}.").format(
                    path=path, suffix=SUFFIX
                )
            ) from None
        return cls(path, header.mode)

    @classmethod
    def newest(cls, folder: Path, mode: Mode) -> SortJournal | None:
        """The last one in a folder that is not undone, of that mode: that to go on with."""
        return next((journal for journal in cls._not_undone(folder) if journal.mode == mode), None)

    @classmethod
    def newest_to_undo(cls, folder: Path) -> SortJournal | None:
        """The last one in a folder that is not undone and in which there is a file: that to take back."""
        return next((journal for journal in cls._not_undone(folder) if next(journal.entries(), None)), None)

    @classmethod
    def _not_undone(cls, folder: Path) -> Iterator[SortJournal]:
        """Yield those in a folder, the last one first."""
        found = [*folder.glob(f".{_NAME}*{SUFFIX}"), *folder.glob(f"{_NAME}*{SUFFIX}")]
        for path in sorted(found, key=begun, reverse=True):
            try:
                journal = cls.open(path)
            except UsageError:
                continue  # somebody else's file of such a name
            if not journal.is_undone():
                yield journal

    @property
    def part(self) -> Path:
        """Return where the one file that is being copied lies until it is whole."""
        return self.folder / f".{_NAME}{begun(self.path)}.part"

    def will_do(self, folders: Sequence[str], entries: Sequence[SortedFile]) -> None:
        """Write down folders that will be made and files that will be moved; on disk when this returns.

        Raises:
            EngineError: the disk is full or gone; nothing must be moved then.
        """
        records = [{"folder": folder} for folder in folders]
        records += [{key: value for key, value in asdict(e).items() if value is not None} for e in entries]
        try:
            self._append(records)
        except OSError as error:
            raise EngineError(
                _("The journal {path} cannot be written: {why}; nothing more is moved.").format(
                    path=self.path, why=system_reason(error)
                )
            ) from error

    def is_undone(self) -> bool:
        return any(isinstance(line, _Line) and line.undone is not None for line in self._lines())

    def set_undone(self) -> None:
        self._append([{"undone": datetime.now(UTC).isoformat()}])

    def entries(self) -> Iterator[SortedFile]:
        """Yield all files, in the order in which they were moved."""
        return (line for line in self._lines() if isinstance(line, SortedFile))

    def folders(self) -> list[str]:
        """The folders that were made."""
        return [line.folder for line in self._lines() if isinstance(line, _Line) and line.folder is not None]

    def backwards(self) -> Iterator[SortedFile]:
        """Yield all files, the last one first. Memory: eight bytes a file."""
        places = array("q")
        with open_regular(self.path) as file:
            place = 0
            for line in file:
                places.append(place)
                place += len(line)
            for place in reversed(places):
                file.seek(place)
                found = _read_line(file.readline())
                if isinstance(found, SortedFile):
                    yield found

    def _lines(self) -> Iterator[SortedFile | _Line]:
        with open_regular(self.path) as file:
            yield from (found for line in file if (found := _read_line(line)) is not None)

    def _append(self, records: Sequence[dict[str, Any]]) -> None:
        if not records:
            return
        data = "".join(json.dumps(record) + "\n" for record in records).encode("ascii")
        with self.path.open("rb+") as file:
            _go_behind_last_line(file)
            file.write(data)
            file.flush()
            sync_file(file.fileno())


def begun(path: Path) -> str:
    """Return when a sorting was begun, in UTC, by the name of its journal; later ones come behind it in order."""
    return path.stem.removeprefix(".").removeprefix(_NAME)


def _read_line(line: bytes) -> SortedFile | _Line | None:
    """A line that a kill tore is none: what it tells of was never begun. Nor is one that a stranger wrote, to have
    files moved or deleted that are not in the sorted folder.
    """
    if not line.endswith(b"\n"):
        return None
    try:
        record = parse(line)
        if isinstance(record, dict) and "source" in record:
            entry = build(SortedFile, record)
            return entry if _is_within(entry.target) and "\0" not in entry.source else None
        found = build(_Line, record)
    except RecordError:
        return None
    return found if found.folder is None or _is_within(found.folder) else None


def _go_behind_last_line(file: BinaryIO) -> None:
    """Cut off what a kill or a full disk left of a line, which would take the next one with it."""
    file.seek(-1, os.SEEK_END)
    if file.read() != b"\n":
        file.seek(0)
        file.truncate(sum(len(line) for line in file if line.endswith(b"\n")))
        file.seek(0, os.SEEK_END)


def _is_within(path: str) -> bool:
    """Return whether a path from a folder stays in it, as far as its words tell."""
    return bool(path) and not Path(path).anchor and ".." not in Path(path).parts and "\0" not in path


def _sweep(folder: Path) -> None:
    """Take away what a kill left of journals that were never begun; younger ones may be just about to be."""
    for part in folder.glob(f".{_NAME}*.part"):
        journals = [folder / f"{dot}{_NAME}{begun(part)}{SUFFIX}" for dot in (".", "")]
        try:
            if (
                not any(journal.exists() for journal in journals)
                and time.time() - part.stat().st_mtime > _SECONDS_TO_BEGIN
            ):
                part.unlink()
        except OSError:  # another batch was faster
            continue


def _hide(path: Path) -> None:
    """Keep it out of sight on Windows, where a dot hides nothing; one that cannot be hidden does no harm."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetFileAttributesW(str(path), _HIDDEN)


def _sync_folder(folder: Path) -> None:
    """Write a folder to disk: on POSIX a new file's name is on disk only when its folder is."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        sync_file(descriptor)
    finally:
        os.close(descriptor)
