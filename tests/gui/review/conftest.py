"""The Review page over a small project with a run that takes two images for another class."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.review.page import CONTENT, ReviewPage
from gui.session import Session
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.review.reviewing import WRONG, close_loaders
from tests.gui.small_project import make_project, write_run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = make_project(tmp_path)
    write_run(project, wrong=WRONG)
    return project


@pytest.fixture(autouse=True)
def no_assessment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests here count the jobs that they start; the assessment of a run, asked after a rest, has tests of its own."""
    monkeypatch.setattr("gui.widgets.assessment.assessing.REST_MS", 3_600_000)


@pytest.fixture
def page(qtbot: QtBot, session: Session, jobs: FakeJobs) -> Iterator[ReviewPage]:
    """Once its gallery shows the mistakes."""
    page = shown(qtbot, ReviewPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: page.showing == CONTENT)
    qtbot.waitUntil(lambda: page.mistakes.gallery.record(0) is not None)
    yield page
    close_loaders(page)
