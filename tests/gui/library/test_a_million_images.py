"""A list of a million images: nothing in the thread of the window takes a step for each of them.

The ids are made up; the project holds twelve images. What would walk through a million would take a hundred
milliseconds and more; here steps are counted, not time.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.library.ordering import Heading
from engine.library.records import Edit
from gui.library.browser import Browser
from gui.library.image_list import ListAnswer
from gui.main_window import MainWindow
from gui.widgets.grid.rows import RowNumbers
from tests.gui.windows import at_rest

MILLION = 1_000_000


class Counted(array):  # type: ignore[type-arg]
    """An array that counts how many of its numbers were asked for one by one."""

    steps = 0

    def __iter__(self) -> Iterator[int]:
        for number in super().__iter__():
            Counted.steps += 1
            yield number

    def __getitem__(self, index):
        if not isinstance(index, slice):
            Counted.steps += 1
        return super().__getitem__(index)


@pytest.fixture
def browser(qtbot: QtBot, browser: Browser) -> Browser:
    """With a list of a million made-up ids."""
    at_rest(qtbot, browser).images.show_answer(ListAnswer(Counted("q", range(1, MILLION + 1)), []))
    qtbot.waitUntil(lambda: browser.grid.count() == MILLION)
    Counted.steps = 0
    return browser


def test_everything_is_selected_as_one_range(qtbot: QtBot, browser: Browser) -> None:
    qtbot.keyClick(browser.grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert browser.grid.selected().ranges == (range(MILLION),)
    assert browser.count_label.text() == "1,000,000 of 1,000,000 images selected"
    qtbot.keyClick(browser.grid, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert len(browser.grid.selected()) == MILLION
    assert len(browser.selected_ids()) == MILLION
    assert Counted.steps < 10_000


def test_the_ends_are_reached_at_every_size(qtbot: QtBot, browser: Browser) -> None:
    for size in (64, 400):
        browser.size_slider.setValue(size)
        qtbot.keyClick(browser.grid, Qt.Key.Key_End)
        assert browser.grid.current() == MILLION - 1
        assert MILLION - 1 in browser.grid.visible_indices()
        qtbot.keyClick(browser.grid, Qt.Key.Key_Home)
        assert 0 in browser.grid.visible_indices()
    assert Counted.steps < 10_000


def test_headings_are_found_by_place(qtbot: QtBot, browser: Browser) -> None:
    each = 500
    browser.images.set_group("folder")
    at_rest(qtbot, browser)
    headings = [Heading(f"folder {n}", n * each, each) for n in range(MILLION // each)]
    browser.images.show_answer(ListAnswer(Counted("q", range(1, MILLION + 1)), headings))
    qtbot.keyClick(browser.grid, Qt.Key.Key_End)
    assert MILLION - 1 in browser.grid.visible_indices()
    bar = browser.grid.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    assert abs(browser.grid.visible_indices().start - MILLION // 2) < 5_000
    assert Counted.steps < 10_000


def test_an_edit_of_all_of_them_reads_only_what_is_on_screen(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    qtbot.waitUntil(lambda: browser.images.record(0) is not None and not shell.session.records.reading)
    asked: list[object] = []
    ask, shell.session.ask = shell.session.ask, lambda question, then, **words: asked.append(words.get("key"))
    shell.session.records_changed.emit(Edit(7, "Label", tuple(range(1, MILLION + 1)), False), [])
    shell.session.ask = ask
    assert asked == [None], "the images on screen are read again, once"
    assert Counted.steps < 10_000


def test_the_same_list_in_another_order_stays_selected(qtbot: QtBot, browser: Browser) -> None:
    browser.grid.select_all()
    browser.images.show_answer(ListAnswer(Counted("q", range(MILLION, 0, -1)), []))
    assert browser.grid.selected().ranges == (range(MILLION),)
    assert Counted.steps < 10_000


def test_half_of_them_are_found_again_at_once(qtbot: QtBot, browser: Browser) -> None:
    browser.grid.select(RowNumbers.of(range(MILLION // 2)))
    browser.images.show_answer(ListAnswer(Counted("q", range(3, MILLION + 1)), []))
    assert browser.grid.selected().ranges == (range(MILLION // 2 - 2),)
    assert Counted.steps < 10_000


def test_an_image_is_found_among_them(browser: Browser) -> None:
    import numpy  # noqa: F401  as the background has loaded it for so long a list

    assert browser.images.row_of(MILLION) == MILLION - 1
    assert browser.images.row_of(MILLION + 5) is None
    assert Counted.steps < 10_000
