"""Long tests: `make stress`, or PIGEONHOLE_STRESS=1. Others hold a short form of each."""

from __future__ import annotations

import pytest

from tests.long_forms import LONG

collect_ignore_glob = [] if LONG else ["test_*.py"]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark all tests of this folder."""
    item.add_marker(pytest.mark.stress)
