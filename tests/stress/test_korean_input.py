"""Korean typed into the real window by IBus. Needs the Debian package ibus-hangul."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.library import query
from engine.library.project import Project
from tests.e2e.conftest import display, managed_display  # noqa: F401  # fixtures
from tests.e2e.waiting import until
from tests.gui.windows import make_project

ROOT = Path(__file__).resolve().parents[2]
FIRST_PICTURE = "420", "220"  # where the grid's first cell is in a window of 1280 x 800


@pytest.fixture
def environment(managed_display: str, tmp_path: Path, empty_home: Path) -> Iterator[dict[str, str]]:  # noqa: F811
    """That of a desktop with a bus of its own, and a home in which nothing is set up."""
    if not all(shutil.which(tool) for tool in ("dbus-daemon", "ibus-daemon")):
        pytest.skip("needs IBus and its Korean (apt-get install ibus-hangul)")
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert bus.stdout is not None
    home = tmp_path / "home"
    home.mkdir()
    yield {
        **{name: value for name, value in os.environ.items() if not name.startswith("XDG_")},
        **{"DISPLAY": managed_display, "HOME": str(home), "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "xcb"},
        **{"QT_IM_MODULE": "ibus", "DBUS_SESSION_BUS_ADDRESS": bus.stdout.readline().strip()},
        "PIGEONHOLE_HOME": str(empty_home),
    }
    bus.terminate()
    bus.communicate(timeout=10)


def asked(environment: dict[str, str], *words: str) -> str:
    try:
        done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=10)
    except subprocess.TimeoutExpired:  # a desktop that still starts
        return ""
    return done.stdout.strip()


@pytest.fixture
def ibus(environment: dict[str, str]) -> Iterator[None]:
    """IBus, running, with its Korean chosen."""
    words, silent = ["ibus-daemon", "--panel", "disable", "--desktop=none"], subprocess.DEVNULL
    with subprocess.Popen(words, env=environment, stdout=silent, stderr=silent, start_new_session=True) as running:
        until(
            lambda: asked(environment, "ibus", "engine", "hangul") or asked(environment, "ibus", "engine") == "hangul",
            "IBus and its Korean",
        )
        yield
        os.killpg(running.pid, signal.SIGKILL)  # with the engines that it has started


def marks(project: Path) -> tuple[list[str], int]:
    """The names of the classes, and how many pictures are marked as unsure."""
    with Project.open(project, read_only=True) as opened:
        images = query.images(opened, query.image_ids(opened, query.Filter()))
        return [c.name for c in query.classes(opened)], sum(i.unsure for i in images)


@pytest.mark.usefixtures("ibus")
def test_classes_get_korean_names_and_keys_stay_keys(environment: dict[str, str], tmp_path: Path) -> None:
    project = make_project(tmp_path)

    def xdotool(*words: str) -> str:
        return asked(environment, "xdotool", *words)

    program = subprocess.Popen([sys.executable, "main.py", str(project)], cwd=ROOT, env=environment)
    try:
        until(lambda: xdotool("search", "--onlyvisible", "--name", "pictures – Pigeonhole"), "the window")
        window = xdotool("search", "--onlyvisible", "--name", "pictures – Pigeonhole").split()[0]
        xdotool("windowmove", window, "0", "0")
        xdotool("windowsize", "--sync", window, "1280", "800")
        xdotool("windowfocus", "--sync", window)
        xdotool("mousemove", *FIRST_PICTURE, "click", "1")
        xdotool("key", "ctrl+n")
        xdotool("key", "Hangul")
        xdotool("type", "--delay", "150", "gksrmf")
        xdotool("key", "--delay", "400", "Return", "Return")
        until(lambda: len(marks(project)[0]) > 3, "the class")
        assert marks(project)[0] == ["ant", "bee", "cat", "한글"]

        xdotool("mousemove", *FIRST_PICTURE, "click", "1")
        xdotool("key", "u")
        until(lambda: marks(project)[1] == 1, "the mark")
    finally:
        program.kill()
        program.wait(10)
