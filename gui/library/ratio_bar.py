"""Three shares of a whole, set by dragging the borders between them, or by arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme

LEAST_TRAINING = 5  # per cent
GRIP = 9


class RatioBar(QWidget):
    """Training, validation and test in whole per cent. Left and right move a border, up and down choose which."""

    changed = Signal(int, int)  # validation and test

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._borders = [80, 100]  # where validation and test begin
        self._held: int | None = None
        self._chosen = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Shares of the splits"))
        theme.notifier().changed.connect(self.update)
        self._describe()

    def sizeHint(self) -> QSize:
        return QSize(420, 44 + self.fontMetrics().height())

    def shares(self) -> tuple[int, int, int]:
        """Training, validation, test."""
        first, second = self._borders
        return first, second - first, 100 - second

    def set_shares(self, validation: int, test: int) -> None:
        self._set([100 - validation - test, 100 - test])

    def _set(self, borders: list[int]) -> None:
        if borders != self._borders:
            self._borders = borders
            self._describe()
            self.update()
            self.changed.emit(*self.shares()[1:])

    def _describe(self) -> None:
        words = self.tr("{0} % training, {1} % validation, {2} % test")
        self.setAccessibleDescription(words.format(*self.shares()))

    def move_border(self, which: int, to: int) -> None:
        """Put a border (0: before validation, 1: before test) at a per cent; the other one makes room."""
        first, second = self._borders
        to = max(LEAST_TRAINING, min(100, to))
        self._set([to, max(second, to)] if which == 0 else [min(first, to), to])

    # Painting

    def _track(self) -> QRectF:
        return QRectF(GRIP, 4, self.width() - 2 * GRIP, 30)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours, track = theme.current(), self._track()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        names = (self.tr("training"), self.tr("validation"), self.tr("test"))
        left = track.left()
        for colour, share in zip(theme.split_colours(), self.shares(), strict=False):
            width = track.width() * share / 100
            if share:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawRoundedRect(QRectF(left, track.top(), max(2.0, width - 2), track.height()), 6, 6)
                if width > painter.fontMetrics().horizontalAdvance("100 %") + 8:
                    painter.setPen(theme.on(colour))
                    inside = QRectF(left, track.top(), width, track.height())
                    painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, f"{share} %")
            left += width
        painter.setPen(colours.muted)
        self._captions(painter, names)
        for which, border in enumerate(self._borders):
            self._grip(painter, which, track.left() + track.width() * border / 100 - 1)
        painter.end()

    def _captions(self, painter: QPainter, names: tuple[str, str, str]) -> None:
        """Each below the beginning of its part, as far to the left as those after it ask for."""
        track, metrics = self._track(), painter.fontMetrics()
        end = track.right()
        for name, share, border in reversed(list(zip(names, self.shares(), [0, *self._borders], strict=True))):
            words = f"{name} {share} %"
            left = min(track.left() + track.width() * border / 100, end - metrics.horizontalAdvance(words))
            painter.drawText(QRectF(left, track.bottom() + 6, end - left + 2, metrics.height()), 0, words)
            end = left - 16

    def _grip(self, painter: QPainter, which: int, x: float) -> None:
        colours, track = theme.current(), self._track()
        focused = self.hasFocus() and which == self._chosen
        painter.setPen(QPen(colours.accent if focused else colours.strong_border, 2 if focused else 1))
        painter.setBrush(colours.surface)
        painter.drawRoundedRect(QRectF(x - 5, track.top() - 3, 10, track.height() + 6), 4, 4)
        painter.setPen(QPen(colours.muted, 1))
        for shift in (-1.5, 1.5):
            painter.drawLine(int(x + shift), int(track.center().y()) - 5, int(x + shift), int(track.center().y()) + 5)

    # Mouse and keys

    def _percent(self, x: float) -> int:
        track = self._track()
        return round(100 * (x - track.left()) / max(1.0, track.width()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._percent(event.position().x())
        distances = [abs(border - at) for border in self._borders]
        # Two borders on one place: the one that can move to where the mouse goes.
        self._held = self._chosen = 0 if distances[0] < distances[1] or (at < self._borders[0]) else 1
        self.move_border(self._held, at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self.move_border(self._held, self._percent(event.position().x()))
        near = min(abs(border - self._percent(event.position().x())) for border in self._borders) <= 2
        self.setCursor(Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._held = None

    def focusInEvent(self, event: QEvent) -> None:
        self.update()
        event.accept()

    def focusOutEvent(self, event: QEvent) -> None:
        self.update()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None:
            self.move_border(self._chosen, self._borders[self._chosen] + step)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._chosen = 1 - self._chosen
            self.update()
        else:
            super().keyPressEvent(event)
