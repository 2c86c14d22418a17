"""The first section of Review: which classes are mixed up, and the images that the model got wrong."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from engine.review.gallery import Area
from engine.review.reviewed import Reviewed
from gui import actions, theme
from gui.jobs import JobRunner
from gui.review.gallery.mistake_gallery import MistakeGallery
from gui.review.matrix.panel import MatrixPanel
from gui.review.section import Section
from gui.session import Session
from gui.widgets.class_keys import ClassKeys
from gui.widgets.layouts import column


class MistakesSection(Section):
    def __init__(self, session: Session, jobs: JobRunner) -> None:
        super().__init__()
        self._reviewed: Reviewed | None = None
        self.matrix = MatrixPanel(session)
        self.confusion = self.matrix.view
        self.gallery = MistakeGallery(session, jobs)
        self._build()
        self.matrix.area_chosen.connect(self._on_area)
        self.gallery.all_asked.connect(lambda: self.confusion.select(None))
        self._add_actions(session)

    def _build(self) -> None:
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(1)
        halves.addWidget(self.matrix)
        right = QWidget()
        column(self.gallery, on=right, margins=(theme.current().L, 0, 0, 0))
        halves.addWidget(right)
        halves.setStretchFactor(0, 1)
        halves.setStretchFactor(1, 1)
        halves.setSizes([590, 520])
        column(halves, on=self)

    def _add_actions(self, session: Session) -> None:
        add = partial(actions.add, self, everywhere=True)
        save = partial(add, icon="save", also=self.tr("Export"))
        gallery, matrix = self.gallery, self.matrix
        add(self.tr("Show image large"), gallery.open_large, "Ctrl+L", "eye")
        add(self.tr("Show all mistakes"), gallery.ask_all, "Ctrl+Backspace", "filter")
        add(self.tr("Select all images"), gallery.grid.select_all, "Ctrl+A", "check")
        for control, action in (
            (gallery.order, add(self.tr("Next order of the images"), gallery.next_order, "Ctrl+J", "sort")),
            (
                gallery.confirmed,
                add(self.tr("Show or hide confirmed mistakes"), gallery.confirmed.toggle, "Ctrl+B", "eye"),
            ),
            (matrix.units, add(self.tr("Matrix: counts or per cent"), matrix.next_units, "Ctrl+P", "stats")),
            (matrix.order, add(self.tr("Matrix: next order of the classes"), matrix.next_order, "Ctrl+G", "sort")),
            (
                matrix.confused,
                add(self.tr("Matrix: only the confused classes"), matrix.confused.toggle, "Ctrl+H", "filter"),
            ),
        ):
            actions.show_key(control, action)
        save(self.tr("Save the matrix as picture…"), matrix.save_picture, "Ctrl+Shift+P")
        save(self.tr("Save the matrix as CSV…"), matrix.save_table, "Ctrl+Shift+T")
        save(self.tr("Save the list of images as CSV…"), gallery.save_table, "Ctrl+Shift+M")
        ClassKeys(self, gallery.label_by_key, session.has_key)

    def show_reviewed(self, reviewed: Reviewed | None) -> None:
        self._reviewed = reviewed
        if reviewed is None:
            return
        self.matrix.show_reviewed(reviewed)
        self.gallery.show_reviewed(reviewed, self.confusion.selected)

    def show_images(self, image_ids: list[int], words: str) -> None:
        """Show these images in the gallery, under the title `words`, until the matrix is clicked again."""
        self.confusion.select(None)
        self.gallery.show_images(image_ids, words)

    def stop(self) -> None:
        self.gallery.stop()

    def _on_area(self, area: Area | None) -> None:
        if self._reviewed is not None:
            self.gallery.show_area(self._reviewed, area)
