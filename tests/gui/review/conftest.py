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


@pytest.fixture
def page(qtbot: QtBot, session: Session, jobs: FakeJobs) -> Iterator[ReviewPage]:
    """Once its gallery shows the mistakes."""
    page = shown(qtbot, ReviewPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: page.showing == CONTENT)
    qtbot.waitUntil(lambda: page.mistakes.gallery.record(0) is not None)
    yield page
    close_loaders(page)
