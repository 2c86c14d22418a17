"""Small pictures for the grid, with a cache on disk for files that take long to decode. Loads without numpy."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

from PIL import Image

from engine.errors import ImageProblem
from engine.imaging.codec import decode_here
from engine.imaging.decode import decode
from engine.imaging.ranges import range_of
from engine.jobs.job import Cancel
from engine.places import cache_folder

# Below this a file decodes about as fast as its cached thumbnail would.
EXPENSIVE_BYTES = 100_000


def thumbnail(file: Path, *, side: int, size_bytes: int, modified_ns: int, cancel: Cancel | None = None) -> Image.Image:
    """The picture in `file` as RGB, fitted into `side` × `side` pixels with its aspect kept, never enlarged.

    `size_bytes` and `modified_ns` are the file's own, as listed: they tell an old cache entry from a good one.
    Safe to call from many threads.

    Raises:
        ImageProblem: it cannot be used; the text is the reason.
        JobCancelled: `cancel` was set.
    """
    if size_bytes <= EXPENSIVE_BYTES:
        return _make(file, side, cancel)
    entry = _entry(file, side, size_bytes, modified_ns)
    cached = _read(entry)
    if cached is not None:
        return cached
    image = _make(file, side, cancel)
    _write(entry, image)
    return image


def thumbnails_folder() -> Path:
    """Return the folder of the entries; safe to delete."""
    return cache_folder() / "thumbnails"


def prune(max_bytes: int) -> int:
    """Delete the entries that were used longest ago until at most `max_bytes` are left; returns bytes deleted."""
    entries: list[tuple[float, int, Path]] = []
    for path in thumbnails_folder().glob("*/*"):
        with contextlib.suppress(OSError):
            facts = path.stat()
            entries.append((facts.st_mtime, facts.st_size, path))
    total = sum(size for _, size, _ in entries)
    deleted = 0
    for _, size, path in sorted(entries):
        if total - deleted <= max_bytes:
            break
        with contextlib.suppress(OSError):
            path.unlink()
            deleted += size
    return deleted


def _make(file: Path, side: int, cancel: Cancel | None) -> Image.Image:
    return decode(file, at_least=side, within=side, cancel=cancel)


def _entry(file: Path, side: int, size_bytes: int, modified_ns: int) -> Path:
    key = b"%d %d %d " % (side, size_bytes, modified_ns) + os.fsencode(file.absolute())
    found = range_of(str(file.absolute()))
    if found is not None:
        key += f" {found}".encode()
    name = hashlib.sha256(key).hexdigest()[:40]
    return thumbnails_folder() / name[:2] / f"{name[2:]}.jpg"


def _read(entry: Path) -> Image.Image | None:
    try:
        image = decode_here(entry)  # a file of ours
    except ImageProblem:  # absent, or damaged: made again and replaced
        return None
    with contextlib.suppress(OSError):
        os.utime(entry)  # `prune` deletes what was used longest ago
    return image


def _write(entry: Path, image: Image.Image) -> None:
    """Whole or not at all. A cache that cannot be written (disk full, read-only) is no reason to fail."""
    with contextlib.suppress(OSError):
        entry.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=entry.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as stream:
                image.save(stream, "JPEG", quality=90)
            Path(temporary).replace(entry)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
