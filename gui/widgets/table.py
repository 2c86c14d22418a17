"""A table that is described by its columns; a person reads, sorts, copies and saves it as CSV."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gui.widgets import wording
from gui.widgets.charts import export
from gui.widgets.lists import choose_row

Index = QModelIndex | QPersistentModelIndex
VALUE = Qt.ItemDataRole.UserRole
_NO_INDEX = QModelIndex()


def cell_text(value: object) -> str:
    """Return a value as it stands in a cell."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "–"
    return wording.number(value) if isinstance(value, int) else str(value)


@dataclass(frozen=True, slots=True)
class Column:
    """A column, as functions of what a row shows."""

    head: str
    value: Callable[[Any], object]  # what is sorted by and saved
    text: Callable[[Any], str] | None = None  # what stands in the cell; the value itself unless given
    tip: str = ""  # of the head
    cell_tip: Callable[[Any], str] | None = None  # of the cell; its text unless given
    number: bool = False  # stands at the right

    def words(self, row: Any) -> str:
        return self.text(row) if self.text is not None else cell_text(self.value(row))


def cells(heads: Sequence[str], numbers: Sequence[int] = ()) -> list[Column]:
    """Return columns for rows that are sequences of values, those of `numbers` at the right."""
    return [Column(head, itemgetter(index), number=index in numbers) for index, head in enumerate(heads)]


class TableModel(QAbstractTableModel):
    """The model of a table, which sorts by itself: a proxy would ask Python for each of ten thousand comparisons of a
    thousand rows.
    """

    def __init__(self, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = list(columns)
        self.rows: list[Any] = []  # as they were handed over
        self.order: list[int] = []  # of each row on screen, its place among `rows`
        self._by = -1, Qt.SortOrder.AscendingOrder

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.order)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def row_at(self, row: int) -> Any:
        """Return what the row on screen shows."""
        return self.rows[self.order[row]]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = self.row_at(index.row()), self.columns[index.column()]
        if role == VALUE:
            return column.value(row)
        if role == Qt.ItemDataRole.DisplayRole:
            return column.words(row)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.cell_tip(row) if column.cell_tip is not None else column.words(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip or column.head  # a narrow column cuts its head
        return column.head if role == Qt.ItemDataRole.DisplayRole else None

    def show(self, rows: Sequence[Any], columns: Sequence[Column] | None = None) -> None:
        """Replace the rows, and the columns where some are given; what was sorted by goes on to be."""
        self.beginResetModel()
        self.columns = self.columns if columns is None else list(columns)
        self.rows = list(rows)
        self._arrange()
        self.endResetModel()

    def renew(self) -> None:
        """Say that the rows show other values; their order stays."""
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._by = column, order
        self.layoutAboutToBeChanged.emit()
        before = [(index, self.order[index.row()]) for index in self.persistentIndexList()]
        self._arrange()
        place = {row: at for at, row in enumerate(self.order)}
        for index, row in before:
            self.changePersistentIndex(index, self.index(place[row], index.column()))
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        column, order = self._by
        self.order = list(range(len(self.rows)))
        if 0 <= column < len(self.columns):
            keys = [_sort_key(self.columns[column].value(row)) for row in self.rows]
            self.order.sort(key=keys.__getitem__, reverse=order == Qt.SortOrder.DescendingOrder)


def _sort_key(value: object) -> tuple[int, Any]:
    """Return a key that sorts nothing before numbers before words, whatever their case."""
    if value is None:
        return 0, 0
    return (2, value.casefold()) if isinstance(value, str) else (1, value)


def _side(column: Column) -> Qt.AlignmentFlag:
    return (
        Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
    ) | Qt.AlignmentFlag.AlignVCenter


class SortableTable(QTableView):
    """A table that is sorted by a click on a head, copied whole or the chosen rows by Ctrl+C, saved from its context
    menu.
    """

    def __init__(self, name: str, title: str, columns: Sequence[Column] = ()) -> None:
        """`name` is proposed for the file, `title` is read aloud."""
        super().__init__()
        self.body = TableModel(columns, self)
        self.setModel(self.body)
        self.setAccessibleName(title)
        self.setObjectName(name.replace(" ", "_"))
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)
        header = self.horizontalHeader()
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)  # as handed over, until a head is clicked
        self.setSortingEnabled(True)
        header.setHighlightSections(False)
        header.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # what tells names apart ends them
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(round(self.fontMetrics().height() * 1.9))
        export.offer(self, name, rows=self.rows)

    def show_rows(self, rows: Sequence[Any], columns: Sequence[Column] | None = None) -> None:
        """Replace the rows, and the columns where some are given."""
        self.body.show(rows, columns)

    def stretch_first(self, first: bool = True) -> None:
        """Let the first column take the room that is left, or let all others share it."""
        header, modes = self.horizontalHeader(), QHeaderView.ResizeMode
        for column in range(len(self.body.columns)):
            header.setSectionResizeMode(column, modes.Stretch if (column == 0) == first else modes.ResizeToContents)

    def heads(self) -> list[str]:
        return [column.head for column in self.body.columns]

    def rows(self) -> list[list[object]]:
        """Return heads and values in the order that is shown, as they are copied and saved."""
        model = self.body
        head: list[object] = list(self.heads())
        return [head, *([column.value(model.rows[row]) for column in model.columns] for row in model.order)]

    def chosen(self) -> list[Any]:
        """Return what the chosen rows show, from above to below."""
        return [self.body.row_at(row) for row in sorted({i.row() for i in self.selectionModel().selectedRows()})]

    def choose_where(self, condition: Callable[[Any], bool]) -> None:
        """Choose the first row of which `condition` is true, none where there is no such row."""
        row = next((row for row in range(len(self.body.order)) if condition(self.body.row_at(row))), None)
        if row is None:
            self.clearSelection()
        else:
            choose_row(self, row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            chosen = sorted({index.row() for index in self.selectionModel().selectedRows()})
            head, *body = self.rows()
            lines = [head, *(body[row] for row in chosen)] if chosen else [head, *body]
            QGuiApplication.clipboard().setText(export.as_text(lines))
            event.accept()
        else:
            super().keyPressEvent(event)
