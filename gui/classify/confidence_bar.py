"""Confidences of a model, as a small histogram with two handles: what lies between is shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme

SIDE = 7  # pixels of a handle to both sides of its line
STEP = 5  # per cent of a key


class ConfidenceBar(QWidget):
    """Drag a handle, or use the keys: Left and Right move the lower one, with Shift the upper one. A double click or
    Escape shows all again.
    """

    accessible_role = QAccessible.Role.Chart

    range_changed = Signal(int, int)  # whole per cents, both inclusive

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bins: Sequence[int] = ()
        self._threshold = 0
        self._low, self._high = 0, 100
        self._drag: str | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Confidence of the images shown"))
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        theme.notifier().changed.connect(self.update)
        self._describe()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().height() * 12, 44)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 44)

    def range(self) -> tuple[int, int]:
        return self._low, self._high

    def set_histogram(self, bins: Sequence[int], threshold: int) -> None:
        """Numbers of images in equal parts from 0 to 100 %; those below `threshold` per cent are unsure."""
        self._bins, self._threshold = bins, threshold
        self.update()

    def set_range(self, low: int, high: int) -> None:
        low, high = max(0, min(low, 100)), max(0, min(high, 100))
        if (low, high) != (self._low, self._high) and low <= high:
            self._low, self._high = low, high
            self._describe()
            self.update()
            self.range_changed.emit(low, high)

    def _describe(self) -> None:
        words = self.tr("from {0} to {1} %").format(self._low, self._high)
        self.setAccessibleDescription(words)
        hint = self.tr("Drag a handle to show only images that are as sure; double-click to show all")
        self.setToolTip(f"{words}\n{hint}")

    def x_of(self, percent: float) -> float:
        return SIDE + (self.width() - 2 * SIDE) * percent / 100

    def _percent(self, x: float) -> int:
        return round(100 * (x - SIDE) / max(1, self.width() - 2 * SIDE))

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        base = self.height() - 12.0
        most = max(self._bins, default=0)
        step = 100 / max(1, len(self._bins))
        painter.setPen(Qt.PenStyle.NoPen)
        for index, count in enumerate(self._bins):
            low, high = index * step, (index + 1) * step
            if not count:
                continue
            inside = high > self._low and (low < self._high or self._high == 100)
            colour = colours.warning if low < self._threshold else colours.accent
            painter.setBrush(colour if inside else colours.strong_border)
            tall = max(2.0, (base - 4) * (count / most) ** 0.5)  # the few that are unsure must be seen beside the many
            painter.drawRect(QRectF(self.x_of(low) + 0.5, base - tall, self.x_of(high) - self.x_of(low) - 1, tall))
        painter.setPen(QPen(colours.strong_border, 1))
        painter.drawLine(QPointF(self.x_of(0), base + 0.5), QPointF(self.x_of(100), base + 0.5))
        painter.setPen(QPen(colours.accent, 2))
        painter.drawLine(QPointF(self.x_of(self._low), base + 0.5), QPointF(self.x_of(self._high), base + 0.5))
        for percent in (self._low, self._high):
            painter.setPen(QPen(colours.accent if self.hasFocus() else colours.muted, 1.5))
            painter.setBrush(colours.surface)
            painter.drawEllipse(QPointF(self.x_of(percent), base + 0.5), 5, 5)
        painter.end()

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        near_low = abs(x - self.x_of(self._low)) <= abs(x - self.x_of(self._high))
        if self._low == self._high:  # both handles on one place: the side of the press says which is meant
            near_low = x < self.x_of(self._low)
        self._drag = "low" if near_low else "high"
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        percent = max(0, min(100, self._percent(event.position().x())))
        if self._drag == "low":
            self.set_range(min(percent, self._high), self._high)
        elif self._drag == "high":
            self.set_range(self._low, max(percent, self._low))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None
        event.accept()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self._drag = None
        self.set_range(0, 100)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -STEP, Qt.Key.Key_Right: STEP}
        key = Qt.Key(event.key())
        if key in steps and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.set_range(self._low, max(self._low, self._high + steps[key]))
        elif key in steps:
            self.set_range(min(self._high, self._low + steps[key]), self._high)
        elif key == Qt.Key.Key_Escape and self.range() != (0, 100):
            self.set_range(0, 100)
        else:
            super().keyPressEvent(event)
