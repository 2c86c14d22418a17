"""Choosing by a few letters."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.chooser import Chooser, ChooserEntry, rank


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(800, 600)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def ask(window: QWidget, chosen: list[str], *, create: bool = False) -> Chooser:
    chooser = Chooser(window)
    names = ["Open folder", "Undo", "Show unlabelled images", "Train"]
    entries = [ChooserEntry(name, lambda name=name: chosen.append(name)) for name in names]

    def made(name: str) -> ChooserEntry:
        return ChooserEntry(f"Add {name}", lambda: chosen.append(f"new {name}"))

    chooser.ask("Type…", entries, create=made if create else None)
    return chooser


@pytest.mark.parametrize(
    ("text", "typed", "fits"),
    [
        ("Show unlabelled images", "unl", True),
        ("Show unlabelled images", "img sho", True),
        ("Show unlabelled images", "SHOW", True),
        ("Undo", "undone", False),
        ("Undo", "", True),
    ],
)
def test_letters_fit_in_order_and_words_in_any(text: str, typed: str, fits: bool) -> None:
    assert (rank(text, typed) is not None) == fits


def test_what_begins_with_the_letters_comes_first(qtbot: QtBot, window: QWidget) -> None:
    chooser = ask(window, [])
    qtbot.keyClicks(chooser.field, "un")
    assert [entry.text for entry in chooser.shown()] == ["Undo", "Show unlabelled images"]


def test_return_runs_the_marked_entry_after_the_chooser_is_gone(qtbot: QtBot, window: QWidget) -> None:
    chosen: list[str] = []
    chooser = ask(window, chosen)
    qtbot.keyClick(chooser.field, Qt.Key.Key_Down)
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return)
    assert chosen == ["Undo"]
    assert not chooser.isVisible()


def test_a_click_runs_an_entry(qtbot: QtBot, window: QWidget) -> None:
    chosen: list[str] = []
    chooser = ask(window, chosen)
    place = chooser.list.visualRect(chooser.list.model().index(3)).center()
    qtbot.mouseClick(chooser.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen == ["Train"]


def test_escape_and_a_click_beside_choose_nothing(qtbot: QtBot, window: QWidget) -> None:
    chosen: list[str] = []
    chooser = ask(window, chosen)
    qtbot.keyClick(chooser.field, Qt.Key.Key_Escape)
    assert not chooser.isVisible()
    chooser = ask(window, chosen)
    qtbot.mouseClick(chooser, Qt.MouseButton.LeftButton, pos=chooser.rect().bottomLeft())
    assert not chooser.isVisible()
    assert chosen == []


def test_a_name_that_is_not_there_can_be_added(qtbot: QtBot, window: QWidget) -> None:
    chosen: list[str] = []
    chooser = ask(window, chosen, create=True)
    qtbot.keyClicks(chooser.field, "zebra")
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return)
    assert chosen == ["new zebra"]


def test_a_name_that_is_there_is_not_offered_again(qtbot: QtBot, window: QWidget) -> None:
    chooser = ask(window, [], create=True)
    qtbot.keyClicks(chooser.field, "undo")
    assert [entry.text for entry in chooser.shown()] == ["Undo"]


def test_nothing_that_fits_is_said(qtbot: QtBot, window: QWidget) -> None:
    chooser = ask(window, [])
    qtbot.keyClicks(chooser.field, "qqq")
    assert chooser.no_match.isVisible()
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return)
    assert chooser.isVisible()
