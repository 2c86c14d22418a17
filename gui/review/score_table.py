"""Precision, recall, F1 and support of each class with their intervals, sortable by every column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui import theme
from gui.review.class_table import ClassTable
from gui.widgets.charts import export, scales
from gui.widgets.parts import choose_row

if TYPE_CHECKING:
    from engine.review.intervals import ClassIntervals, Interval
    from engine.review.metrics import ClassScores

Index = QModelIndex | QPersistentModelIndex
VALUE, INTERVAL = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
ROOM = 20  # pixels right of a number
NAME, PRECISION, RECALL, F1, IMAGES, CONFUSED = range(6)
_FIELDS = {PRECISION: "precision", RECALL: "recall", F1: "f1"}


def interval_text(interval: Interval) -> str:
    """`85.1–96.0`: both ends in per cent, without the sign that stands at the value."""
    return "–".join(scales.percent(end).removesuffix(" %") for end in interval)


class ScoreModel(QAbstractTableModel):
    """Sorts by itself: a proxy asks for each of ten thousand comparisons of a thousand classes in Python."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scores: list[ClassScores] = []
        self.intervals: Sequence[ClassIntervals] = ()
        self.order: list[int] = []  # the place of each row among the scores as they were handed over
        self._by = F1, Qt.SortOrder.AscendingOrder
        self.heads = (
            self.tr("Class"),
            self.tr("Precision"),
            self.tr("Recall"),
            self.tr("F1"),
            self.tr("Images"),
            self.tr("Most confused with"),
        )
        self._tips = (
            "",
            self.tr("Of the images predicted so, how many are of this class; on its bar the 95 % interval"),
            self.tr("Of the images of this class, how many were recognised; on its bar the 95 % interval"),
            self.tr("The harmonic mean of precision and recall; on its bar the 95 % interval"),
            self.tr("How many images of this class were evaluated"),
            self.tr("The class that most of its misclassified images are taken for, and how many"),
        )

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self.order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.heads)

    def value(self, row: int, column: int) -> str | float | int:
        """What is sorted by: the number, or the name in lower case."""
        s = self.scores[row]
        if column in _FIELDS:
            return float(getattr(s, _FIELDS[column]))
        others: dict[int, str | int] = {NAME: s.name.casefold(), IMAGES: s.support, CONFUSED: s.confused}
        return others[column]

    def interval(self, row: int, column: int) -> Interval | None:
        """Of a fraction, once it is known."""
        if column not in _FIELDS or not self.intervals:
            return None
        found: Interval = getattr(self.intervals[row], _FIELDS[column])
        return found

    def text(self, row: int, column: int) -> str:
        s = self.scores[row]
        if column == NAME:
            return s.name
        if column == CONFUSED:
            return f"{s.confused_with}  ({s.confused:,})" if s.confused_with else "–"
        value = self.value(row, column)
        return f"{value:,}" if isinstance(value, int) else scales.percent(float(value))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = self.order[index.row()], index.column()
        if role == VALUE:
            return self.value(row, column)
        if role == INTERVAL:
            return self.interval(row, column)
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(row, column)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            interval = self.interval(row, column)
            return self.text(row, column) + (f" ({interval_text(interval)})" if interval else "")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column) | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tips[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section) | Qt.AlignmentFlag.AlignVCenter
        return self.heads[section] if role == Qt.ItemDataRole.DisplayRole else None

    def show(self, scores: Sequence[ClassScores]) -> None:
        self.beginResetModel()
        self.scores, self.intervals = list(scores), ()
        self._arrange()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._by = column, order
        self.layoutAboutToBeChanged.emit()
        kept = [(index, self.order[index.row()]) for index in self.persistentIndexList()]
        self._arrange()
        place = {row: at for at, row in enumerate(self.order)}
        for index, row in kept:
            self.changePersistentIndex(index, self.index(place[row], index.column()))
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        column, order = self._by
        values = [self.value(row, column) for row in range(len(self.scores))]
        down = order == Qt.SortOrder.DescendingOrder
        self.order = sorted(range(len(values)), key=values.__getitem__, reverse=down)

    def show_intervals(self, intervals: Sequence[ClassIntervals]) -> None:
        self.intervals = intervals
        last = self.index(self.rowCount() - 1, self.columnCount() - 1)
        self.dataChanged.emit(self.index(0, 0), last, [INTERVAL])


def _side(column: int) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignLeft if column in (NAME, CONFUSED) else Qt.AlignmentFlag.AlignRight


