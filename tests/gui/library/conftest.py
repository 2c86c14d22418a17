"""The Library in the real window, over twelve real pictures of three classes."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.library.browser import Browser
from gui.library.page import LibraryPage
from gui.main_window import MainWindow
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
