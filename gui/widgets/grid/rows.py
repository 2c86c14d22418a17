"""Numbers of rows as the ranges that they form: a million selected rows are one range. No Qt."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain
from typing import Any, overload

Ranges = tuple[range, ...]


class RowNumbers(Sequence[int]):
    """Different row numbers in order. Never changes; as quick with a million rows as with one where they lie together.

    Equal to any sequence of the same numbers.
    """

    __slots__ = ("_before", "_starts", "ranges")

    def __init__(self, ranges: Iterable[range] = ()) -> None:
        """`ranges` in order, apart from each other, none of them empty."""
        self.ranges: Ranges = tuple(ranges)
        self._starts = [part.start for part in self.ranges]
        self._before = list(accumulate(map(len, self.ranges), initial=0))

    @classmethod
    def of(cls, rows: Iterable[int]) -> RowNumbers:
        if isinstance(rows, RowNumbers):
            return rows
        if isinstance(rows, range) and rows.step == 1:
            return cls((rows,) if rows else ())
        return cls(_joined(range(row, row + 1) for row in sorted(set(rows))))

    def __len__(self) -> int:
        return self._before[-1]

    def __contains__(self, row: object) -> bool:
        if not isinstance(row, int):
            return False
        place = bisect_right(self._starts, row) - 1
        return place >= 0 and row in self.ranges[place]

    def __iter__(self) -> Iterator[int]:
        return chain.from_iterable(self.ranges)

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> list[int]: ...
    def __getitem__(self, index: int | slice) -> int | list[int]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(index)
        part = bisect_right(self._before, place) - 1
        return self.ranges[part][place - self._before[part]]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, RowNumbers):
            return self.ranges == other.ranges
        if not isinstance(other, Sequence) or len(other) != len(self):
            return False
        return all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # as lists, which these stand for

    def __repr__(self) -> str:
        return f"Rows({list(self.ranges)})"

    def united(self, other: RowNumbers) -> RowNumbers:
        return RowNumbers(_joined(sorted((*self.ranges, *other.ranges), key=lambda part: part.start)))

    def toggled(self, row: int) -> RowNumbers:
        """Return the rows with this one, or without it if it is here."""
        if row not in self:
            return self.united(RowNumbers((range(row, row + 1),)))
        place = bisect_right(self._starts, row) - 1
        part = self.ranges[place]
        halves = (half for half in (range(part.start, row), range(row + 1, part.stop)) if half)
        return RowNumbers((*self.ranges[:place], *halves, *self.ranges[place + 1 :]))

    def within(self, count: int) -> RowNumbers:
        """Return the rows from 0 to below `count`."""
        if not self.ranges or (self.ranges[0].start >= 0 and self.ranges[-1].stop <= count):
            return self
        cut = (range(max(0, part.start), min(count, part.stop)) for part in self.ranges)
        return RowNumbers(part for part in cut if part)


def _joined(parts: Iterable[range]) -> Iterator[range]:
    """Ranges in order of their starts, those that touch made one."""
    here: range | None = None
    for part in parts:
        if here is not None and part.start <= here.stop:
            here = range(here.start, max(here.stop, part.stop))
            continue
        if here is not None:
            yield here
        here = part
    if here is not None:
        yield here


def of_sorted(rows: Any) -> RowNumbers:
    """Make rows from a sorted numpy array of different rows, without a step in Python for each."""
    import numpy as np

    if not len(rows):
        return RowNumbers()
    breaks = np.flatnonzero(np.diff(rows) != 1) + 1
    starts, ends = rows[np.r_[0, breaks]], rows[np.r_[breaks - 1, len(rows) - 1]]
    return RowNumbers(range(start, end + 1) for start, end in zip(starts.tolist(), ends.tolist(), strict=True))
