"""The Train page over a small project; what its jobs say is written down by the test."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui.session import Session
from gui.train.page import TrainPage
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown


@pytest.fixture
def page(qtbot: QtBot, session: Session, jobs: FakeJobs) -> TrainPage:
    """With recipes, options and details unfolded."""
    page = shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    page.setup.advanced.setChecked(True)
    page.view.details.open()
    qtbot.waitUntil(lambda: page.setup.form.is_complete)
    return page
