"""The window speaks the language of the system, or the one that a person chooses, on all of its pages."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine import language as engine_language
from engine.figures import interval, percent
from engine.library import edits
from engine.library.records import Split
from engine.places import TRANSLATIONS
from gui import language
from gui.app import Guard, Windows
from gui.library.conditions import NumberRange
from gui.library.saved_filters import SavedFilter
from gui.main_window import MainWindow
from gui.review.score_table import interval_text
from gui.settings import Settings
from gui.widgets import wording
from tests.gui.test_translations import messages
from tests.gui.windows import make_project, open_in

WORD = re.compile(r"[A-Za-z]{3,}")
HANGUL = re.compile(r"[가-힣]")


@contextmanager
def windows_of(qtbot: QtBot, qapp: QApplication) -> Iterator[Windows]:
    settings = Settings()
    language.use(qapp, language.chosen(settings.language))
    window = MainWindow(settings)
    made = Windows(qapp, settings, Guard(), window)
    window.show()
    qtbot.waitExposed(window)
    try:
        yield made
    finally:
        made.close()
        language.use(qapp, language.SOURCE)


def choose(qtbot: QtBot, windows: Windows, name: str) -> MainWindow:
    """Choose a language in the menu; the window that shows it then."""
    before = windows.window
    next(action for action in before.languages if action.text() == name).trigger()
    qtbot.waitUntil(lambda: windows.window is not before)
    return windows.window


def texts(window: QWidget) -> Iterator[str]:
    """All that a person can read or hear of a window."""
    for widget in window.findChildren(QWidget):
        yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription())
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget.text()
        elif isinstance(widget, QComboBox):
            yield from (widget.itemText(index) for index in range(widget.count()))
        elif isinstance(widget, QTabBar):
            yield from (widget.tabText(index) for index in range(widget.count()))
    for action in window.findChildren(QAction):
        yield from (action.text(), action.toolTip())


@pytest.mark.parametrize(
    ("setting", "variable", "code"), [("ko", "en", "ko"), ("", "ko", "ko"), ("", "ko_KR.UTF-8", "ko"), ("xx", "", "en")]
)
def test_a_choice_comes_before_the_variable_and_that_before_the_system(
    setting: str, variable: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(language.VARIABLE, variable)
    monkeypatch.setattr(QLocale, "uiLanguages", lambda _: ["nb-NO", "en-GB", "ko"])
    assert language.chosen(setting) == code


def test_a_language_with_a_region_is_chosen_before_the_language_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for code in ("en", "pt", "pt_BR", "zh_TW"):
        (tmp_path / f"{code}.qm").touch()
    monkeypatch.setattr(engine_language, "TRANSLATIONS", tmp_path)
    assert [language.chosen(code) for code in ("pt_BR", "pt_PT", "zh_TW", "en_GB")] == ["pt_BR", "pt", "zh_TW", "en"]


def test_the_language_of_the_system_is_used_where_nobody_chose_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(language.VARIABLE, raising=False)
    monkeypatch.setattr(QLocale, "uiLanguages", lambda _: ["ko-Kore-KR", "ko-KR", "ko", "en-US"])
    assert language.chosen("") == "ko"


def test_another_language_is_shown_at_once_with_the_same_project_page_filter_and_images(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    project = make_project(tmp_path)
    with windows_of(qtbot, qapp) as windows:
        first = windows.window
        assert first.undo.text() == "Undo"
        open_in(qtbot, first, project)
        browser = first.page(0).browser
        browser.filters.choose(SavedFilter(["class=bee"], "newest", True))
        qtbot.waitUntil(lambda: len(browser.images) == 4)
        browser.grid.select([1, 2], 2)
        chosen = list(browser.selected_ids())
        first.show_page(2)

        after = choose(qtbot, windows, "한국어")
        browser = after.page(0).browser
        qtbot.waitUntil(lambda: list(browser.selected_ids()) == chosen)
        assert after.session.project is not None
        assert after.session.project.folder == project
        assert not after.session.read_only, "the window before let go of it"
        assert after.stack.currentWidget() is after.page(2)
        assert after.undo.text() == "실행 취소"
        assert browser.filters.chosen().where == ["class=bee"]
        assert Settings().language == "ko"

        assert choose(qtbot, windows, "English").undo.text() == "Undo"


def test_another_language_waits_for_a_job_that_begins_meanwhile_and_for_a_dialog_that_is_open(
    qtbot: QtBot, qapp: QApplication
) -> None:
    """A job of a chain, such as the next thing to save, begins after the one before it has ended; and who types into a
    dialog keeps it.
    """
    with windows_of(qtbot, qapp) as windows:
        first, go_on = windows.window, threading.Event()
        next(action for action in first.languages if action.text() == "한국어").trigger()
        first.jobs.start_callable(lambda *_: {"in time": go_on.wait(20)}, "Sorting")
        qapp.processEvents()
        assert windows.window is first
        dialog = QDialog(first)
        dialog.open()
        go_on.set()
        qtbot.waitUntil(lambda: not first.jobs.running)
        qapp.processEvents()
        assert windows.window is first
        assert dialog.isVisible()
        dialog.close()
        qtbot.waitUntil(lambda: windows.window is not first)
        assert windows.window.undo.text() == "실행 취소"


def test_no_page_of_a_korean_window_shows_english(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    of_the_project = re.compile("ant|bee|cat|pictures|[0-9].png")
    with windows_of(qtbot, qapp) as windows:
        window = choose(qtbot, windows, "한국어")
        open_in(qtbot, window, project)
        for index in range(4):
            window.show_page(index)
        qtbot.waitUntil(lambda: not window.jobs.running)
        english = {text for text in texts(window) if WORD.search(text) and not HANGUL.search(text)}
        named = {"Pigeonhole", "English", *(action.toolTip() for action in window.languages)}
    same = {text for _, text, translation in messages(TRANSLATIONS / "ko.ts") if translation.text == text}
    assert not {text for text in english - named - same if not of_the_project.search(text)}


def test_buttons_of_qt_figures_and_times_are_in_the_language_too(qtbot: QtBot, qapp: QApplication) -> None:
    try:
        language.use(qapp, "ko")
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        qtbot.addWidget(box)
        assert box.buttons()[0].text() == "취소"
        assert (percent(0.984), interval(0.984, 1000)) == ("98.4%", "97.4~99.0%")
        assert interval_text((0.851, 0.96)) == "85.1~96.0"
        limits = NumberRange("", "%", 100)
        qtbot.addWidget(limits)
        limits.set_texts(["10..20"])
        assert limits.words() == "10~20%"
        assert edits.LABEL.name_of(3, name="cat") == "이미지 3개에 레이블 cat 지정"
        assert wording.phase("Checking") == "확인하는 중"
        assert [wording.split(kind) for kind in Split] == ["학습", "확인용 이미지", "테스트", "아직 없음"]
        assert wording.reason("missing: the file is not there any more") == "없음: 파일이 이제 없습니다"
        assert wording.reason("damaged: what nobody has translated") == "손상됨: what nobody has translated"
        assert wording.images(12345) == "이미지 12,345개"
        assert wording.duration(75) == "1분 15초"
    finally:
        language.use(qapp, language.SOURCE)
    assert edits.LABEL.name_of(1, name="cat") == "Label 1 image as cat"
    assert (percent(0.984), interval(0.984, 1000)) == ("98.4 %", "97.4–99.0 %")


def test_english_has_its_plurals() -> None:
    assert [wording.images(count) for count in (0, 1, 2, 1500)] == ["0 images", "1 image", "2 images", "1,500 images"]
    assert [wording.of_images(1, count) for count in (1, 2)] == ["1 of 1 image", "1 of 2 images"]


def test_what_is_opened_on_the_desktop_while_a_dialog_is_open_is_opened_after_it(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    """As on macOS, where a double click on a project reaches the program that runs."""
    project = make_project(tmp_path)
    with windows_of(qtbot, qapp) as windows:
        window = windows.window
        first, second = QDialog(window), QDialog(window)
        first.open()
        windows.open(str(project / "project.sqlite"))
        second.open()
        first.reject()
        qapp.processEvents()
        assert window.session.project is None, "another dialog is still open"
        with qtbot.waitSignal(window.session.project_changed):
            second.reject()
        assert window.session.project.folder == project
