"""The data at a glance: images by class and split, sizes of the pictures, a random sample. Each can be saved."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

from gui import theme
from gui.library.class_bars import ClassBars, imbalance
from gui.library.sample_sheet import COLUMNS, ROWS, SampleSheet
from gui.session import Session
from gui.widgets import wording
from gui.widgets.charts.export import DataPicture
from gui.widgets.charts.scales import number
from gui.widgets.controls import Segments
from gui.widgets.labels import text
from gui.widgets.layouts import column, fill, row, stretch

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.library.records import ImageRecord

MOST_SIZES = 5_000
MANY = 40  # pictures of one size that a large dot stands for, at least
CLASSES, SIZES, SAMPLE = range(3)


class Distribution(QDialog):
    """Follows the project while it is open."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setWindowTitle(self.tr("Distribution"))
        self.setAccessibleName(self.windowTitle())
        self.resize(880, 660)
        self.bars = ClassBars()
        self.scatter = SizeScatter()
        self.sheet = SampleSheet(session)
        self.facts = text("", "muted", wrap=True)
        self.views = Segments((self.tr("Classes"), self.tr("Sizes"), self.tr("Sample")), self.tr("View"))
        self.order = Segments((self.tr("In order"), self.tr("By name"), self.tr("By count")), self.tr("Order"))
        self.another = QPushButton(self.tr("Another sample"))
        self.another.setAccessibleName(self.another.text())
        self.save = QPushButton(self.tr("Save…"))
        self.save.setAccessibleName(self.tr("Save the picture or the table"))
        self._stack = QStackedWidget()
        self._build()
        self.views.chosen.connect(self._show_view)
        self.order.chosen.connect(self.bars.sort)
        self.another.clicked.connect(self._draw)
        self.save.clicked.connect(self._offer)
        session.overview_changed.connect(self._counted)
        session.listing_changed.connect(self._measure)
        session.project_changed.connect(self.close)

    def _build(self) -> None:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        column(self.bars, stretch(), on=inside, margins=(0, 0, theme.Theme.M, 0))
        scroll.setWidget(inside)
        for view in (scroll, self.scatter, self.sheet):
            self._stack.addWidget(view)
        top = row(self.views, stretch(), self.order, self.another, self.save, spacing=theme.Theme.S)
        column(top, self.facts, fill(self._stack), on=self, margins=(20, 16, 20, 20), spacing=theme.Theme.M)
        self._show_view(CLASSES)

    def _show_view(self, view: int) -> None:
        self._stack.setCurrentIndex(view)
        self.order.setVisible(view == CLASSES)
        self.facts.setVisible(view == CLASSES)
        self.another.setVisible(view == SAMPLE)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._counted()
        self._measure()
        self._draw()

    def _counted(self) -> None:
        if not self.isVisible():
            return
        counts = self._session.overview.counts
        self.bars.show_counts(counts)
        ratio = imbalance(counts)
        labelled = sum(c.total for c in counts)
        parts = [
            self.tr("{0} labelled images in {1} classes").format(wording.number(labelled), wording.number(len(counts)))
        ]
        if ratio is not None:
            parts.append(
                self.tr("the largest class has {0} times as many images as the smallest").format(number(ratio))
            )
        empty = sum(not c.total for c in counts)
        if empty:
            parts.append(self.tr("{0} classes without images").format(empty))
        self.facts.setText(" · ".join(parts))

    def _measure(self) -> None:
        if self.isVisible():
            self._session.ask(_sizes, self._measured, key="sizes")

    def _measured(self, answer: tuple[list[tuple[int, int]], int]) -> None:
        self.scatter.show_sizes(*answer)

    def _draw(self) -> None:
        self._session.ask(_sample, self.sheet.show_records, key="sample")

    def _offer(self) -> None:
        view = (self.bars, self.scatter, self.sheet)[self._stack.currentIndex()]
        view.customContextMenuRequested.emit(view.mapFromGlobal(self.save.mapToGlobal(QPoint(0, self.save.height()))))


def _sizes(project: Project) -> tuple[list[tuple[int, int]], int]:
    """Return the sizes of some thousand images at random, and the number of all."""
    from engine.library import query

    ids = query.image_ids(project, query.Filter())
    some = random.Random(1).sample(ids, min(len(ids), MOST_SIZES))  # noqa: S311  not a secret
    sizes = [(r.width, r.height) for r in query.images(project, some) if r.width and r.height]
    return sizes, len(ids)


