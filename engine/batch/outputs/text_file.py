"""Text files that rows are appended to, and that are completed when a batch goes on after a kill."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, Protocol

from engine.errors import UsageError
from engine.files import continue_file, create_file, sync_file, system_reason
from engine.language import _


class Stream(Protocol):
    """A stream that takes bytes: a file, or standard output."""

    def write(self, data: bytes | memoryview, /) -> int: ...


class TextFile:
    """A file or stream that takes bytes, which are kept in memory until `flush`.

    With `keep`, what is written first is compared with what the file holds already: as long as both are equal, nothing
    is written; at the first difference, or at `settle`, the rest of the file is cut off. So a table that a kill
    left too short, torn or too long is completed from the journal, and one that is whole is never touched.
    """

    def __init__(self, out: Path | Stream, header: bytes = b"", *, keep: bool = False, is_named: bool = True) -> None:
        """Open `out`, a path (replaced, or with `keep` completed) or a stream, which is left open.

        A path that `is_named` by the person may be a link or a pipe; one that follows from another is a file of ours.

        Raises:
            UsageError: the file cannot be written.
        """
        self._own: IO[bytes] | None = None  # to be closed here
        self._pending: list[bytes] = [header]
        self._compares = False
        self._file: Stream
        if not isinstance(out, Path):
            self._file = out
            return
        try:
            self._compares = keep and out.is_file() and (is_named or not out.is_symlink())
            if is_named:
                self._file = self._own = out.open("rb+" if self._compares else "wb", buffering=0)
            else:
                self._file = self._own = continue_file(out, "rb+") if self._compares else create_file(out)
        except OSError as error:
            raise UsageError(
                _("{out} cannot be written: {why}; choose another place.").format(out=out, why=system_reason(error))
            ) from error

    def write(self, data: bytes) -> None:
        self._pending.append(data)

    def flush(self, *, sync: bool = False) -> None:
        """Hand everything to the system; with `sync`, to the disk."""
        data = memoryview(b"".join(self._pending))
        self._pending = []
        if self._compares:
            data = self._after_equal(data)
        while data:
            data = data[self._file.write(data) :]
        if sync and self._own is not None:
            sync_file(self._own.fileno())

    def settle(self) -> None:
        """Cut off what the file held behind everything that was written so far."""
        self.flush()
        if self._compares:
            self._cut()

    def close(self) -> None:
        if self._own is not None:
            self._own.close()

    def _after_equal(self, data: memoryview) -> memoryview:
        """Return what must be written: nothing where the file goes on with `data`."""
        assert self._own is not None
        start = self._own.tell()
        if self._own.read(len(data)) == data:
            return data[:0]
        self._own.seek(start)
        self._cut()
        return data

    def _cut(self) -> None:
        assert self._own is not None
        if os.fstat(self._own.fileno()).st_size > self._own.tell():
            self._own.truncate()
        self._compares = False
