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
from gui.review.mistakes_section import MistakesSection
from gui.review.page import CONTENT, EMPTY, ReviewPage
from gui.review.section import Section
from gui.review.sections import Sections
from gui.session import Session
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
    qtbot.waitUntil(lambda: page.showing == CONTENT)
    return shell, page


def test_tabs_are_reached_by_keys_and_from_the_command_palette(at_review: tuple[MainWindow, ReviewPage], qtbot: QtBot):
    opened, page = at_review
    qtbot.keyClick(opened, Qt.Key.Key_2, ALT)
    assert page.sections.tabs.tabText(page.sections.tabs.currentIndex()) == "Scores"
    qtbot.keyClick(opened, Qt.Key.Key_PageUp, CONTROL)
    assert page.sections.tabs.currentIndex() == 0
    qtbot.keyClick(opened, Qt.Key.Key_PageUp, CONTROL)
    assert page.sections.tabs.currentIndex() == page.sections.tabs.count() - 1, "round the corner"
    found = {action.text(): action for action in actions.listed(opened)}
    found["Review: Mistakes"].trigger()
    assert page.sections.tabs.currentIndex() == 0


def test_what_the_library_shows_can_be_scored(at_review: tuple[MainWindow, ReviewPage], qtbot: QtBot):
    opened, page = at_review
    browser = opened.page(0).browser  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: len(browser.images) == 12)
    browser.images.set_filter(text="cat")
    qtbot.waitUntil(lambda: len(browser.images) == 4)
    page.bar.scope_box.setCurrentIndex(page.bar.scope_box.findData("filter"))
    page.bar.scope_box.activated.emit(page.bar.scope_box.currentIndex())
    qtbot.waitUntil(lambda: "0 of 1 image" in page.summary.text())
    opened.show_page(0)
    browser.images.set_filter(text="")
    qtbot.waitUntil(lambda: len(browser.images) == 12)
    opened.show_page(2)
    qtbot.waitUntil(lambda: "2 of 3 images" in page.summary.text())


def watched_page(qtbot: QtBot, session: Session) -> tuple[ReviewPage, Watched, Watched]:
    """With two sections more: one that needs a run and one that does not."""
    jobs = FakeJobs()
    one, other = Watched(), Watched(needs_run=False)
    sections = Sections([MistakesSection(session, jobs), one, other], [])  # type: ignore[arg-type]
    page = ReviewPage(session, jobs, sections=sections)  # type: ignore[arg-type]
    return shown(qtbot, page, 1160, 770), one, other


def test_a_section_off_screen_is_told_nothing_until_it_is_shown(qtbot: QtBot, qapp: QApplication, project: Path):
    session = open_session(qtbot, project)
    page, one, _ = watched_page(qtbot, session)
    qtbot.waitUntil(lambda: page.reviewed is not None)
    assert one.told == []
    page.sections.tabs.setCurrentIndex(1)
    assert one.told == [page.reviewed]
    page.sections.tabs.setCurrentIndex(0)
    page.sections.tabs.setCurrentIndex(1)
    assert len(one.told) == 1, "it knows"
    stopped = one.stopped
    session.close_project()
    assert one.stopped == stopped + 1
    page.mistakes.gallery.grid.close_loader()
    session.shut_down()


def test_without_a_run_only_sections_that_need_none_have_something_to_show(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
):
    session = open_session(qtbot, make_project(tmp_path))
    page, _, other = watched_page(qtbot, session)
    assert page.sections.tabs.currentIndex() == 2, "the page leads there by itself"
    assert page.showing == CONTENT
    assert other.told == [None]
    page.sections.tabs.setCurrentIndex(1)
    assert page.showing == EMPTY
    session.classes_changed.emit()
    assert page.sections.tabs.currentIndex() == 1, "and leaves it to the person from then on"
    page.mistakes.gallery.grid.close_loader()
    session.shut_down()


def test_a_section_is_made_when_it_is_first_shown(at_review: tuple[MainWindow, ReviewPage], qtbot: QtBot):
    _, page = at_review
    later = page.sections.all[page.sections.place("MapSection")]
    assert not later.findChildren(Section), "not before"
    page.sections.tabs.setCurrentIndex(page.sections.place("MapSection"))
    qtbot.waitUntil(lambda: len(later.findChildren(Section)) == 1)
    (pane,) = later.findChildren(Section)
    assert pane._reviewed is page.reviewed
    with qtbot.waitSignal(later.gallery_wanted):
        pane.gallery_wanted.emit([1], "one")
    page.sections.tabs.setCurrentIndex(page.sections.place("MapSection"))
    assert later.made() is pane, "once"


def test_a_section_that_is_not_made_yet_is_told_nothing_of_a_project_that_was_closed(
    at_review: tuple[MainWindow, ReviewPage], qtbot: QtBot
):
    opened, page = at_review
    later = page.sections.all[page.sections.place("ConfidenceSection")]
    page.sections.tabs.setCurrentIndex(page.sections.place("ConfidenceSection"))
    opened.session.close_project()
    qtbot.waitUntil(lambda: len(later.findChildren(Section)) == 1)
    assert later.made()._reviewed is None  # type: ignore[attr-defined]
