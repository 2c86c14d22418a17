"""One thread for the products of small matrices that learning is made of."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

_turn = threading.RLock()
_is_limited = False  # by the thread whose turn it is


@contextmanager
def one_thread() -> Iterator[None]:
    """Let NumPy multiply matrices with one thread meanwhile; can be nested. Threads that ask for it take turns.

    OpenBLAS's threads wait for each other busily. Where other programs need the cores too, such as the process that
    computes features, a fit after a label takes fourteen times the processor time by two threads (docs/decisions/0026).
    The limit is the whole process's: were it set by two threads at once, the second would restore what the first set.
    """
    global _is_limited
    with _turn:
        if _is_limited:
            yield
            return
        _is_limited = True
        try:
            with _libraries().limit(limits=1, user_api="blas"):
                yield
        finally:
            _is_limited = False


@lru_cache(maxsize=1)
def _libraries() -> Any:
    import numpy as np  # noqa: F401  # its library is to be found
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]  # scikit-learn needs it, too

    return ThreadpoolController()
