"""Names in letters for which no font of this computer has a shape, so that boxes stand for them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from PySide6.QtGui import QFont, QTextLayout
from PySide6.QtWidgets import QApplication

from gui.texts import Texts

Fonts = Texts("Fonts")


def shown_as_boxes(names: Iterable[str]) -> list[str]:
    """Return those of the names that have a letter which no font has."""
    family = QApplication.font().family()
    return [name for name in names if not name.isascii() and not all(_has_shape(letter, family) for letter in name)]


def boxes_explained(names: Iterable[str]) -> str:
    """Say that boxes stand for names of classes, and what to do; empty where each can be read."""
    boxes = shown_as_boxes(names)
    if not boxes:
        return ""
    return Fonts.tr(
        "The name(s) of %Ln class(es) are right, but boxes stand for their letters, as no font of this computer has "
        "them. Install one that has, such as Noto Sans, and start again.",
        None,
        len(boxes),
    )


@cache
def _has_shape(letter: str, family: str) -> bool:
    layout = QTextLayout(letter, QFont(family))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return all(all(run.glyphIndexes()) for run in layout.glyphRuns())
