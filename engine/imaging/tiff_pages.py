"""How many pages or planes a TIFF file has, by following its directories; loads nothing."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import IO

from engine.files import open_regular

MOST = 10_000


def tiff_pages(file: Path) -> int:
    """The number of directories in a file, up to `MOST`; 0 for one that is no TIFF or cannot be read."""
    try:
        with open_regular(file) as stream:
            return _count(stream)
    except (OSError, struct.error, ValueError, OverflowError):  # the last two: a place that no file has
        return 0


def _count(stream: IO[bytes]) -> int:
    head = stream.read(16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None:
        return 0
    (version,) = struct.unpack(f"{order}H", head[2:4])
    if version not in (42, 43):
        return 0
    big = version == 43
    (place,) = struct.unpack(f"{order}Q" if big else f"{order}I", head[8:16] if big else head[4:8])
    count_form, entry, next_form = (f"{order}Q", 20, f"{order}Q") if big else (f"{order}H", 12, f"{order}I")
    seen: set[int] = set()
    while place and place not in seen and len(seen) < MOST:
        stream.seek(place)
        (entries,) = struct.unpack(count_form, stream.read(struct.calcsize(count_form)))
        stream.seek(entries * entry, 1)
        (following,) = struct.unpack(next_form, stream.read(struct.calcsize(next_form)))
        seen.add(place)
        place = following
    return len(seen)
