"""Accuracy over the rounds: a line, and for each round the interval in which it most likely lies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from engine.statistics import Trend
from gui import theme
from gui.review.rounds import words
from gui.widgets import wording
from gui.widgets.charts import scales
from gui.widgets.charts.export import DataPicture
from gui.widgets.keycap import paint_focus_frame

if TYPE_CHECKING:
    from engine.review.rounds import Round

DOT, CAP = 5.0, 4.0  # pixels: the radius of a dot, half the width of the ends of an interval
TICKS = 5


class RoundsChart(DataPicture):
    """A click or the arrow keys choose a round; saved from its context menu as any picture of data."""

    chosen = Signal(str)  # the name of its run

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("rounds", parent)
        self.setObjectName("rounds_chart")
        self.rounds: Sequence[Round] = ()
        self.run = ""  # that is looked at
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Accuracy over the rounds"))

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(line * 40, line * 16)

    def minimumSizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(line * 20, line * 9)

    def show_rounds(self, rounds: Sequence[Round], run: str) -> None:
        """Show these, oldest first; `run` is the one that is looked at."""
        self.rounds, self.run = rounds, run
        ends = [f"{wording.when(r.created)}: {scales.percent(r.accuracy)} {words.trend(r.trend)}" for r in rounds]
        self.setAccessibleDescription(", ".join(ends))
        self.update()

    def rows(self) -> list[list[object]]:
        head: list[object] = ["run", "recipe", "created", "right", "accuracy", "low", "high"]
        head += ["learnt_from", "new", "relabelled", "trend", "p_value"]
        body: list[list[object]] = [
            [
                *(r.run, r.recipe, r.created, r.right, r.accuracy, r.low, r.high, r.learnt, r.labelled, r.relabelled),
                *("" if r.trend is None else r.trend.value, "" if r.p_value is None else r.p_value),
            ]
            for r in self.rounds
        ]
        return [head, *body]

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint(painter, QRectF(self.rect()))
        if self.hasFocus():
            paint_focus_frame(painter, QRectF(self.rect()))
        painter.end()

    def paint_picture(self, painter: QPainter, rect: QRect) -> None:
        margin = self.fontMetrics().height()
        self._paint(painter, QRectF(rect.adjusted(margin, margin, -margin, -margin)))

    def _plot(self, rect: QRectF) -> QRectF:
        metrics = self.fontMetrics()
        line = metrics.height()
        return rect.adjusted(metrics.horizontalAdvance("100.0 %") + line, line * 1.6, -line * 2, -line * 2.8)

    def _x(self, plot: QRectF, index: int) -> float:
        step = plot.width() / max(len(self.rounds), 1)
        return plot.left() + (index + 0.5) * step

    def _paint(self, painter: QPainter, rect: QRectF) -> None:
        if not self.rounds:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        colours, plot = theme.current(), self._plot(rect)
        low, high = scales.value_range([v for r in self.rounds for v in (r.low, r.high)], top=1.0)

        def y(value: float) -> float:
            return plot.bottom() - (value - low) / (high - low) * plot.height()

        line = painter.fontMetrics().height()
        ticks = scales.ticks(low, high, TICKS)
        for value, words_ in zip(ticks, scales.tick_texts(ticks, as_percent=True), strict=True):
            painter.setPen(QPen(colours.border, 1))
            painter.drawLine(QPointF(plot.left(), y(value)), QPointF(plot.right(), y(value)))
            painter.setPen(colours.muted)
            box = QRectF(rect.left(), y(value) - line / 2, plot.left() - rect.left() - line * 0.5, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words_)
        places = [QPointF(self._x(plot, n), y(r.accuracy)) for n, r in enumerate(self.rounds)]
        painter.setPen(QPen(colours.accent, 2))
        painter.drawPolyline(QPolygonF(places))
        step = plot.width() / len(self.rounds)
        named = max(1, round(line * 8 / step))  # so many columns share the room of a date
        for n, (one, place) in enumerate(zip(self.rounds, places, strict=True)):
            self._paint_round(painter, one, place, (y(one.low), y(one.high)))
            if (len(self.rounds) - 1 - n) % named == 0:
                box = QRectF(place.x() - step * named / 2, 0, step * named, line)
                self._paint_words(painter, one, box, plot, y(one.high))

    def _paint_round(self, painter: QPainter, one: Round, place: QPointF, ends: tuple[float, float]) -> None:
        colours = theme.current()
        painter.setPen(QPen(colours.accent, 1.4))
        x, (bottom, top) = place.x(), ends
        painter.drawLine(QPointF(x, bottom), QPointF(x, top))
        for end in ends:
            painter.drawLine(QPointF(x - CAP, end), QPointF(x + CAP, end))
        painter.setPen(QPen(colours.accent, 2))
        painter.setBrush(colours.accent if one.run == self.run else colours.surface)
        painter.drawEllipse(place, DOT, DOT)

    def _paint_words(self, painter: QPainter, one: Round, box: QRectF, plot: QRectF, top: float) -> None:
        """The figure above the interval, the time and the trend below the plot."""
        colours, line = theme.current(), box.height()
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(colours.text)
        centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box.translated(0, top - line - 3), centre, scales.percent(one.accuracy))
        painter.setFont(self.font())
        tokens = {Trend.BETTER: colours.positive, Trend.WORSE: colours.negative}
        painter.setPen(colours.muted)
        painter.drawText(box.translated(0, plot.bottom() + line * 0.5), centre, wording.when(one.created))
        if one.trend is not None:
            painter.setPen(tokens.get(one.trend, colours.muted))
            painter.drawText(box.translated(0, plot.bottom() + line * 1.6), centre, words.trend(one.trend))

    # Choosing

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.rounds and event.button() == Qt.MouseButton.LeftButton:
            plot = self._plot(QRectF(self.rect()))
            place = int((event.position().x() - plot.left()) / (plot.width() / len(self.rounds)))
            self._choose(place)
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self.rounds:
            super().keyPressEvent(event)
            return
        here = next((n for n, r in enumerate(self.rounds) if r.run == self.run), len(self.rounds) - 1)
        self._choose(here + step)

    def _choose(self, index: int) -> None:
        run = self.rounds[min(max(index, 0), len(self.rounds) - 1)].run
        if run != self.run:
            self.run = run
            self.update()
            self.chosen.emit(run)
