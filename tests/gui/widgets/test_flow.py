"""Widgets that flow like words: lines as the width asks for, each widget in the middle of its line."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.flow import FlowLayout
from tests.gui.hosting import shown


def test_low_widgets_stand_in_the_middle_of_their_line_and_lines_do_not_overlap(qtbot: QtBot) -> None:
    row = QWidget()
    layout = FlowLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    boxes = []
    for width, height in ((60, 40), (60, 20), (90, 30)):
        box = QWidget()
        box.setFixedSize(width, height)
        layout.addWidget(box)
        boxes.append(box)
    shown(qtbot, row, 150, 200)
    high, low, below = (box.geometry() for box in boxes)
    assert low.center().y() == high.center().y()
    assert below.top() > high.bottom()
    assert below.left() == 0
    assert layout.heightForWidth(150) == below.bottom() + 1
    assert layout.heightForWidth(400) == 40
