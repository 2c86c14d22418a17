"""Reading CSV files as people have them: any common separator, any encoding, with or without a header."""

from __future__ import annotations

import io
import locale
import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from engine.errors import SourceError
from engine.files import read_regular
from engine.imaging.decode import IMAGE_SUFFIXES

_SEPARATORS = ",;\t|"
_MOST_COLUMNS = 2000
_MOST_ROWS = 5_000_000
_MOST_CELLS = 30_000_000  # counted as in a rectangle, as pandas keeps them; some gigabytes
_LARGEST = 256 * 2**20  # bytes
_LINE_END = re.compile(r"\r\n?|\n")  # what pandas takes for one; `splitlines` knows more


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


def read_table(file: Path, *, encoding: str | None = None, separator: str | None = None) -> Table:
    """The table in `file`, by pandas. `encoding` and `separator`, any that pandas knows, are guessed when not given.

    Raises:
        SourceError: it is missing, empty, no table, or the encoding is unknown.
    """
    try:
        data = read_regular(file, most=_LARGEST)
    except OSError as error:
        raise SourceError(f"The table {file} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    try:
        encoding = encoding or _encoding(data)
        found = _cells(data.decode(encoding, "replace").lstrip("\ufeff"), separator)
    except (LookupError, ValueError) as error:  # pandas' own errors are ValueErrors
        why = " ".join(str(error).split()).rstrip(".")
        raise SourceError(f"{file.name} cannot be read as a CSV table ({why}); save it as CSV in UTF-8.") from error
    lines = [row for row in found if any(row)]
    if not lines:
        raise SourceError(f"The table {file.name} is empty; expected a header and a row for each picture or class.")
    width = max(max((n for n, cell in enumerate(row, 1) if cell), default=0) for row in lines)
    lines = [row[:width] for row in lines]
    if any(looks_like_image(cell) for cell in lines[0]):
        return Table(file, tuple(str(n + 1) for n in range(width)), lines)
    return Table(file, tuple(name or str(n + 1) for n, name in enumerate(lines[0])), lines[1:])


def looks_like_image(cell: str) -> bool:
    """True if a cell ends like the name of an image file."""
    return cell[cell.rfind(".") :].lower() in IMAGE_SUFFIXES


def _encoding(data: bytes) -> str:
    """By its mark, else UTF-8 where it is that, else what spreadsheets write here: `locale` knows on Windows."""
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "utf-32"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for name in ("utf-8", locale.getpreferredencoding(False)):
        try:
            data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        return name
    return "cp1252"  # Excel on western Windows


def _cells(text: str, separator: str | None) -> list[list[str]]:
    """All cells as stripped text, in rows of equal length."""
    import pandas as pd

    if not text.strip():
        return []
    separator = {"tab": "\t", "\\t": "\t"}.get(separator or "", separator) or _separator(text)
    plain = len(separator) == 1
    rows = text.count("\n") + text.count("\r") + 1
    if rows > _MOST_ROWS:
        raise ValueError(f"it has over {_MOST_ROWS:,} rows")
    width = _widest(text, separator if not plain else re.escape(separator))
    if width > _MOST_COLUMNS:
        raise ValueError(f"a row has {width:,} cells")
    if rows * width > _MOST_CELLS:
        raise ValueError(f"it has up to {rows:,} rows of {width:,} cells")
    frame = pd.read_csv(
        io.StringIO(text),
        sep=separator,
        header=None,
        names=range(width),
        index_col=False,
        dtype=str,
        na_filter=False,
        engine="c" if plain else "python",
    )
    return [["" if cell is None else str(cell).strip() for cell in row] for row in frame.to_numpy(object).tolist()]


def _widest(text: str, separator: str) -> int:
    """How many cells a row has at most: rows differ in length, and pandas has to know the longest before."""
    try:
        found = re.compile(separator)
    except re.error as error:
        raise ValueError(f"{separator!r} is not a regular expression: {error}") from None
    most = count = quotes = 0
    for line in _LINE_END.split(text):
        count += len(found.findall(line))
        quotes += line.count('"')
        if quotes % 2 == 0:  # otherwise the row goes on in the next line
            most, count = max(most, count), 0
    return max(most, count) + 1


def _separator(text: str) -> str:
    first = text.lstrip("\n\r").partition("\n")[0]
    return max(_SEPARATORS, key=first.count) if any(s in first for s in _SEPARATORS) else ","
