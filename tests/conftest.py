"""Every test starts in an empty home, and fails on whatever was not expected to be left behind."""

from __future__ import annotations

import gc
import locale
import os
import threading
from collections.abc import Iterator
from functools import partialmethod
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from hypothesis import HealthCheck, settings
from pytestqt.qtbot import QtBot

from engine import places

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

# Before any Qt or TensorFlow is imported by a test module.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("PIGEONHOLE_LANGUAGE", "en")  # which tests compare, whatever the machine speaks
os.environ.setdefault("PIGEONHOLE_LEARN", "off")  # in the background; tests of it switch it on
os.environ.setdefault("PIGEONHOLE_PREPARE", "off")  # to load TensorFlow takes three seconds of a core; the same
if not os.environ.get("PIGEONHOLE_STRESS"):
    # NumPy's threads wait for each other busily, and the test processes have the cores already: a sixth of the
    # processor time of tests of learning. tests/engine/similarity/test_threads.py has two.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Files of tests lie in memory where there is room: SQLite waits for the disk at each change, and no test needs what
# such a file is after a power cut. The stress tests need gigabytes.
MEMORY_DISK, ROOM = Path("/dev/shm"), 8 << 30
if MEMORY_DISK.is_dir() and os.access(MEMORY_DISK, os.W_OK) and not os.environ.get("PIGEONHOLE_STRESS"):
    disk = os.statvfs(MEMORY_DISK)
    if disk.f_bavail * disk.f_frsize > ROOM and not disk.f_flag & os.ST_NOEXEC:  # some tests write programs
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY_DISK))

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


# Examples are drawn slowly where the machine is busy with other things.
settings.register_profile("pigeonhole", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("pigeonhole")

# Collected between tests in this thread only: a collection in another one may end the Qt objects of an earlier test
# there, and wait for this one for ever (gui/collecting.py says more).
gc.disable()
FULL_COLLECTION = 100  # tests; what one of them leaves goes at its end
COUNT = pytest.StashKey[int]()


def pytest_collection_finish() -> None:
    """Leave what the modules hold, TensorFlow's among them, out of all collections: a full one took 0.4 s of it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def collected(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    count = request.config.stash.setdefault(COUNT, 0) + 1
    request.config.stash[COUNT] = count
    if count % FULL_COLLECTION:
        gc.collect(1)
        return
    gc.collect()
    if not gc.get_freeze_count():  # an export has put it back among the rest
        gc.freeze()


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: the processes wait a sixth of their time, for a clock or a process of a test."""
    return (psutil.cpu_count(logical=False) or os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run files with a slow test first: one that begins late would leave the other processes without work."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The application of pytest-qt, in English whatever the machine speaks."""
    from gui import language

    language.use(qapp, language.SOURCE)
    if hasattr(locale, "LC_MESSAGES"):  # Qt takes that of the environment: the system's own reasons would be in it
        locale.setlocale(locale.LC_MESSAGES, "C")
    return qapp


class PatientBot(QtBot):
    """Waits longer than pytest-qt's five seconds before it calls something missing: a machine may be busy with more."""

    MS = 30_000

    waitUntil = partialmethod(QtBot.waitUntil, timeout=MS)  # noqa: N815
    waitSignal = partialmethod(QtBot.waitSignal, timeout=MS)  # noqa: N815
    waitSignals = partialmethod(QtBot.waitSignals, timeout=MS)  # noqa: N815
    waitCallback = partialmethod(QtBot.waitCallback, timeout=MS)  # noqa: N815
    waitActive = partialmethod(QtBot.waitActive, timeout=MS)  # noqa: N815
    waitExposed = partialmethod(QtBot.waitExposed, timeout=MS)  # noqa: N815


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture(autouse=True)
def empty_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Caches, settings, logs and documents of a test go to a folder of its own."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("PIGEONHOLE_HOME", str(home))
    monkeypatch.setattr(places, "_lost", [])  # of an earlier test, of which commands would warn
    return home


@pytest.fixture(autouse=True)
def no_threads_left(empty_home: Path) -> Iterator[None]:
    """A thread that outlives its test is a leak: the next test would pay for it."""
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and not t.daemon]
    for thread in left:
        thread.join(timeout=5)
    still = [t.name for t in left if t.is_alive()]
    assert not still, f"threads left behind: {still}"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real pictures that are not part of the project; a stranger's clone has none."""
    if not SHARED.is_dir():
        pytest.skip("needs the real pictures of ../shared/data, which this machine has not")
    return SHARED
