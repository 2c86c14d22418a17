"""The classes of the project with how many images each has; a click filters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QItemSelectionModel,
    QKeyCombination,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QDrag, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from engine.library.records import ClassCount
from gui import theme
from gui.widgets import wording
from gui.widgets.keycap import paint_keycap, small_font

AnyIndex = QModelIndex | QPersistentModelIndex
COUNT_ROLE = Qt.ItemDataRole.UserRole + 1
MIME = "application/x-pigeonhole-class"
ALIKE = 6  # letters
ROW = 48
FIGURE = 46  # pixels for the number of images
MOVE_KEYS = {  # by the step in the order
    -1: QKeyCombination(Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Up),
    1: QKeyCombination(Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Down),
}


class ClassModel(QAbstractListModel):
    """Rows of `ClassCount`; knows the largest of them, which the bars are measured against. Rows can be dragged."""

    dropped = Signal(int, int)  # the row that was dragged, and the row before which it was dropped

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.counts: tuple[ClassCount, ...] = ()
        self.largest = 1
        self.alike: set[str] = set()

    def show(self, counts: tuple[ClassCount, ...]) -> None:
        same = [c.cls.id for c in counts] == [c.cls.id for c in self.counts]
        if not same:
            self.beginResetModel()
        self.counts = counts
        starts = Counter(c.cls.name[:ALIKE] for c in counts)
        self.alike = {start for start, number in starts.items() if number > 1}
        self.largest = max((c.total for c in counts), default=1) or 1
        if not same:
            self.endResetModel()
        elif counts:
            self.dataChanged.emit(self.index(0), self.index(len(counts) - 1))

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.counts)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled  # between rows
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        data.setData(MIME, str(indexes[0].row()).encode())
        return data

    def dropMimeData(self, data: QMimeData, _action: Qt.DropAction, row: int, _column: int, _parent: AnyIndex) -> bool:
        if data.hasFormat(MIME):
            self.dropped.emit(int(bytes(data.data(MIME).data())), row if row >= 0 else len(self.counts))
        return False  # the new order comes from the session

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        count = self.counts[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return count.cls.name
        if role == COUNT_ROLE:
            return count
        if role == Qt.ItemDataRole.ToolTipRole:
            parts = [
                self.tr("{0} training").format(wording.number(count.training)),
                self.tr("{0} to check").format(wording.number(count.validation)),
                self.tr("{0} test").format(wording.number(count.test)),
            ]
            if count.unassigned:
                parts.append(self.tr("{0} without a split").format(wording.number(count.unassigned)))
            if count.excluded:
                parts.append(self.tr("{0} excluded").format(wording.number(count.excluded)))
            if count.accepted_unseen:
                parts.append(self.tr("{0} accepted unseen").format(wording.number(count.accepted_unseen)))
            shades = self.tr("The bar: training, paler check images, palest test")
            return f"{count.cls.name}\n{' · '.join(parts)}\n{shades}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{count.cls.name}, {wording.images(count.labelled)}"
        return None


class ClassDelegate(QStyledItemDelegate):
    """Paints a class: colour, name and key; below them the count and its bar, paler for validation and test."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        return QSize(120, max(ROW, option.fontMetrics.height() * 2 + 14))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        colours = theme.current()
        count: ClassCount = index.data(COUNT_ROLE)
        box = QRectF(option.rect).adjusted(6, 1, -6, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(colours.accent_soft)
            painter.drawRoundedRect(box, 7, 7)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(colours.raised)
            painter.drawRoundedRect(box, 7, 7)
        inner = box.adjusted(10, 5, -8, -5)
        line = inner.top() + option.fontMetrics.height() / 2 + 2
        self._words(painter, option, index, inner, line)
        self._figure(painter, option, count, inner)
        self._bar(painter, index, count, QRectF(inner.left(), inner.bottom() - 8, inner.width() - FIGURE, 5))
        painter.restore()

    def _words(
        self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex, inner: QRectF, line: float
    ) -> None:
        count: ClassCount = index.data(COUNT_ROLE)
        colours = theme.current()
        height = option.fontMetrics.height()
        if count.cls.key:
            paint_keycap(painter, option.font, count.cls.key, inner.right(), line)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(count.cls.colour))
        painter.drawEllipse(QRectF(inner.left(), line - 4.5, 9, 9))
        painter.setFont(option.font)
        painter.setPen(colours.text)
        width = inner.width() - 17 - (28 if count.cls.key else 0)
        # Names that begin alike, such as "Dangerous curve to the left", are distinguished by their ends.
        alike = isinstance(model := index.model(), ClassModel) and count.cls.name[:ALIKE] in model.alike
        mode = Qt.TextElideMode.ElideMiddle if alike else Qt.TextElideMode.ElideRight
        name = option.fontMetrics.elidedText(count.cls.name, mode, int(width))
        area = QRectF(inner.left() + 17, line - height / 2, width + 2, height)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, name)

    def _figure(self, painter: QPainter, option: QStyleOptionViewItem, count: ClassCount, inner: QRectF) -> None:
        painter.setFont(small_font(option.font, 0.9))
        painter.setPen(theme.current().muted)
        area = QRectF(inner.right() - FIGURE, inner.bottom() - 16, FIGURE, 16)
        painter.drawText(
            area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, wording.number(count.labelled)
        )

    def _bar(self, painter: QPainter, index: AnyIndex, count: ClassCount, track: QRectF) -> None:
        model = index.model()
        largest = model.largest if isinstance(model, ClassModel) else 1
        colours = theme.current()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.sunken)
        painter.drawRoundedRect(track, 2.5, 2.5)
        if not count.total:
            return
        full = QRectF(track)
        full.setWidth(max(5.0, track.width() * count.total / largest))
        painter.save()
        colour = QColor(count.cls.colour)
        painter.setBrush(theme.mix(colour, colours.surface, 0.68))
        painter.drawRoundedRect(full, 2.5, 2.5)
        for share, pale in (
            (count.training + count.validation + count.unassigned, 0.4),
            (count.training + count.unassigned, 0.0),
        ):
            if share:
                part = QRectF(full)
                part.setWidth(full.width() * share / count.total)
                painter.setBrush(theme.mix(colour, colours.surface, pale))
                painter.drawRoundedRect(part, 2.5, 2.5)
        painter.restore()


