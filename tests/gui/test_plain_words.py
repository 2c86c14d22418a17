"""Words of an expert stand behind "Details" or "Advanced"; the window names no flag of the command line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.classify.page import ClassifyPage
from gui.guide.scenes import Scene
from gui.library.page import LibraryPage
from gui.main_window import MainWindow
from gui.review.page import ReviewPage
from gui.train.page import TrainPage
from gui.widgets.details import Details
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.small_project import make_project, open_session, write_run
from tests.gui.windows import make_pictures

EXPERTS = re.compile(
    r"regular expression|McNemar|calibration error|temperature|(macro|weighted) F1|\bfolds?\b|imbalance ratio|\bPCA\b"
    r"|t-SNE|convolution|mirrored|logit|softmax|\d+ px colours",
    re.IGNORECASE,
)
FLAG = re.compile(r"(^|[\s(`“])--[a-z]")
CODE = Path(__file__).resolve().parents[2]


def said(widget: QWidget) -> Iterator[str]:
    """What a person reads in the widget and all below it that is seen."""
    for part in [widget, *widget.findChildren(QWidget)]:
        if not part.isVisible():
            continue
        if isinstance(part, QLabel | QAbstractButton):
            yield part.text()
        elif isinstance(part, QComboBox):
            yield part.currentText()
        elif isinstance(part, QLineEdit):
            yield part.text() or part.placeholderText()
        elif isinstance(part, QTabBar):
            yield from (part.tabText(index) for index in range(part.count()))
        elif isinstance(part, QHeaderView) and (model := part.model()) is not None:
            count = range(part.count())
            yield from (
                str(model.headerData(index, part.orientation(), Qt.ItemDataRole.DisplayRole)) for index in count
            )


def expert_words(widget: QWidget) -> list[str]:
    return [words for words in said(widget) if EXPERTS.search(words)]


@pytest.mark.parametrize("page_class", [LibraryPage, TrainPage, ReviewPage, ClassifyPage])
def test_no_page_greets_a_person_with_the_words_of_an_expert(
    page_class: type[QWidget], qtbot: QtBot, tmp_path: Path
) -> None:
    project = make_project(tmp_path)
    write_run(project)
    session = open_session(qtbot, project)
    page = shown(qtbot, page_class(session, FakeJobs()), 1160, 770)  # type: ignore[call-arg]
    tabs = page.sections.tabs if isinstance(page, ReviewPage) else None
    found: list[str] = []
    for index in range(tabs.count() if tabs is not None else 1):
        if tabs is not None:
            tabs.setCurrentIndex(index)
            QApplication.processEvents()
        assert len(list(said(page))) > 5, "something is read"
        found += expert_words(page)
    if isinstance(page, LibraryPage):
        page.show_distribution()
        found += expert_words(page.distribution)
        page.learning.close()
    assert found == []
    for loader in page.findChildren(QWidget):
        if hasattr(loader, "close_loader"):
            loader.close_loader()
    session.shut_down()


def test_the_preview_of_an_import_speaks_of_patterns_only(qtbot: QtBot, shell: MainWindow, tmp_path: Path) -> None:
    page = shell.page(0)
    with qtbot.waitSignal(page.importing.detected):
        shell.open_path(make_pictures(tmp_path))
    qtbot.waitUntil(page.preview.import_button.isEnabled)
    assert expert_words(shell) == []


def test_the_guide_and_its_tour_are_plain(shell: MainWindow) -> None:
    shell.show_guide()
    assert expert_words(shell.findChildren(Scene)[0].window()) == []


def test_details_hides_what_stands_behind_it_until_it_is_opened(qtbot: QtBot) -> None:
    behind = QLabel("Temperature")
    details = Details(behind)
    qtbot.addWidget(details)
    details.show()
    assert expert_words(details) == []
    details.open()
    assert expert_words(details) == ["Temperature"]


def test_no_text_of_the_window_names_a_flag() -> None:
    named = [
        (file.name, call.lineno, part.value)
        for file in sorted((CODE / "gui").rglob("*.py"))
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(("tr", "translate", "QT_TRANSLATE_NOOP"))
        for part in call.args
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and FLAG.search(part.value)
    ]
    assert named == []


def test_no_message_of_the_command_line_names_a_button() -> None:
    buttons = re.compile(r"\b(click|press the|button|in the menu)\b", re.IGNORECASE)
    files = sorted((CODE / "engine").rglob("*.py"))
    named = []
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Raise | ast.Call):
                for part in ast.walk(node):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and buttons.search(part.value):
                        named.append((file.name, part.lineno, part.value))
    assert named == []
