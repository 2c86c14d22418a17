"""The Train page over a small project; what its jobs say is written down by the test."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui.session import Session
from gui.train.page import TrainPage
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.train.training import unfold


@pytest.fixture
def folded(qtbot: QtBot, session: Session, jobs: FakeJobs) -> TrainPage:
    """The page as it opens; to make all options takes longer than the rest of it. For files that look at none."""
    return shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]


@pytest.fixture
def page(qtbot: QtBot, folded: TrainPage) -> TrainPage:
    """With recipes, options and details unfolded."""
    return unfold(qtbot, folded)
