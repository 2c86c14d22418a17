"""Points of many images, in a file that is mapped where they would take much memory."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.places import cache_folder
from engine.similarity.classifier import Floats
from engine.similarity.graph import unit_points

ROWS_AT_ONCE = 8192
MOST_IN_MEMORY = 128 * 2**20  # bytes: 260,000 images of 128 components


def blocks(count: int, size: int = ROWS_AT_ONCE) -> Iterator[slice]:
    """Return slices of `size` that together are `count` long."""
    return (slice(start, min(start + size, count)) for start in range(0, count, size))


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Points as their directions `units` (n, k), each of length 1 or all 0, and their `lengths` (n,)."""

    units: Floats
    lengths: Floats

    @classmethod
    def empty(cls, count: int, size: int) -> Points:
        """Return so many that are still to be `put`."""
        return cls(_floats(count, size), np.zeros(count, np.float32))

    @classmethod
    def of(cls, points: Floats) -> Points:
        """Return those of an array (n, k)."""
        found = cls.empty(*points.shape)
        for some in blocks(len(points)):
            found.put(some, points[some])
        return found

    def __len__(self) -> int:
        return len(self.lengths)

    def put(self, where: slice | NDArray[np.int64], points: Floats) -> None:
        """Set the points at some places."""
        self.units[where] = unit_points(points)
        self.lengths[where] = np.linalg.norm(points, axis=1)

    def copy_from(self, other: Points, where: NDArray[np.int64], there: NDArray[np.int64]) -> None:
        """Set the points at the places `where` to those that are `there` in the other, some at a time."""
        for some in blocks(len(where)):
            self.units[where[some]] = other.units[there[some]]
        self.lengths[where] = other.lengths[there]

    def first(self, count: int) -> Points:
        """Return the first so many, of which nothing is copied."""
        return Points(self.units[:count], self.lengths[:count])

    def at(self, places: NDArray[np.int64]) -> Floats:
        """Return the points at some places (n, k)."""
        found: Floats = self.units[places] * self.lengths[places, None]
        return found

    def times(self, weights: Floats, some: slice | NDArray[np.int64] = slice(None)) -> Floats:
        """Return the products of the points at some places with weights (k, c), (m, c)."""
        found: Floats = self.units[some] @ weights
        found *= self.lengths[some, None]
        return found


def _floats(count: int, size: int) -> Floats:
    """Return an array to be filled; beyond 128 MB in a file without a name, which the system may write out and drop."""
    if 4 * count * size <= MOST_IN_MEMORY:
        return np.zeros((count, size), np.float32)
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=cache_folder()) as file:
            if hasattr(os, "posix_fallocate"):  # else a full disk would end the process when the file is filled
                os.posix_fallocate(file.fileno(), 0, 4 * count * size)
            return np.asarray(np.memmap(file, np.float32, "w+", shape=(count, size)))
    except OSError:  # no room there, or a file system that reserves none
        return np.zeros((count, size), np.float32)