def _sample(project: Project) -> list[ImageRecord]:
    from engine.library import query

    ids = query.image_ids(project, query.Filter())
    return query.images(project, random.sample(ids, min(len(ids), ROWS * COLUMNS)))


class SizeScatter(DataPicture):
    """A dot for each size that occurs; its area grows with the number of pictures of that size."""

    def __init__(self) -> None:
        super().__init__("picture sizes")
        self.sizes: Counter[tuple[int, int]] = Counter()
        self._of = 0
        self.setMinimumSize(320, 260)
        self.setAccessibleName(self.tr("Sizes of the pictures"))

    def sizeHint(self) -> QSize:
        return QSize(560, 420)

    def show_sizes(self, sizes: Sequence[tuple[int, int]], of: int) -> None:
        """Width and height of some pictures, out of so many."""
        self.sizes, self._of = Counter(sizes), of
        self.setAccessibleDescription(self.words())
        self.update()

    def words(self) -> str:
        """The range of sizes in a line."""
        if not self.sizes:
            return self.tr("No picture was looked at yet.")
        total = sum(self.sizes.values())
        low, high = min(self.sizes), max(self.sizes)
        (common, number), *_ = self.sizes.most_common(1)
        parts = [
            self.tr("{0} sizes of {1} images · most: {2} × {3} px ({4})").format(
                wording.number(len(self.sizes)), wording.number(total), *common, wording.number(number)
            )
        ]
        if len(self.sizes) > 1:
            parts.append(self.tr("width from {0} to {1} px").format(low[0], high[0]))
        if total < self._of:
            parts.append(self.tr("a random sample of {0}").format(wording.number(self._of)))
        return " · ".join(parts)

    def rows(self) -> list[list[object]]:
        head: list[object] = [self.tr("width"), self.tr("height"), self.tr("images")]
        body: list[list[object]] = [[w, h, n] for (w, h), n in sorted(self.sizes.items())]
        return [head, *body]

    def paint_picture(self, painter: QPainter, rect: QRect) -> None:
        colours = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        line = painter.fontMetrics().height()
        painter.setPen(colours.muted)
        painter.drawText(QRectF(rect.left(), rect.top(), rect.width(), line + 4), 0, self.words())
        if not self.sizes:
            return
        plot = QRectF(rect).adjusted(56, line + 18, -12, -2 * line - 12)
        sides = [side for size in self.sizes for side in size]
        low = 2 ** math.floor(math.log2(min(sides)) - 0.1)
        high = 2 ** math.ceil(math.log2(max(sides)) + 0.1)
        self._axes(painter, plot, low, high)
        most = max(*self.sizes.values(), MANY)
        dot = QColor(colours.series[0])
        dot.setAlpha(110)
        painter.setPen(QPen(colours.series[0], 1))
        painter.setBrush(dot)
        for (width, height), count in self.sizes.items():
            radius = 1.5 + 11 * math.sqrt(count / most)
            x = plot.left() + plot.width() * _place(width, low, high)
            y = plot.bottom() - plot.height() * _place(height, low, high)
            painter.drawEllipse(QPointF(x, y), radius, radius)

    def _axes(self, painter: QPainter, plot: QRectF, low: float, high: float) -> None:
        colours = theme.current()
        metrics = painter.fontMetrics()
        value = low
        while value <= high:
            share = _place(value, low, high)
            x, y = plot.left() + plot.width() * share, plot.bottom() - plot.height() * share
            painter.setPen(QPen(colours.border, 1))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(colours.muted)
            label = wording.decimal(value)
            width = metrics.horizontalAdvance(label)
            painter.drawText(QPointF(x - width / 2, plot.bottom() + metrics.height() + 2), label)
            painter.drawText(QPointF(plot.left() - width - 8, y + metrics.ascent() / 2 - 1), label)
            value *= 2
        painter.setPen(QPen(colours.strong_border, 1, Qt.PenStyle.DashLine))
        painter.drawLine(plot.bottomLeft(), plot.topRight())
        painter.setPen(colours.muted)
        below = QRectF(plot.left(), plot.bottom() + metrics.height() + 6, plot.width(), metrics.height() + 4)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self.tr("width in pixels"))
        painter.save()
        painter.translate(plot.left() - 44, plot.center().y())
        painter.rotate(-90)
        side = QRectF(-plot.height() / 2, -metrics.height() / 2, plot.height(), metrics.height())
        painter.drawText(side, Qt.AlignmentFlag.AlignCenter, self.tr("height in pixels"))
        painter.restore()


def _place(value: float, low: float, high: float) -> float:
    return math.log2(value / low) / max(math.log2(high / low), 1e-9)
