"""However a training of the window ends, its process is gone: only then is the memory of the device back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from gui.jobs import JobRunner
from gui.session import Session
from gui.train.page import TrainPage
from tests.gui.hosting import shown
from tests.gui.train.training import press

# What the child finds in the place of the training and of Keras, which would take seconds to load. How it ends is told
# by the number of epochs.
STAND_IN = """
import os, signal, sys, types

for name in ("keras", "engine.training.fit"):
    sys.modules[name] = types.ModuleType(name)

from engine.jobs import registry

registry.JOBS["train"] = "stand_in:train"
"""
TRAINING = """
import os, signal, subprocess, sys

from engine.errors import RunError
from engine.events import Log, RunStarted
from engine.training.plan import Trained, TrainParams


def train(params: TrainParams, *, emit, cancel):
    emit(Log(f"process {os.getpid()}"))
    how = params.overrides["epochs"]
    if how == 2:
        cancel.wait(60)
        cancel.check()
    if how == 3:
        raise RunError("The disk is full.")
    if how == 4:
        raise ValueError("unforeseen")
    if how == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return Trained("", 1, 1, 0.5, 0.5, 1.0, 1.0, 1, "finished", 0.0, [])
"""
FINISHES, WAITS, FAILS, BREAKS, DIES = range(1, 6)


@pytest.fixture
def jobs(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobRunner]:
    """The real ones."""
    place = tmp_path / "stand-in"
    place.mkdir()
    (place / "sitecustomize.py").write_text(STAND_IN, "utf-8")
    (place / "stand_in.py").write_text(TRAINING, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(place), prepend=os.pathsep)
    made = JobRunner()
    yield made
    made.close()


@pytest.fixture
def page(qtbot: QtBot, session: Session, jobs: JobRunner, monkeypatch: pytest.MonkeyPatch) -> TrainPage:
    monkeypatch.setattr("gui.train.setup_questions.FEWEST", 10**9)  # it would ask a process of its own
    return shown(qtbot, TrainPage(session, jobs), 1160, 770)


def begin(page: TrainPage, how: int, qtbot: QtBot) -> int:
    """The number of the process that trains, which it has said itself."""
    page.setup.form.change("epochs", how)
    press(page, "start_button")
    qtbot.waitUntil(lambda: "process " in page.views.log.toPlainText())
    return int(page.views.log.toPlainText().partition("process ")[2].split()[0])


def check_gone(page: TrainPage, number: int, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.training.running)
    assert not psutil.pid_exists(number), "it is ended before the window says that the training has"


@pytest.mark.parametrize("how", [FINISHES, FAILS, BREAKS, DIES])
def test_its_process_is_gone_when_it_has_ended(page: TrainPage, how: int, qtbot: QtBot):
    check_gone(page, begin(page, how, qtbot), qtbot)
    assert page.setup.buttons.start.isVisible()


def test_its_process_is_gone_when_it_was_stopped(page: TrainPage, qtbot: QtBot):
    number = begin(page, WAITS, qtbot)
    assert psutil.pid_exists(number)
    press(page, "stop_button")
    check_gone(page, number, qtbot)


def test_no_process_is_left_when_the_window_closes_in_a_training(page: TrainPage, jobs: JobRunner, qtbot: QtBot):
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    number = begin(page, WAITS, qtbot)
    jobs.close()
    assert not psutil.pid_exists(number)
    left = {process.pid for process in psutil.Process().children(recursive=True)} - before
    assert not left
