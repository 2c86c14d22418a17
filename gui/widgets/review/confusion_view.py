"""The confusion matrix: true classes in rows, predicted ones in columns. A click on a cell asks to see its images."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy, QStyle, QToolTip, QWidget

from gui import theme
from gui.widgets import wording
from gui.widgets.charts import export, scales
from gui.widgets.review.confusion_paint import Cell, Grid, Matrix, MatrixPainter, layout

STEP = 1.25  # of one zoom
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class ConfusionView(QAbstractScrollArea):
    """Fits into its place as long as its names can be read, then scrolls with its headers kept in sight.

    Ctrl and the wheel, + and - zoom, 0 shows all of it.

    `filter_changed` tells the chosen true and predicted class, None for all: a cell gives both, a header one.
    """

    filter_changed = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._matrix = Matrix()
        self._grid = Grid(0, 1.0, 0.0, 0.0, rotated=False, font=self.font())
        self._current: Cell | None = None
        self._selected: Cell | None = None
        self._cell: float | None = None  # pixels of a cell, None for as many as there is room for
        self._whole = False  # all of it is wanted in sight, read or not
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Confusion matrix"))
        self.viewport().setMouseTracking(True)
        export.offer(self, "confusion matrix", paint=self._paint_picture, rows=self.rows)
        theme.notifier().changed.connect(self.viewport().update)

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(line * 32, line * 32)

    def minimumSizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(line * 16, line * 14)

    def set_matrix(self, names: Sequence[str], counts: Sequence[Sequence[int]]) -> None:
        """Show these counts. A chosen cell stays chosen as long as the classes are the same."""
        if list(names) != list(self._matrix.names):
            self._current = self._selected = self._cell = None
            self._whole = False
        totals = [sum(row) for row in counts]
        self._matrix = Matrix(list(names), counts, self._matrix.normalised, totals)
        right = sum(counts[i][i] for i in range(len(names)))
        words = self.tr("{0}, {1} right").format(wording.classes(len(names)), wording.of_images(right, sum(totals)))
        self.setAccessibleDescription(words)
        self._fit()

    @property
    def normalised(self) -> bool:
        return self._matrix.normalised

    def set_normalised(self, on: bool) -> None:
        """Show per cent of the true class instead of counts."""
        self._matrix.normalised = on
        self.viewport().update()

    @property
    def selected(self) -> Cell | None:
        return self._selected

    def select(self, cell: Cell | None) -> None:
        """Choose a cell, a row `(row, None)`, a column `(None, column)`, or nothing."""
        if cell != self._selected:
            self._selected = cell
            self.viewport().update()
            self.filter_changed.emit(*(cell or (None, None)))

    def cell_rect(self, row: int, column: int) -> QRect:
        """Where a cell stands in the viewport now."""
        return self._grid.rect(row, column).translated(-self._dx(), -self._dy()).toRect()

    def rows(self) -> list[list[object]]:
        """The counts as a table with names in its first row and column."""
        corner = self.tr("true \\ predicted")
        head: list[object] = [corner, *self._matrix.names]
        body = zip(self._matrix.names, self._matrix.counts, strict=True)
        return [head, *([name, *counts] for name, counts in body)]

    def _dx(self) -> int:
        return self.horizontalScrollBar().value()

    def _dy(self) -> int:
        return self.verticalScrollBar().value()

    def _fit(self) -> None:
        size = self.maximumViewportSize()
        grid = self._grid = layout(
            self._matrix.names, size.width(), size.height(), self.font(), self._cell, whole=self._whole
        )
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
        if not self._matrix.names:
            return
        size, line = self.maximumViewportSize(), self.fontMetrics().height()
        least = layout(self._matrix.names, size.width(), size.height(), self.font(), whole=True).cell
        old, place = self._grid, at or self.viewport().rect().center()
        self._cell, self._whole = min(max(old.cell * factor, least), max(line * 8.0, old.cell)), False
        across = (place.x() - old.left + self._dx()) / old.cell
        down = (place.y() - old.top + self._dy()) / old.cell
        self._fit()
        grid = self._grid
        self.horizontalScrollBar().setValue(round(across * grid.cell - (place.x() - grid.left)))
        self.verticalScrollBar().setValue(round(down * grid.cell - (place.y() - grid.top)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
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

    def _painter(self, painter: QPainter, grid: Grid) -> MatrixPainter:
        words = (self.tr("true"), self.tr("predicted"))
        return MatrixPainter(painter, grid, self._matrix, theme.current(), self.font(), words)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._matrix.names:
            return
        painter = QPainter(self.viewport())
        area = QRectF(self.viewport().rect())
        self._painter(painter, self._grid).paint(area, self._dx(), self._dy(), self._current, self._selected)
        painter.end()

    def _paint_picture(self, painter: QPainter, rect: QRect) -> None:
        margin = self.fontMetrics().height()
        area = QRectF(rect).adjusted(0, 0, -2 * margin, -2 * margin)
        grid = layout(self._matrix.names, area.width(), area.height(), self.font(), whole=True)
        painter.translate(margin, margin)
        self._painter(painter, grid).paint(area, 0, 0, None, None)

    def _cell_at(self, place: QPoint) -> Cell | None:
        return self._grid.at(place.x(), place.y(), self._dx(), self._dy())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position().toPoint())
        if cell != self._current:
            self._current = cell
            self.viewport().update()
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if cell else Qt.CursorShape.ArrowCursor)
        text = self.describe(cell) if cell else ""
        QToolTip.showText(event.globalPosition().toPoint(), text, self.viewport())

    def leaveEvent(self, event: QEvent) -> None:
        if self._current is not None:
            self._current = None
            self.viewport().update()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            cell = self._cell_at(event.position().toPoint())
            self.select(None if cell == self._selected else cell)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # the press was for this widget, so the release is not for what lies under it

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS and self._matrix.names:
            row, column = self._current or (0, 0)
            last = len(self._matrix.names) - 1
            row = min(max((row or 0) + _STEPS[key][0], 0), last) if self._current else 0
            column = min(max((column or 0) + _STEPS[key][1], 0), last) if self._current else 0
            self._current = (row, column)
            self.setAccessibleDescription(self.describe(self._current))
            self._scroll_to(row, column)
            self.viewport().update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._current is not None:
            self.select(None if self._current == self._selected else self._current)
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

    def _scroll_to(self, row: int, column: int) -> None:
        for bar, place in ((self.horizontalScrollBar(), column), (self.verticalScrollBar(), row)):
            low, high = int(place * self._grid.cell), int((place + 1) * self._grid.cell) + 1
            bar.setValue(min(max(bar.value(), high - bar.pageStep()), low))

    def describe(self, cell: Cell) -> str:
        """What a cell or header stands for, as its tooltip says it."""
        row, column = cell
        matrix = self._matrix
        if row is None or column is None:
            index = row if row is not None else column
            assert index is not None
            right = matrix.counts[index][index]
            total = matrix.totals[index] if row is not None else sum(r[index] for r in matrix.counts)
            text = (
                self.tr("{0}: {1} recognised ({2})") if row is not None else self.tr("Predicted {0}: {1} right ({2})")
            )
            share = scales.percent(right / total if total else 0.0)
            return text.format(matrix.names[index], wording.of_images(right, total), share)
        text = self.tr("True {0} → predicted {1}\n{2} ({3})")
        if row == column:
            text = self.tr("{0}, recognised\n{2} ({3})")
        count, total = matrix.counts[row][column], matrix.totals[row]
        share = scales.percent(matrix.share(row, column))
        return text.format(matrix.names[row], matrix.names[column], wording.of_images(count, total), share)
