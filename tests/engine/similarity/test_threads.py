"""One thread for small products, and as many as before afterwards.

Shown in processes where NumPy has two threads: that of the tests has one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from engine.similarity.threads import one_thread


def threads() -> set[int]:
    np.ones((2, 2)) @ np.ones((2, 2))
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def check_before_and_after() -> None:
    before = threads()
    assert before <= {min(2, os.cpu_count() or 1)}
    with one_thread():
        with one_thread():
            assert threads() in ({1}, set())
        assert threads() in ({1}, set())
    assert threads() == before
    with pytest.raises(ZeroDivisionError), one_thread():
        raise ZeroDivisionError
    assert threads() == before


def check_turns() -> None:
    before, together = threads(), Barrier(4)
    assert before <= {min(2, os.cpu_count() or 1)}

    def work() -> None:
        together.wait(10)
        for _ in range(20):
            with one_thread():
                assert threads() in ({1}, set())

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work) for _ in range(4)]:
            done.result()
    assert threads() == before


def passes_with_two_threads(check: Callable[[], None]) -> bool:
    code = f"from {__name__} import {check.__name__} as check; check()"
    two = os.environ | {"OPENBLAS_NUM_THREADS": "2"}
    root = Path(__file__).parents[3]
    return subprocess.run([sys.executable, "-c", code], cwd=root, env=two, check=False).returncode == 0


def test_one_thread_multiplies_meanwhile_and_as_many_as_before_afterwards() -> None:
    if not threads():
        pytest.skip("NumPy multiplies with a library whose threads cannot be limited")
    assert passes_with_two_threads(check_before_and_after)


def test_several_threads_may_ask_for_it_at_once() -> None:
    assert passes_with_two_threads(check_turns)
