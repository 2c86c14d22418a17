"""The data at a glance: images by class and split, sizes of the pictures, a random sample. Each can be saved."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QShowEvent
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
from gui.library.size_scatter import SizeScatter
from gui.session import Session
from gui.widgets import wording
from gui.widgets.charts.scales import number
from gui.widgets.controls import Segments
from gui.widgets.labels import text
from gui.widgets.layouts import column, fill, row, stretch

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.library.records import ImageRecord

MOST_SIZES = 5_000
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
