"""Colours and keys for new classes."""

from __future__ import annotations

import colorsys
from collections.abc import Iterable

# Twenty-four hues that can be told apart on light and on dark ground, neighbours in the list far apart.
COLOURS = (
    "#3b82f6",
    "#f59e0b",
    "#10b981",
    "#ef4444",
    "#8b5cf6",
    "#06b6d4",
    "#ec4899",
    "#84cc16",
    "#b45309",
    "#6366f1",
    "#14b8a6",
    "#f97316",
    "#a855f7",
    "#22c55e",
    "#e11d48",
    "#0ea5e9",
    "#ca8a04",
    "#d946ef",
    "#0f766e",
    "#be185d",
    "#65a30d",
    "#7c3aed",
    "#fb7185",
    "#64748b",
)
KEYS = "1234567890"
_GOLDEN = 0.618034
_HUES = 300  # of one lightness, before the next one begins


def next_colour(taken: Iterable[str]) -> str:
    """The first colour that no class has; beyond the list, hues by the golden ratio, which never come close soon,
    in five lightnesses. Of many thousand classes some have the same.
    """
    used = {colour.lower() for colour in taken}
    for colour in COLOURS:
        if colour not in used:
            return colour
    colour = ""
    for number in range(len(used), 2 * len(used) + 1):  # one of them is free, unless colours come round
        lightness = 0.52 + 0.16 * ((number // _HUES) % 5 - 2) / 2
        red, green, blue = colorsys.hls_to_rgb((number * _GOLDEN) % 1.0, lightness, 0.6)
        colour = f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"
        if colour not in used:
            break
    return colour


def next_key(taken: Iterable[str | None], name: str) -> str | None:
    """The key for a new class: its name where that is a free digit, else the first free digit, 1 to 9 and then 0.

    None when all ten are given.
    """
    used = set(taken)
    wished = (name, *KEYS) if len(name) == 1 and name in KEYS else KEYS
    return next((key for key in wished if key not in used), None)
