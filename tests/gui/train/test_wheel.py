"""The wheel over the setup scrolls it and changes nothing of what is chosen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from gui.train.page import TrainPage


def turn_down(widget: QWidget) -> None:
    """As the window system tells it, so that it goes on to the parents where it is not taken."""
    window = widget.window()
    QTest.wheelEvent(window.windowHandle(), widget.mapTo(window, widget.rect().center()), QPoint(0, -120))
    QApplication.processEvents()


@pytest.mark.parametrize("name", ["recipe_box", "validation_box"])
@pytest.mark.parametrize("focus", [False, True])
def test_the_wheel_over_a_box_of_choices_scrolls_the_setup(page: TrainPage, name: str, focus: bool):
    box = page.setup.findChild(QComboBox, name)
    assert box is not None
    if focus:  # as after a click
        box.setFocus()
    chosen, bar = box.currentIndex(), page.setup.pane.area.verticalScrollBar()
    turn_down(box)
    assert box.currentIndex() == chosen
    assert box.hasFocus() == focus
    assert bar.value() > 0


def test_the_wheel_over_the_share_that_is_held_out_scrolls_the_setup(page: TrainPage):
    page.setup.validation.show_split(0)
    number, bar = page.setup.validation.number, page.setup.pane.area.verticalScrollBar()
    assert number.isVisible()
    shown = number.value()
    turn_down(number)
    assert number.value() == shown
    assert not number.hasFocus()
    assert bar.value() > 0
