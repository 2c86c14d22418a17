"""Precision, recall, F1 and support of each class with their intervals, sortable by every column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from engine.figures import in_percent, span
from gui import theme
from gui.review.class_table import ClassTable
from gui.texts import Texts
from gui.widgets import wording
from gui.widgets.charts import scales
from gui.widgets.table import VALUE, Column, Index, SortableTable

ScoreColumns = Texts("ScoreColumns")

if TYPE_CHECKING:
    from engine.review.intervals import ClassIntervals, Interval
    from engine.review.metrics import ClassScores

PADDING = 20  # pixels right of a number
NAME, PRECISION, RECALL, F1, IMAGES, CONFUSED = range(6)
_FIELDS = {PRECISION: "precision", RECALL: "recall", F1: "f1"}


def interval_text(interval: Interval) -> str:
    """`85.1–96.0`: both ends in per cent, without the sign that stands at the value."""
    low, high = map(in_percent, interval)
    return span(low, high)


@dataclass(slots=True)
class _ScoreRow:
    """The scores of a class, with its place in the order in which the classes were handed over."""

    place: int
    scores: ClassScores
    intervals: ClassIntervals | None = None

    def share(self, column: int) -> float:
        return float(getattr(self.scores, _FIELDS[column]))

    def interval(self, column: int) -> Interval | None:
        """Return the interval of a share, once it is known."""
        found: Interval | None = getattr(self.intervals, _FIELDS[column], None)
        return found

    def share_words(self, column: int) -> str:
        interval = self.interval(column)
        return scales.percent(self.share(column)) + (f" ({interval_text(interval)})" if interval else "")


def _confused(row: _ScoreRow) -> str:
    s = row.scores
    return f"{s.confused_with}  ({wording.number(s.confused)})" if s.confused_with else "–"


def _columns() -> list[Column]:
    precision = ScoreColumns.tr("Of the images predicted so, how many are of this class; on its bar the 95 % interval")
    recall = ScoreColumns.tr("Of the images of this class, how many were recognised; on its bar the 95 % interval")
    f1 = ScoreColumns.tr("The harmonic mean of precision and recall; on its bar the 95 % interval")
    images = ScoreColumns.tr("How many images of this class were evaluated")
    confused = ScoreColumns.tr("The class that most of its misclassified images are taken for, and how many")
    return [
        Column(ScoreColumns.tr("Class"), lambda row: row.scores.name),
        _share_column(PRECISION, ScoreColumns.tr("Precision"), precision),
        _share_column(RECALL, ScoreColumns.tr("Recall"), recall),
        _share_column(F1, ScoreColumns.tr("F1"), f1),
        Column(ScoreColumns.tr("Images"), lambda row: row.scores.support, tip=images, number=True),
        Column(ScoreColumns.tr("Most confused with"), lambda row: row.scores.confused, _confused, tip=confused),
    ]


def _share_column(column: int, head: str, tip: str) -> Column:
    return Column(
        head,
        lambda row: row.share(column),
        lambda row: scales.percent(row.share(column)),
        tip=tip,
        cell_tip=lambda row: row.share_words(column),
        number=True,
    )


class ShareDelegate(QStyledItemDelegate):
    """A fraction as a number over a thin bar, so that weak classes are seen without reading; its interval is a
    paler bar, and in small numbers."""

    def __init__(self, table: SortableTable) -> None:
        super().__init__(table)
        self._table = table

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width(), round(option.fontMetrics.height() * 2.2))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colours = theme.current()
        value, interval = float(index.data(VALUE)), self._table.body.row_at(index.row()).interval(index.column())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, colours.accent_soft)
        inner = option.rect.adjusted(8, 4, -PADDING, -4)
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
            bar_area = inner.adjusted(0, 0, -option.fontMetrics.horizontalAdvance("100.0 % "), 0)
            if QFontMetrics(small).horizontalAdvance(interval_text(interval)) <= bar_area.width():
                painter.setFont(small)
                painter.setPen(colours.muted)
                painter.drawText(bar_area, right, interval_text(interval))
        painter.restore()

    def _paint_interval(self, painter: QPainter, track: QRectF, interval: Interval) -> None:
        """Paint an interval from its low to its high end, thin, with an upright stroke at each."""
        low, high = (track.left() + track.width() * end for end in interval)
        painter.setPen(theme.current().text)
        middle = track.center().y()
        painter.drawLine(round(low), round(middle), round(high), round(middle))
        for end in (low, high):
            painter.drawLine(round(end), round(middle) - 2, round(end), round(middle) + 2)


class ScoreTable(ClassTable):
    """`class_chosen` gives the place, in the order handed over, of a class that is double clicked or entered."""

    class_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__("scores", ScoreColumns.tr("Scores of each class"), _columns(), PADDING)
        self.sortByColumn(F1, Qt.SortOrder.AscendingOrder)
        self._size_columns()
        for column in _FIELDS:
            self.setItemDelegateForColumn(column, ShareDelegate(self))
        self.activated.connect(lambda index: self.class_chosen.emit(self.body.row_at(index.row()).place))

    def _size_columns(self) -> None:
        header = self.horizontalHeader()
        header.setSectionResizeMode(CONFUSED, QHeaderView.ResizeMode.Stretch)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setColumnWidth(IMAGES, self.fontMetrics().horizontalAdvance("1,000,000") + PADDING + 24)
        self._narrow: bool | None = None
        self._share_room()

    def _share_room(self) -> None:
        """Share the width: in a narrow window names go before the numbers of the intervals, which the bars and the tips
        still tell.
        """
        wide = self.fontMetrics().horizontalAdvance
        with_intervals = wide("100.0 % 100.0–100.0") + PADDING + 16
        names = wide(self.heads()[CONFUSED]) + PADDING + 16
        needed = len(_FIELDS) * with_intervals + self.columnWidth(IMAGES) + 2 * names
        narrow = self.viewport().width() < needed
        if narrow is not self._narrow:  # else a width that a person chose stays
            self._narrow = narrow
            heads = max(wide(self.heads()[column]) for column in _FIELDS)
            for column in _FIELDS:
                self.setColumnWidth(column, max(heads, wide("100.0 %")) + PADDING + 16 if narrow else with_intervals)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def show_scores(self, scores: Sequence[ClassScores]) -> None:
        """Show these; a class that was chosen stays chosen, and the place too."""
        chosen = [row.scores.name for row in self.chosen()]
        scrolled = self.verticalScrollBar().value()
        self.show_rows([_ScoreRow(index, score) for index, score in enumerate(scores)])
        if chosen:
            self.choose_where(lambda row: row.scores.name == chosen[0])
        self.verticalScrollBar().setValue(scrolled)

    def show_intervals(self, intervals: Sequence[ClassIntervals]) -> None:
        """The intervals of the scores that are shown, in the order in which these were handed over."""
        if len(intervals) == len(self.body.rows):
            for row, found in zip(self.body.rows, intervals, strict=True):
                row.intervals = found
            self.body.renew()

    def rows(self) -> list[list[object]]:
        """The table as it is sorted now, with numbers as numbers."""
        head: list[object] = ["class"]
        for name in _FIELDS.values():
            head += [name, f"{name} low", f"{name} high"]
        rows = (_line(self.body.rows[place]) for place in self.body.order)
        return [[*head, "images", "most confused with", "confused"], *rows]


def _line(row: _ScoreRow) -> list[object]:
    s = row.scores
    line: list[object] = [s.name]
    for column in _FIELDS:
        line += [row.share(column), *(row.interval(column) or ("", ""))]
    return [*line, s.support, s.confused_with or "", s.confused]
