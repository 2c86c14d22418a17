"""Text laid out in the columns of a terminal, in which a letter of Korean, Chinese or Japanese is two columns wide."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterable, Sequence


def columns() -> int:
    """Return the width of the terminal."""
    return shutil.get_terminal_size().columns


def width(text: str) -> int:
    """Return how many columns a text takes."""
    if text.isascii():
        return len(text)
    letters = unicodedata.normalize("NFC", text)
    return sum(
        2 if unicodedata.east_asian_width(letter) in "WF" else not unicodedata.combining(letter) for letter in letters
    )


def padded(text: str, to: int, *, right: bool = False) -> str:
    """Return a text with blanks behind it, or before it, that is `to` columns wide."""
    blanks = " " * (to - width(text))
    return f"{blanks}{text}" if right else f"{text}{blanks}"


def cut(text: str, to: int) -> str:
    """Return as much of a text as `to` columns hold."""
    while width(text) > to:
        text = text[:-1]
    return text


def wrapped(text: str, to: int) -> list[str]:
    """Return the words of a text on lines of at most `to` columns; a word that is longer stands alone."""
    lines: list[str] = []
    for word in text.split():
        if lines and width(lines[-1]) + 1 + width(word) <= to:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def table(rows: Sequence[Sequence[str]], *, head: Sequence[str]) -> str:
    """Return aligned columns: the first one to the left, the others to the right."""
    cells = [list(head), *(list(row) for row in rows)]
    widths = [max(width(row[i]) for row in cells) for i in range(len(head))]
    lines = (
        "  ".join(padded(cell, to, right=i > 0) for i, (cell, to) in enumerate(zip(row, widths, strict=True)))
        for row in cells
    )
    return "\n".join(line.rstrip() for line in lines)


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a line for each name and what it is, which stand below each other."""
    pairs = list(pairs)
    to = max((width(name) for name, _ in pairs), default=0)
    return "\n".join(f"{padded(name, to)}  {what}" for name, what in pairs)
