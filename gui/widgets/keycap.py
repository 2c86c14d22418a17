"""Small painted things that several widgets share: the cap of a key, the frame of what has the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from gui import theme


def small_font(font: QFont, factor: float = 0.86) -> QFont:
    smaller = QFont(font)
    smaller.setPointSizeF(font.pointSizeF() * factor)
    return smaller


def keycap_width(font: QFont, text: str) -> float:
    return max(20.0, QFontMetricsF(small_font(font)).horizontalAdvance(text) + 10)


def paint_focus_frame(painter: QPainter, area: QRectF) -> None:
    """Show that what is in `area` has the keyboard."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.current().accent, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 6, 6)


def paint_keycap(painter: QPainter, font: QFont, text: str, right: float, middle: float) -> QRectF:
    """A key that ends at `right`, centred on the line `middle`; returns where it lies."""
    colours = theme.current()
    width = keycap_width(font, text)
    box = QRectF(right - width, middle - 10, width, 20).adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colours.strong_border, 1))
    painter.setBrush(colours.surface)
    painter.drawRoundedRect(box, 5, 5)
    painter.setFont(small_font(font))
    painter.setPen(colours.muted)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    return box
