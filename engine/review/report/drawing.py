"""Points as an SVG element in the page's colours, small enough for thousands: one path for all points of a kind."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 560, 400
_EDGE, _FOOT = 12, 30  # room beside the points, and below them for the legend
_LONGEST = 18  # letters of a name
_LETTER, _LINE = 8.0, 18.0  # a letter's width and a line's height, of names that must not cover each other


@dataclass(frozen=True, slots=True)
class Dots:
    """Points (n, 2) of 0 to 1, upwards, that look alike. `cross` gives them another sign beside the colour."""

    name: str
    colour: str
    points: NDArray[np.float64]
    cross: bool = False


def drawing(kinds: Sequence[Dots], title: str, *, named: bool = False) -> str:
    """An SVG element. With `named` each name stands where its points are, else in a legend with their numbers."""
    kinds = [kind for kind in kinds if len(kind.points)]
    body = [_path(kind) for kind in kinds]
    body += _names([kind for kind in kinds if kind.name]) if named else _legend(kinds)
    head = f'<svg role="img" aria-label="{html.escape(title)}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    frame = f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - _FOOT}" fill="none" stroke="var(--border)"/>'
    look = ' xmlns="http://www.w3.org/2000/svg" style="font-family: inherit; font-size: 15px">'
    return "".join([head, look, frame, *body, "</svg>"])


def _places(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return places in the drawing: downwards, inside the frame."""
    x = _EDGE + points[:, 0] * (WIDTH - 2 * _EDGE)
    y = _EDGE + (1 - points[:, 1]) * (HEIGHT - _FOOT - 2 * _EDGE)
    return np.stack([x, y], axis=1)


def _path(kind: Dots) -> str:
    """Return a path of all points at once: dots are the round ends of lines without a length."""
    sign = "m-3-3l6 6m0-6l-6 6" if kind.cross else "h.01"
    steps = "".join(f"M{x:.1f} {y:.1f}{sign}" for x, y in _places(kind.points).tolist())
    width, opacity = (1.6, 1.0) if kind.cross else (4.4, 0.6)
    look = f'stroke="{html.escape(kind.colour)}" stroke-width="{width}" stroke-linecap="round"'
    return f'<path d="{steps}" fill="none" {look} stroke-opacity="{opacity}"/>'


def _names(kinds: Sequence[Dots]) -> list[str]:
    """Draw each name in the middle of its points, moved where it would cover another."""
    points_by_name = sorted(
        ((*np.median(_places(kind.points), axis=0).tolist(), kind) for kind in kinds), key=lambda w: (w[1], w[0])
    )
    placed: list[tuple[float, float, float]] = []  # middle, line, half the width
    texts = []
    for x, y, kind in points_by_name:
        name = _short(kind.name)
        half = (len(name) + 2) * _LETTER / 2
        x = min(max(x, half + 2), WIDTH - half - 2)
        line = _free(x, y, half, placed)
        placed.append((x, line, half))
        dot = f'<tspan fill="{html.escape(kind.colour)}">●&#160;</tspan>'
        place = f'x="{x:.1f}" y="{line:.1f}" text-anchor="middle"'
        halo = f'<text {place} fill="none" stroke="var(--surface)" stroke-width="4">●&#160;{html.escape(name)}</text>'
        texts += [halo, f'<text {place} fill="var(--text)">{dot}{html.escape(name)}</text>']
    return texts


def _free(x: float, y: float, half: float, placed: Sequence[tuple[float, float, float]]) -> float:
    """The line nearest to `y` on which no other name stands; `y` itself where there is none."""
    lowest, highest = _LINE, HEIGHT - _FOOT - 6.0
    steps = np.arange(0, HEIGHT, 4.0)
    lines: list[float] = [y + sign * step for step in steps.tolist() for sign in (1, -1)]
    for line in lines:
        if lowest <= line <= highest and not any(
            abs(x - other) < half + width and abs(line - used) < _LINE for other, used, width in placed
        ):
            return line
    return y


def _legend(kinds: Sequence[Dots]) -> list[str]:
    texts, x = [], 2.0
    for kind in kinds:
        words = f"{kind.name} {len(kind.points):,}"
        sign = f'<tspan fill="{html.escape(kind.colour)}">{"✗" if kind.cross else "●"}&#160;</tspan>'
        texts.append(f'<text x="{x:.1f}" y="{HEIGHT - 8}" fill="var(--text)">{sign}{html.escape(words)}</text>')
        x += (len(words) + 5) * _LETTER
    return texts


def _short(name: str) -> str:
    """Fit to be drawn: what no font has (bytes of a file name that are no text) becomes a replacement mark."""
    name = "".join(letter if letter.isprintable() else "\ufffd" for letter in name)
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