class ShareDelegate(QStyledItemDelegate):
    """A fraction as a number over a thin bar, so that weak classes are seen without reading; its interval is a
    paler bar, and in small numbers."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width(), round(option.fontMetrics.height() * 2.2))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colours = theme.current()
        value, interval = float(index.data(VALUE)), index.data(INTERVAL)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, colours.accent_soft)
        inner = option.rect.adjusted(8, 4, -ROOM, -4)
        painter.setPen(colours.text)
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, right, words)
        track = QRectF(inner.left(), option.rect.bottom() - 5, inner.width(), 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.sunken)
        painter.drawRoundedRect(track, 1.5, 1.5)
        full = QRectF(track)
        track.setWidth(full.width() * value)
        painter.setBrush(colours.accent)
        painter.drawRoundedRect(track, 1.5, 1.5)
        if interval:
            self._paint_interval(painter, full, interval)
            small = option.font
            small.setPointSizeF(small.pointSizeF() * 0.88)
            room = inner.adjusted(0, 0, -option.fontMetrics.horizontalAdvance("100.0 % "), 0)
            if QFontMetrics(small).horizontalAdvance(interval_text(interval)) <= room.width():
                painter.setFont(small)
                painter.setPen(colours.muted)
                painter.drawText(room, right, interval_text(interval))
        painter.restore()

    def _paint_interval(self, painter: QPainter, track: QRectF, interval: Interval) -> None:
        """From its low to its high end, thin, with an upright stroke at each."""
        low, high = (track.left() + track.width() * end for end in interval)
        painter.setPen(theme.current().text)
        middle = track.center().y()
        painter.drawLine(round(low), round(middle), round(high), round(middle))
        for end in (low, high):
            painter.drawLine(round(end), round(middle) - 2, round(end), round(middle) + 2)


class ScoreTable(ClassTable):
    """`class_chosen` gives the place, in the order handed over, of a class that is double clicked or entered."""

    class_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._scores = ScoreModel()
        super().__init__(self._scores, ROOM, parent)
        self._scores.setParent(self)
        self.setAccessibleName(self.tr("Scores of each class"))
        self.sortByColumn(F1, Qt.SortOrder.AscendingOrder)
        self._size_columns()
        for column in _FIELDS:
            self.setItemDelegateForColumn(column, ShareDelegate(self))
        self.activated.connect(lambda index: self.class_chosen.emit(self._source_row(index.row())))
        export.offer(self, "scores", rows=self.rows)

    def _size_columns(self) -> None:
        header = self.horizontalHeader()
        header.setSectionResizeMode(CONFUSED, QHeaderView.ResizeMode.Stretch)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setColumnWidth(IMAGES, self.fontMetrics().horizontalAdvance("1,000,000") + ROOM + 24)
        self._narrow: bool | None = None
        self._share_room()

    def _share_room(self) -> None:
        """In a narrow window names go before the numbers of the intervals, which the bars and the tips still tell."""
        wide = self.fontMetrics().horizontalAdvance
        with_intervals = wide("100.0 % 100.0–100.0") + ROOM + 16
        names = wide(self._scores.heads[CONFUSED]) + ROOM + 16
        needed = len(_FIELDS) * with_intervals + self.columnWidth(IMAGES) + 2 * names
        narrow = self.viewport().width() < needed
        if narrow is not self._narrow:  # else a width that a person chose stays
            self._narrow = narrow
            heads = max(wide(self._scores.heads[column]) for column in _FIELDS)
            for column in _FIELDS:
                self.setColumnWidth(column, max(heads, wide("100.0 %")) + ROOM + 16 if narrow else with_intervals)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def show_scores(self, scores: Sequence[ClassScores]) -> None:
        """Show these; a class that was chosen stays chosen, and the place too."""
        chosen = [self._scores.scores[self._source_row(i.row())].name for i in self.selectionModel().selectedRows()]
        scrolled = self.verticalScrollBar().value()
        self._scores.show(scores)
        for row in range(len(self._scores.order) if chosen else 0):
            if self._scores.scores[self._source_row(row)].name == chosen[0]:
                choose_row(self, row)
                break
        self.verticalScrollBar().setValue(scrolled)

    def show_intervals(self, intervals: Sequence[ClassIntervals]) -> None:
        """The intervals of the scores that are shown, in the order in which these were handed over."""
        if len(intervals) == len(self._scores.scores):
            self._scores.show_intervals(intervals)

    def rows(self) -> list[list[object]]:
        """The table as it is sorted now, with numbers as numbers."""
        head: list[object] = ["class"]
        for name in _FIELDS.values():
            head += [name, f"{name} low", f"{name} high"]
        return [[*head, "images", "most confused with", "confused"], *(self._line(r) for r in self._scores.order)]

    def _line(self, row: int) -> list[object]:
        s = self._scores.scores[row]
        line: list[object] = [s.name]
        for column in _FIELDS:
            low, high = self._scores.interval(row, column) or ("", "")
            line += [self._scores.value(row, column), low, high]
        return [*line, s.support, s.confused_with or "", s.confused]

    def _source_row(self, row: int) -> int:
        return self._scores.order[row]
