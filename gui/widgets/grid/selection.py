"""Which cells of a grid are selected, by the rules that file managers share. No Qt."""

from __future__ import annotations


class Selection:
    """A set of indices with a current one (where the keyboard is) and an anchor (where a range began)."""

    def __init__(self) -> None:
        self.count = 0
        self.current: int | None = None
        self._anchor: int | None = None
        self._chosen: set[int] = set()

    def reset(self, count: int) -> None:
        self.count = count
        self.current = self._anchor = None
        self._chosen = set()

    def __contains__(self, index: int) -> bool:
        return index in self._chosen

    def __len__(self) -> int:
        return len(self._chosen)

    def sorted(self) -> list[int]:
        return sorted(self._chosen)

    def only(self, index: int) -> None:
        self.current = self._anchor = index
        self._chosen = {index}

    def toggle(self, index: int) -> None:
        self.current = self._anchor = index
        self._chosen ^= {index}

    def extend_to(self, index: int) -> None:
        """Everything between the anchor and `index`."""
        if self._anchor is None:
            self._anchor = index
        self.current = index
        self._chosen = set(range(min(self._anchor, index), max(self._anchor, index) + 1))

    def everything(self) -> None:
        self._chosen = set(range(self.count))
        if self.current is None and self.count:
            self.current = self._anchor = 0

    def clear(self) -> None:
        self._chosen = set()

    def replace(self, indices: set[int], current: int | None = None) -> None:
        self._chosen = {i for i in indices if 0 <= i < self.count}
        if current is not None and 0 <= current < self.count:
            self.current = self._anchor = current
        elif self._chosen and self.current not in self._chosen:
            self.current = self._anchor = min(self._chosen)

    def move(self, index: int, *, extend: bool) -> None:
        """Go to `index`, as the arrow keys do."""
        index = max(0, min(self.count - 1, index))
        if extend:
            self.extend_to(index)
        else:
            self.only(index)
