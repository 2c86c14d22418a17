"""Paints a line chart onto anything that a QPainter paints on: the screen, a PNG or an SVG."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from gui.theme import Theme
from gui.widgets.charts import scales

Point = tuple[float, float]
MOST_TICKS = 8


@dataclass(slots=True)
class Curve:
    """A line: whole epochs in `points`, and in `live` the batches of the epoch that is running."""

    name: str
    points: list[Point] = field(default_factory=list)
    live: list[Point] = field(default_factory=list)

    def at(self, x: float) -> float | None:
        """The value at exactly this x, or None where the curve has no point."""
        place = bisect_left(self.points, (x, float("-inf")))
        return self.points[place][1] if place < len(self.points) and self.points[place][0] == x else None

    @property
    def end(self) -> Point | None:
        """The newest point, that of the running epoch included."""
        return self.live[-1] if self.live else self.points[-1] if self.points else None


@dataclass(slots=True)
class Chart:
    """The content of a chart."""

    title: str
    x_title: str
    curves: list[Curve]
    as_percent: bool = False
    first: int = 0
    last: int = 10
    low: float = 0.0
    high: float = 1.0
    best: int | None = None
    best_text: str = ""
    hover: int | None = None
    worse: int = 0  # where the second line is worse than the first: above it (1), below it (-1); 0: nobody compares

    def text(self, value: float) -> str:
        return scales.percent(value) if self.as_percent else scales.number(value)


def gap_areas(first: Sequence[Point], second: Sequence[Point], worse: int) -> list[list[Point]]:
    """Polygons between two lines over the same x where the second lies above (1) or below (-1) the first."""
    values = dict(second)
    both = [(x, y, values[x]) for x, y in first if x in values]
    found: list[list[Point]] = []
    for (x0, a0, b0), (x1, a1, b1) in pairwise(both):
        d0, d1 = worse * (b0 - a0), worse * (b1 - a1)
        if d0 <= 0 and d1 <= 0:
            continue
        if d0 < 0 or d1 < 0:  # they cross in between
            share = d0 / (d0 - d1)
            crossing = (x0 + share * (x1 - x0), a0 + share * (a1 - a0))
            found.append([crossing, (x1, a1), (x1, b1)] if d0 < 0 else [(x0, a0), crossing, (x0, b0)])
        else:
            found.append([(x0, a0), (x1, a1), (x1, b1), (x0, b0)])
    return found


def thinned(places: list[Point], width: float) -> list[Point]:
    """A line of pixels with at most the first, lowest, highest and last point of each pixel across."""
    if len(places) <= 4 * max(width, 1.0):
        return places
    found: list[Point] = []
    for _, group in groupby(places, key=lambda place: int(place[0])):
        some = list(group)
        chosen = {0, len(some) - 1}
        chosen.add(min(range(len(some)), key=lambda i: some[i][1]))
        chosen.add(max(range(len(some)), key=lambda i: some[i][1]))
        found += [some[i] for i in sorted(chosen)]
    return found


class ChartPainter:
    """A painting of a chart; holds the painter, the font sizes and the place of the plot while it lasts."""

    def __init__(self, painter: QPainter, rect: QRectF, chart: Chart, theme: Theme, font: QFont) -> None:
        self._painter, self._chart, self._theme = painter, chart, theme
        self._font = font
        self._bold = QFont(font)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._metrics = QFontMetricsF(font)
        self._bold_metrics = QFontMetricsF(self._bold)
        self._line = self._metrics.height()
        self._ticks = scales.ticks(
            chart.low, chart.high, min(max(2, int(rect.height() / (self._line * 2.8))), MOST_TICKS)
        )
        self._tick_texts = scales.tick_texts(self._ticks, as_percent=chart.as_percent)
        self._wide = rect.width() >= self._line * 26
        self._rect = rect
        title = self._bold_metrics.horizontalAdvance(chart.title) + self._line * 2
        self._legend_below = not self._wide and title + self._legend_width() > rect.width()
        self.plot = self._place(rect)

    def _place(self, rect: QRectF) -> QRectF:
        words = (*self._tick_texts, self._chart.x_title)  # all that stands left of the plot
        left = max(map(self._metrics.horizontalAdvance, words)) + self._line * 0.6
        right = self._right_margin(rect.width() - left) if self._wide else self._line * 0.6
        top = self._line * (3.7 if self._legend_below else 2.6)
        return rect.adjusted(left, top, -right, -self._line * 1.7)

    def _right_margin(self, available: float) -> float:
        """Return only as much as the names at the ends of the lines reach beyond the last epoch."""
        chart, least, label = self._chart, self._line * 0.8, self._label_width()
        ends = [c.end[0] for c in chart.curves if c.end]
        share = (max(ends) - chart.first) / max(chart.last - chart.first, 1e-9) if ends else 0.0
        return max(least, available - (available - label) / share) if share > 0 else least

    def _legend_width(self) -> float:
        return sum(self._metrics.horizontalAdvance(c.name) + self._line * 2.1 for c in self._chart.curves)

    def _label_width(self) -> float:
        sample = self._chart.text(0.98765 if self._chart.as_percent else 0.0123)
        names = max((self._metrics.horizontalAdvance(c.name) for c in self._chart.curves), default=0)
        return max(names, self._bold_metrics.horizontalAdvance(sample)) + self._line * 1.1

    def place_of(self, x: float, y: float) -> QPointF:
        chart = self._chart
        across = (x - chart.first) / max(chart.last - chart.first, 1e-9)
        up = (y - chart.low) / max(chart.high - chart.low, 1e-12)
        return QPointF(self.plot.left() + across * self.plot.width(), self.plot.bottom() - up * self.plot.height())

    def epoch_at(self, x: float) -> int:
        across = (x - self.plot.left()) / max(self.plot.width(), 1e-9)
        return round(self._chart.first + across * (self._chart.last - self._chart.first))

    def paint(self) -> None:
        painter = self._painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        self._paint_title()
        if not any(c.end for c in self._chart.curves):
            return
        self._paint_axes()
        self._paint_best()
        painter.save()
        painter.setClipRect(self.plot.adjusted(-8, -8, 8, 8))
        self._paint_gap()
        for index, curve in enumerate(self._chart.curves):
            self._paint_curve(curve, self._colour(index))
        self._paint_best_ring()
        painter.restore()
        if self._wide and (self._chart.hover is None or self._ends_outside()):
            self._paint_end_labels()
        self._paint_hover()

    def _colour(self, index: int) -> QColor:
        series = self._theme.series
        return series[index % len(series)]

    def _paint_title(self) -> None:
        painter = self._painter
        painter.setFont(self._bold)
        painter.setPen(self._theme.text)
        painter.drawText(QPointF(self._rect.left(), self._rect.top() + self._bold_metrics.ascent()), self._chart.title)
        painter.setFont(self._font)
        if not self._wide:
            self._paint_legend()

    def _paint_legend(self) -> None:
        """Paint the legend: in a narrow chart the names stand beside or under the title; in a wide one at the ends of
        the lines.
        """
        right = self._rect.right()
        baseline = self._rect.top() + self._metrics.ascent()
        if self._legend_below:
            right = self._rect.left() + self._legend_width() - self._line * 0.8
            baseline += self._line * 1.25
        for index, curve in reversed(list(enumerate(self._chart.curves))):
            right -= self._metrics.horizontalAdvance(curve.name)
            self._painter.setPen(self._theme.muted)
            self._painter.drawText(QPointF(right, baseline), curve.name)
            right -= self._line * 1.3
            self._painter.setPen(QPen(self._colour(index), 2))
            middle = baseline - self._metrics.xHeight() / 2
            self._painter.drawLine(QPointF(right, middle), QPointF(right + self._line, middle))
            right -= self._line * 0.8

    def _paint_axes(self) -> None:
        painter, plot = self._painter, self.plot
        grid = QColor(self._theme.grid)
        for value, text in zip(self._ticks, self._tick_texts, strict=True):
            y = round(self.place_of(0, value).y()) + 0.5
            painter.setPen(QPen(grid, 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(self._theme.muted)
            width = self._metrics.horizontalAdvance(text)
            painter.drawText(QPointF(plot.left() - width - self._line * 0.5, y + self._metrics.ascent() * 0.38), text)
        baseline = plot.bottom() + self._line * 1.45  # clear of the lowest value, which stands beside the line
        title_width = self._metrics.horizontalAdvance(self._chart.x_title)
        painter.drawText(QPointF(plot.left() - title_width - self._line * 0.5, baseline), self._chart.x_title)
        most = max(2, int(plot.width() / (self._line * 3.2)))
        for epoch in scales.epoch_ticks(max(self._chart.first, 1), self._chart.last, most):
            text = str(epoch)
            width = self._metrics.horizontalAdvance(text)
            x = min(self.place_of(epoch, 0).x() - width / 2, self._rect.right() - width)
            painter.drawText(QPointF(x, baseline), text)

    def _paint_gap(self) -> None:
        """The room between the lines where the second is worse: what was learnt by heart."""
        if not self._chart.worse or len(self._chart.curves) < 2:
            return
        soft = QColor(self._colour(1))
        soft.setAlphaF(0.13)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(soft)
        for corners in gap_areas(self._chart.curves[0].points, self._chart.curves[1].points, self._chart.worse):
            self._painter.drawPolygon(QPolygonF([self.place_of(*corner) for corner in corners]))

    def _paint_curve(self, curve: Curve, colour: QColor) -> None:
        painter = self._painter
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if curve.live:
            faint = QColor(colour)
            faint.setAlphaF(0.55)
            start = curve.points[-1:] if curve.points else []
            painter.setPen(QPen(faint, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPolyline(self._line_of([*start, *curve.live]))
        if curve.points:
            painter.setPen(QPen(colour, 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            painter.drawPolyline(self._line_of(curve.points))
        if curve.end is not None:
            self._dot(curve.end, colour, 3.2)

    def _line_of(self, points: list[Point]) -> QPolygonF:
        """The points on the plot; of more than it has pixels for, only what can be seen apart.

        This runs for every frame while a training draws its curves, so it does without a call for each point.
        """
        chart, plot = self._chart, self.plot
        across = plot.width() / max(chart.last - chart.first, 1e-9)
        up = plot.height() / max(chart.high - chart.low, 1e-12)
        left, bottom = plot.left() - chart.first * across, plot.bottom() + chart.low * up
        places = thinned([(left + x * across, bottom - y * up) for x, y in points], plot.width())
        return QPolygonF([QPointF(x, y) for x, y in places])

    def _dot(self, point: Point, colour: QColor, radius: float) -> None:
        self._painter.setPen(QPen(self._theme.surface, 1.5))
        self._painter.setBrush(colour)
        self._painter.drawEllipse(self.place_of(*point), radius, radius)

    def _paint_best(self) -> None:
        best = self._chart.best
        if best is None:
            return
        painter, plot = self._painter, self.plot
        x = round(self.place_of(best, 0).x()) + 0.5
        painter.setPen(QPen(self._theme.muted, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        text = f"★ {self._chart.best_text}"
        width = self._metrics.horizontalAdvance(text)
        left = min(max(x - width / 2, plot.left()), self._rect.right() - width)
        painter.setPen(self._theme.muted)
        painter.drawText(QPointF(left, plot.top() - self._line * 0.3), text)

    def _paint_best_ring(self) -> None:
        """A ring on the validation line, from which the best epoch is chosen."""
        best = self._chart.best
        value = None if best is None else self._chart.curves[-1].at(best)
        if best is not None and value is not None:
            self._painter.setPen(QPen(self._colour(len(self._chart.curves) - 1), 2))
            self._painter.setBrush(self._theme.surface)
            self._painter.drawEllipse(self.place_of(best, value), 4.5, 4.5)

    def _ends_outside(self) -> bool:
        """Return whether the lines reach the margin, where no read-out can hide their names."""
        return all(c.end is None or c.end[0] >= self._chart.last - 1 for c in self._chart.curves)

    def _paint_end_labels(self) -> None:
        """The name and newest value of each line at its end, moved apart where they would touch."""
        height = self._line * 2.0
        ends = sorted(
            ((self.place_of(*c.end), i, c) for i, c in enumerate(self._chart.curves) if c.end),
            key=lambda e: e[0].y(),
        )
        tops = [place.y() - height / 2 for place, _, _ in ends]
        top, bottom = self.plot.top() + 1, self.plot.bottom() + self._line * 0.3 - height
        for i in range(len(tops)):
            tops[i] = max(tops[i], tops[i - 1] + height if i else top)
        for i in reversed(range(len(tops))):
            tops[i] = min(tops[i], tops[i + 1] - height if i + 1 < len(tops) else bottom)
        left = max((place.x() for place, _, _ in ends), default=0) + self._line * 0.6
        for (_, index, curve), place in zip(ends, tops, strict=True):
            self._painter.setFont(self._font)
            self._painter.setPen(self._theme.muted)
            self._painter.drawText(QPointF(left, place + self._metrics.ascent()), curve.name)
            self._painter.setFont(self._bold)
            self._painter.setPen(self._colour(index))
            value = curve.end[1] if curve.end else 0.0
            self._painter.drawText(QPointF(left, place + self._line + self._metrics.ascent()), self._chart.text(value))
        self._painter.setFont(self._font)

    def _paint_hover(self) -> None:
        epoch = self._chart.hover
        values = [] if epoch is None else [(i, c, c.at(epoch)) for i, c in enumerate(self._chart.curves)]
        known = [(i, c, v) for i, c, v in values if v is not None]
        if epoch is None or not known:
            return
        x = round(self.place_of(epoch, 0).x()) + 0.5
        self._painter.setPen(QPen(self._theme.muted, 1))
        self._painter.drawLine(QPointF(x, self.plot.top()), QPointF(x, self.plot.bottom()))
        for index, _, value in known:
            self._dot((epoch, value), self._colour(index), 4.2)
        self._paint_readout(x, f"{self._chart.x_title} {epoch}", known)

    def _paint_readout(self, x: float, head: str, known: list[tuple[int, Curve, float]]) -> None:
        painter, pad = self._painter, self._line * 0.6
        names = max(self._metrics.horizontalAdvance(c.name) for _, c, _ in known)
        numbers = max(self._bold_metrics.horizontalAdvance(self._chart.text(v)) for _, _, v in known)
        width = max(names + numbers + self._line * 2.2, self._bold_metrics.horizontalAdvance(head)) + 2 * pad
        height = self._line * 1.25 * (len(known) + 1) + 2 * pad - self._line * 0.25
        left = x + pad if x + pad + width <= self._rect.right() else x - pad - width
        box = QRectF(max(left, self._rect.left()), self.plot.top() + self._line * 0.2, width, height)
        painter.setPen(QPen(self._theme.border, 1))
        painter.setBrush(self._theme.raised)
        painter.drawRoundedRect(box, 6, 6)
        baseline = box.top() + pad + self._metrics.ascent()
        painter.setFont(self._bold)
        painter.setPen(self._theme.text)
        painter.drawText(QPointF(box.left() + pad, baseline), head)
        for index, curve, value in known:
            baseline += self._line * 1.25
            painter.setPen(QPen(self._colour(index), 2.2))
            middle = baseline - self._metrics.xHeight() / 2
            painter.drawLine(QPointF(box.left() + pad, middle), QPointF(box.left() + pad + self._line * 0.8, middle))
            painter.setFont(self._font)
            painter.setPen(self._theme.muted)
            painter.drawText(QPointF(box.left() + pad + self._line * 1.2, baseline), curve.name)
            painter.setFont(self._bold)
            painter.setPen(self._theme.text)
            text = self._chart.text(value)
            painter.drawText(QPointF(box.right() - pad - self._bold_metrics.horizontalAdvance(text), baseline), text)
        painter.setFont(self._font)
