"""The validation accuracy of each class, the weakest first: a bar and a number each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from gui import theme
from gui.widgets.charts import export, scales
from gui.widgets.labels import text
from gui.widgets.layouts import column, fill, stretch

NAME_SHARE, VALUE_WIDTH = 0.34, 74


class ClassAccuracyBars(QWidget):
    """As high as its rows need; stands in a scroll area."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown: list[tuple[str, float]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Validation accuracy by class"))
        export.offer(self, "validation accuracy by class", paint=self.paint_picture, rows=self.rows)
        theme.notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(420, self._line() * len(self.shown) + 4)

    def _line(self) -> int:
        return round(self.fontMetrics().height() * 1.5)

    def show_values(self, names: Sequence[str], values: Sequence[float | None]) -> None:
        """Classes without a value, of which nothing validates, are left out."""
        known = [(name, value) for name, value in zip(names, values, strict=True) if value is not None]
        self.shown = sorted(known, key=lambda pair: pair[1])
        worst = [f"{name} {scales.percent(value)}" for name, value in self.shown[:5]]
        self.setAccessibleDescription(", ".join(worst))
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def rows(self) -> list[list[object]]:
        head: list[object] = [self.tr("class"), self.tr("validation accuracy")]
        return [head, *([name, value] for name, value in self.shown)]

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
            max((metrics.horizontalAdvance(name) for name, _ in self.shown), default=0) + colours.M,
        )
        track = rect.width() - names - VALUE_WIDTH - colours.S
        for row, (name, value) in enumerate(self.shown):
            top = rect.top() + row * line
            if top + line < needed.top() or top > needed.bottom():
                continue
            place = QRect(rect.left(), top, names - colours.S, line)
            painter.setPen(colours.text)
            words = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
            bar = QRectF(rect.left() + names, top + line / 2 - 5, track, 10)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.sunken)
            painter.drawRoundedRect(bar, 4, 4)
            if value > 0:  # none at all looks like none at all
                painter.setBrush(colours.series[1])
                bar.setWidth(max(bar.width() * value, 3.0))
                painter.drawRoundedRect(bar, 4, 4)
            painter.setPen(colours.muted)
            number = QRect(rect.right() - VALUE_WIDTH, top, VALUE_WIDTH - 4, line)
            painter.drawText(number, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, scales.percent(value))


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

    def show_values(self, names: Sequence[str], values: Sequence[float | None], epoch: int | None) -> None:
        words = self.tr("Validation accuracy of each class at epoch {0}, the weakest first")
        if not self.held_out:
            words = self.tr("Accuracy of each class on seen images at epoch {0}: nothing is held out")
        self.head.setText(words.format(epoch) if epoch else self.tr("Validation accuracy of each class"))
        self.bars.show_values(names, values)
        self.nothing.hide()
        self.head.show()
        self.room.show()
