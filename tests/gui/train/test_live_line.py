"""While something else is looked at, one line tells of the training that runs and leads back to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gui.session import Session
from gui.train.page import TrainPage
from tests.gui.fakes import FakeHandle, FakeJobs
from tests.gui.small_project import make_project, write_run
from tests.gui.train.training import STARTED, epoch, press, start, trained

EARLIER = "20250101-000000-photo-cnn"


@pytest.fixture
def training(page: TrainPage, jobs: FakeJobs, session: Session, project: Path, qtbot: QtBot) -> FakeHandle:
    """One epoch of it is complete; an earlier run is listed beside it."""
    write_run(project, EARLIER)
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    handle = start(page, jobs)
    handle.play(STARTED, epoch(1))
    return handle


def look_at_earlier(page: TrainPage, qtbot: QtBot) -> None:
    page.run_panel.list.choose(EARLIER)
    qtbot.waitUntil(lambda: "finished" in page.view.headline.text())


def test_it_is_there_only_while_another_run_is_looked_at(page: TrainPage, training: FakeHandle, qtbot: QtBot):
    assert page.progress_line.isHidden()
    look_at_earlier(page, qtbot)
    assert page.progress_line.isVisible()
    assert "is in training" in page.progress_line.words.text()
    assert "Epoch 2 of 4" in page.progress_line.words.text()
    training.play(epoch(2))
    page.training.changed.emit()  # as each second
    assert "Epoch 3 of 4" in page.progress_line.words.text()
    press(page, "show_training_button")
    assert page.progress_line.isHidden()
    assert "training" in page.view.headline.text()
    look_at_earlier(page, qtbot)
    training.stop(**trained(STARTED.run, state="stopped"))
    assert page.progress_line.isHidden(), "there is none any more"


def test_a_training_without_a_name_yet_is_found_again_by_key(
    page: TrainPage, jobs: FakeJobs, session: Session, project: Path, qtbot: QtBot
):
    write_run(project, EARLIER)
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    start(page, jobs)
    look_at_earlier(page, qtbot)
    assert "preparing" in page.progress_line.words.text()
    qtbot.keyClick(page, Qt.Key.Key_0, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(page.progress_line.isHidden)
    assert "preparing" in page.view.headline.text()
    look_at_earlier(page, qtbot)  # and it can be chosen again at once


def test_a_training_of_another_project_is_left_and_found_again(
    page: TrainPage, training: FakeHandle, session: Session, tmp_path: Path, qtbot: QtBot
):
    other = make_project(tmp_path / "other")
    write_run(other, EARLIER)
    with qtbot.waitSignals([session.overview_changed, session.runs_changed]):
        session.open_project(other)
    assert page.progress_line.isHidden()
    assert page.view.owner.isVisible()
    look_at_earlier(page, qtbot)
    assert "“small”" in page.progress_line.words.text()
    assert not page.view.owner.isVisible()
    press(page, "show_training_button")
    assert page.view.owner.isVisible()
    assert page.run_panel.list.current() is None
    look_at_earlier(page, qtbot)


def test_it_leads_back_from_a_comparison(page: TrainPage, training: FakeHandle, project: Path, qtbot: QtBot):
    look_at_earlier(page, qtbot)
    page.views.show_tab(page.compare)
    press(page, "show_training_button")
    assert page.views.shown() is page.view
    assert page.findChild(QPushButton, "show_training_button") is page.progress_line.show_it
