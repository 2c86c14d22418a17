"""Tables that list pictures and their classes, such as GTSRB's `Test.csv` with the paths of another machine."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from engine.errors import SourceError
from engine.library.importers.rows import Row, paths, split_named
from engine.library.importers.tables import Table, looks_like_image, read_table
from engine.library.listing import Listed
from engine.library.records import Split

KIND = "csv"

_PATH_COLUMNS = {
    *("path", "file", "filename", "filepath", "image", "imagepath", "imagefile", "imagename", "img", "picture"),
    *("imageid", "id"),
}
_CLASS_COLUMNS = ("classname", "class", "label", "labelname", "classid", "labelid", "category", "target", "breed")
_EXACT = 1_000_000  # agrees better than any end of a path
_BYTE = re.compile(r"\\u(dc[89a-f][0-9a-f])")
_YES = {"1", "true", "yes"}
_SPLIT_COLUMNS = {"split", "subset", "set", "partition", "fold"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns hold what, and how the file is written; what is None is guessed."""

    path: str | None = None
    class_name: str | None = None
    split: str | None = None
    encoding: str | None = None
    separator: str | None = None


class Entry(NamedTuple):
    """A line of a manifest: the path as it stands there, the class ("" for none), the split if it tells one."""

    path: str
    class_name: str
    split: Split | None
    unsure: bool = False
    excluded: bool = False
    note: str = ""
    group: str | None = None
    confirmed: bool = False
    unseen: bool = False


def read_manifest(file: Path, columns: Columns | None = None) -> list[Entry]:
    """The lines of the table. Columns that are not given are guessed from their names and contents.

    Raises:
        SourceError: the table cannot be read, or a column is missing or cannot be guessed.
    """
    columns = columns or Columns()
    return entries(read_table(file, encoding=columns.encoding, separator=columns.separator), columns)


def entries(table: Table, columns: Columns) -> list[Entry]:
    """The lines of a table that was read, as `read_manifest` gives them."""
    path = table.column(columns.path) if columns.path else _guess_path(table)
    if path is None:
        raise SourceError(f"{_columns(table)}; tell which one holds the path of the picture.")
    class_ = table.column(columns.class_name) if columns.class_name else _guess_class(table, path)
    if class_ is None:
        raise SourceError(f"{_columns(table)}; tell which one holds the class.")
    split = table.column(columns.split) if columns.split else _split_column(table)
    words = _words(table)
    # As `export_labels` writes them.
    unsure, excluded, note, group, confirmed, unseen = (
        words.index(word) if word in words else None
        for word in ("unsure", "excluded", "note", "group", "confirmed", "unseen")
    )

    def cell(row: list[str], place: int | None) -> str:
        return "" if place is None else row[place]

    return [
        Entry(
            row[path],
            row[class_],
            None if split is None else split_named(row[split]),
            cell(row, unsure).lower() in _YES,
            cell(row, excluded).lower() in _YES,
            cell(row, note),
            cell(row, group) or None,
            cell(row, confirmed).lower() in _YES,
            cell(row, unseen).lower() in _YES,
        )
        for row in table.rows
        if row[path]
    ]


def _readings(path: str) -> Iterator[str]:
    """What a cell may mean: the path as it stands, one with bytes that we write as `\\udcff`, one of Windows."""
    yield path
    if "\\" in path:
        yield _BYTE.sub(lambda match: chr(int(match.group(1), 16)), path)
        yield path.replace("\\", "/")


def names_classes(table: Table) -> bool:
    """True if one of its columns is called as the column of a class is."""
    return any(word in _CLASS_COLUMNS for word in _words(table))


def rows(entries: Iterable[Entry], listing: list[Listed], root: Path, beside: str | None) -> Iterator[Row]:
    """A row for each listed picture that is among the files of `listing`, in the order of the table.

    A path counts from the table's own folder (`beside`, from the root, None if it is elsewhere) or from the root;
    otherwise the file whose path has the longest end in common is taken, unless two fit equally well. When several
    lines mean one file the best fitting, then the first, counts.
    """
    finder = Finder(listing, root)
    best: dict[str, tuple[int, Entry]] = {}
    for entry in entries:
        found = next((found for path in _readings(entry.path) if (found := finder.find(path, beside))), None)
        if found is not None and (found[0] not in best or found[1] > best[found[0]][0]):
            best[found[0]] = (found[1], entry)
    for path, (_, entry) in best.items():
        yield Row(path, entry.class_name or None, *entry[2:])


class Finder:
    """Finds files by paths that another machine wrote."""

    def __init__(self, listing: list[Listed], root: Path) -> None:
        self._root = root.as_posix()
        self._all: set[str] = set()
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for entry in listing:
            for path, name in zip(paths(entry), entry.names, strict=True):
                self._all.add(path)
                self._by_name[name.lower()].append(path)
                # Tables of bare identifiers leave the suffix out.
                self._by_name[name.lower().rpartition(".")[0]].append(path)

    def find(self, path: str, beside: str | None) -> tuple[str, int] | None:
        """The file that `path` means, from the root, and how many folders of both agree.

        None if there is no such file, or if it could be several.
        """
        wanted = [part for part in path.split("/") if part not in ("", ".")]
        plain = "/".join(wanted)
        for start in (beside, ""):
            if start is not None and (exact := f"{start}/{plain}" if start else plain) in self._all:
                return exact, _EXACT
        candidates = self._by_name.get(wanted[-1].lower(), []) if wanted else []
        ranked = sorted(((_common_tail(f"{self._root}/{c}", wanted), c) for c in candidates), reverse=True)
        if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
            return None
        return ranked[0][1], ranked[0][0]


def _common_tail(path: str, wanted: list[str]) -> int:
    """How many folders above the file name are the same, from the end."""
    count = 0
    for a, b in zip(reversed(path.split("/")[:-1]), reversed(wanted[:-1]), strict=False):
        if a.lower() != b.lower():
            break
        count += 1
    return count


def _columns(table: Table) -> str:
    return f"{table.file.name} has the columns {', '.join(table.columns)}"


def _words(table: Table) -> list[str]:
    return [re.sub(r"[^a-z]", "", column.lower()) for column in table.columns]


def _guess_path(table: Table) -> int | None:
    lines = table.rows[:200]
    for number in range(len(table.columns)):
        if lines and sum(looks_like_image(row[number]) for row in lines) > len(lines) / 2:
            return number
    return next((n for n, word in enumerate(_words(table)) if word in _PATH_COLUMNS), None)


def _guess_class(table: Table, path: int) -> int | None:
    words = _words(table)
    for word in _CLASS_COLUMNS:
        if word in words and words.index(word) != path:
            return words.index(word)
    others = [n for n in range(len(words)) if n != path and words[n] not in _SPLIT_COLUMNS]
    return others[0] if len(others) == 1 else None


def _split_column(table: Table) -> int | None:
    """A column of that name counts if every cell in it names a split."""
    for number, word in enumerate(_words(table)):
        if word in _SPLIT_COLUMNS and all(split_named(cell) for cell in table.cells(number)):
            return number
    return None
