"""Painting of a cell of the thumbnail grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPainterPath, QPen

from gui.theme import Theme, mix, on
from gui.widgets import wording
from gui.widgets.grid.layout import MARGIN, PAD
from gui.widgets.grid.sections import HEADING, SectionLayout

if TYPE_CHECKING:
    from gui.widgets.grid.item import GridItem

DOT = 9


@dataclass(frozen=True, slots=True)
class CellState:
    selected: bool = False
    current: bool = False
    hovered: bool = False


class CellPainter:
    """Fonts and elided texts are kept between frames; make a new one when font, theme or size change."""

    def __init__(self, theme: Theme, font: QFont, side: int, *, two_lines: bool) -> None:
        self.theme = theme
        self.side = side
        self.two_lines = two_lines
        self.font = font
        self.small = QFont(font)
        self.small.setPointSizeF(font.pointSizeF() * 0.88)
        self._sign_font = QFont(font)
        self._sign_font.setPixelSize(12)
        self._sign_font.setBold(True)
        self._heading_font = QFont(font)
        self._heading_font.setWeight(QFont.Weight.DemiBold)
        self._ghost_font = QFont(font)
        self._ghost_font.setItalic(True)
        self._metrics = QFontMetrics(font)
        self._small_metrics = QFontMetrics(self.small)
        self._elided: dict[tuple[str, int, bool], str] = {}

    @property
    def text_height(self) -> int:
        second = self._small_metrics.height() + 1 if self.two_lines else 0
        return PAD - 1 + self._metrics.height() + second

    def paint(self, p: QPainter, cell: QRect, item: GridItem | None, image: QImage | None, state: CellState) -> None:
        self._ground(p, cell, state)
        square = QRect(cell.left() + PAD, cell.top() + PAD, self.side, self.side)
        if item is None:
            self._blank(p, square)
            return
        if image is not None:
            self._picture(p, square, image)
        else:
            self._blank(p, square)
            if item.mark == "problem":
                self._sign(p, QPointF(square.center()), "!", self.theme.warning, 15)
        if item.mark in ("correct", "wrong"):
            good = item.mark == "correct"
            place = QPointF(square.right() - 9, square.top() + 10)
            colour = self.theme.positive if good else self.theme.negative
            self._sign(p, place, "✓" if good else "✕", colour, 10)
        for number, sign in enumerate(item.signs):
            self._flag(p, QPointF(square.left() + 10 + 20 * number, square.top() + 10), sign)
        self._texts(p, QRect(square.left(), square.bottom() + PAD, self.side, self.text_height), item, state)

    def paint_band(self, p: QPainter, band: QRect) -> None:
        """The frame that the mouse draws around cells."""
        fill = QColor(self.theme.accent)
        fill.setAlpha(40)
        p.setPen(self.theme.accent)
        p.setBrush(fill)
        p.drawRect(band)

    def paint_headings(
        self, p: QPainter, layout: SectionLayout, titles: Sequence[str], seen: QRect, offset: int
    ) -> None:
        """The headings in the part of the viewport that is painted; `offset` is how far it is scrolled."""
        ends = [*layout.starts[1:], layout.count]
        for section, top in layout.headings(seen.top() + offset, seen.bottom() + offset):
            area = QRect(MARGIN + PAD, top - offset, layout.width - 2 * (MARGIN + PAD), HEADING)
            self._heading(p, area, titles[section], ends[section] - layout.starts[section])

    def _heading(self, p: QPainter, area: QRect, title: str, count: int) -> None:
        """The name of a section with the number of its images, and a thin line to the right edge."""
        theme = self.theme
        p.setFont(self._heading_font)
        p.setPen(theme.text)
        metrics = QFontMetrics(self._heading_font)
        words = metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, area.width() * 2 // 3)
        p.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, words)
        left = area.left() + metrics.horizontalAdvance(words) + 10
        p.setFont(self.small)
        p.setPen(theme.muted)
        number = wording.number(count)
        p.drawText(area.adjusted(left - area.left(), 1, 0, 0), Qt.AlignmentFlag.AlignVCenter, number)
        left += self._small_metrics.horizontalAdvance(number) + 12
        p.setPen(QPen(theme.border, 1))
        p.drawLine(left, area.center().y() + 1, area.right(), area.center().y() + 1)

    def _ground(self, p: QPainter, cell: QRect, state: CellState) -> None:
        if not (state.selected or state.current or state.hovered):
            return
        theme = self.theme
        p.setBrush(theme.accent_soft if state.selected else theme.raised)
        if state.current:
            p.setPen(QPen(theme.accent, 2))
        elif state.selected:
            p.setPen(QPen(mix(theme.accent_soft, theme.accent, 0.35), 1))
        else:
            p.setPen(Qt.PenStyle.NoPen)
        p.drawRoundedRect(QRectF(cell).adjusted(1, 1, -1, -1), theme.RADIUS, theme.RADIUS)

    def _blank(self, p: QPainter, square: QRect) -> None:
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(self.theme.sunken)
        p.drawRoundedRect(square, 5, 5)

    def _picture(self, p: QPainter, square: QRect, image: QImage) -> None:
        size = image.deviceIndependentSize()
        scale = self.side / max(size.width(), size.height(), 1)
        if abs(scale - 1) > 0.02:  # made for another size: shown scaled until the right one is there
            size = size * scale
        target = QRectF(0, 0, round(size.width()), round(size.height()))
        target.moveTopLeft(
            QPointF(
                square.left() + (self.side - target.width()) // 2, square.top() + (self.side - target.height()) // 2
            )
        )
        if abs(scale - 1) > 0.02:
            p.drawImage(target, image)
        else:
            p.drawImage(target.topLeft(), image)

    def _sign(self, p: QPainter, centre: QPointF, sign: str, colour: QColor, radius: int) -> None:
        p.setPen(QPen(self.theme.surface, 2))
        p.setBrush(colour)
        p.drawEllipse(centre, radius, radius)
        p.setPen(QPen(on(colour), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        x, y, s = centre.x(), centre.y(), radius * 0.4
        if sign == "✓":
            p.drawPolyline([QPointF(x - s, y), QPointF(x - s * 0.25, y + s * 0.75), QPointF(x + s, y - s * 0.75)])
        elif sign == "✕":
            p.drawLine(QPointF(x - s, y - s), QPointF(x + s, y + s))
            p.drawLine(QPointF(x + s, y - s), QPointF(x - s, y + s))
        else:
            p.drawLine(QPointF(x, y - s * 1.1), QPointF(x, y + s * 0.25))
            p.drawPoint(QPointF(x, y + s * 1.1))

    def _flag(self, p: QPainter, centre: QPointF, sign: str) -> None:
        """A small round sign on the picture: "u" accepted unseen, "?" unsure, "-" excluded, "n" has a note."""
        theme = self.theme
        p.setPen(QPen(theme.surface, 1.5))
        p.setBrush(theme.warning if sign in "?u" else theme.text if sign == "-" else theme.accent)
        p.drawEllipse(centre, 8.5, 8.5)
        ink = theme.surface if sign != "n" else theme.on_accent
        pen = QPen(ink, 1.7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        p.setPen(pen)
        x, y = centre.x(), centre.y()
        if sign == "?":
            p.setFont(self._sign_font)
            p.drawText(QRectF(x - 8, y - 8, 16, 16), Qt.AlignmentFlag.AlignCenter, "?")
        elif sign == "-":
            p.drawLine(QPointF(x - 4, y), QPointF(x + 4, y))
        elif sign == "u":
            self._closed_eye(p, centre)
        else:
            for shift, width in ((-3, 3.5), (0, 3.5), (3, 1)):
                p.drawLine(QPointF(x - 3.5, y + shift), QPointF(x + width, y + shift))

    def _closed_eye(self, p: QPainter, centre: QPointF) -> None:
        """A lid with three lashes."""
        x, y = centre.x(), centre.y()
        lid = QPainterPath(QPointF(x - 5, y - 1.5))
        lid.quadTo(QPointF(x, y + 4), QPointF(x + 5, y - 1.5))
        p.strokePath(lid, p.pen())
        for inner, outer in ((-3.2, -4.4), (0, 0), (3.2, 4.4)):
            top = y + 1.3 - abs(inner) * 0.35
            p.drawLine(QPointF(x + inner, top), QPointF(x + outer, top + 2.6))

    def _texts(self, p: QPainter, area: QRect, item: GridItem, state: CellState) -> None:
        theme = self.theme
        left = area.left()
        height = self._metrics.height()
        if item.badge is not None:
            p.setPen(QPen(mix(item.badge, theme.text, 0.25), 1))
            p.setBrush(item.badge)
            p.drawEllipse(QRectF(left + 0.5, area.top() + (height - DOT) / 2 + 0.5, DOT, DOT))
            left += DOT + 6
        if item.ghost:
            self._ghost(p, QRect(left, area.top(), area.right() - left + 1, height), item)
        p.setFont(self.font)
        p.setPen(theme.text if item.badge is not None or item.mark else theme.muted)
        if not item.ghost:
            self._line(p, QRect(left, area.top(), area.right() - left + 1, height), item.caption, small=False)
        if self.two_lines and item.sub:
            p.setFont(self.small)
            p.setPen(mix(theme.muted, theme.text, 0.3) if state.selected else theme.muted)
            second = QRect(area.left(), area.top() + height + 1, area.width(), self._small_metrics.height())
            self._line(p, second, item.sub, small=True, from_left=item.mark == "problem")

    def _ghost(self, p: QPainter, area: QRect, item: GridItem) -> None:
        """A suggested label: slanted and pale, in a dotted frame, with how sure it is at its end, where there is room
        for that beside the name, which is what a person has to check.
        """
        theme = self.theme
        p.setPen(QPen(theme.muted, 1, Qt.PenStyle.DotLine))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.drawRoundedRect(QRectF(area).adjusted(-3.5, -1.5, 0.5, 0.5), 5, 5)
        p.setPen(theme.muted)
        p.setFont(self.small)
        share = self.share_of_ghost(item, area.width())
        p.drawText(area.adjusted(0, 0, -4, 0), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, share)
        p.setFont(self._ghost_font)
        text_area = area.adjusted(2, 0, -self._small_metrics.horizontalAdvance(share) - 8 if share else -2, 0)
        self._line(p, text_area, item.ghost, small=False)

    def share_of_ghost(self, item: GridItem, width: int) -> str:
        """Return how sure a suggestion is, as it stands beside its name in so many pixels; "" where it would cut it, or
        where that is not known.
        """
        if item.ghost_share is None:
            return ""
        share = wording.confidence(item.ghost_share, 0)
        room = width - self._small_metrics.horizontalAdvance(share) - 10
        return share if QFontMetrics(self._ghost_font).horizontalAdvance(item.ghost) <= room else ""

    def _line(self, p: QPainter, area: QRect, text: str, *, small: bool, from_left: bool = False) -> None:
        """Names are cut in the middle, where they differ least; sentences (`from_left`) at the end."""
        key = (text, area.width(), small)
        if key not in self._elided:
            if len(self._elided) > 5000:
                self._elided.clear()
            metrics = self._small_metrics if small else self._metrics
            mode = Qt.TextElideMode.ElideRight if from_left else Qt.TextElideMode.ElideMiddle
            self._elided[key] = metrics.elidedText(text, mode, area.width())
        p.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, self._elided[key])
