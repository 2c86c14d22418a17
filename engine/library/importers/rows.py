"""What every importer yields: rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, overload

from engine.library.listing import Listed
from engine.library.records import Split


class Row(NamedTuple):
    """An image to add: its path from the source's root, the class it is said to have, the split its folder names.

    The rest is what only tables of our own tell: flags, note, group.
    """

    path: str
    class_name: str | None
    split: Split | None
    unsure: bool = False
    excluded: bool = False
    note: str = ""
    group: str | None = None
    confirmed: bool = False
    unseen: bool = False


class Rows(Sequence[Row]):
    """Rows, kept by the column.

    A hundred thousand tuples at once would all be visited whenever Python looks for garbage, which holds up the window;
    lists of texts are not.
    """

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.paths: list[str] = []
        self.class_names: list[str | None] = []
        self.splits: list[Split | None] = []
        self._rest: dict[int, tuple[Any, ...]] = {}  # of the few that have more than these
        for row in rows:
            self.append(row)

    def append(self, row: Row) -> None:
        """Add one at the end."""
        path, class_name, split, *rest = row
        if any(rest):
            self._rest[len(self.paths)] = tuple(rest)
        self.paths.append(path)
        self.class_names.append(class_name)
        self.splits.append(split)

    def with_classes(self, class_names: list[str | None]) -> Rows:
        """The same rows with other classes."""
        other = Rows()
        other.paths, other.splits, other._rest = self.paths, self.splits, self._rest
        other.class_names = class_names
        return other

    def groups(self) -> list[str | None]:
        """The group of each."""
        return self._of_rest("group")

    def set_groups(self, groups: Sequence[str | None]) -> None:
        """Give each row a group, None for none."""
        place = Row._fields.index("group") - _COLUMNS
        usual = tuple(Row._field_defaults.values())
        for n, group in enumerate(groups):
            rest = self._rest.get(n, usual)
            if group != rest[place]:
                self._rest[n] = (*rest[:place], group, *rest[place + 1 :])

    def unseen(self) -> list[bool]:
        """Whether the label of each was accepted unseen."""
        return self._of_rest("unseen")

    def _of_rest(self, name: str) -> list[Any]:
        place = Row._fields.index(name) - _COLUMNS
        usual = Row._field_defaults[name]
        return [rest[place] if (rest := self._rest.get(n)) else usual for n in range(len(self))]

    def counts(self) -> Counter[str]:
        """How many there are of each class."""
        found = Counter(self.class_names)
        del found[None]
        return found  # type: ignore[return-value]  # None is not in it any more

    def chosen(self, wanted: Container[str]) -> Rows:
        """The rows whose path is in `wanted`."""
        return Rows(row for row in self if row.path in wanted)

    def __len__(self) -> int:
        return len(self.paths)

    def __iter__(self) -> Iterator[Row]:
        for n, row in enumerate(zip(self.paths, self.class_names, self.splits, strict=True)):
            yield Row(*row, *self._rest.get(n, ()))

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self[n] for n in range(*place.indices(len(self)))]
        n = place % len(self) if -len(self) <= place < len(self) else place
        return Row(self.paths[n], self.class_names[n], self.splits[n], *self._rest.get(n, ()))


_COLUMNS = 3


def paths(entry: Listed) -> list[str]:
    """The paths of a folder's images from the root."""
    return [f"{entry.folder}/{name}" for name in entry.names] if entry.folder else list(entry.names)
