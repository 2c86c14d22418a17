"""Reading CSV files as people have them: any common separator, any encoding, with or without a header."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from engine.errors import SourceError
from engine.imaging.decode import IMAGE_SUFFIXES

_SEPARATORS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file: its column names ("1", "2", ... where it has no header) and its rows, all cells as stripped text."""

    file: Path
    columns: tuple[str, ...]
    rows: list[list[str]]

    def column(self, name: str) -> int:
        """The place of a column, whatever the case of its letters.

        Raises:
            SourceError: there is none of that name.
        """
        lowered = [column.lower() for column in self.columns]
        if name.lower() in lowered:
            return lowered.index(name.lower())
        close = get_close_matches(name.lower(), lowered, n=1)
        hint = f"; did you mean {self.columns[lowered.index(close[0])]}?" if close else "."
        raise SourceError(f"{self.file.name} has no column {name!r}; it has {', '.join(self.columns)}{hint}")

    def cells(self, column: int) -> list[str]:
        return [row[column] for row in self.rows]


def read_table(file: Path) -> Table:
    """The table in `file`.

    Raises:
        SourceError: it is missing, empty, or no table.
    """
    try:
        text = _text(file.read_bytes())
    except OSError as error:
        raise SourceError(f"The table {file} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    try:
        found = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), _dialect(text))]
    except csv.Error as error:
        raise SourceError(f"{file.name} cannot be read as a CSV table ({error}); save it as CSV in UTF-8.") from error
    lines = [row for row in found if any(row)]
    if not lines:
        raise SourceError(f"The table {file.name} is empty; expected a header and a row for each picture or class.")
    width = max(map(len, lines))
    lines = [row + [""] * (width - len(row)) for row in lines]
    if any(looks_like_image(cell) for cell in lines[0]):
        return Table(file, tuple(str(n + 1) for n in range(width)), lines)
    return Table(file, tuple(name or str(n + 1) for n, name in enumerate(lines[0])), lines[1:])


def looks_like_image(cell: str) -> bool:
    """True if a cell ends like the name of an image file."""
    return cell[cell.rfind(".") :].lower() in IMAGE_SUFFIXES


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")  # what Excel writes on western Windows


def _dialect(text: str) -> type[csv.Dialect]:
    first = text.lstrip().partition("\n")[0]

    class Found(csv.excel):
        delimiter = max(_SEPARATORS, key=first.count) if any(s in first for s in _SEPARATORS) else ","

    return Found
