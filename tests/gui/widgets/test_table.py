"""One table for all pages: described by its columns, sorted, copied and saved as its cells' values."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gui.widgets.table import VALUE, Column, SortableTable, cells
from tests.gui.hosting import shown

ROWS = [("bee", 3, None), ("Ant", 1_200, 0.5), ("cat", None, 0.25)]


@pytest.fixture
def table(qtbot: QtBot) -> SortableTable:
    columns = [
        Column("Name", lambda row: row[0]),
        Column("Images", lambda row: row[1], number=True, tip="How many"),
        Column("Share", lambda row: row[2], lambda row: "–" if row[2] is None else f"{row[2]:.0%}", number=True),
    ]
    made = shown(qtbot, SortableTable("some things", "Things", columns), 400, 200)
    made.show_rows(ROWS)
    return made


def column(table: SortableTable, place: int) -> list[object]:
    model = table.model()
    return [model.index(row, place).data() for row in range(model.rowCount())]


def test_cells_read_as_their_columns_say_and_numbers_stand_at_the_right(table: SortableTable):
    assert column(table, 0) == ["bee", "Ant", "cat"], "as handed over, until a head is clicked"
    assert column(table, 1) == ["3", "1,200", "–"]
    assert column(table, 2) == ["–", "50%", "25%"]
    index = table.model().index(1, 1)
    assert index.data(VALUE) == 1_200
    assert index.data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    head = table.model().headerData
    assert head(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) == "How many"
    assert head(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) == "Name", "a narrow column cuts its head"


def test_rows_are_sorted_by_value_nothing_first_and_what_is_chosen_stays_so(table: SortableTable):
    table.choose_where(lambda row: row[0] == "cat")
    kept = QPersistentModelIndex(table.currentIndex())
    table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert column(table, 0) == ["Ant", "bee", "cat"], "whatever their case"
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert column(table, 0) == ["cat", "bee", "Ant"]
    assert [row[0] for row in table.chosen()] == ["cat"]
    assert kept.data() == "cat"
    table.show_rows([("dog", 7, None), *ROWS])
    assert column(table, 0) == ["cat", "bee", "dog", "Ant"], "new rows are sorted as those before"
    table.choose_where(lambda row: row[0] == "elk")
    assert table.chosen() == []


def test_what_is_saved_and_copied_are_the_values_in_the_order_that_is_seen(table: SortableTable, qtbot: QtBot):
    table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert table.rows() == [["Name", "Images", "Share"], ["Ant", 1_200, 0.5], ["bee", 3, None], ["cat", None, 0.25]]
    table.choose_where(lambda row: row[0] == "bee")
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Name\tImages\tShare\nbee\t3\tNone"


def test_columns_can_be_replaced_together_with_the_rows(table: SortableTable):
    table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    table.show_rows([["x", 1]], cells(["What", "Value"], numbers=[1]))
    assert table.heads() == ["What", "Value"]
    assert table.rows() == [["What", "Value"], ["x", 1]]
