"""Boxes of choices: what does not fit is in the tip, and the list of choices has room for all of them."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import theme
from gui.widgets.controls import Combo

LONG = "InceptionResNetV2 with all of its layers"


def box(qtbot: QtBot, qapp: QApplication) -> Combo:
    theme.apply(qapp, "light")
    made = Combo()
    qtbot.addWidget(made)
    made.addItems(["short", LONG])
    made.resize(110, 32)
    made.show()
    return made


def test_the_list_is_wider_than_its_box_where_a_choice_needs_it(qtbot: QtBot, qapp: QApplication) -> None:
    made = box(qtbot, qapp)
    made.showPopup()
    rect = made.view().visualRect(made.model().index(1, 0))
    assert rect.width() >= made.view().fontMetrics().horizontalAdvance(LONG)
    made.hidePopup()


@pytest.mark.parametrize("policy", ["AdjustToContents", "AdjustToContentsOnFirstShow"])
def test_a_box_has_room_for_words_in_place_of_a_choice(qtbot: QtBot, qapp: QApplication, policy: str) -> None:
    made = box(qtbot, qapp)
    made.clear()
    made.addItems(["one", "two"])
    made.setSizeAdjustPolicy(Combo.SizeAdjustPolicy[policy])
    made.setPlaceholderText(LONG)
    made.setCurrentIndex(-1)
    made.adjustSize()
    assert made.shown() == LONG


def test_words_in_place_of_a_choice_end_in_an_ellipsis_and_are_whole_in_the_tip(
    qtbot: QtBot, qapp: QApplication
) -> None:
    made = box(qtbot, qapp)
    made.setPlaceholderText(LONG)
    made.setCurrentIndex(-1)
    assert made.shown().endswith("…")
    assert made.tip() == LONG
    made.grab()  # it is drawn


def test_a_box_that_adjusts_itself_to_its_choices_shows_them_whole(qtbot: QtBot, qapp: QApplication) -> None:
    made = box(qtbot, qapp)
    made.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToContents)
    for words in (LONG, "1회차: 즉시  ·  오늘 01:18  ·  31개 중 83.9%(67.4~92.9%)"):
        made.clear()
        made.addItem(words)
        made.resize(made.sizeHint())
        assert made.shown() == words
