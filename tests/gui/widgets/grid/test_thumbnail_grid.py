"""The grid: keyboard, mouse, and that only what is on screen is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from gui import theme
from gui.widgets.grid.paint import CellPainter
from gui.widgets.grid.thumbnail_grid import GridItem, ThumbnailGrid

MANY = 100_000
NONE, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


class Items:
    def __init__(self) -> None:
        self.asked: set[int] = set()

    def __call__(self, index: int) -> GridItem:
        self.asked.add(index)
        return GridItem(index, Path(f"missing {index}.png"), 1, 1, f"class {index % 3}", f"{index}.png")


@pytest.fixture
def items() -> Items:
    return Items()


@pytest.fixture
def grid(qtbot: QtBot, items: Items) -> Iterator[ThumbnailGrid]:
    made = ThumbnailGrid()
    qtbot.addWidget(made)
    made.resize(760, 560)
    made.set_items(MANY, items)
    made.show()
    qtbot.waitExposed(made)
    made.setFocus()
    yield made
    made.close_loader()


def middle(grid: ThumbnailGrid, index: int) -> QPoint:
    return grid.cell_rect(index).center()


def click(qtbot: QtBot, grid: ThumbnailGrid, index: int, modifier: Qt.KeyboardModifier = NONE) -> None:
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, modifier, middle(grid, index))


def test_of_a_hundred_thousand_items_only_those_near_the_screen_are_asked_for(
    grid: ThumbnailGrid, items: Items
) -> None:
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())
    grid.grab()
    assert MANY - 1 in items.asked
    assert len(items.asked) < 300


def test_a_click_selects_and_a_click_beside_clears(qtbot: QtBot, grid: ThumbnailGrid) -> None:
    with qtbot.waitSignal(grid.selection_changed) as caught:
        click(qtbot, grid, 2)
    assert caught.args == [[2]]
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, NONE, QPoint(3, 3))
    assert grid.selected() == []


def test_control_and_shift_clicks_select_many(qtbot: QtBot, grid: ThumbnailGrid) -> None:
    click(qtbot, grid, 1)
    click(qtbot, grid, 4, CONTROL)
    assert grid.selected() == [1, 4]
    click(qtbot, grid, 6, SHIFT)
    assert grid.selected() == [4, 5, 6]


def test_dragging_on_the_ground_selects_what_the_band_touches(qtbot: QtBot, grid: ThumbnailGrid) -> None:
    corner = QPoint(3, 3)
    view = grid.viewport()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, NONE, corner)
    qtbot.mouseMove(view, middle(grid, 1))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, NONE, middle(grid, 1))
    assert grid.selected() == [0, 1]


@pytest.mark.parametrize(
    ("keys", "goal"),
    [
        ([Qt.Key.Key_Right], 1),
        ([Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left], 1),
        ([Qt.Key.Key_Up], 0),
        ([Qt.Key.Key_Left], 0),
        ([Qt.Key.Key_End], MANY - 1),
        ([Qt.Key.Key_End, Qt.Key.Key_Right], MANY - 1),
        ([Qt.Key.Key_End, Qt.Key.Key_Home], 0),
    ],
)
def test_keys_move_the_current_image(qtbot: QtBot, grid: ThumbnailGrid, keys: list[Qt.Key], goal: int) -> None:
    grid.set_current(0)
    for key in keys:
        qtbot.keyClick(grid, key)
    assert grid.current() == goal
    assert grid.selected() == [goal]
    assert goal in grid.visible_indices()


def test_down_moves_by_a_row_and_shift_extends(qtbot: QtBot, grid: ThumbnailGrid) -> None:
    columns = grid._layout.columns
    grid.set_current(0)
    qtbot.keyClick(grid, Qt.Key.Key_Down, SHIFT)
    assert grid.selected() == list(range(columns + 1))


def test_a_small_tile_shows_the_name_of_a_suggestion_rather_than_how_sure_it_is(grid: ThumbnailGrid) -> None:
    painter = CellPainter(theme.current(), grid.font(), 72, two_lines=True)
    item = GridItem(1, Path("missing.png"), 1, 1, "", ghost="Sunflower", ghost_share=0.62)
    assert painter.share_of_ghost(item, 160) == "62 %"
    width = painter._metrics.horizontalAdvance("Sunflower") + 20
    assert painter.share_of_ghost(item, width) == "", "it would cut the name, which is to be checked"


def test_all_are_selected_and_none_again(qtbot: QtBot, grid: ThumbnailGrid) -> None:
    qtbot.keyClick(grid, Qt.Key.Key_A, CONTROL)
    assert len(grid.selected()) == MANY
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    assert grid.selected() == []


def test_return_and_double_click_activate(qtbot: QtBot, grid: ThumbnailGrid) -> None:
    grid.set_current(3)
    with qtbot.waitSignal(grid.activated) as caught:
        qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert caught.args == [3]
    with qtbot.waitSignal(grid.activated) as caught:
        qtbot.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, NONE, middle(grid, 5))
    assert caught.args == [5]


def test_digits_are_left_to_the_page(qtbot: QtBot, grid: ThumbnailGrid) -> None:
    grid.set_current(3)
    qtbot.keyClick(grid, Qt.Key.Key_5)
    assert grid.selected() == [3]


def test_larger_pictures_keep_what_is_current_on_screen(grid: ThumbnailGrid) -> None:
    grid.set_current(5_000)
    grid.set_thumb_size(300)
    assert 5_000 in grid.visible_indices()
    grid.set_thumb_size(9_999)
    assert grid.thumb_size() == 400


def test_more_items_of_the_same_list_keep_place_and_selection(grid: ThumbnailGrid, items: Items) -> None:
    grid.set_current(5_000)
    place = grid.verticalScrollBar().value()
    grid.set_items(MANY + 2_000, items, keep=True)
    assert grid.selected() == [5_000]
    assert grid.verticalScrollBar().value() == place


def test_another_list_begins_at_the_top_with_nothing_selected(grid: ThumbnailGrid, items: Items) -> None:
    grid.set_current(5_000)
    grid.set_items(10, items)
    assert grid.selected() == []
    assert grid.verticalScrollBar().value() == 0


def test_an_unknown_item_is_painted_as_a_blank(qtbot: QtBot, grid: ThumbnailGrid) -> None:
    grid.set_items(20, lambda _: None)
    assert not grid.grab().isNull()


def test_what_is_current_is_told_to_assistive_technology(grid: ThumbnailGrid) -> None:
    grid.set_current(4)
    assert grid.accessibleDescription() == "class 1, 4.png"
