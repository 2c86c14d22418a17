"""Table of the gains of classes from one run to another, sortable by every column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from engine.figures import are_few, share
from gui import theme
from gui.review.class_table import ClassTable
from gui.texts import Texts
from gui.widgets.table import VALUE, Column, Index

GainColumns = Texts("GainColumns")

if TYPE_CHECKING:
    from engine.review.compare import ClassGain

PADDING = 14  # pixels right of a number
GAIN = 4  # the column


def signed(points: float) -> str:
    """A difference of shares in percentage points, with its sign: `+1.5`, `−0.3`, `0.0`."""
    shown = f"{abs(100 * points):.1f}"
    return shown if float(shown) == 0 else f"{'+' if points > 0 else '−'}{shown}"  # a real minus


def _share(right: int, gain: ClassGain) -> str:
    return share(right / gain.images, gain.images)


def _difference(gain: ClassGain) -> str:
    """In points; of few images as how many of them it is."""
    if not are_few(gain.images):
        return signed(_gain(gain))
    more = gain.after - gain.before
    return f"{'+' if more > 0 else '−' if more < 0 else ''}{abs(more)}"


def _before(gain: ClassGain) -> float:
    return gain.before / gain.images


def _after(gain: ClassGain) -> float:
    return gain.after / gain.images


def _gain(gain: ClassGain) -> float:
    return _after(gain) - _before(gain)


def _columns() -> list[Column]:
    judged = GainColumns.tr("How many images of this class both runs judged")
    first = GainColumns.tr("How many of them the first run recognised")
    second = GainColumns.tr("How many of them the second run recognises")
    return [
        Column(GainColumns.tr("Class"), lambda gain: gain.name),
        Column(GainColumns.tr("Images"), lambda gain: gain.images, tip=judged, number=True),
        Column(GainColumns.tr("Before"), _before, lambda gain: _share(gain.before, gain), tip=first, number=True),
        Column(GainColumns.tr("After"), _after, lambda gain: _share(gain.after, gain), tip=second, number=True),
        Column(
            GainColumns.tr("Gain"),
            _gain,
            _difference,
            tip=GainColumns.tr("The difference in percentage points; of fewer than 30 images, in images"),
            number=True,
        ),
    ]


class _GainDelegate(QStyledItemDelegate):
    """The difference over a bar that goes to the right for a gain and to the left for a loss."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colours, value = theme.current(), float(index.data(VALUE))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, colours.accent_soft)
        inner = option.rect.adjusted(8, 4, -PADDING, -4)
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

    def __init__(self) -> None:
        super().__init__("class gains", GainColumns.tr("What each class gained"), _columns(), PADDING)
        self.sortByColumn(GAIN, Qt.SortOrder.DescendingOrder)
        self._size_columns()
        self.setMinimumWidth(self.fontMetrics().height() * 34)  # every column is seen; names are cut first
        self.setItemDelegateForColumn(GAIN, _GainDelegate(self))
        self.selectionModel().selectionChanged.connect(self._on_selection)

    def _size_columns(self) -> None:
        wide, heads = self.fontMetrics().horizontalAdvance, self.heads()
        arrow = self.fontMetrics().height() + PADDING
        for column, longest in ((1, "1,000,000"), (2, "100.0 %"), (3, "100.0 %"), (GAIN, signed(-1.0))):
            self.setColumnWidth(column, max(wide(longest) + PADDING, wide(heads[column]) + arrow) + PADDING)

    def show_gains(self, gains: Sequence[ClassGain]) -> None:
        self.show_rows(gains)

    def choose(self, name: str) -> None:
        """Choose the class of that name, none where there is no such class."""
        self.choose_where(lambda gain: gain.name == name)

    def _on_selection(self) -> None:
        self.class_chosen.emit(next((gain.name for gain in self.chosen()), ""))
