"""Rows and columns of widgets, each written as one expression.

column(title, row(fill(words), button, spacing=theme.Theme.S), 12, fill(grid), on=self)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.labels import text

Item = QWidget | QLayout
Margins = int | tuple[int, int, int, int] | None
Box = TypeVar("Box", bound=QBoxLayout)
_ANYWHERE = Qt.AlignmentFlag(0)


@dataclass(frozen=True, slots=True)
class LayoutPart:
    """The part at one place of a row or column; without an `item` it is free room."""

    item: Item | None
    stretch: int = 0
    align: Qt.AlignmentFlag = _ANYWHERE


def fill(item: Item, stretch: int = 1) -> LayoutPart:
    """Give this item the room that the others leave, or a share of it."""
    return LayoutPart(item, stretch)


def aligned(widget: QWidget, align: Qt.AlignmentFlag) -> LayoutPart:
    """Keep the widget as large as it asks to be, at this side of its place."""
    return LayoutPart(widget, 0, align)


def stretch(share: int = 1) -> LayoutPart:
    """Free room that takes what the others leave, or a share of it."""
    return LayoutPart(None, share)


def row(
    *parts: Item | LayoutPart | int, on: QWidget | None = None, margins: Margins = 0, spacing: int | None = None
) -> QHBoxLayout:
    """Put parts side by side; a number is so many free pixels.

    `on` is the widget whose layout this becomes. `margins` are one number, or left, top, right and bottom; None leaves
    those of the style, as does None for `spacing`.
    """
    return _filled(QHBoxLayout(), parts, on, margins, spacing)


def column(
    *parts: Item | LayoutPart | int, on: QWidget | None = None, margins: Margins = 0, spacing: int | None = None
) -> QVBoxLayout:
    """Put parts one below the other, as `row` does side by side."""
    return _filled(QVBoxLayout(), parts, on, margins, spacing)


def holder(layout: QLayout) -> QWidget:
    """Return a plain widget that holds a layout, to be shown, hidden or scrolled as one."""
    widget = QWidget()
    widget.setLayout(layout)
    return widget


def set_margins(layout: QLayout, margins: Margins) -> None:
    """Set the margins as `row` takes them."""
    if margins is not None:
        layout.setContentsMargins(*((margins,) * 4 if isinstance(margins, int) else margins))


def line() -> QFrame:
    """A thin horizontal rule."""
    rule = QFrame()
    rule.setProperty("role", "line")
    return rule


def upright() -> QWidget:
    """A thin vertical rule."""
    rule = QWidget()
    rule.setFixedWidth(1)
    rule.setAutoFillBackground(True)
    rule.setBackgroundRole(rule.palette().ColorRole.Mid)
    return rule


def titled(title: str, widget: QWidget, right: int) -> QWidget:
    """A widget under its title, with so many pixels free at its right; without any, free at its left."""
    part = QWidget()
    column(
        text(title, "section"),
        fill(widget),
        on=part,
        margins=(0 if right else theme.current().L, theme.current().M, right, 0),
        spacing=theme.current().S,
    )
    return part


def _filled(
    layout: Box, parts: tuple[Item | LayoutPart | int, ...], on: QWidget | None, margins: Margins, spacing: int | None
) -> Box:
    if on is not None:
        on.setLayout(layout)
    set_margins(layout, margins)
    if spacing is not None:
        layout.setSpacing(spacing)
    for part in parts:
        if isinstance(part, int):
            layout.addSpacing(part)
            continue
        place = part if isinstance(part, LayoutPart) else LayoutPart(part)
        if place.item is None:
            layout.addStretch(place.stretch)
        elif isinstance(place.item, QLayout):
            layout.addLayout(place.item, place.stretch)
        else:
            layout.addWidget(place.item, place.stretch, place.align)
    return layout
