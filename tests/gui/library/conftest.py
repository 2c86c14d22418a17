"""The Library in the real window, over twelve real pictures of three classes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.similarity.feature_job import FeatureParams, compute_features
from engine.similarity.feature_store import store_folder
from gui.library import learning
from gui.library.browser import Browser
from gui.library.page import LibraryPage
from gui.main_window import MainWindow
from tests.gui.library.flowers import FLOWERS, OF_EACH, make_flowers
from tests.gui.windows import make_project, open_in, window


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


@pytest.fixture(scope="session")
def features_of_flowers(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `store_folder` gives, with the features of the flowers: to compute them takes a second."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("home of features")
        patch.setenv("PIGEONHOLE_HOME", str(home))
        compute_features(FeatureParams(str(make_flowers(home, shared_data))), emit=lambda _: None, cancel=Cancel())
        return store_folder()


@pytest.fixture
def learnt_page(
    qtbot: QtBot, qapp: QApplication, learns: None, flowers: Path, features_of_flowers: Path
) -> Iterator[LibraryPage]:
    """The Library with the flowers, whose features are all there."""
    shutil.copytree(features_of_flowers, store_folder())
    with window(qtbot, qapp) as shell:
        open_in(qtbot, shell, flowers)
        found = shell.page(0)
        qtbot.waitUntil(
            lambda: found.learning.ready == len(FLOWERS) * OF_EACH and not found.learning.busy, timeout=90_000
        )
        yield found
