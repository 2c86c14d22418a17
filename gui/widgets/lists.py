"""Lists and tables whose rows are chosen one at a time."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
)


def painted_rows(view: QListView) -> None:
    """A list whose rows are all as high, painted by a delegate as wide as the list."""
    view.setMouseTracking(True)
    view.setUniformItemSizes(True)
    view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


def choose_row(view: QAbstractItemView, row: int) -> None:
    """Choose this row alone. The view's own ways ask the keyboard: with Ctrl held they would take the choice away."""
    flags = QItemSelectionModel.SelectionFlag
    view.selectionModel().setCurrentIndex(view.model().index(row, 0), flags.ClearAndSelect | flags.Rows)
