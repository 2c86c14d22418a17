"""One thread for small products, and as many as before afterwards."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from engine.similarity.threads import one_thread


def threads() -> set[int]:
    np.ones((2, 2)) @ np.ones((2, 2))
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_one_thread_multiplies_meanwhile_and_as_many_as_before_afterwards() -> None:
    before = threads()
    if not before:
        pytest.skip("NumPy multiplies with a library whose threads cannot be limited")
    with one_thread():
        with one_thread():
            assert threads() == {1}
        assert threads() == {1}
    assert threads() == before
    with pytest.raises(ZeroDivisionError), one_thread():
        raise ZeroDivisionError
    assert threads() == before


def test_several_threads_may_ask_for_it_at_once() -> None:
    before, together = threads(), Barrier(4)

    def work() -> None:
        together.wait(10)
        for _ in range(20):
            with one_thread():
                assert threads() in ({1}, set())

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work) for _ in range(4)]:
            done.result()
    assert threads() == before
