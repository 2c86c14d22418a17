"""What tests of the whole program share."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.waiting import until


@pytest.fixture
def display() -> Iterator[str]:
    """The display number of an X server that draws into memory."""
    read, write = os.pipe()
    server = subprocess.Popen(
        # With -noreset it stays as it is while no window is open.
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as answer:
        number = answer.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    server.terminate()
    server.wait(10)


@pytest.fixture
def managed_display(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The number of such a display with a window manager, which gives windows their frames and the keys."""
    if not all(shutil.which(tool) for tool in ("Xvfb", "xdotool", "openbox")):
        pytest.skip("needs Xvfb, xdotool and openbox, which `make test` installs on Debian and Ubuntu")
    number: str = request.getfixturevalue("display")
    environment = {**os.environ, "DISPLAY": number, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    with subprocess.Popen(["openbox"], env=environment, stderr=subprocess.DEVNULL) as manager:
        asked = {"env": environment, "capture_output": True, "check": False}
        until(lambda: subprocess.run(["xdotool", "get_desktop"], **asked).returncode == 0, "the window manager")
        yield number
        manager.terminate()
