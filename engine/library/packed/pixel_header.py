"""How a table holds pictures in its cells: told from its first lines. Loads without numpy."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from pathlib import Path

from engine.files import open_regular

LONGEST_LINE = 8 * 2**20  # bytes
_FEWEST = 64  # values: pictures of 8 × 8
_LABELS = ("label", "labels", "class", "target", "y", "emotion", "digit", "species", "category")
_SPLITS = ("usage", "split", "set", "subset", "partition")
_PIXEL = re.compile(
    r"(pixels?|px|p|x|v|f|a|attr|att|feature|val|value|col|column|input|r|i)?[\s_.-]?\d+([x_.-]\d+)?", re.I
)
_TEXTS = ("pixels", "pixel", "pixel_values", "image", "img", "feature")


@dataclass(frozen=True, slots=True)
class PixelHeader:
    """The layout of a table of pixels.

    Of `columns` columns those from `first` up to `end` hold a value each or, if `as_text`, the one at `first` holds all
    values of a picture between blanks. `label` and `split` are columns, None where there is none.
    """

    separator: str
    has_names: bool
    columns: int
    first: int
    end: int
    as_text: bool
    label: int | None
    split: int | None


def pixel_header(file: Path) -> PixelHeader | None:
    """The layout of the table; None where it holds no pictures, or cannot be read."""
    try:
        with open_regular(file) as stream:
            lines = [stream.readline(LONGEST_LINE) for _ in range(3)]
    except OSError:
        return None
    texts = [line.decode("utf-8-sig", "replace").strip("\r\n") for line in lines if line.endswith(b"\n") or line]
    texts = [text for text in texts if text]
    if not texts:
        return None
    separator = max(",;\t", key=texts[0].count)
    try:
        rows = [next(csv.reader([text], delimiter=separator)) for text in texts]
    except (csv.Error, StopIteration):
        return None
    rows = [row for row in rows if len(row) == len(rows[0])]  # others are told when they are read
    names = [cell.strip().lower() for cell in rows[0]]
    has_names = not all(map(_is_number, names)) or names[:_FEWEST] == [str(n) for n in range(min(len(names), _FEWEST))]
    values = rows[1:] if has_names else rows
    if not values:
        return None
    if has_names and (text := _text_column(names, values)) is not None:
        return PixelHeader(
            separator, True, len(names), text, text + 1, True, _one_of(names, _LABELS), _one_of(names, _SPLITS)
        )
    return _by_columns(separator, names if has_names else None, values)


def side_and_channels(values: int) -> tuple[int, int] | None:
    """Side in pixels and number of channels, 1 or 3, of a square picture of so many values."""
    for channels in (1, 3):
        side = math.isqrt(values // channels)
        if values >= _FEWEST and side * side * channels == values:
            return side, channels
    return None


def _by_columns(separator: str, names: list[str] | None, values: list[list[str]]) -> PixelHeader | None:
    count = len(values[0])
    if names is not None and not all(_PIXEL.fullmatch(name) for name in names):
        places = [n for n, name in enumerate(names) if _PIXEL.fullmatch(name)]
        if not places or places[-1] - places[0] + 1 != len(places):
            return None
        first, end = places[0], places[-1] + 1
        label, split = _one_of(names, _LABELS), _one_of(names, _SPLITS)
        others = [n for n in range(count) if not first <= n < end]
        if label is None and len(others) == 1:
            label = others[0] if names[others[0]] not in ("id", "index", "", "unnamed: 0") else None
    else:
        split = None
        first, end, label = (0, count, None) if side_and_channels(count) else _label_at_an_end(values)
    if side_and_channels(end - first) is None or not all(_is_number(c) for row in values for c in row[first:end]):
        return None
    return PixelHeader(separator, names is not None, count, first, end, False, label, split)


def _label_at_an_end(values: list[list[str]]) -> tuple[int, int, int]:
    """The label stands first, as in MNIST, unless a constant stands there: then it is the last, as in UCI's digits."""
    count = len(values[0])
    firsts, lasts = {row[0] for row in values}, {row[-1] for row in values}
    last = len(firsts) == 1 and len(lasts) > 1
    return (0, count - 1, count - 1) if last else (1, count, 0)


def _text_column(names: list[str], values: list[list[str]]) -> int | None:
    for place, name in enumerate(names):
        if name in _TEXTS:
            cells = [row[place].split() for row in values]
            if all(len(cell) >= _FEWEST and all(map(_is_number, cell[:_FEWEST])) for cell in cells):
                return place
    return None


def _one_of(names: list[str], wanted: tuple[str, ...]) -> int | None:
    return next((names.index(name) for name in wanted if name in names), None)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
