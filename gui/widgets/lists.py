"""Lists and tables whose rows are chosen one at a time."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem

from gui import theme


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


def paint_row(painter: QPainter, option: QStyleOptionViewItem) -> QRect:
    """Paint the ground of a row that is selected or under the mouse; return where the row's content may be."""
    colours, row = theme.current(), QRect(option.rect).adjusted(0, 1, 0, -1)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    if selected or option.state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.accent_soft if selected else colours.raised)
        painter.drawRoundedRect(row, 6, 6)
    return row
