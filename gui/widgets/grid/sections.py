"""Layout of the cells of a grid under headings: each section begins a row of its own. No Qt."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from gui.widgets.grid.layout import GAP, MARGIN, GridLayout

HEADING = 40


@dataclass(frozen=True)
class SectionLayout(GridLayout):
    """`starts` are the first cells of the sections, which together are all cells, in order; none is empty."""

    starts: Sequence[int] = (0,)

    @cached_property
    def _counts(self) -> list[int]:
        ends = [*self.starts[1:], self.count]
        return [end - start for start, end in zip(self.starts, ends, strict=True)]

    @cached_property
    def _tops(self) -> list[int]:
        """Return where the headings begin, and where the last section ends."""
        heights = (HEADING + -(-count // self.columns) * self.row_step for count in self._counts)
        return list(accumulate(heights, initial=MARGIN // 2))

    @cached_property
    def height(self) -> int:
        return self._tops[-1] - GAP + MARGIN if self.count else 0

    def position(self, index: int) -> tuple[int, int]:
        section = bisect_right(self.starts, index) - 1
        row, column = divmod(index - self.starts[section], self.columns)
        return MARGIN + column * (self.cell_width + GAP), self._tops[section] + HEADING + row * self.row_step

    def at(self, x: int, y: int) -> int | None:
        return next((i for i in self.touched(x, y, x + 1, y + 1)), None)

    def within(self, top: int, bottom: int) -> range:
        if not self.count:
            return range(0)
        return range(self._cells_above(top), self._cells_above(bottom + self.row_step))

    def _cells_above(self, y: int) -> int:
        """Return how many cells stand in rows that end above `y`."""
        section = max(0, min(len(self.starts) - 1, bisect_right(self._tops, y) - 1))
        rows = max(0, (y - self._tops[section] - HEADING) // self.row_step)
        return self.starts[section] + min(self._counts[section], rows * self.columns)

    def headings(self, top: int, bottom: int) -> list[tuple[int, int]]:
        """The sections whose heading touches the stripe, each with its top."""
        first = max(0, bisect_right(self._tops, top - HEADING) - 1)
        found = []
        for section in range(first, len(self.starts)):
            if self._tops[section] > bottom:
                break
            if self._tops[section] + HEADING >= top:
                found.append((section, self._tops[section]))
        return found

    def moved(self, here: int, move: str, height: int) -> int:
        if here < 0 or move in ("left", "right", "home", "end"):
            return super().moved(here, move, height)
        left, top = self.position(here)
        page = max(1, height // self.row_step) * self.row_step
        distance = {"up": -self.row_step, "down": self.row_step, "page up": -page, "page down": page}[move]
        return self._nearest(left, top, distance, here)

    def _nearest(self, left: int, top: int, distance: int, here: int) -> int:
        """The cell nearest to a place so far above or below; over a heading it is a bit further."""
        goal = top + distance
        rows = self.within(goal - HEADING, goal + HEADING)
        beyond = [i for i in rows if (self.position(i)[1] - top) * distance > 0]
        if not beyond:
            return 0 if distance < 0 and top <= self._tops[0] + HEADING else here if distance < 0 else self._last(here)
        return min(beyond, key=lambda i: (abs(self.position(i)[1] - goal), abs(self.position(i)[0] - left)))

    def _last(self, here: int) -> int:
        return max(here, self.count - 1)
