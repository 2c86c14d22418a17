"""The line at the lower edge that says what was done."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QSlider, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.pictures.overlay import SHADOW, Toast
from tests.gui.hosting import shown


def box(toast: Toast) -> QRect:
    return toast.geometry().marginsRemoved(SHADOW)


def test_a_second_message_stands_in_the_middle_at_once_and_then_on_no_control(qtbot: QtBot):
    under = shown(qtbot, QWidget(), 900, 600)
    toast = Toast(under)
    toast.say("One")
    control = QPushButton("Here", under)
    control.setGeometry(200, box(toast).top(), 500, 30)  # it came after the first message
    control.show()
    toast.say("Another one, with more words than the first", button="Undo")
    assert abs(toast.geometry().center().x() - under.rect().center().x()) <= 1
    qtbot.waitUntil(lambda: not box(toast).intersects(control.geometry()))
    assert toast.isVisible()
    assert abs(toast.geometry().center().x() - under.rect().center().x()) <= 1


@pytest.mark.parametrize("kind", [QPushButton, QSlider, QComboBox, QLineEdit])
def test_a_message_lies_on_no_kind_of_control(qtbot: QtBot, kind: type[QWidget]):
    under = shown(qtbot, QWidget(), 900, 600)
    toast = Toast(under)
    toast.say("One")
    low = box(toast)
    toast.hide()
    control = kind(QWidget(under))
    control.parentWidget().setGeometry(low)
    control.setGeometry(0, 0, low.width(), low.height())
    control.parentWidget().show()
    toast.say("One")
    assert box(toast).bottom() < low.top()
