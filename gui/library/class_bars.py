"""Bars of the images of each class, by split: the class distribution of a notebook, on which names can be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip

from gui import theme
from gui.widgets import wording
from gui.widgets.charts import scales
from gui.widgets.charts.export import DataPicture

if TYPE_CHECKING:
    from engine.library.records import ClassCount

BY_CLASS, BY_NAME, BY_COUNT = range(3)
NAME_SHARE = 0.32  # of the width, at most, for names
BAR, ROW, HEAD = 14, 26, 34


def imbalance(counts: Sequence[ClassCount]) -> float | None:
    """The largest class over the smallest, of those that have images; None below two such classes."""
    totals = [c.total for c in counts if c.total]
    return max(totals) / min(totals) if len(totals) > 1 else None


def parts(count: ClassCount) -> tuple[int, int, int, int]:
    return count.training, count.validation, count.test, count.unassigned


class ClassBars(DataPicture):
    """Bars with a row for each class, as high as all rows need; put it into a scroll area."""

    def __init__(self) -> None:
        super().__init__("classes")
        self._counts: list[ClassCount] = []
        self._shown: list[ClassCount] = []
        self._order = BY_CLASS
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Images by class and split"))

    def show_counts(self, counts: Sequence[ClassCount]) -> None:
        self._counts = list(counts)
        self.setAccessibleDescription(", ".join(f"{c.cls.name} {c.total}" for c in counts))
        self._resort()

    def sort(self, order: int) -> None:
        """`BY_CLASS` as in the list of classes, `BY_NAME` or `BY_COUNT`, largest first."""
        self._order = order
        self._resort()

    def _resort(self) -> None:
        if self._order == BY_NAME:
            self._shown = sorted(self._counts, key=lambda c: c.cls.name.casefold())
        elif self._order == BY_COUNT:
            self._shown = sorted(self._counts, key=lambda c: -c.total)
        else:
            self._shown = self._counts
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def names(self) -> list[str]:
        """The classes as they are shown, from the top."""
        return [count.cls.name for count in self._shown]

    def sizeHint(self) -> QSize:
        return QSize(560, HEAD + ROW * len(self._counts) + 8)

    def _split_names(self) -> tuple[str, str, str, str]:
        return self.tr("training"), self.tr("check images"), self.tr("test"), self.tr("no split yet")

    def rows(self) -> list[list[object]]:
        """The table: a row a class, a column a split."""
        head: list[object] = [self.tr("class"), *self._split_names(), self.tr("total")]
        return [head, *([c.cls.name, *parts(c), c.total] for c in self._shown)]

    def paint_picture(self, painter: QPainter, rect: QRect) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        metrics = painter.fontMetrics()
        self._legend(painter, QRectF(rect.left(), rect.top(), rect.width(), HEAD - 10))
        widest = max((metrics.horizontalAdvance(c.cls.name) for c in self._shown), default=0)
        names = min(widest + 18, rect.width() * NAME_SHARE)
        figures = (
            metrics.horizontalAdvance(f"{wording.number(max((c.total for c in self._shown), default=0))}  100.0 %") + 12
        )
        left, width = rect.left() + names + 10, rect.width() - names - 10 - figures
        largest = max((c.total for c in self._shown), default=0) or 1
        total = sum(c.total for c in self._shown) or 1
        for number, count in enumerate(self._shown):
            row = QRectF(rect.left(), rect.top() + HEAD + number * ROW, rect.width(), ROW)
            self._name(painter, count, QRectF(row.left(), row.top(), names, ROW))
            self._bar(painter, count, QRectF(left, row.center().y() - BAR / 2, width, BAR), largest)
            painter.setPen(theme.current().muted)
            words = f"{wording.number(count.total)}  {scales.percent(count.total / total)}"
            painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)

    def _legend(self, painter: QPainter, area: QRectF) -> None:
        metrics, left = painter.fontMetrics(), area.left()
        totals = [sum(column) for column in zip(*map(parts, self._shown), strict=True)] or [0] * 4
        for name, colour, total in zip(self._split_names(), theme.split_colours(), totals, strict=True):
            if not total:
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(left, area.center().y() - 5, 10, 10), 3, 3)
            painter.setPen(theme.current().text)
            words = f"{name} {wording.number(total)}"
            width = metrics.horizontalAdvance(words)
            painter.drawText(
                QRectF(left + 16, area.top(), width + 4, area.height()), Qt.AlignmentFlag.AlignVCenter, words
            )
            left += 16 + width + 20

    def _name(self, painter: QPainter, count: ClassCount, area: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(count.cls.colour))
        painter.drawEllipse(QRectF(area.left(), area.center().y() - 4.5, 9, 9))
        painter.setPen(theme.current().text)
        place = area.adjusted(16, 0, 0, 0)
        name = painter.fontMetrics().elidedText(count.cls.name, Qt.TextElideMode.ElideMiddle, int(place.width()))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, name)

    def _bar(self, painter: QPainter, count: ClassCount, track: QRectF, largest: int) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.current().sunken)
        painter.drawRoundedRect(track, 4, 4)
        left = track.left()
        for value, colour in zip(parts(count), theme.split_colours(), strict=True):
            width = track.width() * value / largest
            if value:
                painter.setBrush(colour)
                painter.drawRoundedRect(QRectF(left, track.top(), max(2.0, width - 1), track.height()), 3, 3)
            left += width

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = int((event.pos().y() - HEAD) // ROW)
            words = ""
            if 0 <= row < len(self._shown):
                count = self._shown[row]
                by_split = zip(self._split_names(), parts(count), strict=True)
                words = f"{count.cls.name}\n" + " · ".join(f"{n} {wording.number(v)}" for n, v in by_split if v)
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)
