"""A picture of the gallery with what it is labelled and what the model thought of it, as bars."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QStaticText

from gui.theme import Theme, mix
from gui.widgets.charts import scales
from gui.widgets.grid.item import GridItem
from gui.widgets.grid.layout import PAD
from gui.widgets.grid.paint import DOT, CellPainter, CellState
from gui.widgets.grid.tipped_grid import TippedGrid

BARS = 3
ARROW = "→ "  # before what was predicted
CONFIRMED = "✓"  # the sign of a label that a person keeps
MOST = 5000  # texts that are kept
LABEL, SMALL, BOLD = 0, 1, 2  # fonts
INSET = 5  # pixels from the ends of a bar to its words
_TALL = 3  # pixels of a bar beyond its letters


class MistakeCells(CellPainter):
    """The label, and below it as many bars as there is room for: the first one is what was predicted."""

    def __init__(self, theme: Theme, font: QFont, side: int, *, two_lines: bool) -> None:
        super().__init__(theme, font, side, two_lines=two_lines)
        bold = QFont(self.small)
        bold.setBold(True)
        self._fonts = (font, self.small, bold)
        self._high, self._step = QFontMetrics(font).height(), QFontMetrics(self.small).height() + _TALL + 1
        self._laid: dict[tuple[str, int, int], tuple[QStaticText, float, float]] = {}
        self._tints: dict[int, QColor] = {}

    @property
    def text_height(self) -> int:
        return PAD - 1 + self._high + BARS * self._step

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
        left = area.left()
        if item.badge is not None:
            p.setPen(QPen(mix(item.badge, self.theme.text, 0.25), 1))
            p.setBrush(item.badge)
            p.drawEllipse(QRectF(left + 0.5, area.top() + (self._high - DOT) / 2 + 0.5, DOT, DOT))
            left += DOT + 6
        boxes = [
            QRect(area.left(), area.top() + self._high + 2 + place * self._step, area.width(), self._step - 1)
            for place in range(len(item.bars))
        ]
        self._shares(p, boxes, item)
        p.setPen(self.theme.text)
        p.setFont(self._fonts[LABEL])
        label, _, high = self._text(item.caption, LABEL, area.right() - left + 1)
        p.drawStaticText(QPointF(left, area.top() + (self._high - high) / 2), label)
        for place, (box, (name, share, _)) in enumerate(zip(boxes, item.bars, strict=True)):
            words = f"{ARROW}{name}" if place == 0 else name
            self._names(p, box, words, scales.percent(share, 0), BOLD if name == item.caption else SMALL)

    def _shares(self, p: QPainter, boxes: Sequence[QRect], item: GridItem) -> None:
        """The shares of the classes, each in the colour of its class."""
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(self.theme.sunken)
        for box in boxes:
            p.drawRoundedRect(box, 3, 3)
        for box, (_, share, colour) in zip(boxes, item.bars, strict=True):
            p.setBrush(self._tint(colour or self.theme.accent))
            p.drawRoundedRect(QRectF(box.left(), box.top(), max(2.0, box.width() * share), box.height()), 3, 3)

    def _tint(self, colour: QColor) -> QColor:
        key = colour.rgb()
        if key not in self._tints:
            self._tints[key] = mix(self.theme.surface, colour, 0.42 if self.theme.dark else 0.3)
        return self._tints[key]

    def _names(self, p: QPainter, box: QRect, words: str, number: str, font: int) -> None:
        """A class over its share; the label's own name is bold."""
        p.setFont(self._fonts[font])
        share, wide, high = self._text(number, font, box.width())
        top = box.top() + (box.height() - high) / 2
        p.drawStaticText(QPointF(box.right() - INSET + 1 - wide, top), share)
        name, _, _ = self._text(words, font, int(box.width() - 2 * INSET - wide - 6))
        p.drawStaticText(QPointF(box.left() + INSET, top), name)

    def _text(self, words: str, font: int, room: int) -> tuple[QStaticText, float, float]:
        """Words cut to their room, with their width and height; laid out once, as that takes longer than painting."""
        key = (words, font, room)
        found = self._laid.get(key)
        if found is None:
            if len(self._laid) >= MOST:
                self._laid.clear()
            cut = QFontMetrics(self._fonts[font]).elidedText(words, Qt.TextElideMode.ElideMiddle, room)
            text = QStaticText(cut)
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.prepare(font=self._fonts[font])
            found = self._laid[key] = text, text.size().width(), text.size().height()
        return found


class MistakeGrid(TippedGrid):
    cell_painter = MistakeCells
