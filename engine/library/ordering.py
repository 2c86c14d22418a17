"""Images in order, and under headings, fast enough for a million of them.

SQLite sorts a million rows in a second and more, and to hand them to Python one by one takes a third of a second, in
which the interpreter is asked for by every row. So SQLite joins the numbers of all rows to one text, which numpy reads
and sorts in some hundredths. The order of paths comes from an index; of few images it needs no numpy, so that the
window opens without it.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
_FEW = 100_000  # characters
_SMALL = 2**16  # numbers below it are sorted by their digits, ten times as fast
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
        return _ids(_joined(db, ("id",), where, values, BY_PATH)[0])
    if sort == "given":
        present = set(_ids(_joined(db, ("id",), where, values)[0]))
        return array("q", [i for i in dict.fromkeys(given or ()) if i in present])
    import numpy as np

    if sort == "random":
        # The same mixture each time: labelling must not make the pictures jump.
        (ids,) = _columns(db, ("id",), where, values)
        keys = ids * _MIXER % 2**32
    elif sort in _GROUPS:
        title = _GROUPS[sort](db)
        ids, numbers = _columns(db, ("id", title.column), where, values, BY_PATH)
        keys = title.places[numbers]
    else:
        ids, keys = _columns(db, ("id", _KEYS[sort]), where, values, "id")
    return _packed(ids[np.argsort(_smaller(keys), kind="stable")])


def under_headings(
    db: sqlite3.Connection, ids: array[int], by: str, where: str, values: Sequence[object]
) -> tuple[array[int], list[Heading]]:
    """`ids`, which are those that satisfy `where`, put together by "class", "split" or "folder"; order kept inside."""
    import numpy as np

    title = _GROUPS[by](db)
    some, numbers = _columns(db, ("id", title.column), where, values)
    place_of = np.zeros(int(some.max(initial=0)) + 1, np.int64)
    place_of[some] = title.places[numbers]
    given = np.frombuffer(ids, np.int64)
    groups = place_of[given]
    order = np.argsort(_smaller(groups), kind="stable")
    counts = np.bincount(groups, minlength=len(title.names))
    starts = np.cumsum(counts) - counts
    headings = [
        Heading(name, int(start), int(count))
        for name, start, count in zip(title.names, starts, counts, strict=True)
        if count
    ]
    return _packed(given[order]), headings


@dataclass(frozen=True, slots=True)
class _Titles:
    """What images can stand under: `column` gives each image a number, `places` its place among `names`."""

    column: str
    names: list[str]
    places: Integers


def _by_class(db: sqlite3.Connection) -> _Titles:
    classes = db.execute("SELECT id, name FROM classes WHERE gone = 0 ORDER BY position, id").fetchall()
    names = [*(name for _, name in classes), ""]
    places = {class_id: place for place, (class_id, _) in enumerate(classes)} | {0: len(classes)}
    return _Titles("coalesce(class_id, 0)", names, _table(places))


def _by_split(_db: sqlite3.Connection) -> _Titles:
    from engine.library.records import Split

    return _Titles("split", [split.value for split in Split], _table({n: n for n in range(len(Split))}))


def _by_folder(db: sqlite3.Connection) -> _Titles:
    """Folders of all sources in natural order; those of the same path in different sources stand apart."""
    from engine.library.listing import natural_key

    rows = db.execute("SELECT id, source_id, path FROM folders").fetchall()
    found = [(source, natural_key(decode_path(path)), decode_path(path), number) for number, source, path in rows]
    found.sort()
    places = {number: place for place, (*_, number) in enumerate(found)} | {0: len(found)}
    return _Titles("folder_id", [*(path for _, _, path, _ in found), ""], _table(places))


_GROUPS: dict[str, Callable[[sqlite3.Connection], _Titles]] = {
    "class": _by_class,
    "split": _by_split,
    "folder": _by_folder,
}
GROUPS = tuple(_GROUPS)


def _table(places: dict[int, int]) -> Integers:
    import numpy as np

    table = np.zeros(max(places, default=0) + 1, np.int64)
    table[list(places)] = list(places.values())
    return table


def _smaller(keys: Integers) -> npt.NDArray[np.integer]:
    import numpy as np

    small = len(keys) == 0 or (keys.min() >= 0 and keys.max() < _SMALL)
    return keys.astype(np.uint16) if small else keys


def _columns(
    db: sqlite3.Connection, columns: Sequence[str], where: str, values: Sequence[object], order: str | None = None
) -> list[Integers]:
    """Whole numbers of all images that satisfy `where`, an array for each of `columns`."""
    import numpy as np

    texts = _joined(db, columns, where, values, order)
    return [np.fromstring(text, np.int64, sep=",") if text else np.empty(0, np.int64) for text in texts]


def _ids(text: str) -> array[int]:
    if len(text) < _FEW:
        return array("q", map(int, text.split(",")) if text else ())
    import numpy as np

    return _packed(np.fromstring(text, np.int64, sep=","))


def _packed(ids: Integers) -> array[int]:
    return array("q", ids.tobytes())


def _joined(
    db: sqlite3.Connection, columns: Sequence[str], where: str, values: Sequence[object], order: str | None = None
) -> list[str]:
    """The values of each of `columns` with commas between, in the same order of images."""
    names = [f"c{n}" for n in range(len(columns))]
    inner = ", ".join(f"{column} AS {name}" for column, name in zip(columns, names, strict=True))
    rows = f"SELECT {inner} FROM images WHERE {where}" + (f" ORDER BY {order}" if order else "")  # noqa: S608
    joined = ", ".join(f"group_concat({name})" for name in names)
    return [text or "" for text in db.execute(f"SELECT {joined} FROM ({rows})", values).fetchone()]  # noqa: S608
