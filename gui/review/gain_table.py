"""Which classes gained from one run to another, sortable by every column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui import theme
from gui.review.class_table import ClassTable
from gui.widgets.charts import export, scales
from gui.widgets.parts import choose_row

if TYPE_CHECKING:
    from engine.review.compare import ClassGain

Index = QModelIndex | QPersistentModelIndex
VALUE = Qt.ItemDataRole.UserRole
ROOM = 14  # pixels right of a number
GAIN = 4  # the column


def signed(points: float) -> str:
    """A difference of shares in percentage points, with its sign: `+1.5`, `−0.3`, `0.0`."""
    shown = f"{abs(100 * points):.1f}"
    return shown if float(shown) == 0 else f"{'+' if points > 0 else '−'}{shown}"  # a real minus


class _Gains(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self.gains: list[ClassGain] = []  # in the order of the rows
        self._by = GAIN, Qt.SortOrder.DescendingOrder
        tr = self.tr
        self.heads = (tr("Class"), tr("Images"), tr("Before"), tr("After"), tr("Gain"))
        self._tips = (
            "",
            tr("How many images of this class both runs judged"),
            tr("How many of them the first run recognised"),
            tr("How many of them the second run recognises"),
            tr("The difference, in percentage points"),
        )

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self.gains)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column = index.column()
        value = _values(self.gains[index.row()])[column]
        if role == VALUE:
            return value
        if role == Qt.ItemDataRole.DisplayRole:
            if isinstance(value, float):
                return signed(value) if column == GAIN else scales.percent(value)
            return value if isinstance(value, str) else f"{value:,}"
        if role == Qt.ItemDataRole.ToolTipRole and column == 0:
            return value
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tips[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if section == 0 else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return self.heads[section] if role == Qt.ItemDataRole.DisplayRole else None

    def show(self, gains: Sequence[ClassGain]) -> None:
        self.beginResetModel()
        self.gains = self._arranged(gains)
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """In here and not in a model between, which would ask for every value of a thousand classes many times."""
        self._by = column, order
        self.layoutAboutToBeChanged.emit()
        kept = [(index, self.gains[index.row()].name) for index in self.persistentIndexList()]
        self.gains = self._arranged(self.gains)
        place = {gain.name: row for row, gain in enumerate(self.gains)}
        for index, name in kept:
            self.changePersistentIndex(index, self.index(place[name], index.column()))
        self.layoutChanged.emit()

    def _arranged(self, gains: Sequence[ClassGain]) -> list[ClassGain]:
        column, order = self._by

        def key(gain: ClassGain) -> str | float:
            value = _values(gain)[column]
            return value.casefold() if isinstance(value, str) else value

        return sorted(gains, key=key, reverse=order == Qt.SortOrder.DescendingOrder)


def _values(g: ClassGain) -> tuple[str, int, float, float, float]:
    before, after = g.before / g.images, g.after / g.images
    return g.name, g.images, before, after, after - before


class _GainDelegate(QStyledItemDelegate):
    """The difference over a bar that goes to the right for a gain and to the left for a loss."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colours, value = theme.current(), float(index.data(VALUE))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, colours.accent_soft)
        inner = option.rect.adjusted(8, 4, -ROOM, -4)
        painter.setPen(colours.positive if value > 0 else colours.negative if value < 0 else colours.muted)
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        track = QRectF(inner.left(), option.rect.bottom() - 5, inner.width(), 3)
        middle = track.center().x()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.sunken)
        painter.drawRoundedRect(track, 1.5, 1.5)
        wide = abs(value) * track.width() / 2
        bar = QRectF(middle if value > 0 else middle - wide, track.top(), wide, track.height())
        painter.setBrush(colours.positive if value > 0 else colours.negative)
        painter.drawRoundedRect(bar, 1.5, 1.5)
        painter.restore()


class GainTable(ClassTable):
    """`class_chosen` gives the name of the chosen class, "" when none is."""

    class_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._gains = _Gains()
        super().__init__(self._gains, ROOM, parent)
        self._gains.setParent(self)
        self.setAccessibleName(self.tr("What each class gained"))
        self.sortByColumn(GAIN, Qt.SortOrder.DescendingOrder)
        self._size_columns()
        self.setMinimumWidth(self.fontMetrics().height() * 34)  # every column is seen; names are cut first
        self.setItemDelegateForColumn(GAIN, _GainDelegate(self))
        self.selectionModel().selectionChanged.connect(self._on_selection)
        export.offer(self, "class gains", rows=self.rows)

    def _size_columns(self) -> None:
        wide = self.fontMetrics().horizontalAdvance
        arrow = self.fontMetrics().height() + ROOM
        for column, longest in ((1, "1,000,000"), (2, "100.0 %"), (3, "100.0 %"), (GAIN, signed(-1.0))):
            self.setColumnWidth(column, max(wide(longest) + ROOM, wide(self._gains.heads[column]) + arrow) + ROOM)

    def show_gains(self, gains: Sequence[ClassGain]) -> None:
        self._gains.show(gains)

    def choose(self, name: str) -> None:
        """Choose the class of that name, none where there is no such class."""
        row = next((row for row, gain in enumerate(self._gains.gains) if gain.name == name), None)
        if row is None:
            self.clearSelection()
        else:
            choose_row(self, row)

    def rows(self) -> list[list[object]]:
        """The table as it is sorted now, with numbers as numbers."""
        return [list(self._gains.heads), *(list(_values(gain)) for gain in self._gains.gains)]

    def _on_selection(self) -> None:
        rows = self.selectionModel().selectedRows()
        self.class_chosen.emit(self._gains.gains[rows[0].row()].name if rows else "")
