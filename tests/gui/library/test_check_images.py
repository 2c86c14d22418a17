"""Pictures that are set aside to check are in plain sight in the Library: seen, moved, turned off."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Split
from gui.library.splits_dialog import SplitsDialog
from gui.main_window import MainWindow
from tests.gui.windows import make_project, open_in

ASIDE = 3


@pytest.fixture
def window(qtbot: QtBot, shell: MainWindow, tmp_path: Path) -> MainWindow:
    """Twelve labelled pictures, three of which are set aside to check."""
    folder = make_project(tmp_path)
    with Project.open(folder) as project:
        ids = query.image_ids(project, query.Filter())
        edits.set_split(project, ids, Split.TRAINING)
        edits.set_split(project, ids[::4], Split.VALIDATION)
    open_in(qtbot, shell, folder)
    qtbot.waitUntil(lambda: shell.page(0).header.check.text() == "3 set aside to check")
    return shell


def checked(window: MainWindow) -> int:
    return sum(count.validation for count in window.session.overview.counts)


def test_they_are_counted_in_the_head_and_shown_by_a_click(window: MainWindow, qtbot: QtBot):
    page = window.page(0)
    assert not page.browser.check_bar.isVisible()
    page.header.check.click()
    qtbot.waitUntil(lambda: len(page.browser.images) == ASIDE)
    assert page.browser.check_bar.isVisible()
    words = page.browser.check_bar.words.text()
    assert words.startswith("3 pictures are set aside to check how good a model is")
    assert words.endswith("Alt+T moves selected ones to training.")
    assert page.browser.filter_bar.split.currentText() == "Check images"


def test_a_selected_one_is_moved_to_training(window: MainWindow, qtbot: QtBot):
    page = window.page(0)
    page.header.check.click()
    qtbot.waitUntil(lambda: len(page.browser.images) == ASIDE)
    page.browser.grid.set_current(0)
    page.browser.labelling.set_split(Split.TRAINING)
    qtbot.waitUntil(lambda: checked(window) == ASIDE - 1)
    assert "2 pictures" in page.browser.check_bar.words.text()


def test_all_are_turned_off_in_one_edit_that_can_be_undone(window: MainWindow, qtbot: QtBot):
    page = window.page(0)
    page.header.check.click()
    page.browser.check_bar.off.click()
    qtbot.waitUntil(lambda: checked(window) == 0)
    assert page.header.check.text() == "none set aside to check"
    assert not page.browser.check_bar.off.isEnabled()
    window.undo.trigger()
    qtbot.waitUntil(lambda: checked(window) == ASIDE)


def test_where_there_are_none_a_click_leads_to_setting_some_aside(window: MainWindow, qtbot: QtBot):
    page = window.page(0)
    page.header.check.click()
    page.browser.check_bar.off.click()
    qtbot.waitUntil(lambda: page.header.check.text() == "none set aside to check")
    page.header.check.click()
    (dialog,) = page.findChildren(SplitsDialog)
    dialog.reject()
