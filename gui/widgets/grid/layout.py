"""Layout of the cells of a grid: arithmetic on any number of rows. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

MARGIN = 16  # around the whole grid
GAP = 8  # least distance between cells
PAD = 8  # between a cell's edge and its picture


@dataclass(frozen=True)
class GridLayout:
    """Cells of one size, in so many columns that they fill the width and are about as large as wanted."""

    count: int
    width: int
    wanted_side: int  # of a picture
    text_height: int

    @cached_property
    def side(self) -> int:
        """Return the side of a picture, so that the columns fill the width."""
        free = self.width - 2 * MARGIN - (self.columns - 1) * GAP
        return max(16, free // self.columns - 2 * PAD)

    @cached_property
    def cell_width(self) -> int:
        return self.side + 2 * PAD

    @cached_property
    def cell_height(self) -> int:
        return self.side + 2 * PAD + self.text_height

    @cached_property
    def columns(self) -> int:
        return max(1, round((self.width - 2 * MARGIN + GAP) / (self.wanted_side + 2 * PAD + GAP)))

    @cached_property
    def rows(self) -> int:
        return -(-self.count // self.columns)

    @cached_property
    def row_step(self) -> int:
        return self.cell_height + GAP

    @cached_property
    def height(self) -> int:
        return 2 * MARGIN + self.rows * self.row_step - GAP if self.count else 0

    def position(self, index: int) -> tuple[int, int]:
        """Left and top of a cell, from the top of the whole grid."""
        row, column = divmod(index, self.columns)
        return MARGIN + column * (self.cell_width + GAP), MARGIN + row * self.row_step

    def at(self, x: int, y: int) -> int | None:
        """The cell at a point of the whole grid."""
        row = (y - MARGIN) // self.row_step
        if y < MARGIN or row >= self.rows:
            return None
        for index in range(row * self.columns, min(self.count, (row + 1) * self.columns)):
            left, top = self.position(index)
            if left <= x < left + self.cell_width and top <= y < top + self.cell_height:
                return index
        return None

    def within(self, top: int, bottom: int) -> range:
        """The cells of all rows that touch the stripe from `top` to `bottom`."""
        first = max(0, (top - MARGIN) // self.row_step)
        last = max(0, (bottom - MARGIN) // self.row_step)
        return range(min(self.count, first * self.columns), min(self.count, (last + 1) * self.columns))

    def touched(self, left: int, top: int, right: int, bottom: int) -> list[int]:
        """The cells that a rectangle touches."""
        found = []
        for index in self.within(top, bottom):
            x, y = self.position(index)
            if x < right and x + self.cell_width > left and y < bottom and y + self.cell_height > top:
                found.append(index)
        return found

    def moved(self, here: int, move: str, height: int) -> int:
        """The cell where a key leads from `here` (-1: nowhere yet); a page is what fits into `height`."""
        page = max(1, height // self.row_step) * self.columns
        goals = {
            "left": here - 1,
            "right": here + 1,
            "up": here - self.columns if here >= self.columns else here,
            "down": here + self.columns if here + self.columns < self.count else self.count - 1,
            "home": 0,
            "end": self.count - 1,
            "page up": here - page,
            "page down": here + page,
        }
        return max(0, min(self.count - 1, goals[move]))
