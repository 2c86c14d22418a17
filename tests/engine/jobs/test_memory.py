"""Memory as the system tells it."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from engine.jobs.memory import available, resident


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
