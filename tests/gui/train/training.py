"""What a training tells, and the buttons with which a person begins, pauses and ends it."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.events import EpochEnded, RunStarted
from engine.training.plan import Trained, TrainedFolds
from gui.train.page import TrainPage
from tests.gui.fakes import FakeHandle, FakeJobs

STARTED = RunStarted("20260103-000000-fashion-cnn", "fashion-cnn", "CPU, 2 cores", 4, 10, 9, 3, 12345)


def epoch(number: int, *, best: bool = True) -> EpochEnded:
    return EpochEnded(number, 4, 1 / number, 0.5, 1.1 / number, 0.7 + 0.05 * number, 1e-3, 2.0, 900.0, best)


def trained(run: str, accuracy: float | None = 0.75, state: str = "finished") -> dict:
    """What a training returns."""
    return dict(Trained(run, 4, 4, accuracy, 0.5, 8.0, 900.0, 12345, state, 0.0, ["ant", "bee"]))


def trained_folds(runs: list[str], folds: int, accuracy: float, deviation: float) -> dict:
    """What a k-fold training returns."""
    each = [accuracy] * len(runs)
    images = [40] * len(runs)
    return dict(
        TrainedFolds(runs, runs[0], folds, each, accuracy, deviation, 4, 8.0, 900.0, ["ant"], "finished", images)
    )


def press(widget: QWidget, name: str) -> None:
    button = widget.findChild(QPushButton, name)
    assert button is not None
    assert button.isVisible()
    assert button.isEnabled(), f"{name} cannot be pressed"
    button.click()


def unfold(qtbot: QtBot, page: TrainPage) -> TrainPage:
    """Show recipes, options and details."""
    page.setup.advanced.setChecked(True)
    page.view.details.open()
    qtbot.waitUntil(lambda: page.setup.form.is_complete)
    return page


def start(page: TrainPage, jobs: FakeJobs) -> FakeHandle:
    press(page, "start_button")
    return jobs.trainings[-1]
