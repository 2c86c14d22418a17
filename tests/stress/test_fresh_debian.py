"""`make run` as a newcomer types it, in minimal Debian 12 and 13 made for it: Python, pip, make and git, an empty home.

Needs root, debootstrap and Debian's and Python's package indexes; takes some minutes and 3 GB for each. What is tested
there after the start is said by `PIGEONHOLE_DEBIAN`: "short" (start and house), "library" (`tests/engine/library` too)
or "whole" (`make test`, the better part of an hour).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*")
CERTIFICATES = "/certificates-of-the-machine.crt"  # apart from those that a package in there brings
# What `make test` would do there first, and what concerns the start.
SHORT = "tests/e2e/test_start_anywhere.py tests/e2e/test_house.py tests/gui/test_main_window.py"
SETUP = "make setup TEST_TOOLS='Xvfb xdotool openbox'"
TESTS = {
    "short": f"{SETUP} && .venv/bin/pytest -q {SHORT}",
    "library": f"{SETUP} && .venv/bin/pytest -q {SHORT} tests/engine/library",
    "whole": "make test",
}
HOURS = 2.0  # for the whole

pytestmark = pytest.mark.skipif(
    os.name != "posix" or os.getuid() != 0 or shutil.which("debootstrap") is None,
    reason="needs root and debootstrap (apt-get install debootstrap)",
)


def mirror() -> str:
    """The address that this machine installs Debian's packages from."""
    words = " ".join(file.read_text("utf-8") for file in SOURCES if file.is_file()).split()
    return next(word for word in words if word.startswith("http") and word.rstrip("/").endswith("/debian"))


class Debian:
    """A minimal system in a folder; `run` runs a shell command in it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def run(self, command: str, *, seconds: float = 1200) -> tuple[str, float]:
        """Return what the command printed and how many seconds it took; it must succeed."""
        # A namespace of its own, so that what is mounted and left running ends with it.
        mounts = "mount -t proc proc proc && mount -t sysfs -o ro sysfs sys && mount -t tmpfs tmpfs dev/shm"
        prepare = f'cd "$1" && {mounts} && exec chroot . /bin/sh -c "$2"'
        begun = time.monotonic()
        done = subprocess.run(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", prepare, "sh", self.root, command],
            **{"env": self._environment(), "stdin": subprocess.DEVNULL, "timeout": seconds},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout[-6000:]
        return done.stdout, time.monotonic() - begun

    def _environment(self) -> dict[str, str]:
        """A newcomer's, with this machine's way to the indexes of packages."""
        of_the_machine = ("PIP_INDEX_URL", "PIP_TIMEOUT", "PIP_DEFAULT_TIMEOUT", "UV_INDEX", "UV_DEFAULT_INDEX")
        proxies = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
        passed = {name: os.environ[name] for name in (*of_the_machine, *proxies) if name in os.environ}
        certificates = dict.fromkeys(("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE"), CERTIFICATES)
        return {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/home/newcomer",  # which is not there
            "DEBIAN_FRONTEND": "noninteractive",
            **passed,
            **(certificates if (self.root / CERTIFICATES[1:]).exists() else {}),
        }


def make_debian(name: str, root: Path) -> Debian:
    """A minimal system of this version in the folder `root`, with this machine's way to the indexes of packages."""
    subprocess.run(["debootstrap", "--variant=minbase", name, str(root), mirror()], check=True)
    certificates = os.environ.get("SSL_CERT_FILE")
    if certificates:
        shutil.copy(certificates, root / CERTIFICATES[1:])
    for file in ("resolv.conf", "hosts"):
        shutil.copy(Path("/etc") / file, root / "etc" / file)
    for source in Path("/etc/apt/apt.conf.d").glob("99*"):
        shutil.copy(source, root / "etc" / "apt" / "apt.conf.d")
    return Debian(root)


@pytest.fixture(params=["bookworm", "trixie"])
def debian(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Debian]:
    root = tmp_path / request.param
    system = make_debian(request.param, root)
    subprocess.run(["git", "bundle", "create", "--quiet", root / "pigeonhole.bundle", "HEAD"], cwd=ROOT, check=True)
    system.run("apt-get update -qq && apt-get install -y -qq --no-install-recommends python3 python3-pip make git")
    system.run("git clone --quiet /pigeonhole.bundle /pigeonhole")
    yield system
    shutil.rmtree(root)


def assert_window_opens(debian: Debian) -> None:
    """And closes in order where the system asks for it."""
    said, _ = debian.run(
        "cd /pigeonhole; QT_QPA_PLATFORM=offscreen timeout --preserve-status -s TERM 15 .venv/bin/python main.py 2>&1"
    )
    assert "Traceback" not in said


def test_make_run_works_at_once_and_installs_nothing_again(debian: Debian) -> None:
    said, first = debian.run("cd /pigeonhole && make run")
    assert "Installing system libraries: " in said
    assert "The whole job is done without a window." in said
    assert "Predictions" in said
    assert "Traceback" not in said

    said, second = debian.run("cd /pigeonhole && make run")
    assert "Installing" not in said
    assert "Could not install" not in said
    assert "Predictions" in said

    linked, _ = debian.run("cd /pigeonhole && .venv/bin/python -m gui.screen")
    assert linked.strip() == "", "nothing is missing, for X and for Wayland"
    assert_window_opens(debian)

    tests = TESTS[os.environ.get("PIGEONHOLE_DEBIAN", "short")]
    tested, third = debian.run(f"cd /pigeonhole && {tests}", seconds=HOURS * 3600)
    print(f"first {first:.0f} s, again {second:.0f} s, tests {third:.0f} s: {tested.splitlines()[-1]}")


def test_where_libraries_are_missing_the_window_says_what_to_install_and_commands_work(debian: Debian) -> None:
    debian.run("cd /pigeonhole && python3 -m pip install -q --target .tools uv && .tools/bin/uv sync -q --frozen")
    start = "cd /pigeonhole && .venv/bin/python main.py"

    said, _ = debian.run(f"{start} --help && {start} recipes && {start} sample --headless --out /tmp/sample")
    assert "Predictions" in said

    said, _ = debian.run("cd /pigeonhole && export QT_QPA_PLATFORM=offscreen && ! .venv/bin/python main.py 2>&1")
    assert said.startswith("pigeonhole: The window needs system libraries that are not installed: libEGL.so.1")
    remedy = said[said.index("`") + 1 :].partition("`")[0]
    assert remedy.startswith("apt-get install ")
    debian.run(f"{remedy} -y -qq --no-install-recommends")
    assert_window_opens(debian)
