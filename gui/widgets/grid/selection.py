"""Selection of the cells of a grid, by the rules that file managers share. No Qt."""

from __future__ import annotations

from collections.abc import Iterable

from gui.widgets.grid.rows import RowNumbers

NOTHING = RowNumbers()


class Selection:
    """A set of indices with a current one (where the keyboard is) and an anchor (where a range began)."""

    def __init__(self) -> None:
        self.count = 0
        self.current: int | None = None
        self.anchor: int | None = None
        self.rows = NOTHING

    def reset(self, count: int) -> None:
        self.count = count
        self.current = self.anchor = None
        self.rows = NOTHING

    def __contains__(self, index: int) -> bool:
        return index in self.rows

    def __len__(self) -> int:
        return len(self.rows)

    def only(self, index: int) -> None:
        self.current = self.anchor = index
        self.rows = RowNumbers.of((index,))

    def toggle(self, index: int) -> None:
        self.current = self.anchor = index
        self.rows = self.rows.toggled(index)

    def extend_to(self, index: int) -> None:
        """Select everything between the anchor and `index`."""
        if self.anchor is None:
            self.anchor = index
        self.current = index
        self.rows = RowNumbers.of(range(min(self.anchor, index), max(self.anchor, index) + 1))

    def everything(self) -> None:
        self.rows = RowNumbers.of(range(self.count))
        if self.current is None and self.count:
            self.current = self.anchor = 0

    def clear(self) -> None:
        self.rows = NOTHING

    def replace(self, indices: Iterable[int], current: int | None = None, anchor: int | None = None) -> None:
        self.rows = RowNumbers.of(indices).within(self.count)
        if current is not None and 0 <= current < self.count:
            self.current = current
            self.anchor = anchor if anchor is not None and 0 <= anchor < self.count else current
        elif self.rows and self.current not in self.rows:
            self.current = self.anchor = self.rows[0]

    def move(self, index: int, *, extend: bool) -> None:
        """Go to `index`, as the arrow keys do."""
        index = max(0, min(self.count - 1, index))
        if extend:
            self.extend_to(index)
        else:
            self.only(index)