class ClassList(QListView):
    """Click: only this class; Ctrl+click: this one too; a click on the only chosen class: all again."""

    filter_changed = Signal(object)  # frozenset of class ids, empty for all
    menu_wanted = Signal(int, QPoint)  # class id, where on the screen
    order_wanted = Signal(list)  # all class ids in a new order

    def __init__(self) -> None:
        super().__init__()
        self._rows = ClassModel(self)
        self.setModel(self._rows)
        self.setItemDelegate(ClassDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(ROW)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.setAccessibleName(self.tr("Classes"))
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self._rows.dropped.connect(self._move)
        self._before_press: frozenset[int] = frozenset()

    def show_counts(self, counts: tuple[ClassCount, ...]) -> None:
        """Show these classes; those that were chosen stay chosen."""
        before, current = self.chosen(), self.current_class()
        self._rows.show(counts)
        row = next((row for row, count in enumerate(counts) if count.cls.id == current), None)
        if row is not None and current != self.current_class():
            self.selectionModel().setCurrentIndex(self._rows.index(row), QItemSelectionModel.SelectionFlag.NoUpdate)
        if self.chosen() != before:
            self.choose(before)
            if self.chosen() != before:
                self.filter_changed.emit(self.chosen())

    def chosen(self) -> frozenset[int]:
        return frozenset(self._rows.counts[i.row()].cls.id for i in self.selectionModel().selectedIndexes())

    def choose(self, class_ids: Iterable[int]) -> None:
        chosen = set(class_ids)
        selection = QItemSelection()
        for row, count in enumerate(self._rows.counts):
            if count.cls.id in chosen:
                selection.select(self._rows.index(row), self._rows.index(row))
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def current_class(self) -> int | None:
        index = self.currentIndex()
        return self._rows.counts[index.row()].cls.id if index.isValid() else None

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.filter_changed.emit(self.chosen())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier and event.button() == Qt.MouseButton.LeftButton
        if plain and (not index.isValid() or self.selectionModel().selectedIndexes() == [index]):
            self.clearSelection()
            return
        if event.button() == Qt.MouseButton.RightButton:
            return  # the menu is about the class under the mouse; the filter stays
        self._before_press = self.chosen()
        super().mousePressEvent(event)

    def startDrag(self, actions: Qt.DropAction) -> None:
        dragged = self.currentIndex()
        self.choose(self._before_press)  # the press began a drag, not a filter
        if dragged.isValid():
            drag = QDrag(self)
            drag.setMimeData(self._rows.mimeData([dragged]))
            drag.exec(actions)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pressed, held = event.key(), event.modifiers()
        steps = (s for s, keys in MOVE_KEYS.items() if keys.key() == pressed and keys.keyboardModifiers() & held)
        step = next(steps, None)
        if step is not None:
            self.move_current(step)
        else:
            super().keyPressEvent(event)

    def move_current(self, step: int) -> None:
        """Move the current class up (-1) or down (1) in the order."""
        row = self.currentIndex().row()
        if row >= 0 and 0 <= row + step < len(self._rows.counts):
            self._move(row, row + step + (step > 0))

    def _move(self, row: int, before: int) -> None:
        ids = [count.cls.id for count in self._rows.counts]
        moved = ids.pop(row)
        ids.insert(before - (before > row), moved)
        if ids != [count.cls.id for count in self._rows.counts]:
            self.order_wanted.emit(ids)

    def _menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if index.isValid():
            self.menu_wanted.emit(self._rows.counts[index.row()].cls.id, self.viewport().mapToGlobal(place))
