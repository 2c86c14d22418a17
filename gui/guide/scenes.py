"""Six pictures of the work, drawn in the colours of the window from pictures of the sample."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.figures import with_percent
from engine.places import BUILT_IN_SAMPLE
from gui import theme

WIDE, HIGH = 288, 152  # of a picture, before it is scaled to its place
CLASSES = ("flowers", "fruit", "houses", "insects", "mammals", "sweets")  # as the folders of the sample are called


@cache
def picture(name: str, side: int) -> QImage:
    """A picture of the sample, such as `fruit-04`, in so many pixels; empty where it is missing."""
    whole = QImage(str(BUILT_IN_SAMPLE / name.rpartition("-")[0] / f"{name}.png"))
    if whole.isNull():
        return whole
    fitted = QSize(side, side)
    return whole.convertToFormat(QImage.Format.Format_RGB32).scaled(
        fitted, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


class Scene(QWidget):
    """One picture, as large as its place allows."""

    accessible_role = QAccessible.Role.Graphic

    def __init__(self, draw: Callable[[Pen], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draw = draw
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(WIDE, HIGH)

    def minimumSizeHint(self) -> QSize:
        return QSize(WIDE // 2, HIGH // 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        scale = min(self.width() / WIDE, self.height() / HIGH)
        painter.translate((self.width() - WIDE * scale) / 2, (self.height() - HIGH * scale) / 2)
        painter.scale(scale, scale)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self._draw(Pen(painter, self.font(), self.devicePixelRatioF() * scale))
        painter.end()


class Pen:
    """Draws tiles, chips, keys and folders."""

    def __init__(self, painter: QPainter, font: QFont, ratio: float) -> None:
        self.painter, self.ratio = painter, ratio
        self.colours = theme.current()
        self.font = QFont(font)
        self.font.setPixelSize(11)

    def tile(self, left: float, top: float, side: float, name: str, ring: QColor | None = None) -> None:
        """A picture on white paper, with a ring around it."""
        box, painter = QRectF(left, top, side, side), self.painter
        painter.setPen(QPen(ring or self.colours.strong_border, 2 if ring else 1))
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawRoundedRect(box, 6, 6)
        image = picture(name, round((side - 8) * self.ratio))
        place = QRectF(0, 0, image.width() / self.ratio, image.height() / self.ratio)
        place.moveCenter(box.center())
        painter.drawImage(place, image)

    def chip(self, middle: float, top: float, words: str, colour: QColor, *, sure: bool = True) -> float:
        """The name of a class with its colour; dashed where it is a suggestion. Returns where it begins."""
        self.painter.setFont(self.font)
        wide = QFontMetricsF(self.font, self.painter.device()).horizontalAdvance(words) + 26
        box = QRectF(middle - wide / 2, top, wide, 20)
        self.painter.setPen(QPen(colour, 1.2, Qt.PenStyle.SolidLine if sure else Qt.PenStyle.DashLine))
        self.painter.setBrush(theme.mix(self.colours.surface, colour, 0.14 if sure else 0.0))
        self.painter.drawRoundedRect(box, 10, 10)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(colour)
        self.painter.drawEllipse(QPointF(box.left() + 11, box.center().y()), 3.5, 3.5)
        self.painter.setPen(self.colours.text)
        self.painter.drawText(box.adjusted(19, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, words)
        return box.left()

    def key(self, middle: float, top: float, words: str) -> None:
        """The cap of a key."""
        self.painter.setFont(self.font)
        wide = max(22.0, QFontMetricsF(self.font, self.painter.device()).horizontalAdvance(words) + 12)
        box = QRectF(middle - wide / 2, top, wide, 20)
        self.painter.setPen(QPen(self.colours.strong_border, 1))
        self.painter.setBrush(self.colours.raised)
        self.painter.drawRoundedRect(box.translated(0, 1.5), 5, 5)
        self.painter.setBrush(self.colours.surface)
        self.painter.drawRoundedRect(box, 5, 5)
        self.painter.setPen(self.colours.text)
        self.painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def icon(self, name: str, left: float, top: float, side: float, colour: QColor) -> None:
        drawn = theme.pixmap(name, colour, round(side), max(1.0, self.ratio))
        self.painter.drawPixmap(QRectF(left, top, side, side), drawn, QRectF(drawn.rect()))

    def words(self, box: QRectF, words: str, colour: QColor, *, size: int = 11, bold: bool = False) -> None:
        font = QFont(self.font)
        font.setPixelSize(size)
        font.setBold(bold)
        self.painter.setFont(font)
        self.painter.setPen(colour)
        self.painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def series(self, name: str) -> QColor:
        """The colour of a class of the sample."""
        return self.colours.series[CLASSES.index(name)]


def opening(pen: Pen) -> None:
    """A folder, and pictures that come out of it."""
    pen.icon("folder-open", 18, 34, 84, pen.colours.accent)
    for number, name in enumerate(("flowers-07", "fruit-37", "insects-10")):
        pen.painter.save()
        pen.painter.translate(142 + number * 56, 76)
        pen.painter.rotate((number - 1) * 9)
        pen.tile(-31, -31 + abs(number - 1) * 5, 62, name)
        pen.painter.restore()


def labelling(pen: Pen) -> None:
    """Three pictures, each with its class and the key of this."""
    for number, (key, name) in enumerate((("2", "fruit-31"), ("4", "insects-18"), ("3", "houses-05"))):
        middle = 52 + number * 92
        pen.tile(middle - 34, 8, 68, name, pen.series(name[:-3]))
        pen.chip(middle, 84, name[:-3], pen.series(name[:-3]))
        pen.key(middle, 118, key)


def suggesting(pen: Pen, accept: str) -> None:
    """Three pictures with suggestions; the key that accepts."""
    for number, (share, name) in enumerate(((97, "fruit-42"), (93, "sweets-11"), (71, "fruit-19"))):
        middle = 48 + number * 96
        pen.tile(middle - 34, 8, 68, name)
        pen.chip(middle, 84, f"{name[:-3]} {with_percent(str(share))}", pen.series(name[:-3]), sure=False)
    pen.icon("check", 100, 117, 20, pen.colours.positive)
    pen.key(152, 117, accept)


def training(pen: Pen, result: str) -> None:
    """A line that rises, and what has come of it."""
    painter, colours = pen.painter, pen.colours
    painter.setPen(QPen(colours.border, 1))
    for step in range(4):
        painter.drawLine(QPointF(28, 16 + step * 30), QPointF(262, 16 + step * 30))
    line = QPainterPath(QPointF(28, 106))
    line.cubicTo(QPointF(76, 40), QPointF(130, 28), QPointF(262, 24))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colours.accent, 2.6))
    painter.drawPath(line)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colours.accent)
    painter.drawEllipse(QPointF(262, 24), 5, 5)
    pen.words(QRectF(20, 116, 248, 26), result, colours.text, size=14, bold=True)


def reviewing(pen: Pen, label: str, model: str) -> None:
    """A picture whose label and prediction differ."""
    pen.tile(24, 22, 108, "insects-12", pen.colours.negative)
    for top, title, name, icon, colour in (
        (22, label, "fruit", "cross", pen.colours.negative),
        (82, model, "insects", "check", pen.colours.positive),
    ):
        pen.words(QRectF(146, top, 110, 18), title, pen.colours.muted)
        pen.chip(201, top + 22, name, pen.series(name))
        pen.icon(icon, 258, top + 22, 20, colour)


def sorting(pen: Pen) -> None:
    """Pictures that fall into the folders of their classes."""
    for number, name in enumerate(("fruit-42", "houses-11", "sweets-30")):
        middle = 52 + number * 92
        pen.tile(middle - 22, 2, 44, name)
        pen.icon("chevron-down", middle - 9, 50, 18, pen.colours.muted)
        pen.icon("folder", middle - 28, 66, 56, pen.series(name[:-3]))
        pen.words(QRectF(middle - 44, 126, 88, 18), name[:-3], pen.colours.text)
