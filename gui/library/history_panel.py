"""Every edit by name, newest first, and the way back or forward to any of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui import theme
from gui.session import Session
from gui.widgets import wording
from gui.widgets.keycap import small_font
from gui.widgets.labels import text
from gui.widgets.layouts import column, fill

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.library.records import PastEdit

AnyIndex = QModelIndex | QPersistentModelIndex
EDIT_ROLE, PLACE_ROLE = Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2
MOST = 1_000  # edits that are listed; undo itself goes back further
UNDONE, NEWEST, DONE = "undone", "newest", "done"


class HistoryModel(QAbstractListModel):
    """Edits, newest first, then the beginning; `newest` is the row of the last one that is done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edits: list[PastEdit] = []
        self.newest = 0

    def show(self, edits: list[PastEdit]) -> None:
        self.beginResetModel()
        self.edits = edits
        self.newest = next((row for row, edit in enumerate(edits) if edit.done), 0)
        self.endResetModel()

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.edits)

    def place(self, row: int) -> str:
        """Return whether the edit is undone, the newest that is done, or an older one."""
        return UNDONE if row < self.newest else NEWEST if row == self.newest else DONE

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        edit = self.edits[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return edit.name
        if role == Qt.ItemDataRole.ToolTipRole:
            when = wording.when(edit.created) if edit.created else ""
            return f"{edit.name}\n{when}".strip()
        if role == Qt.ItemDataRole.AccessibleTextRole:
            states = {UNDONE: self.tr("undone"), NEWEST: self.tr("now"), DONE: self.tr("done")}
            return f"{edit.name}, {states[self.place(index.row())]}"
        if role == EDIT_ROLE:
            return edit
        return self.place(index.row()) if role == PLACE_ROLE else None


class HistoryDelegate(QStyledItemDelegate):
    """A line of dots: filled where done, ringed where the project is now, hollow and pale where undone."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        return QSize(120, option.fontMetrics.height() * 2 + 12)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        colours, edit, place = theme.current(), index.data(EDIT_ROLE), index.data(PLACE_ROLE)
        box = QRectF(option.rect).adjusted(4, 1, -4, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        state = option.state
        if place == NEWEST or state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_HasFocus):
            painter.setBrush(colours.accent_soft if place == NEWEST else colours.raised)
            painter.drawRoundedRect(box, 7, 7)
        self._thread(painter, option, index, place)
        left = box.left() + 30
        height = option.fontMetrics.height()
        painter.setFont(option.font)
        painter.setPen(colours.muted if place == UNDONE else colours.text)
        first = QRectF(left, box.top() + 4, box.right() - left - 8, height)
        name = option.fontMetrics.elidedText(edit.name, Qt.TextElideMode.ElideMiddle, int(first.width()))
        painter.drawText(first, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, name)
        painter.setFont(small_font(option.font, 0.88))
        painter.setPen(colours.muted)
        words = self.tr("undone") if place == UNDONE else wording.when(edit.created) if edit.created else ""
        painter.drawText(first.translated(0, height + 1), Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()

    def _thread(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex, place: str) -> None:
        colours = theme.current()
        box = QRectF(option.rect)
        centre = QPointF(box.left() + 20, box.top() + 5 + option.fontMetrics.height() / 2)
        painter.setPen(QPen(colours.strong_border, 1.5))
        last = index.model().rowCount() - 1
        top = box.top() if index.row() else centre.y()
        painter.drawLine(
            QPointF(centre.x(), top), QPointF(centre.x(), box.bottom() if index.row() < last else centre.y())
        )
        if place == NEWEST:
            painter.setPen(QPen(colours.accent, 2))
            painter.setBrush(colours.surface)
            painter.drawEllipse(centre, 6.5, 6.5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent)
            painter.drawEllipse(centre, 3, 3)
        else:
            painter.setPen(QPen(colours.strong_border if place == UNDONE else colours.muted, 1.5))
            painter.setBrush(colours.surface if place == UNDONE else colours.muted)
            painter.drawEllipse(centre, 4, 4)


class HistoryPanel(QWidget):
    """Reads the edits while it is visible; a click or Return goes there."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._rows = HistoryModel(self)
        self.list = QListView()
        self.list.setModel(self._rows)
        self.list.setItemDelegate(HistoryDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("History"))
        self.list.clicked.connect(self._jump)
        self.list.activated.connect(self._jump)
        self.hint = text(
            self.tr("Click an edit to go back or forward to it. Nothing is lost on the way."), "muted", wrap=True
        )
        column(self.hint, fill(self.list), on=self, spacing=theme.Theme.S)
        session.history_changed.connect(self._read)
        session.project_changed.connect(self._read)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read()

    def edits(self) -> list[PastEdit]:
        """Return what is listed, newest first."""
        return self._rows.edits

    def _read(self) -> None:
        if self._session.project is None:
            self._rows.show([])
        elif self.isVisible():
            self._session.ask(partial(_newest_first, beginning=self.tr("Beginning")), self._arrived, key="history")

    def _arrived(self, edits: list[PastEdit]) -> None:
        if edits != self._rows.edits:
            self._rows.show(edits)
            self.list.setCurrentIndex(self._rows.index(self._rows.newest))

    def _jump(self, index: AnyIndex) -> None:
        if self._rows.place(index.row()) != NEWEST:
            self._session.jump_to(self._rows.edits[index.row()].id)


def _newest_first(project: Project, beginning: str) -> list[PastEdit]:
    from engine.library import timeline
    from engine.library.records import PastEdit

    edits = timeline.history(project, newest=MOST)
    if len(edits) < MOST:
        edits.insert(0, PastEdit(timeline.BEGINNING, beginning, "", done=True))
    return edits[::-1]
