"""The long forms of tests. A test that has one is marked `stress`, and `make stress` runs it in that form.

What differs there is told by `LONG` and `FUZZ` alone: tests/test_long_forms.py finds a test that lacks the mark.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

LONG = bool(os.environ.get("PIGEONHOLE_STRESS"))
FUZZ = int(os.environ.get("PIGEONHOLE_FUZZ", "1"))

# What has no short form is marked with both.
ONLY_LONG = (pytest.mark.stress, pytest.mark.skipif(not LONG, reason="part of `make stress`"))


def examples(count: int, **options: Any) -> Callable[[Any], Any]:
    """Return a decorator for a test with `given`: so many examples, and `FUZZ` times as many in the long form.

    The short form draws the same examples each time, so that the tests of a change fail by that change alone; the long
    one draws new ones.
    """
    chosen = settings(
        max_examples=count * FUZZ,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=FUZZ == 1,
        **options,
    )
    return lambda test: pytest.mark.stress(chosen(test))
