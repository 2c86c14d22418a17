"""Ranges of rows answer as sets of rows do, and at once for a million of them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gui.widgets.grid.rows import RowNumbers, of_sorted

NUMBERS = st.sets(st.integers(0, 60))


@given(NUMBERS, NUMBERS, st.integers(0, 60))
def test_they_answer_as_sets_do(some: set[int], others: set[int], row: int) -> None:
    rows = RowNumbers.of(some)
    assert rows == sorted(some)
    assert list(rows) == sorted(some)
    assert len(rows) == len(some)
    assert bool(rows) == bool(some)
    assert (row in rows) == (row in some)
    assert rows.toggled(row) == sorted(some ^ {row})
    assert rows.united(RowNumbers.of(others)) == sorted(some | others)
    assert rows.within(row) == sorted(n for n in some if n < row)
    assert [rows[n] for n in range(len(rows))] == sorted(some)
    assert rows[:7] == sorted(some)[:7]
    assert rows[-3:] == sorted(some)[-3:]
    assert all(a.stop < b.start for a, b in zip(rows.ranges, rows.ranges[1:], strict=False))
    assert of_sorted(np.array(sorted(some), np.int64)) == rows


def test_what_is_below_nothing_is_cut_off() -> None:
    assert RowNumbers.of({-2, -1, 3}).within(10) == [3]


def test_a_million_rows_are_one_range() -> None:
    rows = RowNumbers.of(range(1_000_000))
    assert rows.ranges == (range(1_000_000),)
    assert rows[999_999] == 999_999
    assert rows.toggled(5).ranges == (range(5), range(6, 1_000_000))
    assert rows.toggled(5).toggled(5) == rows
