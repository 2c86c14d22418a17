"""Limits on the time and memory that one picture may take, whatever is in its file."""

from __future__ import annotations

import os


def _seconds() -> float:
    """Return the bound on processor time in seconds; `PIGEONHOLE_DECODE_SECONDS` sets it, for slow machines and for
    tests.
    """
    try:
        return min(max(float(os.environ["PIGEONHOLE_DECODE_SECONDS"]), 0.1), 3600.0)
    except (KeyError, ValueError):
        return 20.0


PIXELS = 178_956_970  # at which Pillow refuses, by default
CPU_SECONDS = _seconds()  # of all threads of its decoder together
WALL_SECONDS = 5 * CPU_SECONDS  # also where it waits for a disk, or the machine is busy with other things
START_SECONDS = max(60.0, WALL_SECONDS)  # that a decoder may take to start, which is no fault of the picture that waits
REST_SECONDS = WALL_SECONDS + 60  # that a decoder waits for the next picture before it ends
MEMORY = 2 * 2**30  # bytes
MEMORY_AT_REST = MEMORY // 8  # that a decoder may hold between two pictures
