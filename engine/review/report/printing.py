"""The printable form of a report, with colours and pictures written out.

Qt's text documents, which turn it into a PDF, know no style sheet variables and draw no SVG inside a page.
"""

from __future__ import annotations

import base64
import html
import math
import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from engine.colours import LIGHT, css_variables, rgb
from engine.review.metrics import normalised
from engine.review.report.curves import CurvePicture

WIDTH, SIDE = 325, 100  # of a curve and of a picture, in pixels of the page, of which 96 are an inch
_COLOURS = css_variables(LIGHT)
_RIGHT, _WRONG = np.array(rgb(LIGHT.positive), float), np.array(rgb(LIGHT.negative), float)
_NAMES, _LONGEST = 128, 24  # pixels of the names beside a large matrix, and their letters
_TURNS = {"R", "AL", "AN", "RLE", "RLO", "RLI"}  # directions of letters, as Unicode calls them
_WORD = re.compile(r"(\S{14})(?=\S)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # all but tabs and ends of lines, which part words
_WIDEST = 1200  # pixels of a very large matrix


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the confusion matrix. `share` is of all images with this label, 0 to 1."""

    row: int
    column: int
    count: int
    share: float


def curve_uri(curve: CurvePicture) -> str:
    """A curve as a data URI, its colours written out."""
    svg = curve.svg.replace("font-family: inherit", "font-family: sans-serif")
    for name, colour in _COLOURS.items():
        svg = svg.replace(f"var({name})", colour)
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode('ascii')}"


def tint(cell: Cell) -> str:
    """The colour of a cell of the confusion matrix, on white."""
    return _colour(cell.share if cell.count else 0.0, right=cell.row == cell.column)


def drawn_matrix(matrix: NDArray[np.int64], classes: Sequence[str]) -> CurvePicture:
    """A confusion matrix that is too large for a table of numbers, with the names of its classes."""
    n, shares = len(classes), normalised(matrix)
    cell = min(22.0, (2 * WIDTH - _NAMES) / n)
    size = min(10.0, 0.9 * cell)
    parts = []
    for index, name in enumerate(html.escape(cut(known, _LONGEST)) for known in classes):
        middle = _NAMES + (index + 0.5) * cell + size / 3
        side = f'text-anchor="end" fill="{_COLOURS["--muted"]}"'
        parts.append(f'<text x="{_NAMES - 4}" y="{middle:.1f}" {side}>{name}</text>')
        turned = f'transform="translate({middle:.1f} {_NAMES - 4}) rotate(-90)" fill="{_COLOURS["--muted"]}"'
        parts.append(f"<text {turned}>{name}</text>")
    whole = f'width="{n * cell:.1f}" height="{n * cell:.1f}" fill="{_colour(0.0, right=False)}"'
    parts.append(f'<rect x="{_NAMES}" y="{_NAMES}" {whole}/>')
    for row, column in np.argwhere(matrix).tolist():
        colour = _colour(float(shares[row, column]), right=row == column)
        corner = f'x="{_NAMES + column * cell:.2f}" y="{_NAMES + row * cell:.2f}"'
        parts.append(f'<rect {corner} width="{0.94 * cell:.2f}" height="{0.94 * cell:.2f}" fill="{colour}"/>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {math.ceil(_NAMES + n * cell)}"'
    return CurvePicture(
        "Confusion matrix", "".join([f'{head} font-family="sans-serif" font-size="{size:.1f}">', *parts, "</svg>"])
    )


def brief(text: object, most: int) -> str:
    """Text of at most so many letters, which can be parted anywhere: Qt parts no long word in a cell of a table.

    What is written from right to left keeps to itself and turns nothing beside it.
    """
    found = _WORD.sub("\\1\u200b", cut(text, most))
    turned = any(unicodedata.bidirectional(letter) in _TURNS for letter in found)
    return f"\u2068{found}\u2069" if turned else found


def cut(text: object, most: int) -> str:
    """The beginning of a text that is longer than so many letters, without what no XML may hold."""
    whole = _CONTROL.sub("", shown(text))
    return whole if len(whole) <= most else f"{whole[: most - 1].rstrip()}…"


def shown(text: object) -> str:
    """Text that can be written as UTF-8: bytes of a file name that are none become a replacement mark."""
    return os.fsencode(str(text)).decode("utf-8", "replace")


def matrix_uri(matrix: NDArray[np.int64]) -> str:
    """A confusion matrix that is too large for a table, as a picture that suits light and dark pages."""
    from PIL import Image

    shares, right = normalised(matrix), np.eye(len(matrix), dtype=bool)
    pixels = np.zeros((*matrix.shape, 4), np.uint8)
    pixels[..., :3] = np.where(right[..., None], _RIGHT, _WRONG)
    pixels[..., 3] = np.where(matrix > 0, np.maximum(70, 255 * shares**0.5), 0)
    pixels[(matrix == 0)] = (128, 134, 150, 24)
    times = max(1, _WIDEST // len(matrix))
    image = Image.fromarray(pixels.repeat(times, axis=0).repeat(times, axis=1))
    data = BytesIO()
    image.save(data, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(data.getvalue()).decode('ascii')}"


def _colour(share: float, *, right: bool) -> str:
    red, green, blue = _tint(share, right=right)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _tint(share: float, *, right: bool) -> tuple[int, int, int]:
    colour, strength = (_RIGHT if right else _WRONG), (0.1 + 0.55 * share**0.5 if share else 0.0)
    mixed = (255 * (1 - strength) + colour * strength) if share else np.array([236, 238, 242.0])
    red, green, blue = mixed.round().astype(int).tolist()
    return red, green, blue
