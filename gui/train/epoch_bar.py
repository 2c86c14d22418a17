"""The progress of a training: one cell for each planned epoch, the running one filling up batch by batch."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui import theme

HEIGHT, GAP, NARROWEST = 8, 2, 5  # pixels; with cells narrower than that the bar is one piece


class EpochBar(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._planned, self._done, self._share = 1, 0, 0.0
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(self.tr("Progress of the training"))
        theme.notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(320, HEIGHT)

    def show_progress(self, done: int, planned: int, share: float) -> None:
        """`done` of `planned` epochs are complete, and `share` (0 to 1) of the running one."""
        self._planned, self._done, self._share = max(planned, 1), done, share
        self.setAccessibleDescription(self.tr("{0} of {1} epochs").format(done, planned))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        step = (self.width() + GAP) / self._planned
        if step < NARROWEST + GAP:
            self._cell(painter, 0.0, float(self.width()), (self._done + self._share) / self._planned)
        else:
            for epoch in range(self._planned):
                share = 1.0 if epoch < self._done else self._share if epoch == self._done else 0.0
                self._cell(painter, epoch * step, step - GAP, share)
        painter.end()

    def _cell(self, painter: QPainter, left: float, width: float, share: float) -> None:
        colours = theme.current()
        radius = min(3.0, width / 2)
        painter.setBrush(colours.sunken)
        painter.drawRoundedRect(QRectF(left, 0, width, self.height()), radius, radius)
        if share > 0:
            painter.setBrush(colours.accent)
            filled = QRectF(left, 0, max(width * min(share, 1.0), 2.0), self.height())
            painter.drawRoundedRect(filled, min(radius, filled.width() / 2), radius)
