"""A table that a person reads, sorts, copies and saves as CSV; its rows are plain values."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gui.widgets.charts import export

Index = QModelIndex | QPersistentModelIndex
VALUE = Qt.ItemDataRole.UserRole


def shown(value: object) -> str:
    """A value as it stands in a cell."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "–"
    return f"{value:,}" if isinstance(value, int) else str(value)


class RowsModel(QAbstractTableModel):
    def __init__(self, heads: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heads = list(heads)
        self.body: list[list[object]] = []
        self.bold: Callable[[list[object]], bool] | None = None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self.body)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.body[index.row()]
        value = row[index.column()] if index.column() < len(row) else None
        if role == VALUE:
            return value.casefold() if isinstance(value, str) else -1 if value is None else value
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return shown(value)
        if role == Qt.ItemDataRole.FontRole and self.bold is not None and self.bold(row):
            font = QFont()
            font.setWeight(QFont.Weight.DemiBold)
            return font
        if role == Qt.ItemDataRole.TextAlignmentRole:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            numbers = [r[section] for r in self.body if section < len(r)]
            number = bool(numbers) and all(isinstance(v, int | float) and not isinstance(v, bool) for v in numbers)
            side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        wanted = role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)  # a narrow column cuts its head
        return self.heads[section] if wanted else None

    def show(self, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        self.beginResetModel()
        self.heads, self.body = list(heads), [list(row) for row in rows]
        self.endResetModel()


class Table(QTableView):
    """Sorted by a click on a head, copied whole or the chosen rows by Ctrl+C, saved from its context menu."""

    def __init__(self, name: str, title: str, heads: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model_of_rows = RowsModel(heads, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.model_of_rows)
        self._sorted.setSortRole(VALUE)
        self.setModel(self._sorted)
        self.setAccessibleName(title)
        self.setObjectName(name.replace(" ", "_"))
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self._sorted.sort(-1)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideMiddle)  # what tells names apart ends them
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setStretchLastSection(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(round(self.fontMetrics().height() * 1.9))
        export.offer(self, name, rows=self.rows)

    def show_rows(self, heads: Sequence[str], rows: Sequence[Sequence[object]], *, first: bool = True) -> None:
        """Replace the table; the first column takes the room that is left, or all others share it."""
        self.model_of_rows.show(heads, rows)
        header = self.horizontalHeader()
        for column in range(len(heads)):
            wanted = (
                QHeaderView.ResizeMode.Stretch if (column == 0) == first else QHeaderView.ResizeMode.ResizeToContents
            )
            header.setSectionResizeMode(column, wanted)

    def rows(self) -> list[list[object]]:
        """Heads and rows in the order that is shown, as they are copied and saved."""
        order = [self._sorted.mapToSource(self._sorted.index(r, 0)).row() for r in range(self._sorted.rowCount())]
        head: list[object] = list(self.model_of_rows.heads)
        return [head, *(self.model_of_rows.body[row] for row in order)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            chosen = sorted({index.row() for index in self.selectionModel().selectedRows()})
            head, *body = self.rows()
            lines = [head, *(body[row] for row in chosen)] if chosen else [head, *body]
            QGuiApplication.clipboard().setText(export.as_text(lines))
            event.accept()
        else:
            super().keyPressEvent(event)
