"""A bar that fills, or whose piece goes to and fro while nobody knows the end; never cut at its ends."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from gui import theme

EVERY_MS = 33
TO_AND_FRO_S = 2.4
PIECE = 0.3  # of the width


class ProgressBar(QProgressBar):
    """Painted by itself: a style sheet cuts the piece at both ends of the bar, and rounds no short one."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextVisible(False)
        self.setAccessibleName(name)
        self._clock = QTimer(self, interval=EVERY_MS)
        self._clock.timeout.connect(self.update)
        theme.notifier().changed.connect(self.update)

    @property
    def is_busy(self) -> bool:
        """Whether the end is not known."""
        return self.minimum() == self.maximum()

    def piece(self, seconds: float | None = None) -> QRectF:
        """Return what is filled, within the bar; while it is busy, at this time of a clock."""
        box = QRectF(self.rect())
        if self.is_busy:
            wide = max(PIECE * box.width(), box.height())
            share = 0.5
            if seconds is not None:
                share = (1 - math.cos(2 * math.pi * seconds / TO_AND_FRO_S)) / 2
            return QRectF(share * (box.width() - wide), 0, wide, box.height())
        share = (self.value() - self.minimum()) / (self.maximum() - self.minimum())
        return QRectF(0, 0, max(share * box.width(), box.height()) if share > 0 else 0, box.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours, moves = theme.current(), self.is_busy and theme.moves(self)
        if moves and not self._clock.isActive():
            self._clock.start()
        elif not moves:
            self._clock.stop()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        box, radius = QRectF(self.rect()), self.height() / 2
        groove = QPainterPath()
        groove.addRoundedRect(box, radius, radius)
        painter.fillPath(groove, colours.sunken)
        piece = self.piece(time.monotonic() if moves else None)
        if piece.width():
            painter.setBrush(colours.accent)
            painter.drawRoundedRect(piece, radius, radius)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        self._clock.stop()
        super().hideEvent(event)
