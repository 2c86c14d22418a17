"""What the printable form of a report needs beside the page itself: colours and pictures written out.

Qt's text documents, which turn it into a PDF, know no style sheet variables and draw no SVG inside a page.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from engine.review.report.curves import Curve

if TYPE_CHECKING:
    from engine.review.report.page import Cell

WIDTH, SIDE = 325, 100  # of a curve and of a picture, in pixels of the page, of which 96 are an inch
_COLOURS = {
    "--text": "#1b1d24",
    "--muted": "#636977",
    "--border": "#e1e3e9",
    "--surface": "#ffffff",
    "--negative": "#c2342d",
    "--series-1": "#3b5bdb",
    "--series-2": "#d9622b",
}
_RIGHT, _WRONG = np.array([26, 127, 75.0]), np.array([194, 52, 45.0])
_CELL = 8  # pixels of a cell of a large matrix


def curve_uri(curve: Curve) -> str:
    """A curve as a data URI, its colours written out."""
    svg = curve.svg.replace("font-family: inherit", "font-family: sans-serif")
    for name, colour in _COLOURS.items():
        svg = svg.replace(f"var({name})", colour)
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode('ascii')}"


def tint(cell: Cell) -> str:
    """The colour of a cell of the confusion matrix, on white."""
    red, green, blue = _tint(cell.share if cell.count else 0.0, right=cell.row == cell.column)
    return f"#{red:02x}{green:02x}{blue:02x}"


def matrix_uri(matrix: Sequence[Sequence[Cell]]) -> str:
    """A confusion matrix that is too large for numbers, as a picture."""
    from PIL import Image

    pixels = np.array(
        [[_tint(c.share if c.count else 0.0, right=c.row == c.column) for c in row] for row in matrix], np.uint8
    )
    image = Image.fromarray(pixels.repeat(_CELL, axis=0).repeat(_CELL, axis=1))
    data = BytesIO()
    image.save(data, "PNG")
    return f"data:image/png;base64,{base64.b64encode(data.getvalue()).decode('ascii')}"


def _tint(share: float, *, right: bool) -> tuple[int, int, int]:
    colour, strength = (_RIGHT if right else _WRONG), (0.1 + 0.55 * share**0.5 if share else 0.0)
    mixed = (255 * (1 - strength) + colour * strength) if share else np.array([236, 238, 242.0])
    red, green, blue = mixed.round().astype(int).tolist()
    return red, green, blue
