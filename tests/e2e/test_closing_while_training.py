"""The window is closed while it trains: it is gone at once, and the training saves what it has without it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from engine.training.runs.records import list_runs
from tests.e2e.waiting import until
from tests.gui.small_project import make_project

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 3.0  # from the answer of the person, or the signal, to the end of the process

WINDOW = """
import sys
import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QSpinBox, QToolButton

import main
from gui.train.close_question import CloseQuestion
from tests.e2e.person import use


def script(person):
    yield lambda: person.window.session.project is not None and person.window.isActiveWindow()  # else no key arrives
    person.go_to(2)
    yield lambda: person.can_press(QToolButton, "advanced_fold")
    person.click(QToolButton, "advanced_fold")
    yield lambda: person.sees(QSpinBox, "option_epochs")
    person.find(QSpinBox, "option_epochs").setValue(10_000)
    yield lambda: person.can_press(QPushButton, "start_button")
    person.click(QPushButton, "start_button")
    training = person.window.page(1).training
    yield lambda: training.live is not None and len(training.live.history) >= 2
    print("training in", person.trains_in(), flush=True)
    if sys.argv[2] != "by the system":
        if sys.argv[2] == "by key":
            person.press(person.window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
        yield lambda: person.sees(CloseQuestion, "close_question")
        (asked,) = person.window.findChildren(CloseQuestion)
        print("asked:", asked.words.text(), flush=True)
    if sys.argv[2] == "by key":
        print("pressed at", time.time(), flush=True)
        person.click(QPushButton, "close_anyway_button")
    yield lambda: False


application = QApplication(sys.argv[:1])  # before the timer of `use`
sys.exit(use(main.main, [sys.argv[1]], script))
"""


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    places = {name: str(tmp_path / name) for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    return {**os.environ, **places, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path)


@pytest.fixture(params=["by key", "by the system"])
def window(request: pytest.FixtureRequest, project: Path, home: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    yield from opened(project, request.param, home)


def opened(project: Path, how: str, home: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", WINDOW, str(project), how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=home, cwd=ROOT) as process:
        yield process
        process.kill()


class Screen:
    """A display, its keyboard, and the window that trains on it."""

    def __init__(self, window: subprocess.Popen[str], environment: dict[str, str]) -> None:
        self.window, self._environment = window, environment

    def xdotool(self, *words: str) -> list[str]:
        done = subprocess.run(["xdotool", *words], env=self._environment, capture_output=True, text=True, check=False)
        return done.stdout.split()

    def titled(self, title: str) -> list[str]:
        """The windows on screen whose title holds that."""
        return self.xdotool("search", "--onlyvisible", "--name", title)

    def press(self, *keys: str) -> None:
        """Give keys to whatever has the keyboard."""
        self.xdotool("key", "--delay", "100", *keys)


@pytest.fixture
def screen(managed_display: str, project: Path, home: dict[str, str]) -> Iterator[Screen]:
    environment = {**home, "DISPLAY": managed_display, "QT_QPA_PLATFORM": "xcb"}
    environment.pop("WAYLAND_DISPLAY", None)
    for window in opened(project, "by real keys", environment):
        yield Screen(window, environment)


def test_the_window_is_gone_within_three_seconds_and_its_training_saves_without_it(
    window: subprocess.Popen[str], project: Path, request: pytest.FixtureRequest
) -> None:
    assert window.stdout is not None
    child = psutil.Process(int(window.stdout.readline().removeprefix("training in ")))
    if "by key" in request.node.name:
        asked = window.stdout.readline()
        assert "is kept, and the run can be resumed" in asked
        began = float(window.stdout.readline().removeprefix("pressed at "))
    else:
        began = time.time()
        window.send_signal(signal.SIGTERM)
    assert window.wait(20) == 0
    assert time.time() - began < SECONDS
    assert_saved(child, project)


def assert_saved(child: psutil.Process, project: Path) -> None:
    """The training ends by itself, and what it had is kept."""
    until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, "the end of the training")
    (run,) = list_runs(project)
    assert run.state in {"stopped", "interrupted"}
    assert run.epochs >= 2
    assert run.can_resume


def test_on_a_real_screen_ctrl_q_asks_once_says_what_is_kept_and_the_answer_ends_the_program(
    screen: Screen, project: Path
) -> None:
    """Keys from the keyboard, by way of a window manager; the first answer is to stay."""
    said = screen.window.stdout
    assert said is not None
    child = psutil.Process(int(said.readline().removeprefix("training in ")))
    (main,) = screen.titled("small – Pigeonhole")
    screen.xdotool("windowactivate", "--sync", main)
    screen.press("ctrl+q")
    assert "is kept, and the run can be resumed" in said.readline()
    until(lambda: screen.titled("Close the window"), "the question")
    screen.press("ctrl+q")
    assert len(screen.titled("Close the window")) == 1, "asked once, however often the key is pressed"

    screen.press("Escape")
    until(lambda: not screen.titled("Close the window"), "the window as it was")
    assert screen.window.poll() is None
    assert child.is_running(), "the training goes on"

    screen.press("ctrl+q")
    until(lambda: screen.titled("Close the window"), "the question")
    screen.press("Tab")  # from "Keep training", which Enter would press, to "Close anyway"
    began = time.time()
    screen.press("space")
    assert screen.window.wait(20) == 0
    assert time.time() - began < SECONDS
    assert_saved(child, project)
