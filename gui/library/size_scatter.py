"""Width against height of the pictures, on scales of doubling: odd sizes and odd shapes stand apart."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.widgets import wording
from gui.widgets.charts.export import DataPicture

MANY = 40  # pictures of one size that a large dot stands for, at least


class SizeScatter(DataPicture):
    """A dot for each size that occurs; its area grows with the number of pictures of that size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("picture sizes", parent)
        self.sizes: Counter[tuple[int, int]] = Counter()
        self._of = 0
        self.setMinimumSize(320, 260)
        self.setAccessibleName(self.tr("Sizes of the pictures"))

    def sizeHint(self) -> QSize:
        return QSize(560, 420)

    def show_sizes(self, sizes: Sequence[tuple[int, int]], of: int) -> None:
        """Width and height of some pictures, out of so many."""
        self.sizes, self._of = Counter(sizes), of
        self.setAccessibleDescription(self.words())
        self.update()

    def words(self) -> str:
        """The range of sizes in a line."""
        if not self.sizes:
            return self.tr("No picture was looked at yet.")
        total = sum(self.sizes.values())
        low, high = min(self.sizes), max(self.sizes)
        (common, number), *_ = self.sizes.most_common(1)
        parts = [
            self.tr("{0} sizes of {1} images · most: {2} × {3} px ({4})").format(
                wording.number(len(self.sizes)), wording.number(total), *common, wording.number(number)
            )
        ]
        if len(self.sizes) > 1:
            parts.append(self.tr("width from {0} to {1} px").format(low[0], high[0]))
        if total < self._of:
            parts.append(self.tr("a random sample of {0}").format(wording.number(self._of)))
        return " · ".join(parts)

    def rows(self) -> list[list[object]]:
        head: list[object] = [self.tr("width"), self.tr("height"), self.tr("images")]
        body: list[list[object]] = [[w, h, n] for (w, h), n in sorted(self.sizes.items())]
        return [head, *body]

    def paint_picture(self, painter: QPainter, rect: QRect) -> None:
        colours = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        line = painter.fontMetrics().height()
        painter.setPen(colours.muted)
        painter.drawText(QRectF(rect.left(), rect.top(), rect.width(), line + 4), 0, self.words())
        if not self.sizes:
            return
        plot = QRectF(rect).adjusted(56, line + 18, -12, -2 * line - 12)
        sides = [side for size in self.sizes for side in size]
        low = 2 ** math.floor(math.log2(min(sides)) - 0.1)
        high = 2 ** math.ceil(math.log2(max(sides)) + 0.1)
        self._axes(painter, plot, low, high)
        most = max(*self.sizes.values(), MANY)
        dot = QColor(colours.series[0])
        dot.setAlpha(110)
        painter.setPen(QPen(colours.series[0], 1))
        painter.setBrush(dot)
        for (width, height), number in self.sizes.items():
            radius = 1.5 + 11 * math.sqrt(number / most)
            x = plot.left() + plot.width() * _place(width, low, high)
            y = plot.bottom() - plot.height() * _place(height, low, high)
            painter.drawEllipse(QPointF(x, y), radius, radius)

    def _axes(self, painter: QPainter, plot: QRectF, low: float, high: float) -> None:
        colours = theme.current()
        metrics = painter.fontMetrics()
        value = low
        while value <= high:
            share = _place(value, low, high)
            x, y = plot.left() + plot.width() * share, plot.bottom() - plot.height() * share
            painter.setPen(QPen(colours.border, 1))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(colours.muted)
            label = wording.decimal(value)
            width = metrics.horizontalAdvance(label)
            painter.drawText(QPointF(x - width / 2, plot.bottom() + metrics.height() + 2), label)
            painter.drawText(QPointF(plot.left() - width - 8, y + metrics.ascent() / 2 - 1), label)
            value *= 2
        painter.setPen(QPen(colours.strong_border, 1, Qt.PenStyle.DashLine))
        painter.drawLine(plot.bottomLeft(), plot.topRight())
        painter.setPen(colours.muted)
        below = QRectF(plot.left(), plot.bottom() + metrics.height() + 6, plot.width(), metrics.height() + 4)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self.tr("width in pixels"))
        painter.save()
        painter.translate(plot.left() - 44, plot.center().y())
        painter.rotate(-90)
        side = QRectF(-plot.height() / 2, -metrics.height() / 2, plot.height(), metrics.height())
        painter.drawText(side, Qt.AlignmentFlag.AlignCenter, self.tr("height in pixels"))
        painter.restore()


def _place(value: float, low: float, high: float) -> float:
    return math.log2(value / low) / max(math.log2(high / low), 1e-9)
