"""Files that cannot be used: why, where they are, and whether they can be used by now."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.library.scan import ImportParams, import_sources
from engine.problems import ProblemKind
from gui.library import file_manager
from gui.library.browser import Browser
from gui.main_window import MainWindow
from tests.gui.windows import make_pictures


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Three good ones, two empty files and one that is no picture."""
    found = make_pictures(tmp_path, ("ant",), 3)
    for name in ("empty.png", "void.png"):
        (found / "ant" / name).touch()
    (found / "ant" / "words.jpg").write_text("no picture")
    return found


@pytest.fixture
def project(tmp_path: Path, pictures: Path) -> Path:
    folder = tmp_path / "pictures.pigeonhole"
    import_sources(ImportParams(str(folder), (str(pictures),)), emit=lambda _: None, cancel=Cancel())
    return folder


@pytest.fixture
def browser(qtbot: QtBot, browser: Browser) -> Browser:
    """Problems are shown."""
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(browser.grid, Qt.Key.Key_P, modifiers)
    qtbot.waitUntil(lambda: len(browser.images) == 3 and browser.problem_bar.reasons.count() == 3)
    return browser


def names(browser: Browser) -> list[str]:
    return [Path(r.path).name for r in map(browser.images.record, range(len(browser.images))) if r is not None]


def test_problems_are_counted_by_reason_and_shown_by_one(qtbot: QtBot, browser: Browser) -> None:
    bar = browser.problem_bar
    assert bar.isVisible()
    assert bar.words.text() == "3 files cannot be used"
    assert [bar.reasons.itemText(n) for n in range(3)] == ["Every reason", "empty file  ·  2", "not an image  ·  1"]
    bar.reasons.setCurrentIndex(2)
    bar.reasons.activated.emit(2)
    qtbot.waitUntil(lambda: names(browser) == ["words.jpg"])
    bar.reasons.setCurrentIndex(0)
    bar.reasons.activated.emit(0)
    qtbot.waitUntil(lambda: len(browser.images) == 3)


def test_leaving_the_problems_shows_the_images_again(qtbot: QtBot, browser: Browser) -> None:
    browser.problem_bar.reasons.setCurrentIndex(1)
    browser.problem_bar.reasons.activated.emit(1)
    qtbot.waitUntil(lambda: len(browser.images) == 2)
    browser.filter_bar.state.setCurrentIndex(0)
    qtbot.waitUntil(lambda: len(browser.images) == 3 and names(browser) == ["0.png", "1.png", "2.png"])
    assert not browser.problem_bar.isVisible()


def test_a_file_that_was_mended_can_be_used_after_another_look(
    qtbot: QtBot, shell: MainWindow, browser: Browser, pictures: Path
) -> None:
    with qtbot.waitSignal(shell.page(0).rechecking.ended) as ended:
        browser.problem_bar.again.click()
    assert ended.args == ["None of the 3 can be used yet."]
    Image.new("RGB", (8, 8)).save(pictures / "ant" / "void.png")
    browser.grid.setFocus()
    with qtbot.waitSignal(shell.page(0).rechecking.ended) as ended:
        qtbot.keyClick(browser.grid, Qt.Key.Key_K)
    assert ended.args == ["1 of 3 images can be used now."]
    qtbot.waitUntil(lambda: names(browser) == ["empty.png", "words.jpg"])
    qtbot.waitUntil(lambda: browser.problem_bar.words.text() == "2 files cannot be used")
    browser.filters.clear()
    qtbot.waitUntil(lambda: len(browser.images) == 4)


def test_only_the_selected_problems_are_looked_at(
    qtbot: QtBot, shell: MainWindow, browser: Browser, pictures: Path
) -> None:
    for name in ("empty.png", "void.png"):
        Image.new("RGB", (8, 8)).save(pictures / "ant" / name)
    browser.grid.set_current(0)
    with qtbot.waitSignal(shell.page(0).rechecking.ended) as ended:
        browser.problem_bar.again.click()
    assert ended.args == ["It can be used now."]
    qtbot.waitUntil(lambda: names(browser) == ["void.png", "words.jpg"])


def test_a_problem_is_shown_in_the_file_manager(
    qtbot: QtBot, browser: Browser, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    monkeypatch.setattr(file_manager, "show", asked.append)
    with qtbot.waitSignal(browser.session.message) as said:
        browser.problem_bar.folder.click()
    assert said.args == ["Choose an image first."]
    browser.grid.set_current(2)
    qtbot.waitUntil(lambda: browser.inspector.record() is not None)
    browser.problem_bar.folder.click()
    assert asked == [pictures / "ant" / "words.jpg"]


def test_the_folder_above_opens_where_one_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(file_manager.QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    file_manager.show(tmp_path / "gone" / "deeper" / "1.png")
    assert opened == [str(tmp_path)]


def test_the_reasons_leave_room_for_the_words(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    shell.resize(1280, 800)
    bar = browser.problem_bar
    bar._show({ProblemKind.IN_ARCHIVE: tuple(range(79))})
    words = bar.words.fontMetrics().horizontalAdvance("79 files cannot be used")
    qtbot.waitUntil(lambda: bar.words.width() >= words)


def test_a_small_window_cuts_no_words_of_the_strip(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    bar = browser.problem_bar
    shell.resize(1000, 700)
    browser.side.show()
    qtbot.waitUntil(lambda: bar.width() < 380 and bar.again.y() > bar.reasons.geometry().bottom())
    parts = (bar.words, bar.reasons, bar.folder, bar.again)
    for part in parts:
        assert part.width() >= part.sizeHint().width()
        assert bar.rect().contains(part.geometry())
        assert not any(part.geometry().intersects(other.geometry()) for other in parts if other is not part)
    shell.resize(1400, 800)
    qtbot.waitUntil(lambda: bar.again.geometry().center().y() == bar.reasons.geometry().center().y())
