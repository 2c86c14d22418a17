"""Memory as the system tells it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from engine.jobs import memory
from engine.jobs.memory import allowed, available, resident


def test_the_memory_that_is_left_is_what_the_system_says() -> None:
    left = available()
    if left is None:
        pytest.skip("this system does not say")
    assert 0 < left <= psutil.virtual_memory().total
    assert left == pytest.approx(psutil.virtual_memory().available, rel=0.5)  # others take and give meanwhile


def test_a_process_holds_what_it_was_given_and_one_that_is_gone_nothing() -> None:
    code = "import sys; block = b'x' * 10**8; print('ready', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdout.readline() == b"ready\n"
        held = resident(program.pid)
        program.stdin.close()
    assert 1e8 < held < 1.5e8
    assert resident(program.pid) is None
    assert resident(os.getpid()) > 1e6


def test_the_machines_memory_is_known() -> None:
    assert 2**28 < allowed() < 2**50


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in place of /sys/fs/cgroup; this process is in no group until `own` is written beside it."""
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux has control groups")
    monkeypatch.setattr(memory, "GROUPS", tmp_path / "groups")
    monkeypatch.setattr(memory, "OWN_GROUPS", tmp_path / "own")
    return tmp_path / "groups"


MB = 10**6
KINDS = {
    "version 1": (
        "3:cpu:/other\n4:memory,hugetlb:{}\n0::/\n",
        "memory",
        "memory.limit_in_bytes",
        "memory.usage_in_bytes",
    ),
    "version 2": ("0::{}\n", "", "memory.max", "memory.current"),
}


def limit(groups: Path, kind: str, inside: str, most: str, used: int = 0, once: int = 0, often: int = 0) -> None:
    """Give a control group a limit; of what is used, so many bytes are of files that were read `once`, or `often`."""
    _own, below, name, usage = KINDS[kind]
    group = groups / below / inside
    group.mkdir(parents=True, exist_ok=True)
    (group / name).write_text(f"{most}\n")
    (group / usage).write_text(f"{used}\n")
    lines = {
        f"{'total_' if below else ''}{name}": size for name, size in (("inactive_file", once), ("active_file", often))
    }
    lines = {"cache": once + often, **lines, "unevictable": 0}
    (group / "memory.stat").write_text("".join(f"{name} {size}\n" for name, size in lines.items()))


@pytest.mark.parametrize("kind", KINDS)
def test_memory_is_what_the_strictest_control_group_around_a_process_leaves(groups: Path, kind: str) -> None:
    whole = allowed()
    (groups.parent / "own").write_text(KINDS[kind][0].format("/docker/some program:1"))
    limit(groups, kind, "", "9223372036854771712" if kind == "version 1" else "max")
    limit(groups, kind, "docker/some program:1", "9223372036854771712" if kind == "version 1" else "max", 50 * MB)
    assert allowed() == whole
    assert available() > 100 * MB
    limit(groups, kind, "docker", str(200 * MB), 150 * MB, 30 * MB)
    assert (allowed(), available()) == (200 * MB, 80 * MB)
    limit(groups, kind, "docker/some program:1", str(100 * MB), 60 * MB)
    assert (allowed(), available()) == (100 * MB, 40 * MB)
    limit(groups, kind, "docker/some program:1", str(100 * MB), 101 * MB)
    assert available() == 0
    limit(groups, kind, "other", str(MB))
    assert allowed() == 100 * MB


@pytest.mark.parametrize("kind", KINDS)
def test_files_that_are_read_often_leave_half_of_their_memory(groups: Path, kind: str) -> None:
    """Photographs that a training reads again are such files: they never make memory short by themselves."""
    (groups.parent / "own").write_text(KINDS[kind][0].format("/"))
    limit(groups, kind, "", str(400 * MB), 380 * MB, often=280 * MB)
    assert available() == (20 + 140) * MB
    limit(groups, kind, "", str(400 * MB), 380 * MB, 100 * MB, 200 * MB)
    assert available() == (20 + 100 + 100) * MB


def test_what_the_system_keeps_of_folders_counts_as_free_where_it_is_told(groups: Path) -> None:
    (groups.parent / "own").write_text("0::/\n")
    limit(groups, "version 2", "", str(400 * MB), 380 * MB)
    with (groups / "memory.stat").open("a") as stat:
        stat.write(f"slab_reclaimable {30 * MB}\nslab_unreclaimable {40 * MB}\n")
    assert available() == (20 + 30) * MB


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("told", ["/docker/0123", "/", "/../../elsewhere"])
def test_a_container_shows_its_own_group_where_the_root_would_be(groups: Path, kind: str, told: str) -> None:
    (groups.parent / "own").write_text(KINDS[kind][0].format(told))
    limit(groups, kind, "", str(300 * MB), 100 * MB)
    assert (allowed(), available()) == (300 * MB, 200 * MB)


def test_a_limit_of_the_process_counts_as_the_memory(groups: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource", reason="only Unix limits processes so")
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (100_000_000, 100_000_000))
    assert allowed() == memory.limit() == 100_000_000


def test_the_size_of_the_machine_is_no_limit(groups: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource", reason="only Unix limits processes so")
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    (groups.parent / "own").write_text("0::/\n")
    assert memory.limit() is None
    limit(groups, "version 2", "", str(200 * MB))
    assert memory.limit() == 200 * MB
