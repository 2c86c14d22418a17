"""The first section of Review: which classes are mixed up, and the images that the model got wrong."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QToolButton, QVBoxLayout, QWidget

from gui import actions, theme
from gui.jobs import JobRunner
from gui.session import Session
from gui.widgets.parts import Segments
from gui.widgets.review.confusion_paint import Area
from gui.widgets.review.confusion_view import ConfusionView
from gui.widgets.review.mistake_gallery import MistakeGallery
from gui.widgets.review.reviewed import Reviewed
from gui.widgets.review.section import Section

MANY = 20  # classes from which on the matrix is worth zooming


class Mistakes(Section):
    icon = "review"

    def __init__(self, session: Session, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = self.tr("Mistakes")
        self._reviewed: Reviewed | None = None
        self.units = Segments([self.tr("Counts"), self.tr("Per cent")], self.tr("Cells"))
        self.confusion = ConfusionView()
        self.confusion.setObjectName("confusion_view")
        self.zooms = self._zoom_buttons()
        self.gallery = MistakeGallery(session, jobs)
        self._build()
        self.units.chosen.connect(lambda index: self.confusion.set_normalised(index == 1))
        self.confusion.filter_changed.connect(self._on_cell)
        self.gallery.all_asked.connect(lambda: self.confusion.select(None))
        self._add_actions()

    def _zoom_buttons(self) -> list[QToolButton]:
        tr, view = self.tr, self.confusion
        made = [
            actions.add(view, tr("Smaller matrix"), view.zoom_out, keys=["Ctrl+-"], icon="zoom-out"),
            actions.add(view, tr("Larger matrix"), view.zoom_in, keys=["Ctrl++", "Ctrl+="], icon="zoom-in"),
            actions.add(view, tr("Show the whole matrix"), view.fit, keys=["Ctrl+0"], icon="fit"),
        ]
        return [actions.button(action) for action in made]

    def _build(self) -> None:
        gap = theme.current()
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(1)
        halves.addWidget(self._left())
        right = QWidget()
        inner = QVBoxLayout(right)
        inner.setContentsMargins(gap.L, 0, 0, 0)
        inner.addWidget(self.gallery)
        halves.addWidget(right)
        halves.setStretchFactor(0, 1)
        halves.setStretchFactor(1, 1)
        halves.setSizes([590, 520])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(halves)

    def _left(self) -> QWidget:
        gap = theme.current()
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, gap.L, 0)
        column.setSpacing(gap.S)
        switches = QHBoxLayout()
        switches.addWidget(self.units)
        switches.addStretch(1)
        for button in self.zooms:
            switches.addWidget(button)
        column.addLayout(switches)
        column.addWidget(self.confusion, 1)
        return part

    def _add_actions(self) -> None:
        def add(words: str, slot: Callable[[], object], key: str, icon: str) -> QAction:
            return actions.add(self, words, slot, keys=[key], icon=icon, everywhere=True)

        tr, gallery = self.tr, self.gallery
        add(tr("Take prediction as label"), gallery.take.click, "Ctrl+Return", "check")
        add(tr("Show image large"), gallery.open_large, "Ctrl+L", "eye")
        add(tr("Show all mistakes"), gallery.ask_all, "Ctrl+Backspace", "filter")
        add(tr("Select all images"), gallery.grid.select_all, "Ctrl+A", "check")
        add(tr("Show counts or per cent"), self.units.next, "Ctrl+P", "stats")
        for digit in "1234567890":
            shortcut = QShortcut(QKeySequence(digit), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(lambda digit=digit: gallery.label_by_key(digit))

    def show_reviewed(self, reviewed: Reviewed | None) -> None:
        self._reviewed = reviewed
        if reviewed is None:
            return
        for button in self.zooms:  # a matrix of few classes is large enough as it is; its keys zoom it nevertheless
            button.setVisible(len(reviewed.classes) > MANY)
        self.confusion.set_matrix(reviewed.classes, reviewed.counts.tolist())
        self.gallery.show_area(reviewed, self._area())

    def show_images(self, image_ids: list[int], words: str) -> None:
        """Show these images in the gallery, under the title `words`, until the matrix is clicked again."""
        self.confusion.select(None)
        self.gallery.show_images(image_ids, words)

    def _area(self) -> Area | None:
        cell = self.confusion.selected
        return None if cell is None else (_one(cell[0]), _one(cell[1]))

    def _on_cell(self, _true: int | None, _predicted: int | None) -> None:
        if self._reviewed is not None:
            self.gallery.show_area(self._reviewed, self._area())


def _one(index: int | None) -> tuple[int, ...] | None:
    return None if index is None else (index,)
