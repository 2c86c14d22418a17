"""Patterns for paths, expanded in a fixed order and a folder at a time: a shell cannot pass a million names on."""

from __future__ import annotations

import fnmatch
import glob
import os
import re
from collections.abc import Iterator
from pathlib import Path

from engine.library.listing import natural_key


def has_pattern(source: str) -> bool:
    """Return whether `source` may be meant as a pattern; a file of that very name goes first."""
    return glob.has_magic(source)


def matches(pattern: str) -> Iterator[str]:
    """Paths that match, in natural order. `**` stands for any number of folders; hidden names match only a `.`.

    A folder that cannot be listed matches nothing. Links to folders are not followed by `**`, so nothing is endless.
    """
    path = Path(pattern)
    parts = path.parts
    start = path.anchor
    yield from _below(start, parts[1:] if start else parts)


def _below(place: str, parts: tuple[str, ...]) -> Iterator[str]:
    if not parts:
        yield place
        return
    part, rest = parts[0], parts[1:]
    if part == "**":
        yield from _below(place, rest or ("*",))
        for name in _names(place):
            below = os.path.join(place, name)  # noqa: PTH118
            if not name.startswith(".") and os.path.isdir(below) and not os.path.islink(below):  # noqa: PTH112, PTH114
                yield from _below(below, parts)
    elif glob.has_magic(part):
        fits = re.compile(fnmatch.translate(part)).match
        for name in _names(place):
            if fits(name) and (part.startswith(".") or not name.startswith(".")):
                yield from _deeper(os.path.join(place, name), rest)  # noqa: PTH118
    else:
        yield from _deeper(os.path.join(place, part), rest)  # noqa: PTH118


def _deeper(place: str, rest: tuple[str, ...]) -> Iterator[str]:
    if os.path.isdir(place) if rest else os.path.lexists(place):  # noqa: PTH112
        yield from _below(place, rest)


def _names(place: str) -> list[str]:
    try:
        names = sorted(os.listdir(place or "."))  # noqa: PTH208
    except OSError:
        return []
    return sorted(names, key=natural_key)
