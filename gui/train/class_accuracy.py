"""The validation accuracy of each class, the weakest first: a bar, the number, and of how many images it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from engine.figures import share as share_of
from gui import theme
from gui.widgets import wording
from gui.widgets.charts.export import DataPicture
from gui.widgets.labels import text
from gui.widgets.layouts import column, fill, stretch

NAME_SHARE, WORDS_SHARE = 0.34, 0.42  # of the width, at most


class ClassFigure(NamedTuple):
    name: str
    accuracy: float
    images: int  # that it was counted on


class ClassAccuracyBars(DataPicture):
    """As high as its rows need; stands in a scroll area."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("validation accuracy by class", parent)
        self.shown: list[ClassFigure] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Validation accuracy by class"))

    def sizeHint(self) -> QSize:
        return QSize(420, self._line() * len(self.shown) + 4)

    def _line(self) -> int:
        return round(self.fontMetrics().height() * 1.5)

    def show_values(self, names: Sequence[str], values: Sequence[float | None], images: Sequence[int]) -> None:
        """Classes without a value, of which nothing validates, are left out."""
        rows = zip(names, values, images, strict=True)
        known = [ClassFigure(name, value, count) for name, value, count in rows if value is not None]
        self.shown = sorted(known, key=lambda figure: figure.accuracy)
        worst = [f"{name} {wording.accuracy(value, count)}" for name, value, count in self.shown[:5]]
        self.setAccessibleDescription(", ".join(worst))
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def rows(self) -> list[list[object]]:
        head: list[object] = [self.tr("class"), self.tr("validation accuracy"), self.tr("images")]
        return [head, *(list(figure) for figure in self.shown)]

    def words(self, width: int) -> list[str]:
        """Return what stands beside each bar where all of them have so many pixels: with the interval where it fits."""
        advance, most = self.fontMetrics().horizontalAdvance, WORDS_SHARE * width
        found = [wording.accuracy(value, count) for _, value, count in self.shown]
        if max(map(advance, found), default=0) <= most:
            return found
        short = self.tr("{0} of {1}")
        return [short.format(share_of(value, count), wording.number(count)) for _, value, count in self.shown]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint(painter, self.rect(), event.rect())
        painter.end()

    def paint_picture(self, painter: QPainter, rect: QRect) -> None:
        self._paint(painter, rect, rect)

    def _paint(self, painter: QPainter, rect: QRect, needed: QRect) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        colours, line, metrics = theme.current(), self._line(), painter.fontMetrics()
        names = min(
            round(rect.width() * NAME_SHARE),
            max((metrics.horizontalAdvance(figure.name) for figure in self.shown), default=0) + colours.M,
        )
        words = self.words(rect.width())
        widest = max(map(metrics.horizontalAdvance, words), default=0) + colours.S
        track = max(rect.width() - names - widest - colours.S, 0)
        for row, ((name, value, _), shown) in enumerate(zip(self.shown, words, strict=True)):
            top = rect.top() + row * line
            if top + line < needed.top() or top > needed.bottom():
                continue
            place = QRect(rect.left(), top, names - colours.S, line)
            painter.setPen(colours.text)
            elided = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, elided)
            bar = QRectF(rect.left() + names, top + line / 2 - 5, track, 10)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.sunken)
            painter.drawRoundedRect(bar, 4, 4)
            if value > 0:  # none at all looks like none at all
                painter.setBrush(colours.series[1])
                bar.setWidth(max(bar.width() * value, 3.0))
                painter.drawRoundedRect(bar, 4, 4)
            painter.setPen(colours.muted)
            number = QRect(rect.right() - widest, top, widest - 4, line)
            painter.drawText(number, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)


class ClassAccuracyView(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars = ClassAccuracyBars()
        self.held_out = True  # else the figures are of images that the run learns from
        self.head = text("", "small")
        self.nothing = text("", "muted", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside = QWidget()
        inside.setProperty("role", "plain")
        column(self.bars, stretch(), on=inside, margins=(0, 0, theme.current().S, 0))
        self.room = QScrollArea()
        self.room.setWidget(inside)
        self.room.setWidgetResizable(True)
        self.room.setAccessibleName(self.bars.accessibleName())
        column(self.head, self.nothing, fill(self.room), on=self)
        self.say("")

    def say(self, sentence: str) -> None:
        """A sentence instead of bars."""
        self.nothing.setText(sentence)
        self.nothing.setVisible(True)
        self.head.hide()
        self.room.hide()

    def show_values(
        self, names: Sequence[str], values: Sequence[float | None], images: Sequence[int], epoch: int | None
    ) -> None:
        words = self.tr("Validation accuracy of each class at epoch {0}, the weakest first")
        if not self.held_out:
            words = self.tr("Accuracy of each class on seen images at epoch {0}: nothing is held out")
        self.head.setText(words.format(epoch) if epoch else self.tr("Validation accuracy of each class"))
        self.bars.show_values(names, values, images)
        self.nothing.hide()
        self.head.show()
        self.room.show()
