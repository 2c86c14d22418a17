"""What a screen reader is told of the window, asked by the system's own library for it (AT-SPI) on a real X display."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.waiting import until
from tests.gui.windows import make_project

ROOT = Path(__file__).resolve().parents[2]
SYSTEM_PYTHON = "/usr/bin/python3"
BINDING = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
SILENT = {"filler", "panel", "layered pane", "scroll bar", "split pane", "separator", "viewport", "scroll pane"}


def listens() -> bool:
    if not shutil.which("dbus-daemon") or not Path(SYSTEM_PYTHON).exists():
        return False
    done = subprocess.run([SYSTEM_PYTHON, "-c", BINDING], capture_output=True, env={"PATH": os.environ["PATH"]})
    return done.returncode == 0


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not listens(), reason="needs dbus, at-spi2-core, python3-gi and gir1.2-atspi-2.0 of Debian"),
]


@pytest.fixture
def environment(managed_display: str, empty_home: Path) -> Iterator[dict[str, str]]:
    """That of a window on a bus of its own, where somebody listens to what it tells screen readers."""
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        env={**os.environ, "DISPLAY": managed_display},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert bus.stdout is not None
    yield {
        **os.environ,
        "DISPLAY": managed_display,
        "QT_QPA_PLATFORM": "xcb",
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "PIGEONHOLE_HOME": str(empty_home),
        "QT_LOGGING_RULES": "qt.accessibility.*=false",  # of questions that Qt does not answer
        "DBUS_SESSION_BUS_ADDRESS": bus.stdout.readline().strip(),
    }
    bus.terminate()
    bus.communicate(timeout=10)


def told(environment: dict[str, str]) -> list[dict[str, Any]]:
    words = [SYSTEM_PYTHON, str(ROOT / "tests/e2e/screen_reader.py"), "30"]
    system = {name: value for name, value in environment.items() if not name.startswith("PYTHON")}
    done = subprocess.run(words, env=system, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def page_told(environment: dict[str, str], page: str) -> list[dict[str, Any]]:
    """What is told once this page is the open one."""
    parts: list[dict[str, Any]] = []

    def is_open() -> bool:
        parts[:] = told(environment)
        return any(part["checked"] and part["name"] == page for part in parts)

    until(is_open, f"the page {page}")
    return parts


def test_every_control_of_every_page_has_a_role_and_a_name(environment: dict[str, str], tmp_path: Path) -> None:
    project = make_project(tmp_path)

    def xdotool(*words: str) -> str:
        return subprocess.run(["xdotool", *words], env=environment, capture_output=True, text=True).stdout

    program = subprocess.Popen([sys.executable, "main.py", str(project)], cwd=ROOT, env=environment)
    try:
        until(lambda: xdotool("search", "--onlyvisible", "--name", "pictures – Pigeonhole"), "the window")
        for key, page in enumerate(("Library", "Train", "Review", "Classify"), 1):
            xdotool("key", f"ctrl+{key}")
            parts = page_told(environment, page)
            assert len(parts) > 20
            assert [part for part in parts if part["role"] in ("unknown", "invalid")] == []
            nameless = [part for part in parts if part["focusable"] and not part["name"] and part["role"] not in SILENT]
            assert nameless == []
            if page == "Library":
                (grid,) = [part for part in parts if part["name"] == "Images"]
                assert grid["role"] == "list"
    finally:
        program.kill()
        program.wait(10)
