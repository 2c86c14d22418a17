"""The learning curves of a run: loss and accuracy side by side, growing batch by batch."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEasingCurve, QEvent, QRect, QRectF, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from engine.events import BatchEnded, EpochEnded
from gui import theme
from gui.widgets.charts import scales
from gui.widgets.charts.curve_paint import Chart, ChartPainter, Curve
from gui.widgets.charts.export import DataPicture
from gui.widgets.labels import text

TRAINING, VALIDATION = 0, 1
GLIDE_MS = 220


class CurveChart(DataPicture):
    """A line chart over epochs with a read-out under the pointer or, from the keyboard, under the arrow keys."""

    hovered = Signal(object)  # the epoch under the pointer, or None

    def __init__(self, chart: Chart, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.chart = chart
        self._top = 1.0 if chart.as_percent else None
        self._glide = QVariantAnimation(self)
        self._glide.setDuration(GLIDE_MS)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.valueChanged.connect(self._on_glide)
        self._from = self._to = (chart.low, chart.high)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(chart.title)

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(line * 28, line * 16)

    def minimumSizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(line * 14, line * 9)

    def refresh(self, *, glide: bool) -> None:
        """Fit the vertical range to the points and paint; with `glide` the range moves there smoothly."""
        # The first batches of an epoch jump about; once there are epochs to measure by, they don't move the axis.
        points = [p for c in self.chart.curves for p in c.points]
        values = [y for _, y in points or [p for c in self.chart.curves for p in c.live]]
        goal = self._holding_ends(*scales.value_range(values, top=self._top))
        if goal != self._to:
            self._from, self._to = (self.chart.low, self.chart.high), goal
            self._glide.stop()
            if glide and self.isVisible() and theme.moves(self):
                self._glide.setStartValue(0.0)
                self._glide.setEndValue(1.0)
                self._glide.start()
            else:
                self.chart.low, self.chart.high = goal
        self.chart.low, self.chart.high = self._holding_ends(self.chart.low, self.chart.high)
        self._describe()
        self.update()

    def _holding_ends(self, low: float, high: float) -> tuple[float, float]:
        """The range, made wider where the newest point of a line would lie outside, also while the range moves."""
        ends = [c.end[1] for c in self.chart.curves if c.end and math.isfinite(c.end[1])]
        return min([low, *ends]), max([high, *ends])

    def _on_glide(self, share: float) -> None:
        low = self._from[0] + (self._to[0] - self._from[0]) * share
        high = self._from[1] + (self._to[1] - self._from[1]) * share
        self.chart.low, self.chart.high = self._holding_ends(*(self._to if share >= 1 else (low, high)))
        self.update()

    def _describe(self) -> None:
        ends = [f"{c.name} {self.chart.text(c.end[1])}" for c in self.chart.curves if c.end]
        self.setAccessibleDescription(", ".join(ends))

    def rows(self) -> list[list[object]]:
        """The curves as a table: one row an epoch, one column a curve."""
        head: list[object] = [self.chart.x_title, *(c.name for c in self.chart.curves)]
        body: list[list[object]] = [[e, *(c.at(e) for c in self.chart.curves)] for e in self._epochs()]
        return [head, *body]

    def set_hover(self, epoch: int | None) -> None:
        if epoch != self.chart.hover:
            self.chart.hover = epoch
            self.update()

    def _painter(self, painter: QPainter, rect: QRect) -> ChartPainter:
        return ChartPainter(painter, QRectF(rect), self.chart, theme.current(), self.font())

    def paint_picture(self, painter: QPainter, rect: QRect) -> None:
        margin = self.fontMetrics().height()
        self._painter(painter, rect.adjusted(margin, margin, -margin, -margin)).paint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._painter(painter, self.rect()).paint()
        painter.end()

    def _epochs(self) -> list[int]:
        return [int(x) for x, _ in max((c.points for c in self.chart.curves), key=len)]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        epochs = self._epochs()
        painter = QPainter()  # not active: only its arithmetic is wanted
        epoch = self._painter(painter, self.rect()).epoch_at(event.position().x())
        self._tell(min(epochs, key=lambda e: abs(e - epoch)) if epochs else None)

    def leaveEvent(self, event: QEvent) -> None:
        self._tell(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        epochs = self._epochs()
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape and self.chart.hover is not None:
            self._tell(None)
        elif step is None or not epochs:
            super().keyPressEvent(event)
        elif self.chart.hover in epochs:
            place = epochs.index(self.chart.hover) + step
            self._tell(epochs[min(max(place, 0), len(epochs) - 1)])
        else:
            self._tell(epochs[-1])

    def _tell(self, epoch: int | None) -> None:
        self.set_hover(epoch)
        self.hovered.emit(epoch)


class TrainingCharts(QWidget):
    """Loss and accuracy of one run. Pointing into one chart reads both at the same epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.loss = CurveChart(self._empty(self.tr("Loss"), as_percent=False), "loss", self)
        self.accuracy = CurveChart(self._empty(self.tr("Accuracy"), as_percent=True), "accuracy", self)
        self._not_yet = self.tr("The curves grow here while the training runs.")
        self.nothing = text(self._not_yet, "muted", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.current().XL)
        for chart in self._charts():
            row.addWidget(chart, 1)
            chart.hovered.connect(self._share_hover)
        self._faces = QStackedLayout(self)
        self._faces.addWidget(self.nothing)
        self._faces.addWidget(both)
        self.name_second(True)

    def _charts(self) -> tuple[CurveChart, CurveChart]:
        return self.loss, self.accuracy

    def _empty(self, title: str, *, as_percent: bool) -> Chart:
        curves = [Curve(self.tr("training")), Curve(self.tr("validation"))]
        return Chart(title, self.tr("epoch"), curves, as_percent)

    def name_second(self, held_out: bool) -> None:
        """Name the second line of each chart: of images that are held out, or of some that are learnt from."""
        name = self.tr("validation") if held_out else self.tr("seen images")
        self._held_out = held_out
        for widget, worse in ((self.loss, 1), (self.accuracy, -1)):
            widget.chart.curves[VALIDATION].name = name
            widget.chart.worse = worse if held_out else 0

    def clear(self, planned: int = 10) -> None:
        """Clear the charts: nothing is trained yet, the axis shows `planned` epochs."""
        self.show_history([], planned)

    def show_history(self, history: Sequence[EpochEnded], planned: int | None = None, without: str = "") -> None:
        """A whole run at once; `planned` epochs stay visible ahead, None ends the axis with the last one. `without`
        is said where there are no epochs, and will be none."""
        self.nothing.setText(without or self._not_yet)
        best = next((e.epoch for e in reversed(history) if e.best), None)
        for widget, training, validation in (
            (self.loss, "loss", "validation_loss"),
            (self.accuracy, "accuracy", "validation_accuracy"),
        ):
            self._mark_best(widget.chart, best)
            for curve, of in zip(widget.chart.curves, (training, validation), strict=True):
                curve.live.clear()
                curve.points = [(e.epoch, getattr(e, of)) for e in history]
        done = len(history)
        self._refresh(0 if planned else 1, scales.horizon(done, planned) if planned else max(done, 2), glide=False)

    def add_epoch(self, epoch: EpochEnded) -> None:
        self._append(epoch)
        self._refresh(0, scales.horizon(epoch.epoch, epoch.epochs), glide=True)

    def add_batch(self, batch: BatchEnded) -> None:
        """The running means of the current epoch: a line that creeps from the last whole epoch to the next."""
        x = batch.epoch - 1 + batch.batch / max(batch.batches, 1)
        for chart, value in ((self.loss, batch.loss), (self.accuracy, batch.accuracy)):
            live = chart.chart.curves[TRAINING].live
            if live and live[-1][0] >= x:  # a new attempt at the epoch
                live.clear()
            live.append((x, value))
            chart.refresh(glide=True)
        self._faces.setCurrentIndex(1)

    def _append(self, epoch: EpochEnded) -> None:
        pairs = (
            (self.loss, epoch.loss, epoch.validation_loss),
            (self.accuracy, epoch.accuracy, epoch.validation_accuracy),
        )
        for widget, training, validation in pairs:
            chart = widget.chart
            for curve, value in zip(chart.curves, (training, validation), strict=True):
                curve.live.clear()
                curve.points = [p for p in curve.points if p[0] < epoch.epoch]
                curve.points.append((epoch.epoch, value))
            if epoch.best:
                self._mark_best(chart, epoch.epoch)

    def _mark_best(self, chart: Chart, epoch: int | None) -> None:
        """Mark the best epoch; where nothing is held out, no epoch is known to be better than another."""
        chart.best = epoch if self._held_out else None
        chart.best_text = self.tr("best: epoch {0}").format(epoch)

    def _refresh(self, first: int, last: int, *, glide: bool) -> None:
        for chart in self._charts():
            chart.chart.first, chart.chart.last = first, last
            chart.refresh(glide=glide)
        self._faces.setCurrentIndex(int(any(c.end for c in self.loss.chart.curves)))

    def _share_hover(self, epoch: int | None) -> None:
        for chart in self._charts():
            chart.set_hover(epoch)
