"""What a run puts into the form is said: in a small window the changed options are scrolled out of sight."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.session import Session
from gui.train.page import TrainPage
from tests.gui.small_project import write_run

RUN = "20260101-000000-quick"


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("start_from_asked", "Training now starts with the weights of “Baseline”, at a tenth of its rate."),
        ("options_asked", "The options are now those of “Baseline”."),
    ],
)
def test_the_form_says_what_it_took_from_a_run(
    page: TrainPage, project: Path, session: Session, qtbot: QtBot, asked: str, sentence: str
) -> None:
    write_run(project, RUN)
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    run = replace(session.runs()[0], title="Baseline")
    with qtbot.waitSignal(session.message) as said:
        getattr(page.run_actions, asked).emit(run)
    assert said.args == [sentence]
