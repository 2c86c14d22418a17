"""A picture of the gallery with what it is labelled and what the model thought of it, as bars."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from gui.theme import Theme, mix
from gui.widgets.charts import scales
from gui.widgets.grid.item import GridItem
from gui.widgets.grid.layout import PAD
from gui.widgets.grid.paint import DOT, CellPainter, CellState
from gui.widgets.grid.tipped_grid import TippedGrid

BARS = 3
ARROW = "→ "  # before what was predicted
CONFIRMED = "✓"  # the sign of a label that a person keeps
_TALL = 3  # pixels of a bar beyond its letters


class MistakeCells(CellPainter):
    """The label, and below it as many bars as there is room for: the first one is what was predicted."""

    def __init__(self, theme: Theme, font: QFont, side: int, *, two_lines: bool) -> None:
        super().__init__(theme, font, side, two_lines=two_lines)
        self._line_metrics, self._bar_metrics = QFontMetrics(font), QFontMetrics(self.small)

    @property
    def text_height(self) -> int:
        return PAD - 1 + QFontMetrics(self.font).height() + BARS * self._step()

    def _step(self) -> int:
        return QFontMetrics(self.small).height() + _TALL + 1

    def _flag(self, p: QPainter, centre: QPointF, sign: str) -> None:
        if sign != CONFIRMED:
            super()._flag(p, centre, sign)
            return
        p.setPen(QPen(self.theme.surface, 1.5))
        p.setBrush(self.theme.accent)
        p.drawEllipse(centre, 8.5, 8.5)
        p.setPen(QPen(self.theme.on_accent, 1.7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        x, y = centre.x(), centre.y()
        p.drawPolyline([QPointF(x - 3.5, y), QPointF(x - 1, y + 2.5), QPointF(x + 3.5, y - 2.5)])

    def _texts(self, p: QPainter, area: QRect, item: GridItem, state: CellState) -> None:
        if not item.bars:
            super()._texts(p, area, item, state)
            return
        left, height = area.left(), self._line_metrics.height()
        if item.badge is not None:
            p.setPen(QPen(mix(item.badge, self.theme.text, 0.25), 1))
            p.setBrush(item.badge)
            p.drawEllipse(QRectF(left + 0.5, area.top() + (height - DOT) / 2 + 0.5, DOT, DOT))
            left += DOT + 6
        p.setFont(self.font)
        p.setPen(self.theme.text)
        room = QRect(left, area.top(), area.right() - left + 1, height)
        label = self._line_metrics.elidedText(item.caption, Qt.TextElideMode.ElideMiddle, room.width())
        p.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, label)
        for place, bar in enumerate(item.bars):
            top = area.top() + height + 2 + place * self._step()
            box = QRect(area.left(), top, area.width(), self._step() - 1)
            self._bar(p, box, bar, ARROW if place == 0 else "", own=bar[0] == item.caption)

    def _bar(self, p: QPainter, box: QRect, bar: tuple[str, float, QColor | None], sign: str, *, own: bool) -> None:
        """A class over its share, in the colour of the class; the label's own name is bold."""
        name, share, colour = bar
        theme = self.theme
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(theme.sunken)
        p.drawRoundedRect(box, 3, 3)
        filled = QRectF(box)
        filled.setWidth(max(2.0, box.width() * share))
        p.setBrush(mix(theme.surface, colour or theme.accent, 0.42 if theme.dark else 0.3))
        p.drawRoundedRect(filled, 3, 3)
        font = QFont(self.small)
        font.setBold(own)
        p.setFont(font)
        p.setPen(theme.text)
        inner = box.adjusted(5, 0, -5, 0)
        number = scales.percent(share, 0)
        p.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number)
        room = inner.width() - self._bar_metrics.horizontalAdvance(number) - 6
        words = QFontMetrics(font).elidedText(sign + name, Qt.TextElideMode.ElideMiddle, room)
        p.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)


class MistakeGrid(TippedGrid):
    cell_painter = MistakeCells
