"""The selection follows the rules of file managers."""

from __future__ import annotations

import pytest

from gui.widgets.grid.selection import Selection


@pytest.fixture
def selection() -> Selection:
    made = Selection()
    made.reset(10)
    return made


def test_a_click_selects_one_alone(selection: Selection) -> None:
    selection.only(3)
    selection.only(5)
    assert selection.rows == [5]
    assert selection.current == 5


def test_shift_selects_from_the_anchor_in_both_directions(selection: Selection) -> None:
    selection.only(5)
    selection.extend_to(7)
    assert selection.rows == [5, 6, 7]
    selection.extend_to(3)
    assert selection.rows == [3, 4, 5]


def test_control_adds_and_takes_away(selection: Selection) -> None:
    selection.only(2)
    selection.toggle(8)
    assert selection.rows == [2, 8]
    selection.toggle(2)
    assert selection.rows == [8]


def test_moving_stops_at_the_ends(selection: Selection) -> None:
    selection.only(9)
    selection.move(12, extend=False)
    assert selection.current == 9
    selection.move(-3, extend=False)
    assert selection.current == 0


def test_replacing_leaves_out_what_is_not_there(selection: Selection) -> None:
    selection.replace({1, 4, 99, -1})
    assert selection.rows == [1, 4]
    assert selection.current == 1


def test_replacing_can_say_where_the_keyboard_is(selection: Selection) -> None:
    selection.replace({1, 4}, 4)
    assert selection.current == 4


def test_everything_can_be_selected_and_cleared(selection: Selection) -> None:
    selection.everything()
    assert len(selection) == 10
    selection.clear()
    assert len(selection) == 0
