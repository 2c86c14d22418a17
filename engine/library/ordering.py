"""Images in order, and under headings, fast enough for a million of them.

SQLite sorts a million rows in a second and more; read unsorted and sorted by numpy they take a third of that. The
order of paths comes from an index and needs no numpy, so that the window opens without it.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from engine.library.store import decode_path

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]

BY_PATH = "source_id, sort_key"

# A whole number for each image, by which it stands: largest and newest first.
_KEYS = {
    "size": "-size_bytes",
    "date": "-modified_ns",
    "dimensions": "-coalesce(width * height, 0)",
}
_MIXER = 2654435761  # odd, so that no two ids below 2**32 are mixed to the same number
_ID_BITS = 40
SORTS = ("path", "class", "split", *_KEYS, "random", "given")


@dataclass(frozen=True, slots=True)
class Heading:
    """Images that stand together: `count` of them from place `start` on. `title` is "" for those without a class."""

    title: str
    start: int
    count: int


def ordered(
    db: sqlite3.Connection, where: str, values: Sequence[object], sort: str, given: Sequence[int] | None
) -> array[int]:
    """The ids (typecode "q") of the images that satisfy `where`, sorted by one of `SORTS`."""
    if sort == "path" or (sort == "given" and given is None):
        return array("q", chain.from_iterable(db.execute(_select("id", where, BY_PATH), values)))
    if sort == "given":
        present = set(chain.from_iterable(db.execute(_select("id", where), values)))
        return array("q", [i for i in dict.fromkeys(given or ()) if i in present])
    import numpy as np

    if sort == "random":
        # The same mixture each time: labelling must not make the pictures jump.
        ids = _integers(db, _select("id", where), values)
        keys = ids * _MIXER % 2**32
    else:
        if sort in _GROUPS:
            pairs = _GROUPS[sort](db, where, values)[1]
        else:
            pairs = _integers(db, _select(f"id, {_KEYS[sort]}", where, "id"), values).reshape(-1, 2)
        ids, keys = pairs[:, 0], pairs[:, 1]
    return array("q", ids[np.argsort(keys, kind="stable")].tobytes())


def under_headings(
    db: sqlite3.Connection, ids: array[int], by: str, where: str, values: Sequence[object]
) -> tuple[array[int], list[Heading]]:
    """`ids`, which are those that satisfy `where`, put together by "class", "split" or "folder"; order kept inside."""
    import numpy as np

    titles, pairs = _GROUPS[by](db, where, values)
    pairs = pairs[np.argsort(pairs[:, 0])]
    given = np.frombuffer(ids, np.int64)
    groups = pairs[np.searchsorted(pairs[:, 0], given), 1] if len(given) else given
    order = np.argsort(groups, kind="stable")
    numbers, starts, counts = np.unique(groups[order], return_index=True, return_counts=True)
    headings = [
        Heading(titles[n], int(start), int(count)) for n, start, count in zip(numbers, starts, counts, strict=True)
    ]
    return array("q", given[order].tobytes()), headings


def _by_class(db: sqlite3.Connection, where: str, values: Sequence[object]) -> tuple[list[str], Integers]:
    classes = db.execute("SELECT id, name FROM classes WHERE gone = 0 ORDER BY position, id").fetchall()
    pairs = _with_small(db, "coalesce(class_id, 0)", where, values)
    places = {class_id: place for place, (class_id, _) in enumerate(classes)} | {0: len(classes)}
    return [*(name for _, name in classes), ""], _renumbered(pairs, places)


def _by_split(db: sqlite3.Connection, where: str, values: Sequence[object]) -> tuple[list[str], Integers]:
    from engine.library.records import Split

    return [split.value for split in Split], _with_small(db, "split", where, values)


def _by_folder(db: sqlite3.Connection, where: str, values: Sequence[object]) -> tuple[list[str], Integers]:
    """Folders of all sources in natural order; those of the same path in different sources stand apart."""
    import numpy as np

    from engine.library.listing import natural_key

    found: dict[tuple[int, str], int] = {}
    flat: list[int] = []
    for image, source, path in db.execute(_select("id, source_id, path", where), values):
        folder = (source, decode_path(path).rpartition("/")[0])
        flat += (image, found.setdefault(folder, len(found)))
    order = sorted(found, key=lambda folder: (folder[0], natural_key(folder[1])))
    places = {found[folder]: place for place, folder in enumerate(order)}
    return [folder for _, folder in order], _renumbered(np.array(flat, np.int64).reshape(-1, 2), places)


_GROUPS: dict[str, Callable[[sqlite3.Connection, str, Sequence[object]], tuple[list[str], Integers]]] = {
    "class": _by_class,
    "split": _by_split,
    "folder": _by_folder,
}
GROUPS = tuple(_GROUPS)


def _renumbered(pairs: Integers, places: dict[int, int]) -> Integers:
    import numpy as np

    table = np.zeros(max(places, default=0) + 1, np.int64)
    table[list(places)] = list(places.values())
    pairs[:, 1] = table[pairs[:, 1]]
    return pairs


def _with_small(db: sqlite3.Connection, key: str, where: str, values: Sequence[object]) -> Integers:
    """Id and a small key of each image, in the order of paths: fetched as one number, which is what takes the time."""
    import numpy as np

    packed = _integers(db, _select(f"{key} << {_ID_BITS} | id", where, BY_PATH), values)
    return np.stack((packed & (2**_ID_BITS - 1), packed >> _ID_BITS), axis=1)


def _integers(db: sqlite3.Connection, select: str, values: Sequence[object]) -> Integers:
    """All whole numbers that a query gives, row after row."""
    import numpy as np

    return np.fromiter(chain.from_iterable(db.execute(select, values)), np.int64)


def _select(columns: str, where: str, order: str | None = None) -> str:
    return f"SELECT {columns} FROM images WHERE {where}" + (f" ORDER BY {order}" if order else "")  # noqa: S608
