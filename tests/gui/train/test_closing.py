"""The window is closed while a training runs: it asks once, and says what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.app import Interrupts
from gui.main_window import MainWindow
from gui.train.close_question import CloseQuestion
from gui.train.page import TrainPage
from gui.train.training import Order
from tests.gui.fakes import FakeJobs
from tests.gui.small_project import write_run
from tests.gui.train.training import STARTED, epoch, press, start, trained
from tests.gui.windows import open_in, window


class ClosingJobs(FakeJobs):
    """Jobs of a window, which ends them when it closes."""

    closed = False

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def jobs() -> ClosingJobs:
    return ClosingJobs()


@pytest.fixture
def shell(qtbot: QtBot, qapp: QApplication, project: Path, jobs: ClosingJobs) -> Iterator[MainWindow]:
    with window(qtbot, qapp) as opened:
        open_in(qtbot, opened, project)
        own, opened.jobs = opened.jobs, jobs  # type: ignore[assignment]
        opened.show_page(1)
        yield opened
        own.close()


@pytest.fixture
def page(shell: MainWindow, qtbot: QtBot) -> TrainPage:
    found = shell.page(1)
    assert isinstance(found, TrainPage)
    qtbot.waitUntil(found.setup.buttons.start.isEnabled)
    return found


def question(shell: MainWindow) -> CloseQuestion | None:
    return next((q for q in shell.findChildren(CloseQuestion) if q.isVisible()), None)


def test_a_window_without_a_training_closes_at_once(shell: MainWindow, page: TrainPage, jobs: ClosingJobs):
    assert shell.close()
    assert jobs.closed


def test_the_first_epoch_is_not_lost_without_a_question(shell: MainWindow, page: TrainPage, jobs: ClosingJobs):
    start(page, jobs).play(STARTED)
    assert not shell.close()
    asked = question(shell)
    assert asked is not None
    assert "first epoch" in asked.words.text()
    assert asked.stay.isDefault(), "Return loses nothing"
    assert not shell.close()
    assert len(shell.findChildren(CloseQuestion)) == 1, "it is asked once"
    press(asked, "keep_training_button")
    assert shell.isVisible()
    assert page.training.running
    assert not jobs.closed


def test_escape_keeps_the_window(shell: MainWindow, page: TrainPage, jobs: ClosingJobs, qtbot: QtBot):
    start(page, jobs)
    shell.close()
    asked = question(shell)
    assert asked is not None
    qtbot.keyClick(asked, Qt.Key.Key_Escape)
    assert question(shell) is None
    assert shell.isVisible()
    assert not jobs.closed


def test_close_anyway_closes_at_once(shell: MainWindow, page: TrainPage, jobs: ClosingJobs, qtbot: QtBot):
    start(page, jobs)
    shell.close()
    asked = question(shell)
    assert asked is not None
    press(asked, "close_anyway_button")
    qtbot.waitUntil(lambda: jobs.closed)
    assert not shell.isVisible()


def test_the_window_closes_by_itself_after_the_epoch_where_that_is_wanted(
    shell: MainWindow, page: TrainPage, jobs: ClosingJobs, qtbot: QtBot
):
    handle = start(page, jobs)
    handle.play(STARTED)
    shell.close()
    asked = question(shell)
    assert asked is not None
    press(asked, "close_later_button")
    assert shell.isVisible()
    assert "by itself" in asked.words.text()
    handle.play(epoch(1))
    qtbot.waitUntil(lambda: jobs.closed)
    assert not shell.isVisible()


def test_a_training_that_stood_still_goes_on_to_the_epoch_that_is_waited_for(
    shell: MainWindow, page: TrainPage, jobs: ClosingJobs
):
    start(page, jobs).play(STARTED)
    page.training.pause()
    shell.close()
    asked = question(shell)
    assert asked is not None
    assert page.training.paused, "the question alone changes nothing"
    press(asked, "close_later_button")
    assert not page.training.paused, "the epoch would never be complete, and the question is before the window"


def test_a_question_that_has_become_pointless_goes_away(shell: MainWindow, page: TrainPage, jobs: ClosingJobs):
    handle = start(page, jobs)
    handle.play(STARTED)
    shell.close()
    assert question(shell) is not None
    handle.fail("There was not enough memory.")
    assert question(shell) is None
    assert shell.isVisible()
    assert not jobs.closed


def test_the_question_says_what_is_kept_also_when_an_epoch_ends_before_the_answer(
    shell: MainWindow, page: TrainPage, jobs: ClosingJobs
):
    handle = start(page, jobs)
    handle.play(STARTED)
    shell.close()
    asked = question(shell)
    assert asked is not None
    assert "nothing of this training is kept" in asked.words.text()
    handle.play(epoch(1))
    assert "is at epoch 2 of 4" in asked.words.text()
    assert "What is complete (1 epoch) is kept, and the run can be resumed." in asked.words.text()
    handle.play(epoch(2), epoch(3), epoch(4))
    assert "is saving its model" in asked.words.text()
    assert asked.later.text() == "Close when it has ended"
    press(asked, "close_later_button")
    assert shell.isVisible()
    handle.succeed(**trained(STARTED.run, 0.5))
    assert not asked.isVisible()


def test_a_training_that_ended_as_it_was_waited_for_closes_the_window(
    shell: MainWindow, page: TrainPage, jobs: ClosingJobs, qtbot: QtBot
):
    handle = start(page, jobs)
    handle.play(STARTED, *(epoch(number) for number in range(1, 5)))
    shell.close()
    asked = question(shell)
    assert asked is not None
    press(asked, "close_later_button")
    handle.succeed(**trained(STARTED.run, 0.5))
    qtbot.waitUntil(lambda: jobs.closed)


def test_nothing_is_asked_of_a_training_that_the_person_has_stopped(
    shell: MainWindow, page: TrainPage, jobs: ClosingJobs
):
    start(page, jobs)
    page.training.stop()
    assert shell.close()
    assert jobs.closed


def test_what_was_trained_on_an_earlier_day_is_said_to_be_kept(
    shell: MainWindow, page: TrainPage, jobs: ClosingJobs, project: Path, qtbot: QtBot
):
    write_run(project, state="stopped")
    shell.session.refresh_runs()
    qtbot.waitUntil(lambda: bool(shell.session.runs()))
    (run,) = shell.session.runs()
    page.training.begin(Order(run.recipe, options=run.options, resume=run))
    assert not shell.close()
    asked = question(shell)
    assert asked is not None
    assert "What is complete (3 epochs) is kept" in asked.words.text()
    press(asked, "close_anyway_button")
    qtbot.waitUntil(lambda: jobs.closed)


def test_a_request_of_the_system_to_end_is_not_answered_with_a_question(
    shell: MainWindow, page: TrainPage, jobs: ClosingJobs
):
    start(page, jobs).play(STARTED)
    listening = Interrupts()
    listening._write.send(b"\x0f")
    listening._heard()
    listening.remove()
    assert jobs.closed
    assert not shell.isVisible()
    assert question(shell) is None
