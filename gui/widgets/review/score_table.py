"""Precision, recall, F1 and support of each class, sortable by every column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gui import theme
from gui.widgets.charts import export, scales

if TYPE_CHECKING:
    from engine.review.metrics import ClassScores

Index = QModelIndex | QPersistentModelIndex
VALUE = Qt.ItemDataRole.UserRole
ROOM = 20  # pixels right of a number


class ScoreModel(QAbstractTableModel):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scores: list[ClassScores] = []
        self.heads = (self.tr("Class"), self.tr("Precision"), self.tr("Recall"), self.tr("F1"), self.tr("Images"))
        self._tips = (
            "",
            self.tr("Of the images predicted so, how many are of this class"),
            self.tr("Of the images of this class, how many were recognised"),
            self.tr("The harmonic mean of precision and recall"),
            self.tr("How many images of this class were evaluated"),
        )

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self.scores)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.heads)

    def values(self, row: int) -> tuple[str, float, float, float, int]:
        s = self.scores[row]
        return s.name, s.precision, s.recall, s.f1, s.support

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        value = self.values(index.row())[index.column()]
        if role == VALUE:
            return value.casefold() if isinstance(value, str) else value
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                scales.percent(value) if isinstance(value, float) else value if isinstance(value, str) else f"{value:,}"
            )
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 0:
            return value
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if index.column() == 0 else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tips[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if section == 0 else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return self.heads[section] if role == Qt.ItemDataRole.DisplayRole else None

    def show(self, scores: Sequence[ClassScores]) -> None:
        self.beginResetModel()
        self.scores = list(scores)
        self.endResetModel()


class ShareDelegate(QStyledItemDelegate):
    """A fraction as a number over a thin bar, so that weak classes are seen without reading."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width(), round(option.fontMetrics.height() * 2.2))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colours = theme.current()
        value = index.data(VALUE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, colours.accent_soft)
        inner = option.rect.adjusted(8, 4, -ROOM, -4)
        painter.setPen(colours.text)
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        track = QRectF(inner.left(), option.rect.bottom() - 5, inner.width(), 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.sunken)
        painter.drawRoundedRect(track, 1.5, 1.5)
        track.setWidth(track.width() * float(value))
        painter.setBrush(colours.accent)
        painter.drawRoundedRect(track, 1.5, 1.5)
        painter.restore()


class ScoreTable(QTableView):
    """`class_chosen` gives the place, in the order handed over, of a class that is double clicked or entered."""

    class_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scores = ScoreModel(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._scores)
        self._sorted.setSortRole(VALUE)
        self.setModel(self._sorted)
        self.setAccessibleName(self.tr("Scores of each class"))
        self.setSortingEnabled(True)
        self.sortByColumn(3, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        # The arrow of the sorted column must not stand on its name, and numbers stand under the names.
        self.setStyleSheet(
            "QTableView { border: 0; }"
            f"QHeaderView::section {{ padding-right: {ROOM}px; }} QTableView::item {{ padding-right: {ROOM}px; }}"
        )
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(round(self.fontMetrics().height() * 2.2))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(self.fontMetrics().height() * 5)
        for column in (1, 2, 3):
            self.setItemDelegateForColumn(column, ShareDelegate(self))
        self.activated.connect(lambda index: self.class_chosen.emit(self._source_row(index.row())))
        export.offer(self, "scores", rows=self.rows)

    def show_scores(self, scores: Sequence[ClassScores]) -> None:
        self._scores.show(scores)

    def rows(self) -> list[list[object]]:
        """The table as it is sorted now, with numbers as numbers."""
        order = [self._source_row(row) for row in range(self._sorted.rowCount())]
        return [list(self._scores.heads), *(list(self._scores.values(row)) for row in order)]

    def _source_row(self, row: int) -> int:
        return self._sorted.mapToSource(self._sorted.index(row, 0)).row()
