"""Common parts of the tables with a row for each class: how they look, and that one row is chosen at a time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from gui.widgets.table import Column, SortableTable


class ClassTable(SortableTable):
    """A table sorted by its heads; `padding` is free right of a number, so that the arrow of a head does not stand on
    its name.
    """

    def __init__(self, name: str, title: str, columns: Sequence[Column], padding: int) -> None:
        super().__init__(name, title, columns)
        self.setAlternatingRowColors(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setStyleSheet(
            "QTableView { border: 0; }"
            f"QHeaderView::section {{ padding-right: {padding}px; }} QTableView::item {{ padding-right: {padding}px; }}"
        )
        # Names differ at their ends as often as at their beginnings.
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setDefaultSectionSize(round(self.fontMetrics().height() * 2.2))
        # Fixed widths: asking a thousand rows how wide they are takes longer than a frame.
        header = self.horizontalHeader()
        header.setMinimumSectionSize(self.fontMetrics().height() * 4)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
