"""The shell of Review: tabs by mouse, key and command palette; only what is on screen works."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.review.reviewed import Reviewed
from gui import actions
from gui.main_window import MainWindow
from gui.review.page import CONTENT, EMPTY, ReviewPage
from gui.review.section import Section
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.small_project import make_project, open_session, write_run

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


class Watched(Section):
    """Keeps what it is told."""

    title, icon = "Watched", "eye"

    def __init__(self, *, needs_run: bool = True) -> None:
        super().__init__()
        self.needs_run = needs_run
        self.told: list[Reviewed | None] = []
        self.stopped = 0

    def show_reviewed(self, reviewed: Reviewed | None) -> None:
        self.told.append(reviewed)

    def stop(self) -> None:
        self.stopped += 1


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = make_project(tmp_path)
    write_run(project, wrong={"cat": ("bee", 0.9)})
    return project


@pytest.fixture
def at_review(qtbot: QtBot, shell: MainWindow, project: Path) -> tuple[MainWindow, ReviewPage]:
    """The real window on the Review page."""
    shell.session.open_project(project)
    page = shell.show_page(2)
    assert isinstance(page, ReviewPage)
    qtbot.waitUntil(lambda: page._body.currentIndex() == CONTENT, timeout=10_000)
    return shell, page


def test_tabs_are_reached_by_keys_and_from_the_command_palette(at_review: tuple[MainWindow, ReviewPage], qtbot: QtBot):
    opened, page = at_review
    qtbot.keyClick(opened, Qt.Key.Key_2, ALT)
    assert page.tabs.tabText(page.tabs.currentIndex()) == "Scores"
    qtbot.keyClick(opened, Qt.Key.Key_PageUp, CONTROL)
    assert page.tabs.currentIndex() == 0
    qtbot.keyClick(opened, Qt.Key.Key_PageUp, CONTROL)
    assert page.tabs.currentIndex() == page.tabs.count() - 1, "round the corner"
    found = {action.text(): action for action in actions.listed(opened)}
    found["Review: Mistakes"].trigger()
    assert page.tabs.currentIndex() == 0


def test_what_the_library_shows_can_be_scored(at_review: tuple[MainWindow, ReviewPage], qtbot: QtBot):
    opened, page = at_review
    browser = opened.page(0).browser  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: len(browser.images) == 12)
    browser.images.set_filter(text="cat")
    qtbot.waitUntil(lambda: len(browser.images) == 4)
    page.split_box.setCurrentIndex(page.split_box.findData("filter"))
    page.split_box.activated.emit(page.split_box.currentIndex())
    qtbot.waitUntil(lambda: "0 of 1 image" in page.summary.text())
    opened.show_page(0)
    browser.images.set_filter(text="")
    qtbot.waitUntil(lambda: len(browser.images) == 12)
    opened.show_page(2)
    qtbot.waitUntil(lambda: "2 of 3 images" in page.summary.text())


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[Watched]:
    """Two sections more: one that needs a run and one that does not."""
    from gui.review.mistakes_section import Mistakes

    made: list[Watched] = []

    def sections(session: object, jobs: object) -> list[Section]:
        made.extend([Watched(), Watched(needs_run=False)])
        return [Mistakes(session, jobs), *made]  # type: ignore[arg-type]

    monkeypatch.setattr("gui.review.page.sections", sections)
    monkeypatch.setattr("gui.review.page.lines", lambda *_: [])
    return made


def test_a_section_off_screen_is_told_nothing_until_it_is_shown(
    watched: list[Watched], qtbot: QtBot, qapp: QApplication, project: Path
):
    session = open_session(qtbot, project)
    page = shown(qtbot, ReviewPage(session, FakeJobs()), 1160, 770)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: page._reviewed is not None)
    one, _ = watched
    assert one.told == []
    page.tabs.setCurrentIndex(1)
    assert one.told == [page._reviewed]
    page.tabs.setCurrentIndex(0)
    page.tabs.setCurrentIndex(1)
    assert len(one.told) == 1, "it knows"
    stopped = one.stopped
    session.close_project()
    assert one.stopped == stopped + 1
    page.mistakes.gallery.grid.close_loader()
    session.shut_down()


def test_without_a_run_only_sections_that_need_none_have_something_to_show(
    watched: list[Watched], qtbot: QtBot, qapp: QApplication, tmp_path: Path
):
    session = open_session(qtbot, make_project(tmp_path))
    page = shown(qtbot, ReviewPage(session, FakeJobs()), 1160, 770)  # type: ignore[arg-type]
    _, other = watched
    assert page._body.currentIndex() == EMPTY
    page.tabs.setCurrentIndex(2)
    assert page._body.currentIndex() == CONTENT
    assert other.told == [None]
    page.tabs.setCurrentIndex(1)
    assert page._body.currentIndex() == EMPTY
    page.mistakes.gallery.grid.close_loader()
    session.shut_down()


def test_a_section_is_made_when_it_is_first_shown(at_review: tuple[MainWindow, ReviewPage], qtbot: QtBot):
    _, page = at_review
    later = page.sections[page.place("MapPane")]
    assert not later.findChildren(Section), "not before"
    page.tabs.setCurrentIndex(page.place("MapPane"))
    qtbot.waitUntil(lambda: len(later.findChildren(Section)) == 1)
    (pane,) = later.findChildren(Section)
    assert pane._reviewed is page._reviewed
    with qtbot.waitSignal(later.gallery_wanted):
        pane.gallery_wanted.emit([1], "one")
    page.tabs.setCurrentIndex(page.place("MapPane"))
    assert later.made() is pane, "once"


def test_a_section_that_is_not_made_yet_is_told_nothing_of_a_project_that_was_closed(
    at_review: tuple[MainWindow, ReviewPage], qtbot: QtBot
):
    opened, page = at_review
    later = page.sections[page.place("Confidence")]
    page.tabs.setCurrentIndex(page.place("Confidence"))
    opened.session.close_project()
    qtbot.waitUntil(lambda: len(later.findChildren(Section)) == 1)
    assert later.made()._reviewed is None  # type: ignore[attr-defined]
