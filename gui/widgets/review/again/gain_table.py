"""Which classes gained from one run to another, sortable by every column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gui import theme
from gui.widgets.charts import export, scales

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
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.gains: list[ClassGain] = []
        tr = parent.tr
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

    def values(self, row: int) -> tuple[str, int, float, float, float]:
        g = self.gains[row]
        before, after = g.before / g.images, g.after / g.images
        return g.name, g.images, before, after, after - before

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column = index.column()
        value = self.values(index.row())[column]
        if role == VALUE:
            return value.casefold() if isinstance(value, str) else value
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
        self.gains = list(gains)
        self.endResetModel()


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


class GainTable(QTableView):
    """`class_chosen` gives the name of the chosen class, "" when none is."""

    class_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gains = _Gains(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._gains)
        self._sorted.setSortRole(VALUE)
        self.setModel(self._sorted)
        self.setAccessibleName(self.tr("What each class gained"))
        self.setSortingEnabled(True)
        self.sortByColumn(GAIN, Qt.SortOrder.DescendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setStyleSheet(
            "QTableView { border: 0; }"
            f"QHeaderView::section {{ padding-right: {ROOM}px; }} QTableView::item {{ padding-right: {ROOM}px; }}"
        )
        self.setWordWrap(False)
        self.setTextElideMode(
            Qt.TextElideMode.ElideMiddle
        )  # names differ at their ends as often as at their beginnings
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(round(self.fontMetrics().height() * 2.2))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(self.fontMetrics().height() * 4)
        self.setMinimumWidth(self.fontMetrics().height() * 34)  # every column is seen; names are cut first
        self.setItemDelegateForColumn(GAIN, _GainDelegate(self))
        self.selectionModel().selectionChanged.connect(self._on_selection)
        export.offer(self, "class gains", rows=self.rows)

    def show_gains(self, gains: Sequence[ClassGain]) -> None:
        self._gains.show(gains)

    def choose(self, name: str) -> None:
        """Choose the class of that name, none where there is no such class."""
        for row in range(self._sorted.rowCount()):
            if self._gains.gains[self._source_row(row)].name == name:
                self.selectRow(row)
                return
        self.clearSelection()

    def rows(self) -> list[list[object]]:
        """The table as it is sorted now, with numbers as numbers."""
        order = [self._source_row(row) for row in range(self._sorted.rowCount())]
        return [list(self._gains.heads), *(list(self._gains.values(row)) for row in order)]

    def _source_row(self, row: int) -> int:
        return self._sorted.mapToSource(self._sorted.index(row, 0)).row()

    def _on_selection(self) -> None:
        rows = self.selectionModel().selectedRows()
        self.class_chosen.emit(self._gains.gains[self._source_row(rows[0].row())].name if rows else "")
