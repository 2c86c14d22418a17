"""The Classify page over a small project with a run; what a batch says is written down by the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from engine.batch.params import ClassifyParams
from engine.batch.saved_results.folder import SavedResults, begin
from gui.classify.page import ClassifyPage
from gui.session import Session
from tests.gui.classify.classifying import about, settle
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.small_project import make_project, write_run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = make_project(tmp_path)
    write_run(project)
    return project


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Those of the project that no run has learnt from."""
    return tmp_path / "pictures" / "test"


@pytest.fixture
def page(qtbot: QtBot, session: Session, jobs: FakeJobs, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClassifyPage]:
    monkeypatch.setattr("engine.batch.saved_results.about.about_model", lambda _, stranger: about())
    page = shown(qtbot, ClassifyPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    settle(jobs)
    yield page
    for dialog in page.findChildren(QDialog):
        dialog.close()
    page.view.grid.close_loader()
    if page.view.large is not None:
        page.view.large.image.close_loader()


@pytest.fixture
def kept(tmp_path: Path) -> SavedResults:
    """Results without a row yet."""
    return begin(tmp_path, ClassifyParams("m.onnx", (), ""), ("ant", "bee"))
