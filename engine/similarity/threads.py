"""One thread for the products of small matrices that learning is made of."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

_lock = threading.Lock()
_inside = 0
_limited: Any = None


@contextmanager
def one_thread() -> Iterator[None]:
    """Let NumPy multiply matrices with one thread meanwhile; can be nested, and used by several threads at once.

    OpenBLAS's threads wait for each other busily. Where other programs need the cores too, such as the process that
    computes features, a fit after a label takes fourteen times the processor time by two threads (docs/benchmarks.md).
    """
    global _inside, _limited
    with _lock:
        if not _inside:
            _limited = _libraries().limit(limits=1, user_api="blas")
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                _limited.restore_original_limits()


@lru_cache(maxsize=1)
def _libraries() -> Any:
    import numpy as np  # noqa: F401  # its library is to be found
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]  # scikit-learn needs it, too

    return ThreadpoolController()
