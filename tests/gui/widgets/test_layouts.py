"""Rows and columns that are written as one expression are laid out as they read."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.layouts import aligned, column, fill, holder, row, stretch


def fixed(qtbot: QtBot, width: int, height: int) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.setFixedSize(width, height)
    return made


def test_parts_stand_side_by_side_with_the_gaps_that_are_named(qtbot: QtBot) -> None:
    outer, left, middle, right = QWidget(), fixed(qtbot, 10, 10), QWidget(), fixed(qtbot, 20, 10)
    qtbot.addWidget(outer)
    row(left, 5, fill(middle), right, on=outer, margins=(1, 2, 3, 4), spacing=6)
    outer.resize(200, 40)
    outer.show()
    assert (left.x(), right.geometry().right() + 1) == (1, 197)
    assert middle.x() == 1 + 10 + 5 + 6
    assert middle.width() > 100, "it has the room that is left"


def test_a_column_may_be_nested_stretched_and_aligned(qtbot: QtBot) -> None:
    outer, top, low = QWidget(), fixed(qtbot, 30, 10), fixed(qtbot, 40, 10)
    qtbot.addWidget(outer)
    column(aligned(top, Qt.AlignmentFlag.AlignRight), stretch(), row(low, stretch()), on=outer, margins=8, spacing=0)
    outer.resize(100, 100)
    outer.show()
    assert (top.geometry().right() + 1, top.y()) == (92, 8)
    assert (low.x(), low.geometry().bottom() + 1) == (8, 92)


def test_a_layout_can_be_held_by_a_widget(qtbot: QtBot) -> None:
    inner = fixed(qtbot, 10, 10)
    held = holder(row(inner))
    qtbot.addWidget(held)
    assert inner.parentWidget() is held
    assert held.sizeHint().width() == 10
