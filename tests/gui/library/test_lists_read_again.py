"""A list that is read again while an import goes on: selection, keys and counts are those that a person left there."""

from __future__ import annotations

import threading
from array import array
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.library.project import Project
from gui import editing
from gui.editing import Overview, read_overview
from gui.library.browser import Browser
from gui.library.image_list import LONG, ListAnswer
from gui.main_window import MainWindow
from gui.session import Session
from tests.gui.windows import at_rest, make_pictures, make_project, window

MANY = 2 * LONG


@pytest.fixture
def browser(qtbot: QtBot, browser: Browser) -> Browser:
    """With a list of made-up ids."""
    read_again(at_rest(qtbot, browser), array("q", range(1, MANY + 1)))
    return browser


def read_again(browser: Browser, ids: array[int]) -> None:
    browser.images.show_answer(ListAnswer(ids, []))


def test_many_selected_images_are_the_same_ones_at_once(browser: Browser) -> None:
    browser.grid.select(range(100, 200))
    before = list(browser.selected_ids())
    read_again(browser, array("q", [MANY + 1, MANY + 2, *range(1, MANY + 1)]))  # two that stand before all others
    assert list(browser.selected_ids()) == before, "a key would label others"
    assert browser.grid.selected().ranges == (range(102, 202),)


def test_ids_far_apart_are_found_too(browser: Browser) -> None:
    far = 10**12
    read_again(browser, array("q", [*range(1, MANY), far]))
    assert browser.images.rows_of([far, *range(3, 20)]) == [*range(2, 19), MANY - 1]


def test_what_is_chosen_after_the_list_came_stays_chosen(qtbot: QtBot, browser: Browser) -> None:
    browser.grid.select(range(100, 200))
    read_again(browser, array("q", range(2, MANY + 1)))
    qtbot.keyClick(browser.grid, Qt.Key.Key_Home)
    told: list[None] = []
    browser.session.ask(lambda _: None, told.append)  # all that waited before it has been answered, too
    qtbot.waitUntil(lambda: bool(told))
    assert browser.grid.selected() == [0]


def test_a_range_grows_on_from_where_it_began(qtbot: QtBot, browser: Browser) -> None:
    browser.grid.set_current(5)
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(browser.grid, Qt.Key.Key_Right, shift)
    qtbot.keyClick(browser.grid, Qt.Key.Key_Right, shift)
    read_again(browser, array("q", range(1, MANY + 5)))
    qtbot.keyClick(browser.grid, Qt.Key.Key_Right, shift)
    assert browser.grid.selected() == [5, 6, 7, 8]


def test_the_keyboard_stays_at_its_image_when_none_is_selected(browser: Browser) -> None:
    browser.grid.set_current(5)
    browser.grid.select([])
    read_again(browser, array("q", [MANY + 1, *range(1, MANY + 1)]))
    assert browser.grid.selected() == []
    assert browser.grid.current() == 6


def test_counts_come_although_they_are_asked_for_faster_than_they_can_be_read(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    turn = threading.Semaphore(0)
    started = threading.Semaphore(0)

    def slow(project: Project) -> Overview:
        started.release()
        assert turn.acquire(timeout=10)
        return read_overview(project)

    session = Session()
    with qtbot.waitSignal(session.overview_changed):
        session.open_project(make_project(tmp_path))
    monkeypatch.setattr(editing, "read_overview", slow)
    told: list[None] = []
    session.overview_changed.connect(lambda: told.append(None))
    session.images_listed()
    assert started.acquire(timeout=10)
    session.images_listed()  # as an import does while the counts are read
    turn.release()
    qtbot.waitUntil(lambda: len(told) == 1)
    turn.release()
    qtbot.waitUntil(lambda: len(told) == 2)  # and once more for what came meanwhile
    session.shut_down()


def test_the_next_unlabelled_image_is_found_in_a_list_that_grew_meanwhile(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    browser = at_rest(qtbot, opened.page(0).browser)
    images = browser.images
    bare = images.id_at(7)
    assert bare is not None
    with qtbot.waitSignal(opened.session.images_changed):
        opened.session.set_label([bare], None)
    browser.labelling.next_unlabelled()
    read_again(browser, array("q", [10**6, *images.snapshot()]))
    qtbot.waitUntil(lambda: browser.grid.current() == 8)
    assert images.id_at(8) == bare


def test_a_stopped_import_does_not_go_on_by_itself(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    """The first counts may come when the import has ended already."""
    with window(qtbot, qapp) as opened:
        page = opened.page(0)
        page.importing.began.connect(page.importing.stop)
        page.importing.folder = make_pictures(tmp_path)
        with qtbot.waitSignal(page.importing.ended):
            page.importing.begin()
        project = opened.session.project
        assert project is not None
        assert page.rescanning._resumed is project


def test_import_that_is_pressed_twice_is_begun_once(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with window(qtbot, qapp) as opened:
        page = opened.page(0)
        told: list[str] = []
        opened.session.failed.connect(lambda sentence, _: told.append(sentence))
        page.importing.folder = make_pictures(tmp_path)
        with qtbot.waitSignal(page.importing.ended) as ended:
            page.importing.begin()
            page.importing.begin()
        assert ended.args == ["12 images added"]
        assert told == [], "the second one met the project that the first one holds"
        opened.session.failed.emit("The disk is full.", "")
        assert not page.importing._starting, "after a failure it can be pressed again"


def test_the_pace_is_that_of_the_open_project(qtbot: QtBot, opened: MainWindow) -> None:
    browser: Browser = opened.page(0).browser
    for _ in range(6):
        browser.labelling_rate.add(1)
    assert "labels/min" in browser.labelling_rate.text()
    opened.session.close_project()
    assert browser.labelling_rate.text() == ""
