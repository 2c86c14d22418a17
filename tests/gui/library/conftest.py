"""The Library in the real window, over twelve real pictures of three classes."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.library import learning
from gui.library.browser import Browser
from gui.library.page import LibraryPage
from gui.main_window import MainWindow
from tests.gui.library.flowers import make_flowers
from tests.gui.windows import make_project, open_in


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path)


@pytest.fixture
def page(shell: MainWindow) -> LibraryPage:
    found = shell.page(0)
    assert isinstance(found, LibraryPage)
    return found


@pytest.fixture
def opened(qtbot: QtBot, shell: MainWindow, project: Path) -> MainWindow:
    """The window with the project in it."""
    open_in(qtbot, shell, project)
    return shell


@pytest.fixture
def browser(opened: MainWindow, page: LibraryPage) -> Browser:
    """Of the project, with the keyboard in the grid."""
    page.browser.grid.setFocus()
    return page.browser


@pytest.fixture
def flowers(tmp_path: Path, shared_data: Path) -> Path:
    """A project of two dozen photographs of two kinds without labels; the kind is in the file's name."""
    return make_flowers(tmp_path, shared_data)


@pytest.fixture
def learns(monkeypatch: pytest.MonkeyPatch) -> None:
    """The window learns while a person labels, and begins at once."""
    monkeypatch.setenv("PIGEONHOLE_LEARN", "on")
    monkeypatch.setattr(learning, "REST_MS", 10)
    monkeypatch.setattr(learning, "ESTIMATE_MS", 10)
