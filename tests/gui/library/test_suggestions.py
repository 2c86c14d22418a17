"""Suggestions in the Library: ghosts in the grid, accepted one by one or above a confidence; the model is scripted."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.events import Classified, Failed
from gui.library.browser import Browser
from gui.main_window import MainWindow
from tests.gui.fakes import FakeHandle, FakeJobs
from tests.gui.small_project import make_project, write_run
from tests.gui.windows import open_in


@pytest.fixture
def jobs(shell: MainWindow) -> FakeJobs:
    fake = FakeJobs()
    shell.page(0).browser.suggesting.jobs = fake
    return fake


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """With a run, whose model suggests."""
    folder = make_project(tmp_path)
    write_run(folder)
    return folder


@pytest.fixture
def browser(qtbot: QtBot, shell: MainWindow, jobs: FakeJobs, browser: Browser) -> Browser:
    """The first four images have no label."""
    qtbot.waitUntil(lambda: bool(shell.session.runs()))
    with qtbot.waitSignal(shell.session.images_changed):
        shell.session.set_label(browser.images.ids([0, 1, 2, 3]), None)
    return browser


def suggest(qtbot: QtBot, browser: Browser, jobs: FakeJobs) -> FakeHandle:
    """Ant 0.6, bee 0.95, cat 0.8, ant 0.99 for the four images without a label."""
    qtbot.keyClick(browser.grid, Qt.Key.Key_G)
    qtbot.waitUntil(lambda: len(jobs.started) == 1)
    handle = jobs.started[0]
    files = handle.params.sources
    assert len(files) == 4
    guesses = (("ant", 0.6), ("bee", 0.95), ("cat", 0.8), ("ant", 0.99))
    handle.play(Classified(tuple((f, *guess) for f, guess in zip(files, guesses, strict=True))))
    handle.succeed()
    qtbot.waitUntil(lambda: "4 suggestions" in browser.suggestion_bar.words.text())
    return handle


def names(browser: Browser) -> list[str | None]:
    classes = {c.id: c.name for c in browser.session.overview.classes}
    return [classes.get(browser.images.record(row).class_id) for row in range(4)]


def test_suggestions_are_ghosts_until_enter_accepts_them(qtbot: QtBot, browser: Browser, jobs: FakeJobs) -> None:
    suggest(qtbot, browser, jobs)
    item = browser.grid.item(1)
    assert (item.ghost, round(item.ghost_share, 2), item.caption) == ("bee", 0.95, "Not labelled")
    browser.grid.set_current(1)
    qtbot.keyClick(browser.grid, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(browser) == [None, "bee", None, None])
    assert browser.grid.item(1).ghost == ""
    assert browser.grid.selected() == [2]
    qtbot.waitUntil(lambda: "3 suggestions" in browser.suggestion_bar.words.text())


def test_a_label_of_a_person_is_never_replaced_by_a_suggestion(
    qtbot: QtBot, shell: MainWindow, browser: Browser, jobs: FakeJobs
) -> None:
    suggest(qtbot, browser, jobs)
    browser.grid.set_current(3)
    qtbot.keyClick(browser.grid, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: "3 suggestions" in browser.suggestion_bar.words.text())
    browser.grid.select_all()
    qtbot.keyClick(browser.grid, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(browser) == ["ant", "bee", "cat", "cat"])
    assert [browser.images.record(row).unseen for row in range(4)] == [True, True, True, False], "many at once"


def test_check_suggestions_goes_through_them_by_keys_the_least_sure_first(
    qtbot: QtBot, browser: Browser, jobs: FakeJobs
) -> None:
    ids = browser.images.ids([0, 1, 2, 3])
    suggest(qtbot, browser, jobs)
    browser.suggestion_bar.check.click()
    qtbot.waitUntil(lambda: len(browser.images) == 4 and browser.grid.selected() == [0])
    assert browser.images.ids([0, 1, 2, 3]) == [ids[0], ids[2], ids[1], ids[3]]
    assert browser.filter_bar.sort.currentIndex() == -1, "no order of the box"
    assert "least sure first" in browser.finding_bar.words.text()
    qtbot.keyClick(browser.grid, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(browser)[0] == "ant" and browser.grid.selected() == [1])
    qtbot.keyClick(browser.grid, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: names(browser) == ["ant", "ant", None, None])
    for _ in range(2):
        qtbot.keyClick(browser.grid, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(browser.images) == 12)
    assert browser.filter_bar.sort.currentText() == "By name"


def test_without_a_model_the_way_to_one_is_said(
    qtbot: QtBot, shell: MainWindow, jobs: FakeJobs, tmp_path: Path
) -> None:
    open_in(qtbot, shell, make_project(tmp_path))
    shell.page(0).browser.toggle_suggestions()
    assert "Train one" in shell.toast.text()
    assert jobs.started == []


def test_a_model_that_fails_is_told_and_the_bar_goes(
    qtbot: QtBot, shell: MainWindow, browser: Browser, jobs: FakeJobs
) -> None:
    qtbot.keyClick(browser.grid, Qt.Key.Key_G)
    qtbot.waitUntil(lambda: len(jobs.started) == 1)
    assert browser.suggestion_bar.isVisible()
    jobs.started[0].play(Failed("The model is damaged."))
    assert "damaged" in shell.toast.text()
    assert not browser.suggestion_bar.isVisible()
