"""Names in letters for which no font of this computer has a shape, so that boxes stand for them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFont, QTextLayout
from PySide6.QtWidgets import QApplication


def shown_as_boxes(names: Iterable[str]) -> list[str]:
    """Return those of the names that have a letter which no font has."""
    family = QApplication.font().family()
    return [name for name in names if not name.isascii() and not all(_has_shape(letter, family) for letter in name)]


def boxes_explained(names: Iterable[str]) -> str:
    """Say that boxes stand for names of classes, and what to do; empty where each can be read."""
    boxes = shown_as_boxes(names)
    if not boxes:
        return ""
    words = QCoreApplication.translate(
        "Fonts",
        "The names of {0} classes are right, but boxes stand for their letters, as no font of this computer has them. "
        "Install one that has, such as Noto Sans, and start again.",
    )
    one = QCoreApplication.translate(
        "Fonts",
        "The name of a class is right, but boxes stand for its letters, as no font of this computer has them. "
        "Install one that has, such as Noto Sans, and start again.",
    )
    return one if len(boxes) == 1 else words.format(f"{len(boxes):,}")


@cache
def _has_shape(letter: str, family: str) -> bool:
    layout = QTextLayout(letter, QFont(family))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return all(all(run.glyphIndexes()) for run in layout.glyphRuns())
