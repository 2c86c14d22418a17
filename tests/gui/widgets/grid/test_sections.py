"""The arithmetic of headings in the grid."""

from __future__ import annotations

from gui.widgets.grid.sections import HEADING, SectionLayout


def layout(starts: tuple[int, ...] = (0, 5, 6), count: int = 14) -> SectionLayout:
    made = SectionLayout(count, 500, 140, 40, starts)
    assert made.columns == 3
    return made


def test_each_section_begins_a_row_under_its_heading() -> None:
    grid = layout()
    rows = [grid.position(i)[1] for i in range(14)]
    columns = [grid.position(i)[0] for i in range(14)]
    assert len(set(rows[:3])) == 1
    assert rows[3] == rows[0] + grid.row_step
    assert rows[5] == rows[3] + grid.row_step + HEADING
    assert rows[6] == rows[5] + grid.row_step + HEADING
    assert columns[5] == columns[6] == columns[0]
    assert grid.height > rows[13] + grid.cell_height


def test_every_cell_is_found_where_it_lies() -> None:
    grid = layout()
    for index in range(14):
        left, top = grid.position(index)
        assert grid.at(left + 4, top + 4) == index
        assert index in grid.within(top + 1, top + 2)
    assert grid.at(20, grid.position(5)[1] - HEADING // 2) is None


def test_a_stripe_knows_its_headings_and_not_much_more_than_its_cells() -> None:
    grid = layout()
    assert [section for section, _ in grid.headings(0, grid.height)] == [0, 1, 2]
    top = grid.position(5)[1]
    assert [section for section, _ in grid.headings(top - HEADING, top - 1)] == [1]
    assert set(grid.within(top, top + 1)) >= {5}
    assert len(grid.within(top, top + 1)) <= 6


def test_arrows_lead_over_headings_and_stay_in_the_column() -> None:
    grid = layout()
    assert grid.moved(1, "down", 600) == 4
    assert grid.moved(4, "down", 600) == 5
    assert grid.moved(5, "down", 600) == 6
    assert grid.moved(7, "up", 600) == 5
    assert grid.moved(4, "right", 600) == 5
    assert grid.moved(0, "up", 600) == 0
    assert grid.moved(13, "down", 600) == 13
    assert grid.moved(0, "end", 600) == 13


def test_a_million_cells_in_ten_thousand_sections_are_quick() -> None:
    grid = layout(tuple(range(0, 1_000_000, 100)), 1_000_000)
    assert grid.at(*grid.position(999_999)) == 999_999
    assert grid.moved(500_000, "page down", 900) > 500_000
