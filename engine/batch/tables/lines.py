"""Files of lines that are only ever appended to, and read again from the front when a batch goes on."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import IO, NamedTuple, Protocol, Self

from engine.errors import SourceError, UsageError
from engine.files import open_regular


class Written(NamedTuple):
    """A row that is in an output already. `path` is None where the form names none."""

    path: str | None
    class_name: str = ""
    confidence: float = 0.0
    unsure: bool = False
    problem: bool = False


class Track(Protocol):
    """The rows of an earlier batch, one after the other; `row` is None behind the last one.

    `follows`: it only repeats what the first track tells.
    """

    row: Written | None
    follows: bool

    def advance(self) -> None:
        """Go to the next row."""

    def finish(self) -> None:
        """Cut off what is not behind: it was torn, or is to be written again."""


class Stream(Protocol):
    """What takes bytes: a file, or standard output."""

    def write(self, data: bytes | memoryview, /) -> int: ...


class LineFile:
    """A file to append lines to, which are kept in memory until `flush`. A context manager that flushes at its end."""

    def __init__(self, out: Path | Stream, header: bytes, *, resume: bool = False) -> None:
        """Open `out`. With `resume` it is kept as it is; else, or where there is none, it begins with `header`.

        A stream in its place is written to and left open.

        Raises:
            UsageError: it cannot be written.
            SourceError: `resume`, and it begins with another header.
        """
        self.start = len(header)
        self._file: Stream
        self._pending: list[bytes] = [header]
        self._own: IO[bytes] | None = None  # to be closed here
        if not isinstance(out, Path):
            self._file = out
            return
        self.path = path = out
        begun = resume and _begins(path, header)
        if begun:
            self._pending = []
        try:
            self._file = self._own = path.open("ab" if begun else "wb", buffering=0)
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {why(error)}; choose another place.") from error

    def write(self, lines: bytes) -> None:
        self._pending.append(lines)

    def flush(self, *, sync: bool = False) -> None:
        """Hand all lines to the system; with `sync`, to the disk."""
        data = memoryview(b"".join(self._pending))
        self._pending = []
        while data:
            data = data[self._file.write(data) :]
        if sync and self._own is not None:
            sync_file(self._own.fileno())

    def cut(self, end: int) -> None:
        """Drop everything from the byte `end` on."""
        self.flush()
        if self.path.is_file() and self.path.stat().st_size > end:
            assert self._own is not None
            self._own.truncate(end)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.flush()
        finally:
            if self._own is not None:
                self._own.close()


class LineTrack:
    """The complete rows of a file of lines; ends at the first that `parse` cannot read: power cuts leave such."""

    def __init__(
        self,
        file: LineFile,
        parse: Callable[[bytes], Written | None],
        *,
        quoted: bool = False,
        follows: bool = False,
    ) -> None:
        """`quoted`: a line break between quotes belongs to its row."""
        self.follows = follows
        file.flush()
        self._file, self._parse = file, parse
        self._lines = complete_lines(file.path, file.start, quoted=quoted)
        self._end = self._after = file.start
        self.row: Written | None = None
        self._read()

    def advance(self) -> None:
        self._end = self._after
        self._read()

    def finish(self) -> None:
        self._lines.close()
        self.row = None
        self._file.cut(self._end)

    def _read(self) -> None:
        line, self._after = next(self._lines, (b"", self._end))
        self.row = self._parse(line) if line else None


def complete_lines(path: Path, start: int, *, quoted: bool = False) -> Generator[tuple[bytes, int]]:
    """The lines of a file from the byte `start`, each with the place behind it; a last line without end is left out."""
    with open_regular(path) as file:
        file.seek(start)
        place, pending = start, b""
        for line in file:
            place += len(line)
            pending += line
            if not line.endswith(b"\n"):
                return
            if quoted and pending.count(b'"') % 2:
                continue
            yield pending, place
            pending = b""


def sync_file(descriptor: int) -> None:
    """As `os.fsync`; devices that know no such thing are let off."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise


def why(error: OSError) -> str:
    """The system's reason in a few small words."""
    if isinstance(error, FileNotFoundError):
        return "its folder does not exist"
    if isinstance(error, IsADirectoryError):
        return "there is a folder of that name"
    return (error.strerror or str(error)).lower()


def _begins(path: Path, header: bytes) -> bool:
    """Whether an earlier batch began the file; one that was killed within its header has not."""
    try:
        with open_regular(path) as file:
            found = file.read(len(header))
    except FileNotFoundError:
        return False
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {why(error)}; choose another place.") from error
    if found != header and not header.startswith(found):
        raise SourceError(
            f"{path} has other columns than this batch would write, so it cannot be resumed; use the same model and "
            f"options as before, or another file."
        )
    return found == header
