"""Fixtures of all tests of the window. A folder, or a test, that needs more pictures makes a `project` of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.session import Session
from tests.gui.fakes import FakeJobs
from tests.gui.small_project import make_project, open_session
from tests.gui.windows import take_style_away, window


@pytest.fixture(autouse=True)
def no_style_of_before(qapp: QApplication) -> None:
    take_style_away(qapp)


@pytest.fixture(autouse=True)
def keys_up(qapp: QApplication) -> Iterator[None]:
    """A test that ends with Ctrl held would leave it held for the next one of its process."""
    yield
    if qapp.keyboardModifiers() != Qt.KeyboardModifier.NoModifier:
        QTest.keyRelease(QWidget(), Qt.Key.Key_Control)


@pytest.fixture(autouse=True)
def quick_eyes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test has seen at once what comes, and presses the next key."""
    monkeypatch.setattr("gui.library.labelling.LOOK_MS", 0)


@pytest.fixture
def jobs() -> FakeJobs:
    return FakeJobs()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path)


@pytest.fixture
def new_session(qtbot: QtBot) -> Iterator[Session]:
    """In which nothing is open yet."""
    made = Session()
    yield made
    made.shut_down()


@pytest.fixture
def session(qtbot: QtBot, project: Path) -> Iterator[Session]:
    """In which the project is open."""
    opened = open_session(qtbot, project)
    yield opened
    opened.shut_down()


@pytest.fixture
def shell(qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    """The real window, without a project."""
    with window(qtbot, qapp) as shell:
        yield shell
