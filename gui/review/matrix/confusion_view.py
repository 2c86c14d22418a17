"""The confusion matrix: true classes in rows, predicted ones in columns. A click on a cell asks to see its images."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy, QStyle, QToolTip

from engine.review.gallery import Area
from gui import theme
from gui.review.matrix.counts import OF_PREDICTED, Matrix
from gui.review.matrix.paint import Cell, Grid, MatrixPainter, layout
from gui.widgets import wording
from gui.widgets.charts import export, scales
from gui.widgets.keycap import paint_focus_frame

STEP = 1.25  # of one zoom
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class ConfusionView(QAbstractScrollArea):
    """Fits into its place as long as its names can be read, then scrolls with its headers kept in sight; of very many
    classes it shows all, with some of their names.

    A click chooses a cell, or by a header a row or column; dragging, or Shift and arrows, chooses all between. Arrows
    move, Return chooses, Shift+Space chooses the row, Ctrl+Space the column. Ctrl and the wheel, + and - zoom, 0 shows
    all of it.

    The lasso is a rectangle of cells: what belongs together is a set of true by a set of predicted classes, which the
    order "similar together" brings side by side. A free form would choose pairs of classes with nothing in common, for
    which title, report and CSV have no words.

    `filter_changed` gives the chosen `Area`, None for all. Classes are named by their index, whatever their order.
    """

    accessible_role = QAccessible.Role.Table

    filter_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._matrix = Matrix()
        self._grid = Grid(0, 1.0, 0.0, 0.0, rotated=False, font=self.font())
        self.current: Cell | None = None
        self._selected: Area | None = None
        self._anchor: Cell | None = None  # where a drag, or a choice by Shift and arrows, began
        self._dragged: Area | None = None  # while the button is held
        self._cell: float | None = None  # pixels of a cell, None for as many as there is room for
        self._whole = False  # all of it is wanted in sight, read or not
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Confusion matrix"))
        self.viewport().setMouseTracking(True)
        export.offer(self, "confusion matrix", paint=self.paint_picture, rows=self.rows)
        theme.notifier().changed.connect(self.viewport().update)

    @property
    def grid(self) -> Grid:
        """Return where its cells and names stand."""
        return self._grid

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(line * 32, line * 32)

    def minimumSizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(line * 16, line * 14)

    # What is shown

    def set_matrix(self, names: Sequence[str], counts: object) -> None:
        """Show these counts (square, rows by true class). What is chosen stays so while the classes are the same."""
        before, self._matrix = self._matrix, Matrix(names, counts)
        self._matrix.set_units(before.units)
        if self._matrix.names == before.names:
            self._matrix.show_classes(before.order)
        else:
            self.current = self._selected = self._anchor = self._cell = None
            self._whole = False
        right = wording.of_images(self._matrix.right, sum(self._matrix.true_totals))
        words = self.tr("{0}, {1} right").format(wording.classes(len(names)), right)
        self.setAccessibleDescription(words)
        self._fit()

    def show_classes(self, order: Sequence[int]) -> None:
        """Show these classes, in this order."""
        if list(order) == self._matrix.order:
            return
        self._matrix.show_classes(order)
        self.current = self._anchor = None
        if self._selected is not None and any(len(some or ()) > 1 for some in self._selected):
            self.select(None)  # what stood together is scattered now
        self._fit()

    @property
    def order(self) -> list[int]:
        return list(self._matrix.order)

    @property
    def units(self) -> str:
        return self._matrix.units

    def set_units(self, units: str) -> None:
        """Show counts, or per cent of the true or of the predicted class: `COUNTS`, `OF_TRUE` or `OF_PREDICTED`."""
        self._matrix.set_units(units)
        self.viewport().update()

    @property
    def selected(self) -> Area | None:
        return self._selected

    def select(self, area: Area | None) -> None:
        """Choose cells: those of some true and some predicted classes, None for all of them; or nothing."""
        if area != self._selected:
            self._selected = area
            self.viewport().update()
            self.filter_changed.emit(area)

    def cell_rect(self, true: int, predicted: int) -> QRect:
        """Return where a cell stands in the viewport now."""
        place = self._matrix.place
        return self._grid.rect(place[true], place[predicted]).translated(-self._dx(), -self._dy()).toRect()

    def rows(self) -> list[list[object]]:
        """Return what is shown as a table with names in its first row and column: counts, or shares from 0 to 1."""
        return self._matrix.rows(self.tr("true \\ predicted"))

    def _dx(self) -> int:
        return self.horizontalScrollBar().value()

    def _dy(self) -> int:
        return self.verticalScrollBar().value()

    def _shown_names(self) -> list[str]:
        return [self._matrix.names[c] for c in self._matrix.order]

    def _fit(self) -> None:
        size = self.maximumViewportSize()
        names = self._shown_names()
        grid = self._grid = layout(names, size.width(), size.height(), self.font(), self._cell, whole=self._whole)
        across, down = size.width() - grid.left, size.height() - grid.top
        thick = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        if grid.side > down:
            across -= thick
        if grid.side > across:
            down -= thick
        for bar, inside in ((self.horizontalScrollBar(), across), (self.verticalScrollBar(), down)):
            bar.setRange(0, max(0, math.ceil(grid.side - inside)))
            bar.setPageStep(max(1, int(inside)))
            bar.setSingleStep(max(1, int(grid.cell)))
        self.viewport().update()

    # Zoom

    def zoom_in(self) -> None:
        self._zoom(STEP)

    def zoom_out(self) -> None:
        self._zoom(1 / STEP)

    def fit(self) -> None:
        """Show all of it; a second time as large as its names ask for."""
        self._whole = self._cell is not None or not self._whole
        self._cell = None
        self._fit()

    def _zoom(self, factor: float, at: QPoint | None = None) -> None:
        """Make the cells so much larger; what is under `at` (the middle, without it) keeps its place."""
        if not len(self._matrix):
            return
        size, line = self.maximumViewportSize(), self.fontMetrics().height()
        least = layout(self._shown_names(), size.width(), size.height(), self.font(), whole=True).cell
        old, place = self._grid, at or self.viewport().rect().center()
        self._cell, self._whole = min(max(old.cell * factor, least), max(line * 8.0, old.cell)), False
        across = (place.x() - old.left + self._dx()) / old.cell
        down = (place.y() - old.top + self._dy()) / old.cell
        self._fit()
        grid = self._grid
        self.horizontalScrollBar().setValue(round(across * grid.cell - (place.x() - grid.left)))
        self.verticalScrollBar().setValue(round(down * grid.cell - (place.y() - grid.top)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & CONTROL:
            self._zoom(STEP ** (event.angleDelta().y() / 120), event.position().toPoint())
            event.accept()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    # Painting

    def _painter(self, painter: QPainter, grid: Grid) -> MatrixPainter:
        words = (self.tr("true"), self.tr("predicted"))
        return MatrixPainter(painter, grid, self._matrix, theme.current(), self.font(), words)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not len(self._matrix):
            return
        painter = QPainter(self.viewport())
        area = QRectF(self.viewport().rect())
        chosen = self._dragged or self._selected
        self._painter(painter, self._grid).paint(area, self._dx(), self._dy(), self.current, chosen)
        if self.hasFocus() and self.current is None:  # else the current cell is seen
            paint_focus_frame(painter, area)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def paint_picture(self, painter: QPainter, rect: QRect) -> None:
        """Paint all of it into `rect`, for a file."""
        margin = self.fontMetrics().height()
        area = QRectF(rect).adjusted(0, 0, -2 * margin, -2 * margin)
        grid = layout(self._shown_names(), area.width(), area.height(), self.font(), whole=True)
        painter.translate(margin, margin)
        self._painter(painter, grid).paint(area, 0, 0, None, None)

    # The mouse

    def _class(self, index: int | None) -> int | None:
        return None if index is None else self._matrix.order[index]

    def _cell_at(self, point: QPoint) -> Cell | None:
        found = self._grid.at(point.x(), point.y(), self._dx(), self._dy())
        return None if found is None else (self._class(found[0]), self._class(found[1]))

    def _between(self, one: Cell, other: Cell) -> Area:
        """Return all that lies between two cells, or between two headers of the same side."""

        def some(first: int | None, last: int | None) -> tuple[int, ...] | None:
            if first is None or last is None:
                return None
            places = sorted((self._matrix.place[first], self._matrix.place[last]))
            return tuple(sorted(self._matrix.order[places[0] : places[1] + 1]))

        return some(one[0], other[0]), some(one[1], other[1])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        cell = self._cell_at(point)
        if event.buttons() & Qt.MouseButton.LeftButton and self._anchor is not None:
            self._drag(point)
        elif cell != self.current:
            self.current = cell
            self.viewport().update()
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if cell else Qt.CursorShape.ArrowCursor)
        text = self.describe(cell) if cell else ""
        QToolTip.showText(event.globalPosition().toPoint(), text, self.viewport())

    def _drag(self, point: QPoint) -> None:
        """Choose from where the drag began up to the cell nearest to the mouse."""
        assert self._anchor is not None
        row, column = self._grid.nearest(point.x(), point.y(), self._dx(), self._dy())
        here = tuple(
            None if begun is None else self._class(place)
            for begun, place in zip(self._anchor, (row, column), strict=True)
        )
        area = self._between(self._anchor, (here[0], here[1]))
        if area != self._dragged:
            self._dragged = area
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        if self.current is not None:
            self.current = None
            self.viewport().update()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        cell = self._cell_at(event.position().toPoint())
        if cell is None:
            self._anchor = None
            self.select(None)
        elif event.modifiers() & SHIFT and self._anchor is not None and _same_side(cell, self._anchor):
            self._dragged = self._between(self._anchor, cell)
        else:
            self._anchor, self._dragged = cell, self._between(cell, cell)
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        area, self._dragged = self._dragged, None
        if area is not None:
            self._toggle(area)
        self.viewport().update()
        event.accept()  # the press was for this widget, so the release is not for what lies under it

    def _toggle(self, area: Area) -> None:
        self.select(None if area == self._selected else area)

    # The keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        if key in _STEPS and len(self._matrix):
            self._move(_STEPS[key], extend=bool(modifiers & SHIFT))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.current is not None:
            row, column = self.current
            if key == Qt.Key.Key_Space and modifiers & SHIFT:
                column = None
            elif key == Qt.Key.Key_Space and modifiers & CONTROL:
                row = None
            self._anchor = (row, column)
            self._toggle(self._between(self._anchor, self._anchor))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_in()
        elif key == Qt.Key.Key_Minus:
            self.zoom_out()
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_Escape and self._selected is not None:
            self.select(None)
        else:
            super().keyPressEvent(event)

    def _move(self, step: tuple[int, int], *, extend: bool) -> None:
        """Go to the next cell; with `extend` all between is chosen."""
        last, places = len(self._matrix) - 1, self._matrix.place
        if self.current is None:
            row = column = 0
        else:
            row, column = (places.get(c, 0) if c is not None else 0 for c in self.current)
            row, column = min(max(row + step[0], 0), last), min(max(column + step[1], 0), last)
        before = self.current
        self.current = here = (self._matrix.order[row], self._matrix.order[column])
        if extend:
            if self._anchor is None or None in self._anchor:
                self._anchor = here if before is None or None in before else before
            self.select(self._between(self._anchor, here))
        else:
            self._anchor = None
        self.setAccessibleDescription(self.describe(here))
        self._scroll_to(row, column)
        self.viewport().update()

    def _scroll_to(self, row: int, column: int) -> None:
        for bar, place in ((self.horizontalScrollBar(), column), (self.verticalScrollBar(), row)):
            low, high = int(place * self._grid.cell), int((place + 1) * self._grid.cell) + 1
            bar.setValue(min(max(bar.value(), high - bar.pageStep()), low))

    def describe(self, cell: Cell) -> str:
        """Return what a cell or header stands for, as its tooltip says it."""
        row, column = cell
        matrix = self._matrix
        if row is None or column is None:
            index = row if row is not None else column
            assert index is not None
            right = matrix.count(index, index)
            total = matrix.true_totals[index] if row is not None else matrix.predicted_totals[index]
            text = (
                self.tr("{0}: {1} recognised ({2})") if row is not None else self.tr("Predicted {0}: {1} right ({2})")
            )
            share = scales.percent(right / total if total else 0.0)
            return text.format(matrix.names[index], wording.of_images(right, total), share)
        text = self.tr("True {0} → predicted {1}\n{2} ({3})")
        if row == column:
            text = self.tr("{0}, recognised\n{2} ({3})")
        elif matrix.units == OF_PREDICTED:
            text = self.tr("True {0} → predicted {1}\n{2} predicted so ({3})")
        count, total = matrix.count(row, column), matrix.total(row, column)
        share = scales.percent(matrix.share(row, column))
        return text.format(matrix.names[row], matrix.names[column], wording.of_images(count, total), share)


def _same_side(one: Cell, other: Cell) -> bool:
    """Return whether two places are both cells, both headers of rows, or both headers of columns."""
    return [c is None for c in one] == [c is None for c in other]
