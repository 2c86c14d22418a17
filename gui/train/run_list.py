"""The runs of a project, two lines each: what it was and how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPaintDevice, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from engine.training.runs.records import is_checked_otherwise
from gui import theme
from gui.widgets import wording
from gui.widgets.charts import export
from gui.widgets.lists import choose_row, paint_row, painted_rows
from gui.widgets.run_words import (
    accuracy_words,
    better_words,
    run_details,
    run_title,
    run_words,
    share_words,
    state_words,
)

if TYPE_CHECKING:
    from engine.training.runs.records import RunRecord

Index = QModelIndex | QPersistentModelIndex
RUN, CHANGED, BESIDE = (Qt.ItemDataRole(Qt.ItemDataRole.UserRole + number) for number in range(3))


class RunModel(QAbstractListModel):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.runs: list[RunRecord] = []
        self.everything: Sequence[RunRecord] = ()  # all runs of the project, newest first
        self.changed: Mapping[str, str] = {}  # by name: what changed in the project since that run

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self.runs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        run = self.runs[index.row()]
        changed = self.changed.get(run.name, "")
        if role == RUN:
            return run
        if role == BESIDE:
            return self.everything
        if role == CHANGED:
            return changed
        if role == Qt.ItemDataRole.DisplayRole:
            return run_words(run, self.everything)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            starred = self.tr("starred") if run.starred else ""
            return ", ".join(
                part
                for part in (
                    run_words(run, self.everything),
                    better_words(run, self.everything),
                    starred,
                    run_details(run),
                    changed,
                    run.note,
                )
                if part
            )
        if role == Qt.ItemDataRole.ToolTipRole:
            lines = (run.name, run_details(run), accuracy_words(run), run.error or "", changed, run.note)
            return "\n".join(line for line in lines if line)
        return None

    def show(self, runs: Sequence[RunRecord]) -> None:
        self.beginResetModel()
        self.runs = list(runs)
        self.endResetModel()

    def place(self, name: str) -> QModelIndex:
        """Where the run of that name is; an invalid index where it is not."""
        return next((self.index(row) for row, run in enumerate(self.runs) if run.name == name), QModelIndex())


class RunDelegate(QStyledItemDelegate):
    """Sign of the state, star, name and the accuracy; below, small, when and how it ended and its note."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stars: dict[tuple[str, int, float], QPixmap] = {}

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(160, round(option.fontMetrics.height() * 3.0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        run, colours = index.data(RUN), theme.current()
        painter.save()
        row = paint_row(painter, option)
        bold, small = QFont(option.font), QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        small.setPointSizeF(small.pointSizeF() * 0.9)
        sign, _, token = state_words(run.state)
        metrics = QFontMetrics(bold)
        top = row.top() + (row.height() - metrics.height() - QFontMetrics(small).height() - 3) // 2
        line = QRect(row.left() + colours.S, top, row.width() - 2 * colours.S, metrics.height())
        self._text(painter, line, bold, sign, QColor(getattr(colours, token)), Qt.AlignmentFlag.AlignLeft)
        inner = line.adjusted(round(metrics.height() * 1.4), 0, 0, 0)
        others = is_checked_otherwise(run, index.data(BESIDE))
        accuracy, font = share_words(run, index.data(BESIDE)), small if others else bold
        colour = colours.muted if others else colours.text
        self._text(painter, inner, font, accuracy, colour, Qt.AlignmentFlag.AlignRight)
        room = inner.adjusted(0, 0, -QFontMetrics(font).horizontalAdvance(accuracy) - colours.S, 0)
        if run.starred:
            side = metrics.height()
            painter.drawPixmap(room.left(), room.top(), self._star(colours.warning, side, painter.device()))
            room.setLeft(room.left() + side + colours.XS)
        self._text(painter, room, bold, run_title(run), colours.text, Qt.AlignmentFlag.AlignLeft)
        below = inner.translated(0, metrics.height() + 3)
        changed = str(index.data(CHANGED))
        if changed:
            self._text(painter, below, small, changed, colours.warning, Qt.AlignmentFlag.AlignRight)
            below.setRight(below.right() - QFontMetrics(small).horizontalAdvance(changed) - colours.S)
        known, images = run.validation_accuracy, run.validation_images
        counted_on = wording.interval_of(known, images) if known is not None and not others else ""
        better = better_words(run, index.data(BESIDE))
        parts = (counted_on, better, run_details(run), run.note.partition("\n")[0])
        words = "  ·  ".join(part for part in parts if part)
        self._text(painter, below, small, words, colours.muted, Qt.AlignmentFlag.AlignLeft)
        painter.restore()

    def _star(self, colour: QColor, side: int, device: QPaintDevice) -> QPixmap:
        """Drawn once for each colour and size, not for each row of each frame."""
        wanted = colour.name(), side, device.devicePixelRatioF()
        if wanted not in self._stars:
            self._stars = {wanted: theme.pixmap("star-full", colour, side, wanted[2])}
        return self._stars[wanted]

    @staticmethod
    def _text(p: QPainter, rect: QRect, font: QFont, words: str, colour: QColor, side: Qt.AlignmentFlag) -> None:
        p.setFont(font)
        p.setPen(colour)
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        p.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, shown)


class RunList(QListView):
    """`chosen` gives the run that was clicked or reached with the arrow keys; several are chosen with Shift or Ctrl."""

    chosen = Signal(object)
    several_chosen = Signal(list)  # all runs that are selected, in the order of the list; also a single one
    settled = Signal()  # other runs or another choice, also where the choice is not told

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = RunModel(self)
        self.setModel(self._model)
        self.setItemDelegate(RunDelegate(self))
        painted_rows(self)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setAccessibleName(self.tr("Runs"))
        self.nothing = self.tr("No runs yet. Each training stays here with its curves, its log and its model.")
        self.selectionModel().currentChanged.connect(self._on_current)
        self.selectionModel().selectionChanged.connect(self._on_selection)
        export.offer(self, "runs", rows=self.rows)

    def show_runs(self, runs: Sequence[RunRecord], everything: Sequence[RunRecord] = ()) -> None:
        """Show these, of all that there are, newest first; chosen runs stay chosen, without being told again, where
        they are still there.
        """
        self._model.everything = everything or runs
        before, selected = self.current(), [run.name for run in self.selected()]
        self.selectionModel().blockSignals(True)
        self._model.show(runs)
        if before is not None:
            place = self._model.place(before.name)
            self.selectionModel().setCurrentIndex(place, QItemSelectionModel.SelectionFlag.NoUpdate)
        found = QItemSelection()
        for place in filter(QModelIndex.isValid, map(self._model.place, selected)):
            found.select(place, place)
        self.selectionModel().select(found, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.selectionModel().blockSignals(False)
        self.viewport().update()
        self.settled.emit()

    def show_changes(self, changed: Mapping[str, str]) -> None:
        """What changed in the project since a run, by its name."""
        self._model.changed = changed
        self.viewport().update()

    def runs(self) -> list[RunRecord]:
        return self._model.runs

    def current(self) -> RunRecord | None:
        index = self.currentIndex()
        return self._model.runs[index.row()] if index.isValid() and index.row() < len(self._model.runs) else None

    def selected(self) -> list[RunRecord]:
        """All runs that are selected, in the order of the list."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._model.runs[row] for row in rows if row < len(self._model.runs)]

    def choose(self, name: str, *, tell: bool = True) -> None:
        place = self._model.place(name)
        if place.isValid():
            self.selectionModel().blockSignals(not tell)
            choose_row(self, place.row())
            self.selectionModel().blockSignals(False)
            self.viewport().update()
            self.settled.emit()

    def choose_none(self) -> None:
        self.selectionModel().blockSignals(True)
        self.setCurrentIndex(QModelIndex())
        self.clearSelection()
        self.selectionModel().blockSignals(False)
        self.viewport().update()
        self.settled.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._model.runs:
            painter = QPainter(self.viewport())
            painter.setPen(theme.current().muted)
            room = self.viewport().rect().adjusted(0, theme.current().S, -theme.current().S, 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap, self.nothing)
            painter.end()

    def rows(self) -> list[list[object]]:
        """The table of all runs, as it is saved."""
        names = ["name", "title", "recipe", "state", "created", "epochs", "best_epoch", "validation_accuracy"]
        names += ["validation_loss", "validated_on", "seconds", "starred", "note"]
        head: list[object] = [name.replace("_", " ") for name in names]
        return [head, *([getattr(run, name) for name in names] for run in self.runs())]

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self._model.runs[current.row()])

    def _on_selection(self) -> None:
        self.several_chosen.emit(self.selected())
