"""A real child through the real window: it tells of its network, trains, waits, goes on, survives a closed window."""

from __future__ import annotations

import json
import os
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.events import BatchEnded, EpochEnded, Event
from engine.training.runs.records import history, list_runs
from gui.main_window import MainWindow
from tests.e2e.waiting import until
from tests.gui.small_project import make_project
from tests.gui.train.training import press
from tests.gui.windows import open_in, window

pytestmark = pytest.mark.slow

TRAIN = 1
LONG = 120_000  # ms: a child loads Keras, perhaps on a busy machine


def cpu_seconds(pid: int) -> float:
    """What the process has computed so far, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def is_asleep(pid: int) -> bool:
    """Whether no thread of the process computes or waits for a processor, which on a busy machine may take long."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    try:
        return all((task / "stat").read_text("ascii").rpartition(")")[2].split()[0] == "S" for task in tasks)
    except OSError:  # one ended meanwhile
        return False


def begin(qtbot: QtBot, opened: MainWindow, project: Path) -> list[Event]:
    """Look at the network, start a training without end in the same child, and wait for its first epoch."""
    open_in(qtbot, opened, project)
    page = opened.show_page(TRAIN)
    page.setup.take("fashion-cnn", {"epochs": 10_000, "early_stop": 0, "plateau": 0, "batch_size": 1})
    qtbot.waitUntil(lambda: page.setup.buttons.start.isEnabled())
    page.views.show_tab(page.network)
    qtbot.waitUntil(lambda: page.network.table.isVisible(), timeout=LONG)
    assert [row[1] for row in page.network.table.rows()[1:]].count("Conv2D") == 3
    lent = opened.jobs.spare._child
    assert lent is not None, "it came back"
    seen: list[Event] = []
    page.training.happened.connect(lambda event, _line: seen.append(event))
    press(opened, "start_button")
    qtbot.waitUntil(lambda: any(isinstance(e, EpochEnded) for e in seen), timeout=LONG)
    assert page.training.job.handle.processes == [lent], "no second child loads Keras"
    return seen


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="reads what a process computes from /proc")
def test_a_paused_training_waits_goes_on_and_loses_nothing_when_the_window_closes(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
):
    project = make_project(tmp_path)
    with window(qtbot, qapp) as opened:
        seen = begin(qtbot, opened, project)
        page = opened.show_page(TRAIN)
        handle = page.training.job.handle
        assert handle is not None
        pid = handle.processes[-1].pid
        memory = handle.memory()
        assert memory is not None
        assert memory > 100_000_000, "Keras is in it"

        press(opened, "pause_button")
        looks = [0]

        def sleeps() -> bool:
            looks[0] = looks[0] + 1 if is_asleep(pid) else 0
            return looks[0] > 30

        qtbot.waitUntil(sleeps)
        before, told = cpu_seconds(pid), len(seen)
        qtbot.wait(500)
        assert cpu_seconds(pid) - before < 0.25, "a paused child computes nothing"
        assert len(seen) == told

        press(opened, "pause_button")
        qtbot.waitUntil(lambda: any(isinstance(e, BatchEnded | EpochEnded) for e in seen[told:]))
        press(opened, "pause_button")
        qtbot.waitUntil(lambda: page.training.paused)
        epochs, process = sum(isinstance(e, EpochEnded) for e in seen), psutil.Process(pid)
    # The window is closed; its training saves what it has and ends without it.
    until(
        lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE,
        "the end of the training",
        seconds=120,
    )  # it writes its model first, beside other tests
    (run,) = list_runs(project)
    assert run.state in {"stopped", "interrupted"}  # with its model, or without where that would have taken too long
    assert run.has_model is (run.state == "stopped")
    assert run.epochs >= epochs >= 1
    assert run.can_resume
    assert len(history(run)) == run.epochs
    assert json.loads((run.folder / "checkpoint" / "state.json").read_text("utf-8"))["latest"]
