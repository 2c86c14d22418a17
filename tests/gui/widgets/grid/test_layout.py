"""Where cells lie."""

from __future__ import annotations

import pytest

from gui.widgets.grid.layout import MARGIN, GridLayout


def layout(count: int = 100, width: int = 800, side: int = 120) -> GridLayout:
    return GridLayout(count, width, side, 40)


@pytest.mark.parametrize("width", [200, 641, 1000, 3840])
def test_columns_fill_the_width_without_leaving_it(width: int) -> None:
    grid = layout(width=width)
    left, _ = grid.position(grid.columns - 1)
    right = left + grid.cell_width
    assert width - MARGIN - grid.columns < right <= width - MARGIN


def test_pictures_are_about_as_large_as_wanted() -> None:
    for width in range(600, 2000, 37):
        assert 0.75 * 120 < layout(width=width).side < 1.4 * 120


def test_every_cell_is_found_again_at_its_middle() -> None:
    grid = layout()
    for index in range(grid.count):
        left, top = grid.position(index)
        assert grid.at(left + grid.cell_width // 2, top + grid.cell_height // 2) == index


def test_there_is_no_cell_between_cells_or_after_the_last() -> None:
    grid = layout(count=5)
    left, top = grid.position(0)
    assert grid.at(left - 2, top + 5) is None
    assert grid.at(left + grid.cell_width + 2, top + 5) is None
    last_left, last_top = grid.position(4)
    assert grid.at(last_left, last_top + grid.row_step) is None


def test_a_stripe_of_a_million_rows_needs_no_walk_over_them() -> None:
    grid = layout(count=1_000_000)
    top = grid.position(900_000)[1]
    seen = grid.within(top, top + 600)
    assert 900_000 in seen
    assert len(seen) < 60
    assert grid.height < 2**31


def test_a_rectangle_touches_the_cells_it_covers() -> None:
    grid = layout()
    left, top = grid.position(0)
    _, second = grid.position(grid.columns)
    assert grid.touched(left, top, left + 5, second + 5) == [0, grid.columns]


def test_an_empty_grid_has_no_height() -> None:
    assert layout(count=0).height == 0
    assert len(layout(count=0).within(0, 500)) == 0
