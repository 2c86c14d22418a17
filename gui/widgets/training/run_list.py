"""The runs of a project, newest first, two lines each: what it was and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui import theme
from gui.widgets import wording
from gui.widgets.charts import export, scales
from gui.widgets.run_words import run_details, run_words, state_words

if TYPE_CHECKING:
    from engine.training.runs import RunRecord

Index = QModelIndex | QPersistentModelIndex
RUN = Qt.ItemDataRole.UserRole


class RunModel(QAbstractListModel):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.runs: list[RunRecord] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self.runs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        run = self.runs[index.row()]
        if role == RUN:
            return run
        if role == Qt.ItemDataRole.DisplayRole:
            return run_words(run)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{run_words(run)}, {run_details(run)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(line for line in (run.name, run_details(run), run.error or "") if line)
        return None

    def show(self, runs: Sequence[RunRecord]) -> None:
        self.beginResetModel()
        self.runs = list(runs)
        self.endResetModel()


class RunDelegate(QStyledItemDelegate):
    """Sign of the state, name of the recipe and the accuracy; below, small, when and how it ended."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(160, round(option.fontMetrics.height() * 3.0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        run, colours = index.data(RUN), theme.current()
        row = QRect(option.rect).adjusted(0, 1, 0, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent_soft if selected else colours.raised)
            painter.drawRoundedRect(row, 6, 6)
        bold, small = QFont(option.font), QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        small.setPointSizeF(small.pointSizeF() * 0.9)
        sign, _, token = state_words(run.state)
        metrics = QFontMetrics(bold)
        top = row.top() + (row.height() - metrics.height() - QFontMetrics(small).height() - 3) // 2
        line = QRect(row.left() + colours.S, top, row.width() - 2 * colours.S, metrics.height())
        self._text(painter, line, bold, sign, QColor(getattr(colours, token)), Qt.AlignmentFlag.AlignLeft)
        inner = line.adjusted(round(metrics.height() * 1.4), 0, 0, 0)
        accuracy = "" if run.validation_accuracy is None else scales.percent(run.validation_accuracy)
        self._text(painter, inner, bold, accuracy, colours.text, Qt.AlignmentFlag.AlignRight)
        room = inner.adjusted(0, 0, -metrics.horizontalAdvance(accuracy) - colours.S, 0)
        self._text(painter, room, bold, wording.recipe(run.recipe), colours.text, Qt.AlignmentFlag.AlignLeft)
        below = inner.translated(0, metrics.height() + 3)
        self._text(painter, below, small, run_details(run), colours.muted, Qt.AlignmentFlag.AlignLeft)
        painter.restore()

    @staticmethod
    def _text(p: QPainter, rect: QRect, font: QFont, words: str, colour: QColor, side: Qt.AlignmentFlag) -> None:
        p.setFont(font)
        p.setPen(colour)
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        p.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, shown)


class RunList(QListView):
    """`chosen` gives the run that was clicked or reached with the arrow keys."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = RunModel(self)
        self.setModel(self._model)
        self.setItemDelegate(RunDelegate(self))
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Runs"))
        self.selectionModel().currentChanged.connect(self._on_current)
        export.offer(self, "runs", rows=self.rows)

    def show_runs(self, runs: Sequence[RunRecord]) -> None:
        """Show these; the chosen run stays chosen, without being told again, where it is still there."""
        before = self.current()
        self.selectionModel().blockSignals(True)
        self._model.show(runs)
        self.selectionModel().blockSignals(False)
        if before is not None:
            self.choose(before.name, tell=False)
        self.viewport().update()

    def runs(self) -> list[RunRecord]:
        return self._model.runs

    def current(self) -> RunRecord | None:
        index = self.currentIndex()
        return self._model.runs[index.row()] if index.isValid() and index.row() < len(self._model.runs) else None

    def choose(self, name: str, *, tell: bool = True) -> None:
        for row, run in enumerate(self._model.runs):
            if run.name == name:
                self.selectionModel().blockSignals(not tell)
                self.setCurrentIndex(self._model.index(row))
                self.selectionModel().blockSignals(False)
                self.viewport().update()

    def choose_none(self) -> None:
        self.selectionModel().blockSignals(True)
        self.setCurrentIndex(QModelIndex())
        self.clearSelection()
        self.selectionModel().blockSignals(False)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._model.runs:
            painter = QPainter(self.viewport())
            painter.setPen(theme.current().muted)
            words = self.tr("No runs yet. Each training stays here with its curves, its log and its model.")
            room = self.viewport().rect().adjusted(0, theme.current().S, -theme.current().S, 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap, words)
            painter.end()

    def rows(self) -> list[list[object]]:
        head: list[object] = ["run", "recipe", "state", "created", "epochs", "best epoch", "validation accuracy"]
        body: list[list[object]] = [
            [r.name, r.recipe, r.state, r.created, r.epochs, r.best_epoch, r.validation_accuracy] for r in self.runs()
        ]
        return [head, *body]

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self._model.runs[current.row()])
