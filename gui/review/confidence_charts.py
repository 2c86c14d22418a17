"""The charts of confidence: the reliability diagram, and accuracy and coverage by threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QToolTip, QWidget

from gui import theme
from gui.widgets import wording
from gui.widgets.charts import scales
from gui.widgets.charts.export import DataPicture
from gui.widgets.keycap import paint_focus_frame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.review.confidence.reliability import Bin, Coverage, Reliability

LEFT, TOP, RIGHT, BELOW = 66, 14, 14, 46
COUNTS = 34  # height of the bars that tell how many images there are
STEP = 0.005  # of the threshold, by the arrow keys
MOST_POINTS = 600  # of a curve that is painted
SAMPLE, GAP = 36, 18  # of the legend: before a name, and after it
CurveName = tuple[str, int, Qt.PenStyle]  # name, number of the colour, how the curve is drawn


class UnitPlot(DataPicture):
    """Axes from 0 to 100 %, with words below and beside; the subclass paints into `plot(rect)`."""

    across = ""
    upward = ""
    below = BELOW

    def __init__(self, name: str, file: str, parent: QWidget | None = None) -> None:
        super().__init__(file, parent)
        self.setAccessibleName(name)
        self.setMinimumSize(260, 160)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(460, 340)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        raise NotImplementedError

    def above(self, _width: float) -> float:
        """The room over the values, in a picture that is so wide."""
        return TOP

    def area(self, rect: QRect | None = None) -> QRectF:
        """Return where the values lie."""
        whole = QRectF(rect or self.rect())
        return whole.adjusted(LEFT, self.above(whole.width()), -RIGHT, -self.below)

    def point(self, area: QRectF, x: float, y: float) -> QPointF:
        return QPointF(area.left() + x * area.width(), area.bottom() - y * area.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint_picture(painter, self.rect())
        if self.hasFocus():
            paint_focus_frame(painter, QRectF(self.rect()))
        painter.end()

    def paint_picture(self, painter: QPainter, rect: QRect) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        area = self.area(rect)
        self._axes(painter, area)
        self.draw(painter, area)

    def _axes(self, painter: QPainter, area: QRectF) -> None:
        colours, metrics = theme.current(), painter.fontMetrics()
        for step in range(6):
            value = step / 5
            x, y = self.point(area, value, value).x(), self.point(area, value, value).y()
            painter.setPen(QPen(colours.border, 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(colours.muted)
            label = scales.percent(value, 0)
            wide = metrics.horizontalAdvance(label)
            painter.drawText(QPointF(area.left() - wide - 8, y + metrics.ascent() / 2 - 1), label)
            painter.drawText(
                QPointF(min(x - wide / 2, area.right() + RIGHT - wide), self._labels_at(area, metrics.ascent())), label
            )
        title = QRectF(area.left(), self._labels_at(area, metrics.ascent()) + 4, area.width(), metrics.height() + 2)
        painter.drawText(title, Qt.AlignmentFlag.AlignCenter, self.across)
        if self.upward:
            painter.save()
            painter.translate(area.left() - LEFT + metrics.height() / 2, area.center().y())
            painter.rotate(-90)
            side = QRectF(-area.height() / 2, -metrics.height() / 2, area.height(), metrics.height())
            painter.drawText(side, Qt.AlignmentFlag.AlignCenter, self.upward)
            painter.restore()

    def _labels_at(self, area: QRectF, ascent: int) -> float:
        """The base line of the figures below the axis."""
        return area.bottom() + self.below - BELOW + ascent + 5

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            words = self.words_at(QPointF(event.pos()))
            if words:
                QToolTip.showText(event.globalPos(), words, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def words_at(self, place: QPointF) -> str:
        """Return what lies there, for the tooltip."""
        raise NotImplementedError


class ReliabilityDiagram(UnitPlot):
    """Accuracy by confidence as bars, beside the diagonal of a calibrated model; below, how many images there are."""

    below = BELOW + COUNTS

    def __init__(self) -> None:
        self.found: Reliability | None = None
        super().__init__(self._name(), "reliability")
        self.across, self.upward = self.tr("confidence"), self.tr("accuracy")

    def _name(self) -> str:
        return self.tr("Accuracy by confidence")

    def show_reliability(self, found: Reliability | None) -> None:
        self.found = found
        words = [self._words(b) for b in found.bins] if found else []
        self.setAccessibleDescription("; ".join(words))
        self.update()

    def rows(self) -> list[list[object]]:
        bins = self.found.bins if self.found else ()
        head: list[object] = [
            self.tr("from"),
            self.tr("to"),
            self.tr("images"),
            self.tr("confidence"),
            self.tr("accuracy"),
        ]
        body: list[list[object]] = [
            [b.low, b.high, b.images, round(b.confidence, 6), round(b.accuracy, 6)] for b in bins
        ]
        return [head, *body]

    def draw(self, painter: QPainter, area: QRectF) -> None:
        colours = theme.current()
        painter.setPen(QPen(colours.muted, 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(self.point(area, 0, 0), self.point(area, 1, 1))
        if self.found is None:
            return
        most = max((b.images for b in self.found.bins), default=1)
        top = area.bottom() + 4
        for b in self.found.bins:
            left, right = self.point(area, b.low, 0).x() + 1, self.point(area, b.high, 0).x() - 1
            self._bar(painter, area, b, left, right)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.strong_border)
            high = max(1.5, (COUNTS - 8) * b.images / most)
            painter.drawRect(QRectF(left, top, right - left, high))

    def _bar(self, painter: QPainter, area: QRectF, b: Bin, left: float, right: float) -> None:
        """The accuracy as a bar, and a line to where it would be if the confidence could be believed."""
        colours = theme.current()
        accuracy_y, confidence_y = self.point(area, 0, b.accuracy).y(), self.point(area, 0, b.confidence).y()
        fill = QColor(colours.series[0])
        fill.setAlpha(150)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRect(QRectF(left, accuracy_y, right - left, area.bottom() - accuracy_y))
        painter.setPen(QPen(colours.series[0], 2))
        painter.drawLine(QPointF(left, accuracy_y), QPointF(right, accuracy_y))
        middle = (left + right) / 2
        painter.setPen(QPen(colours.series[1], 2))
        painter.drawLine(QPointF(middle, accuracy_y), QPointF(middle, confidence_y))
        painter.setBrush(colours.series[1])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QPointF(middle, confidence_y), 3, 3)

    def _words(self, b: Bin) -> str:
        return self.tr("{0}: {1} sure on average, {2} right").format(
            wording.images(b.images), scales.percent(b.confidence), scales.percent(b.accuracy)
        )

    def words_at(self, place: QPointF) -> str:
        area = self.area()
        value = (place.x() - area.left()) / max(area.width(), 1)
        found = next((b for b in self.found.bins if b.low <= value < b.high), None) if self.found else None
        return "" if found is None else self._words(found)


class CoverageChart(UnitPlot):
    """Accuracy and the share that is answered, over the threshold; the mouse and the arrow keys move the threshold."""

    threshold_moved = Signal(float)

    def __init__(self) -> None:
        self.curve: Coverage | None = None
        self._falling: NDArray[np.float64] | None = None
        self._samples: list[tuple[float, float, float | None]] = []
        self.threshold: float | None = None
        self.kept: float | None = None  # the one that the model file holds
        super().__init__(self._name(), "coverage")
        self.across = self.tr("threshold of the confidence")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _name(self) -> str:
        return self.tr("Accuracy and answered images by threshold")

    def show_curve(self, curve: Coverage | None) -> None:
        """Show a curve, whose thresholds are turned round once: there may be one for each of many thousand images."""
        self.curve = curve
        self._falling = None if curve is None else -curve.thresholds
        steps = [step / MOST_POINTS for step in range(MOST_POINTS + 1)]
        self._samples = [(value, *self.at(value)) for value in steps] if curve is not None else []
        self.update()

    def show_threshold(self, threshold: float | None, kept: float | None) -> None:
        self.threshold, self.kept = threshold, kept
        self.setAccessibleDescription(self.words_of(threshold) if threshold is not None else "")
        self.update()

    def at(self, threshold: float) -> tuple[float, float | None]:
        """The share that is answered at this threshold, and the accuracy of these answers (None: there are none)."""
        import numpy as np

        curve = self.curve
        if curve is None or self._falling is None or not len(curve.thresholds):
            return 0.0, None
        place = int(np.searchsorted(self._falling, -threshold, side="right")) - 1
        return (0.0, None) if place < 0 else (float(curve.coverage[place]), float(curve.accuracy[place]))

    def words_of(self, threshold: float) -> str:
        coverage, accuracy = self.at(threshold)
        if accuracy is None:
            return self.tr("No image is {0} sure or more.").format(scales.percent(threshold))
        return self.tr("From {0} sure up: {1} of the images are answered, {2} of them right.").format(
            scales.percent(threshold), scales.percent(coverage), scales.percent(accuracy)
        )

    def rows(self) -> list[list[object]]:
        head: list[object] = [self.tr("threshold"), self.tr("answered"), self.tr("accuracy")]
        c = self.curve
        if c is None:
            return [head]
        columns = (values.round(6).tolist() for values in (c.thresholds, c.coverage, c.accuracy))
        return [head, *map(list, zip(*columns, strict=True))]

    def draw(self, painter: QPainter, area: QRectF) -> None:
        colours = theme.current()
        if self.curve is None or not len(self.curve.thresholds):
            return
        points: tuple[list[QPointF], list[QPointF]] = [], []
        for value, coverage, accuracy in self._samples:
            points[0].append(self.point(area, value, coverage))
            if accuracy is not None:
                points[1].append(self.point(area, value, accuracy))
        styles = ((colours.series[1], Qt.PenStyle.DashLine), (colours.series[0], Qt.PenStyle.SolidLine))
        for line, (colour, style) in zip(points, styles, strict=True):
            painter.setPen(QPen(colour, 2, style))
            painter.drawPolyline(QPolygonF(line))
        self._legend(painter, area)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line_at, colour, style in (
            (self.kept, colours.muted, Qt.PenStyle.DotLine),
            (self.threshold, colours.text, Qt.PenStyle.SolidLine),
        ):
            if line_at is not None:
                painter.setPen(QPen(colour, 1.5, style))
                painter.drawLine(self.point(area, line_at, 0), self.point(area, line_at, 1))
        if self.threshold is not None:
            self._dots(painter, area, self.threshold)

    def _dots(self, painter: QPainter, area: QRectF, threshold: float) -> None:
        colours = theme.current()
        coverage, accuracy = self.at(threshold)
        for share, colour in ((coverage, colours.series[1]), (accuracy, colours.series[0])):
            if share is not None:
                painter.setPen(QPen(colours.surface, 2))
                painter.setBrush(colour)
                painter.drawEllipse(self.point(area, threshold, share), 5, 5)

    def _legend_lines(self, width: float) -> list[list[CurveName]]:
        """Return the names of the curves, beside each other, or below where that is too wide."""
        solid, dashed = Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine
        names = [(self.tr("accuracy of the answers"), 0, solid), (self.tr("images answered"), 1, dashed)]
        wide = sum(self.fontMetrics().horizontalAdvance(name) + SAMPLE + GAP for name, _, _ in names)
        return [names] if LEFT + wide <= width else [[name] for name in names]

    def above(self, width: float) -> float:
        """The legend stands over the curves, which may run anywhere below it."""
        return TOP + len(self._legend_lines(width)) * self.fontMetrics().height() + 6

    def _legend(self, painter: QPainter, area: QRectF) -> None:
        colours, metrics = theme.current(), painter.fontMetrics()
        top = area.top() - self.above(area.width() + LEFT + RIGHT) + TOP / 2
        for number, line in enumerate(self._legend_lines(area.width() + LEFT + RIGHT)):
            x, y = area.left(), top + number * metrics.height()
            for name, place, style in line:
                painter.setPen(QPen(colours.series[place], 2, style))
                middle = y + metrics.height() / 2
                painter.drawLine(QPointF(x, middle), QPointF(x + SAMPLE - 8, middle))
                painter.setPen(colours.text)
                painter.drawText(QPointF(x + SAMPLE, y + metrics.ascent()), name)
                x += SAMPLE + metrics.horizontalAdvance(name) + GAP

    # Moving the threshold

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._move_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move_to(event.position().x())

    def _move_to(self, x: float) -> None:
        area = self.area()
        if self.curve is not None:
            self.threshold_moved.emit(min(1.0, max(0.0, (x - area.left()) / max(area.width(), 1))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {Qt.Key.Key_Left: -STEP, Qt.Key.Key_Right: STEP, Qt.Key.Key_PageDown: -0.05, Qt.Key.Key_PageUp: 0.05}
        step = keys.get(Qt.Key(event.key()))
        if step is None or self.curve is None:
            super().keyPressEvent(event)
            return
        self.threshold_moved.emit(min(1.0, max(0.0, round((self.threshold or 0.0) + step, 4))))

    def words_at(self, place: QPointF) -> str:
        area = self.area()
        value = (place.x() - area.left()) / max(area.width(), 1)
        return self.words_of(value) if self.curve is not None and 0 <= value <= 1 else ""
