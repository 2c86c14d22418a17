"""Reading tables as people have them: CSV of any separator and encoding, lists with spaces, workbooks of Excel."""

from __future__ import annotations

import io
import locale
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.errors import SourceError
from engine.files import read_regular, reason_of
from engine.imaging.signatures import IMAGE_SUFFIXES
from engine.language import _
from engine.library.packed.member_names import guess
from engine.patterns import MISTAKES
from engine.suggestions import did_you_mean

_SEPARATORS = ",;\t|"
_MOST_COLUMNS = 2000
_MOST_ROWS = 5_000_000
MOST_CELLS = 30_000_000  # counted as in a rectangle, as pandas keeps them; some gigabytes
_LARGEST = 256 * 2**20  # bytes
_SEP_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?[ \t]*(?:\r\n?|\n)", re.I)  # what Excel writes, and reads, first
_WORKBOOK, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MOST_TITLES = 5  # rows
_SPACED = re.compile(r"\s*(\S.*\.[A-Za-z0-9]{2,5})[ \t]+(\S+)\s*")  # `some folder/1.jpg 3`
_LINE_END = re.compile(r"\r\n?|\n")  # what pandas takes for one; `splitlines` knows more


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its column names ("1", "2", ... where it has no header) and its rows, all cells as stripped text."""

    file: Path
    columns: tuple[str, ...]
    rows: list[list[str]]
    guessed: str | None = None  # the encoding, where the file does not say it

    def column(self, name: str) -> int:
        """The place of a column, whatever the case of its letters.

        Raises:
            SourceError: there is none of that name.
        """
        lowered = [column.lower() for column in self.columns]
        if name.lower() in lowered:
            return lowered.index(name.lower())
        sentence = _("{file} has no column {name!r}; it has {columns}.")
        said = sentence.format(file=self.file.name, name=name, columns=", ".join(self.columns))
        raise SourceError(said + did_you_mean(name, self.columns))

    def cells(self, column: int) -> list[str]:
        return [row[column] for row in self.rows]


def read_table(file: Path, *, encoding: str | None = None, separator: str | None = None, listed: bool = False) -> Table:
    """The table in `file`, by pandas or, for a workbook, openpyxl (its first sheet with cells).

    `encoding` and `separator`, any that pandas knows, are guessed when not given. With `listed` each line is a picture
    without its suffix, a blank and a class.

    Raises:
        SourceError: it is missing, empty, no table, or the encoding is unknown.
    """
    try:
        data = read_regular(file, most=_LARGEST)
    except OSError as error:
        raise SourceError(
            _("The table {file} cannot be read: {why}.").format(file=file, why=reason_of(error))
        ) from error
    if data.startswith(_OLD_WORKBOOK):
        raise SourceError(_("{file} is a workbook of an old Excel; save it as .xlsx or as CSV.").format(file=file.name))
    try:
        guessed = None
        if data.startswith(_WORKBOOK):
            found = _workbook(file, data)
        else:
            if encoding is None:
                encoding, guessed = _encoding(data)
            text = data.decode(encoding, "replace").lstrip("\ufeff")
            found = [line.split(None, 1) for line in text.splitlines()] if listed else _cells(text, separator)
    except (LookupError, ValueError) as error:  # pandas' own errors are ValueErrors
        why = " ".join(str(error).split()).rstrip(".")
        raise SourceError(
            _("{file} cannot be read as a CSV table ({why}); save it as CSV in UTF-8.").format(file=file.name, why=why)
        ) from error
    lines = [row for row in found if any(row)]
    if not lines:
        raise SourceError(
            _("The table {file} is empty; expected a header and a row for each picture or class.").format(
                file=file.name
            )
        )
    if listed:
        return Table(file, ("1", "2"), [[row[0], row[1].strip() if len(row) > 1 else ""] for row in lines], guessed)
    lines = _without_titles(lines)
    width = max(max((n for n, cell in enumerate(row, 1) if cell), default=0) for row in lines)
    lines = [row[:width] for row in lines]
    if any(looks_like_image(cell) for cell in lines[0]):
        return Table(file, tuple(str(n + 1) for n in range(width)), lines, guessed)
    return Table(file, tuple(name or str(n + 1) for n, name in enumerate(lines[0])), lines[1:], guessed)


def _without_titles(lines: list[list[str]]) -> list[list[str]]:
    """The rows without the first ones that have one cell each, as spreadsheets begin with a title."""
    filled = [sum(map(bool, row)) for row in lines[: _MOST_TITLES + 1]]
    first = next((n for n, count in enumerate(filled) if count > 1), 0)
    return lines[first:]


def looks_like_image(cell: str) -> bool:
    """True if a cell ends like the name of an image file, or is the address of one."""
    if "://" in cell:
        cell = cell.partition("?")[0].partition("#")[0]
    return cell[cell.rfind(".") :].lower() in IMAGE_SUFFIXES


def _encoding(data: bytes) -> tuple[str, str | None]:
    """By its mark, else UTF-8 where it is that, else as spreadsheets write here, which `locale` knows on Windows; else
    by a guess, which is given a second time.
    """
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "utf-32", None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", None
    start = data[:2000]
    if (zeros := start.count(0)) > len(start) / 4:  # UTF-16 without a mark: every other byte of Latin text is 0
        return ("utf-16-le" if start[1::2].count(0) > zeros / 2 else "utf-16-be"), None
    with suppress(UnicodeDecodeError):
        data.decode("utf-8")
        return "utf-8", None
    guessed = guess([line for line in data.split(b"\n", 20_000) if not line.isascii()], western="cp1252")
    if guessed == "cp1252":
        local = locale.getpreferredencoding(False)
        with suppress(UnicodeDecodeError, LookupError):
            data.decode(local)
            return local, local
    return guessed, guessed


def _cells(text: str, separator: str | None) -> list[list[str]]:
    """All cells as stripped text, in rows of equal length."""
    import pandas as pd

    if not text.strip():
        return []
    if (told := _SEP_LINE.match(text)) is not None:
        separator, text = separator or told.group(1), text[told.end() :]
    if separator is None and (spaced := _spaced(text)) is not None:
        return spaced
    separator = {"tab": "\t", "\\t": "\t"}.get(separator or "", separator) or _separator(text)
    plain = len(separator) == 1
    rows = text.count("\n") + text.count("\r") + 1
    if rows > _MOST_ROWS:
        raise ValueError(f"it has over {_MOST_ROWS:,} rows")
    width = _widest(text, separator if not plain else re.escape(separator))
    if width > _MOST_COLUMNS:
        raise ValueError(f"a row has {width:,} cells")
    if rows * width > MOST_CELLS:
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


def _spaced(text: str) -> list[list[str]] | None:
    """The rows of a list such as `train/1.jpg 3`, whose paths may hold spaces, or of a table between blanks, which may
    have the number of its rows before its header (CelebA); None if it is neither.
    """
    lines = [line for line in _LINE_END.split(text) if line.strip()]
    if len(lines) > _MOST_ROWS or any(separator in lines[0] for separator in _SEPARATORS):
        return None
    counted = lines[0].strip().isdigit() and len(lines) > 2  # a header and a row
    cells = [line.split() for line in lines[counted:]]
    width = len(cells[-1])
    if width > 2 and all(len(row) == width and looks_like_image(row[0]) for row in cells[1:]):
        missing = width - len(cells[0])
        if looks_like_image(cells[0][0]) or missing in (0, 1):
            return [["image"] * missing + cells[0], *cells[1:]] if missing in (0, 1) else None
    found = []
    for line in lines:
        match = _SPACED.fullmatch(line)
        if match is None or not looks_like_image(match.group(1)):
            return None
        found.append([match.group(1), match.group(2)])
    return found


def _workbook(file: Path, data: bytes) -> list[list[str]]:
    """The cells of the first sheet that has any, as text.

    Raises:
        SourceError: it is no workbook, or damaged.
        ValueError: it has too many cells.
    """
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            rows: list[list[str]] = []
            cells = 0
            for row in sheet.iter_rows(values_only=True):
                cells += len(row)
                if cells > MOST_CELLS or len(row) > _MOST_COLUMNS:
                    raise ValueError(f"it has over {MOST_CELLS:,} cells or {_MOST_COLUMNS:,} columns")
                rows.append([_cell_text(value) for value in row])
            if any(any(row) for row in rows):
                width = max(map(len, rows))
                return [row + [""] * (width - len(row)) for row in rows]
    except ValueError:
        raise
    except Exception as error:  # damaged files make it raise anything
        raise SourceError(
            _("{file} cannot be read as a workbook; save it as CSV in UTF-8.").format(file=file.name)
        ) from error
    return []


def _cell_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _widest(text: str, separator: str) -> int:
    """How many cells a row has at most: rows differ in length, and pandas has to know the longest before."""
    try:
        found = re.compile(separator)
    except MISTAKES as error:
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
