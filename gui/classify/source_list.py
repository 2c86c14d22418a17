"""The list of what is to be classified: folders, pictures and archives, each of which can be removed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from engine.batch.sources.archives import is_archive
from gui import theme
from gui.widgets import wording
from gui.widgets.lists import choose_row

Index = QModelIndex | QPersistentModelIndex
ROW, CROSS, MOST_ROWS = 28, 24, 3
SOURCE = Qt.ItemDataRole.UserRole


class _Sources(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.sources: list[Path] = []

    def show(self, sources: list[Path]) -> None:
        self.beginResetModel()
        self.sources = sources
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self.sources)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        source = self.sources[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return wording.place(source)
        if role == Qt.ItemDataRole.ToolTipRole:
            return str(source)
        return source if role == SOURCE else None


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: SourceList) -> None:
        super().__init__(view)
        self._icons: dict[Path, str] = {}

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(120, max(ROW, option.fontMetrics.height() + 8))

    def _icon(self, source: Path) -> str:
        """Return the icon, looked up once: a source may lie on a slow network."""
        if source not in self._icons:
            self._icons[source] = "folder" if source.is_dir() else "archive" if is_archive(str(source)) else "image"
        return self._icons[source]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colours, row = theme.current(), QRect(option.rect).adjusted(0, 1, 0, -1)
        ratio = painter.device().devicePixelRatioF()
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected) and bool(
            option.state & QStyle.StateFlag.State_HasFocus
        )
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent_soft if chosen else colours.sunken)
            painter.drawRoundedRect(row, 6, 6)
        sign = theme.pixmap(self._icon(index.data(SOURCE)), colours.muted, 16, ratio)
        painter.drawPixmap(QPointF(row.left() + 6, row.center().y() - 7.5), sign)
        words = row.adjusted(30, 0, -CROSS - 4, 0)
        painter.setPen(colours.text)
        name = option.fontMetrics.elidedText(index.data(), Qt.TextElideMode.ElideMiddle, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, name)
        if not option.state & QStyle.StateFlag.State_Enabled:  # while a batch runs its sources stay
            painter.restore()
            return
        cross = theme.pixmap("close", colours.text if hovered or chosen else colours.muted, 14, ratio)
        painter.drawPixmap(QPointF(row.right() - CROSS + 5, row.center().y() - 6.5), cross)
        painter.restore()


class SourceList(QListView):
    """Delete or a click on its cross takes a source out; `changed` tells of every change by the person."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Sources(self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("background: transparent;")
        self.setAccessibleName(self.tr("Images to classify"))
        self._fit()

    def sources(self) -> list[Path]:
        return list(self._model.sources)

    def set_sources(self, sources: Iterable[Path]) -> None:
        """Show these, each once."""
        self._model.show(list(dict.fromkeys(sources)))
        self._fit()

    def _fit(self) -> None:
        rows = max(1, min(MOST_ROWS, len(self._model.sources)))
        self.setFixedHeight(rows * max(ROW, self.fontMetrics().height() + 8) + 2)

    def remove(self, rows: Sequence[int]) -> None:
        """Take the sources in these lines out."""
        gone = set(rows)
        if gone:
            self.set_sources([s for index, s in enumerate(self._model.sources) if index not in gone])
            if self._model.sources:
                here = min(min(gone), len(self._model.sources) - 1)
                choose_row(self, here)
            self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove([index.row() for index in self.selectedIndexes()])
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Delete is for this list while it has the focus, not for the results."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
        ):
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        index = self.indexAt(place)
        if index.isValid() and self._on_cross(place):
            self.remove([index.row()])
        else:
            super().mousePressEvent(event)

    def _on_cross(self, place: QPoint) -> bool:
        return place.x() >= self.viewport().width() - CROSS - 2
