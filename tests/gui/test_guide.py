"""The guide: six pictures of the work, all keys, all words; and the tour on the sample."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.library.sample import prepare_sample
from gui import actions, theme
from gui.guide.dialog import GuideDialog, Loop
from gui.guide.glossary import entries
from gui.guide.keys import KeyLine, lines_of
from gui.guide.scenes import Scene
from gui.guide.tour import Tour
from gui.main_window import MainWindow
from gui.settings import Settings
from gui.widgets import file_dialogs
from tests.gui.windows import make_project, open_chooser, open_in

ROOT = Path(__file__).resolve().parents[2]


def open_guide(shell: MainWindow) -> GuideDialog:
    shell.guide.trigger()
    (guide,) = shell.findChildren(GuideDialog)
    return guide


def as_shown(lines: list[KeyLine]) -> list[tuple[str, str]]:
    return [(line.keys, line.words) for line in lines]


def open_sample(qtbot: QtBot, shell: MainWindow, folder: Path) -> Tour | None:
    sample = prepare_sample(folder, emit=lambda _: None, cancel=Cancel())
    shell.open_path(sample.project)
    qtbot.waitUntil(lambda: shell.page(0).browser.grid.count() == 184)
    QApplication.processEvents()
    return shell.findChild(Tour)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_f1_shows_the_work_in_six_pictures_with_nothing_cut_at_1280_by_800(
    qtbot: QtBot, shell: MainWindow, scheme: str
) -> None:
    assert actions.key_text(shell.guide) == "F1"
    theme.apply(QApplication.instance(), scheme)
    guide = open_guide(shell)
    guide.resize(1040, 690)
    qtbot.waitExposed(guide)
    scenes = guide.findChildren(Scene)
    assert len(scenes) == 6
    pictures = [scene.grab().toImage() for scene in scenes]
    for picture in pictures:
        assert (
            len({picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)}) > 8
        )
    assert guide.loop.verticalScrollBar().maximum() == 0, "all six are seen at once"
    for label in guide.findChild(Loop).findChildren(QLabel):
        if label.isVisible():
            assert label.heightForWidth(label.width()) <= label.height(), label.text()
    open_guide(shell)  # a second time there is no second one
    theme.apply(QApplication.instance(), "light")


def test_the_guide_lists_every_key_of_every_page_and_finds_what_is_typed(
    qtbot: QtBot, shell: MainWindow, tmp_path: Path
) -> None:
    open_in(qtbot, shell, make_project(tmp_path))
    guide = open_guide(shell)
    assert shell.page(1) is None, "the pages are made for their keys only"
    guide.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: guide.keys.is_complete)
    groups = dict(guide.keys.shown())
    seen_before = set(groups["Review"])
    page = shell.show_page(2)
    for index in range(page.sections.tabs.count()):
        page.sections.tabs.setCurrentIndex(index)
        page.sections.current.made()
    assert seen_before == set(as_shown(lines_of(page))), "also of sections that nobody had looked at"
    assert list(groups) == ["Everywhere", "Library", "Train", "Review", "Classify"]
    listed = {line for lines in groups.values() for line in lines}
    for page in range(4):
        shell.show_page(page)
        for action in actions.listed(shell):
            key = actions.key_text(action)
            assert any(key in keys.split(", ") and words == action.text().rstrip("…") for keys, words in listed), key
    guide.keys.field.setText("undo")
    assert guide.keys.shown() == [
        ("Everywhere", [("Ctrl+Z", "Undo")]),
        ("Classify", [("Ctrl+Shift+U", "Undo sorting")]),
    ]
    assert "Undo" in guide.keys.browser.toPlainText()
    guide.keys.field.setText("no such thing")
    assert guide.keys.browser.toPlainText() == "Nothing is called so."


def test_the_pages_are_made_for_their_keys_one_in_each_turn_of_the_event_loop(qtbot: QtBot, shell: MainWindow) -> None:
    def made() -> int:
        pages = [page for page in map(shell.page, range(4)) if page is not None]
        sections = shell.page(2).sections.all if shell.page(2) is not None else []
        return len(pages) + sum(section.is_made for section in sections)

    before, most = made(), 0
    for _ in shell.key_groups():
        before, most = made(), max(most, made() - before)
    assert most == 1
    assert before == 4 + 8
    guide = open_guide(shell)
    guide.tabs.setCurrentIndex(1)
    assert [name for name, _ in guide.keys.shown()] == ["Everywhere"], "the others come in the next turns"
    qtbot.waitUntil(lambda: guide.keys.is_complete)
    assert [name for name, _ in guide.keys.shown()] == ["Everywhere", "Library", "Train", "Review", "Classify"]


def test_the_guide_says_what_each_word_of_the_glossary_means(qtbot: QtBot, shell: MainWindow) -> None:
    page = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    assert len(entries()) == page.count("\n| ") - 1 >= 20
    guide = open_guide(shell)
    guide.tabs.setCurrentIndex(2)
    qtbot.waitUntil(lambda: guide.words.is_complete)
    ((_, rows),) = guide.words.shown()
    assert [word for word, _ in rows] == [entry.word for entry in entries()]
    assert ("Mistake", "An image whose label and top prediction differ") in rows
    assert not any("`" in meaning or "|" in meaning for _, meaning in rows)


def test_help_finds_the_guide_and_the_tour(qtbot: QtBot, shell: MainWindow) -> None:
    shell.open_palette()
    chooser = open_chooser(shell)
    chooser.field.setText("help")
    assert {"Guide", "Take the tour on the sample", "Show the log folder", "About Pigeonhole"} <= {
        entry.text for entry in chooser.shown()
    }


def test_the_tour_begins_with_the_first_sight_of_the_sample_and_never_again_unless_asked(
    qtbot: QtBot, shell: MainWindow, tmp_path: Path
) -> None:
    tour = open_sample(qtbot, shell, tmp_path)
    assert tour is not None
    seen = []
    for place in range(len(tour.steps)):
        qtbot.waitUntil(lambda: tour.isVisible() and tour.next_button.hasFocus())
        QApplication.processEvents()
        inside = tour.parentWidget().rect().contains(tour.geometry())
        seen.append((tour.title.text(), shell.stack.currentWidget() is shell.page(tour.steps[place].page), inside))
        assert tour.words.heightForWidth(tour.words.width()) <= tour.words.height(), "nothing is cut"
        qtbot.keyClick(tour.next_button, Qt.Key.Key_Return)
    assert len({title for title, _, _ in seen}) == 6
    assert all(shown and inside for _, shown, inside in seen), seen
    qtbot.waitUntil(lambda: shell.findChild(Tour) is None)
    assert shell.stack.currentWidget() is shell.page(3), "nobody is led away at the end"

    shell.session.close_project()
    assert open_sample(qtbot, shell, tmp_path) is None, "it was seen"
    shell.tour_action.trigger()
    assert shell.findChild(Tour) is not None


def test_escape_leaves_the_tour_at_any_step_wherever_the_focus_is(
    qtbot: QtBot, shell: MainWindow, tmp_path: Path
) -> None:
    tour = open_sample(qtbot, shell, tmp_path)
    assert tour is not None
    tour.next_button.click()
    grid = shell.page(0).browser.grid
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: shell.findChild(Tour) is None)
    assert shell.page(0).browser.grid.count() == 184


def test_the_tour_goes_along_to_the_page_that_a_person_chooses(qtbot: QtBot, shell: MainWindow, tmp_path: Path) -> None:
    tour = open_sample(qtbot, shell, tmp_path)
    assert tour is not None
    tour.next_button.click()
    second = tour.title.text()
    grid = shell.page(0).browser.grid
    grid.setFocus()
    shell.rail.chosen.emit(1)
    qtbot.waitUntil(lambda: tour.count.text() == "4 of 6")
    assert shell.stack.currentWidget() is shell.page(1)
    assert not tour.next_button.hasFocus(), "the keyboard stays with the page"
    tour.next_button.click()
    assert (tour.count.text(), shell.stack.currentWidget()) == ("5 of 6", shell.page(2))
    shell.rail.chosen.emit(0)
    qtbot.waitUntil(lambda: tour.title.text() == second)
    assert shell.stack.currentWidget() is shell.page(0)


def test_the_tour_begins_where_a_person_went_before_it_came(qtbot: QtBot, shell: MainWindow, tmp_path: Path) -> None:
    sample = prepare_sample(tmp_path, emit=lambda _: None, cancel=Cancel())
    shell.open_path(sample.project)
    shell.show_page(1)
    qtbot.waitUntil(lambda: shell.findChild(Tour) is not None)
    assert shell.findChild(Tour).count.text() == "4 of 6"
    assert shell.stack.currentWidget() is shell.page(1)


def test_after_the_tour_was_left_the_keyboard_is_at_the_pictures(
    qtbot: QtBot, shell: MainWindow, tmp_path: Path
) -> None:
    tour = open_sample(qtbot, shell, tmp_path)
    assert tour is not None
    tour.leave_button.setFocus()
    tour.leave_button.click()
    assert shell.page(0).browser.grid.hasFocus(), "the next key labels a picture"


def test_another_project_begins_no_tour(qtbot: QtBot, shell: MainWindow, tmp_path: Path) -> None:
    open_in(qtbot, shell, make_project(tmp_path))
    QApplication.processEvents()
    assert shell.findChild(Tour) is None


def test_a_dialog_begins_where_something_of_its_kind_was_opened_last_also_after_a_restart(
    shell: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    models, results = tmp_path / "models", tmp_path / "results"
    for place in (models, results / "sorted"):
        place.mkdir(parents=True)

    def opened(_parent: object, _title: str, start: str, _kinds: str) -> tuple[str, str]:
        begun.append(start)
        return str(models / "mine.onnx"), ""

    def chosen(_parent: object, _title: str, start: str) -> str:
        begun.append(start)
        return str(results / "sorted")

    monkeypatch.setattr(QFileDialog, "getOpenFileName", opened)  # the system's own dialogs
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", chosen)
    for _ in range(2):
        file_dialogs.ask_open(shell, "Open", "", of="models")
        file_dialogs.ask_folder(shell, "Choose", of="results")
    assert begun[2:] == [str(models), str(results)]
    Settings().save()
    (kept,) = Path(os.environ["PIGEONHOLE_HOME"]).rglob("window.ini")
    assert str(models) in kept.read_text("utf-8")
