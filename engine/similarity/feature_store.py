"""Features of images by a base, kept in the cache folder: float16, found again by the content of their files.

A folder for each base holds segments of some thousand images each, in two files: `NAME.rows` has the features, one
image after another, and `NAME.index` for each of them its key and a checksum. Both only ever grow, the rows first: so
what is in the index is whole after a kill. Each segment has one process that adds to it: several may compute at once.
A damaged segment is deleted. All of it is safe to delete at any time.
"""

from __future__ import annotations

import os
import threading
import uuid
import zlib
from collections.abc import Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import IO

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from engine.files import open_regular, reason_of
from engine.imaging.ranges import range_of
from engine.library.records import ImageRecord
from engine.places import cache_folder

MOST_BYTES = 4 * 2**30  # of all bases together, unless one project needs more: 1.6 million images
SEGMENT_ROWS = 4096
_ENTRY = np.dtype([("key", "<u8"), ("check", "<u4")])
_LARGEST = np.float32(np.finfo(np.float16).max)
_ROWS, _INDEX = ".rows", ".index"


def store_folder() -> Path:
    """The folder of all bases; safe to delete."""
    return cache_folder() / "base-features"


class FeatureStore:
    """What is known of images by one base. Safe to use from several threads, and by several processes at once.

    Images are asked for by their records. Files of the same content are one image, wherever they are and in whichever
    project; one that was not looked at yet, and has no digest, is told by its place, size and date.
    """

    def __init__(self, base_key: str, dimensions: int) -> None:
        self.dimensions = dimensions
        self.folder = store_folder() / base_key
        self.problem: str | None = None  # why nothing can be written, and features stay in memory
        self._lock = threading.RLock()
        self._segments: dict[str, int] = {}  # with the number of images that were read of its index
        self._keys = np.empty(0, np.uint64)
        self._checks = np.empty(0, np.uint32)
        self._places = np.empty((0, 2), np.int32)  # number of the segment, row
        self._order = np.empty(0, np.int64)
        self._names: list[str] = []
        self._unwritten: dict[int, NDArray[np.float16]] = {}
        self._writer: _Writer | None = None
        self._stale = False  # whether features were added since `refresh`
        self.refresh()

    def refresh(self) -> None:
        """See what has been added or deleted since, by this or another process. Quick where nothing was."""
        with self._lock:
            self._stale = False
            found = _segments(self.folder, 2 * self.dimensions)
            if any(found.get(name, 0) < count for name, count in self._segments.items()):
                self._forget()
            parts = []
            for name, count in sorted(found.items()):
                first = self._segments.get(name, 0)
                if count > first and len(entries := self._entries(name, first, count)):
                    parts.append((name, first, entries))
            if parts:
                self._add_to_index(parts)

    def known(self, images: Sequence[ImageRecord]) -> NDArray[np.bool_]:
        """Return for each image whether there are features of it (n,)."""
        return self.has(keys_of(images))

    def has(self, keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Return for each key of `keys_of` whether there are features of its image (n,)."""
        with self._lock:
            self._look_again()
            found: NDArray[np.bool_] = self._find(keys) >= 0
            if self._unwritten:
                found |= np.array([int(key) in self._unwritten for key in keys], bool)
            return found

    def read(self, images: Sequence[ImageRecord]) -> tuple[NDArray[np.bool_], NDArray[np.float16]]:
        """Return for each image whether it has features (n,), and those of the images that have, in order (k, d).

        Memory is that of the answer: ask for some thousand images at a time where all would be too much.
        """
        return self.read_keys(keys_of(images))

    def read_keys(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.bool_], NDArray[np.float16]]:
        """Return the same for the images with these keys of `keys_of`."""
        with self._lock:
            self._look_again()
            places = self._find(keys)
            rows = np.empty((len(keys), self.dimensions), np.float16)
            good = np.zeros(len(keys), bool)
            numbers = self._places[places, 0] if len(self._places) else np.zeros(len(places), np.int32)
            for number in np.unique(numbers[places >= 0]).tolist():
                wanted = np.flatnonzero((numbers == number) & (places >= 0))
                good[wanted] = self._read_segment(self._names[number], places[wanted], rows, wanted)
            if not good[places >= 0].all():
                self._forget()
                self.refresh()
            for i in np.flatnonzero(~good).tolist() if self._unwritten else ():
                if (held := self._unwritten.get(int(keys[i]))) is not None:
                    rows[i], good[i] = held, True
            return good, rows if good.all() else rows[good]

    def add(self, images: Sequence[ImageRecord], features: NDArray[np.floating]) -> None:
        """Keep features (n, d). Where they cannot be written they stay in memory, and `problem` says why."""
        rows = as_kept(features)
        entries = np.empty(len(images), _ENTRY)
        entries["key"] = keys_of(images)
        entries["check"] = [zlib.crc32(row) for row in rows]
        with self._lock:
            try:
                for start in range(0, len(rows), SEGMENT_ROWS):
                    some = slice(start, start + SEGMENT_ROWS)
                    self._segment_to_fill().write(rows[some], entries[some])
                self.problem = None
            except OSError as error:
                self._leave()
                self.problem = reason_of(error)
                self._unwritten.update(zip(entries["key"].tolist(), rows, strict=True))
            self._stale = True

    def begin(self) -> bool:
        """Prepare to add; returns whether no other process adds to this base now, so that two may share the work."""
        with self._lock:
            try:
                return self._segment_to_fill().is_first
            except OSError:  # `add` will say so
                return True

    def close(self) -> None:
        """Let another process add to the segment that this one began."""
        with self._lock:
            self._leave()

    def _look_again(self) -> None:
        if self._stale:
            self.refresh()

    def _segment_to_fill(self) -> _Writer:
        if self._writer is None or not self._writer.has_room():
            self._leave()
            self._writer = _Writer(self.folder, self.dimensions)
        return self._writer

    def _leave(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _forget(self) -> None:
        self._segments, self._names = {}, []
        self._keys, self._checks = np.empty(0, np.uint64), np.empty(0, np.uint32)
        self._places, self._order = np.empty((0, 2), np.int32), np.empty(0, np.int64)

    def _entries(self, name: str, first: int, count: int) -> NDArray[np.void]:
        try:
            with open_regular(self.folder / f"{name}{_INDEX}") as file:
                file.seek(first * _ENTRY.itemsize)
                return np.frombuffer(file.read((count - first) * _ENTRY.itemsize), _ENTRY)
        except (OSError, ValueError):  # deleted meanwhile
            return np.empty(0, _ENTRY)

    def _add_to_index(self, parts: list[tuple[str, int, NDArray[np.void]]]) -> None:
        for name, first, entries in parts:
            if name not in self._segments:
                self._names.append(name)
            places = np.empty((len(entries), 2), np.int32)
            places[:, 0] = self._names.index(name)
            places[:, 1] = np.arange(first, first + len(entries))
            self._keys = np.concatenate([self._keys, entries["key"]])
            self._checks = np.concatenate([self._checks, entries["check"]])
            self._places = np.concatenate([self._places, places])
            self._segments[name] = first + len(entries)
        self._order = np.argsort(self._keys, kind="stable")

    def _find(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The entries of these keys, -1 where there is none."""
        if not len(self._keys):
            return np.full(len(keys), -1)
        at = np.minimum(np.searchsorted(self._keys, keys, sorter=self._order), len(self._keys) - 1)
        found = self._order[at]
        return np.where(self._keys[found] == keys, found, -1)

    def _read_segment(
        self, name: str, places: NDArray[np.int64], out: NDArray[np.float16], to: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Copy rows of a segment; returns which of them are as they were written. A damaged segment is deleted."""
        good = np.zeros(len(to), bool)
        rows = self._places[places, 1]
        try:
            with open_regular(self.folder / f"{name}{_ROWS}") as file:
                mapped = np.memmap(file, np.float16, "r", shape=(int(rows.max()) + 1, self.dimensions))
                out[to] = mapped[rows]
                del mapped  # given back at once: what was read is in `out`
        except (OSError, ValueError):  # deleted meanwhile, or shorter than it was
            return good
        checks = self._checks[places]
        good[:] = [zlib.crc32(out[i]) == check for i, check in zip(to.tolist(), checks.tolist(), strict=True)]
        if good.all():
            with suppress(OSError):
                os.utime(self.folder / f"{name}{_ROWS}")  # `prune` deletes what was used longest ago
        else:
            _delete(self.folder, name)
        return good


class _Writer:
    """Adds to one segment. The first process of a base goes on with its last segment, others begin their own."""

    def __init__(self, folder: Path, dimensions: int) -> None:
        """Raises OSError where nothing can be written."""
        folder.mkdir(parents=True, exist_ok=True)
        self._row_bytes = 2 * dimensions
        self._lock = FileLock(folder / "writer.lock", blocking=False)
        name, self._count = f"also-{uuid.uuid4().hex}", 0
        with suppress(Timeout):
            self._lock.acquire()
            name, self._count = _unfilled(folder, self._row_bytes)
        self.is_first: bool = self._lock.is_locked
        self._files: list[IO[bytes]] = []
        try:
            for suffix, size in ((_ROWS, self._row_bytes), (_INDEX, _ENTRY.itemsize)):
                file = (folder / f"{name}{suffix}").open("ab")
                self._files.append(file)
                file.truncate(self._count * size)  # what a kill cut short
        except OSError:
            self.close()
            raise

    def has_room(self) -> bool:
        """Whether more fits, and the segment is still there."""
        return self._count < SEGMENT_ROWS and all(Path(file.name).exists() for file in self._files)

    def write(self, rows: NDArray[np.float16], entries: NDArray[np.void]) -> None:
        """Raises OSError where there is no space; what was written before stays."""
        for file, data in zip(self._files, (rows, entries), strict=True):
            file.write(data.tobytes())
            file.flush()
        self._count += len(rows)

    def close(self) -> None:
        for file in self._files:
            with suppress(OSError):
                file.close()
        self._lock.release()


def as_kept(features: NDArray[np.floating]) -> NDArray[np.float16]:
    """Return features (n, d) as they are kept."""
    return np.ascontiguousarray(np.clip(features, -_LARGEST, _LARGEST), np.float16)


def prune(most_bytes: int = MOST_BYTES) -> int:
    """Delete the segments that were used longest ago until at most `most_bytes` are left; returns bytes deleted."""
    entries = []
    for path in store_folder().glob(f"*/*{_ROWS}"):
        with suppress(OSError):
            facts = path.stat()
            entries.append((facts.st_mtime, facts.st_size, path))
    total, deleted = sum(size for _, size, _ in entries), 0
    for _, size, path in sorted(entries):
        if total - deleted <= most_bytes:
            break
        _delete(path.parent, path.stem)
        deleted += size
    return deleted


def _segments(folder: Path, row_bytes: int) -> dict[str, int]:
    """The segments of a base, with the number of whole images in each."""
    rows, entries = {}, {}
    try:
        with os.scandir(folder) as files:
            for file in files:
                name, suffix = os.path.splitext(file.name)  # noqa: PTH122
                with suppress(OSError):  # deleted meanwhile
                    if suffix == _ROWS:
                        rows[name] = file.stat().st_size // row_bytes
                    elif suffix == _INDEX:
                        entries[name] = file.stat().st_size // _ENTRY.itemsize
    except OSError:
        return {}
    return {name: min(count, rows[name]) for name, count in entries.items() if name in rows}


def _unfilled(folder: Path, row_bytes: int) -> tuple[str, int]:
    """The segment that the process with the lock goes on with, and how many images it has."""
    own = {name: count for name, count in _segments(folder, row_bytes).items() if name.isdecimal()}
    last = max(own, default="000000")
    return (last, own.get(last, 0)) if own.get(last, 0) < SEGMENT_ROWS else (f"{int(last) + 1:06}", 0)


def _delete(folder: Path, name: str) -> None:
    for suffix in (_INDEX, _ROWS):
        with suppress(OSError):  # gone already, or in use on Windows
            (folder / f"{name}{suffix}").unlink()


def keys_of(images: Sequence[ImageRecord]) -> NDArray[np.uint64]:
    """Return 64 bits for each image (two of a million agree by 3e-8), of what its file holds, and of the range of deep
    pictures of its source, by which it is decoded.
    """
    ranges = {folder: range_of(f"{folder}{os.sep}") for folder in {i.folder for i in images}}
    by_folder = {folder: found.to_text().encode() if found else b"" for folder, found in ranges.items()}
    digests = [blake2b(_content(i) + by_folder[i.folder], digest_size=8).digest() for i in images]
    return np.frombuffer(b"".join(digests), "<u8").astype(np.uint64)


def _content(image: ImageRecord) -> bytes:
    if image.digest is not None:
        return image.digest
    facts = f"{image.size_bytes} {image.modified_ns} {image.folder}{os.sep}{image.path}"
    return facts.encode("utf-8", "surrogateescape")
