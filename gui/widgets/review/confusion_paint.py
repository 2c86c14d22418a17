"""Where the cells and headers of a confusion matrix stand, and how they are painted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from gui.theme import Theme, mix, on
from gui.widgets.charts import scales

Cell = tuple[int | None, int | None]  # true class, predicted class; None stands for all of them
Area = tuple[tuple[int, ...] | None, tuple[int, ...] | None]  # several of each


@dataclass(slots=True)
class Matrix:
    """Counts with the true class in rows and the predicted one in columns, and how to show them."""

    names: Sequence[str] = ()
    counts: Sequence[Sequence[int]] = ()
    normalised: bool = False
    totals: Sequence[int] = ()  # of the rows

    def share(self, row: int, column: int) -> float:
        """How much of the true class was predicted so, from 0 to 1."""
        total = self.totals[row]
        return self.counts[row][column] / total if total else 0.0

    def text(self, row: int, column: int) -> str:
        count = self.counts[row][column]
        if not count:
            return ""
        if not self.normalised:
            return f"{count:,}"
        return scales.percent(self.share(row, column), 0 if self.share(row, column) >= 0.1 else 1).removesuffix(" %")


@dataclass(frozen=True, slots=True)
class Grid:
    """The place of everything, in pixels. Cells scroll; headers stay."""

    count: int
    cell: float
    left: float  # width of the row headers
    top: float  # height of the column headers
    rotated: bool
    font: QFont

    @property
    def side(self) -> float:
        return self.cell * self.count

    def rect(self, row: int, column: int) -> QRectF:
        return QRectF(self.left + column * self.cell, self.top + row * self.cell, self.cell, self.cell)

    def at(self, x: float, y: float, dx: float, dy: float) -> Cell | None:
        """The cell, or by None in one place the row or column header, at a point; `dx`, `dy` are scrolled away."""
        column = int((x - self.left + dx) // self.cell) if x >= self.left else None
        row = int((y - self.top + dy) // self.cell) if y >= self.top else None
        if (column is None and row is None) or not self.count:
            return None
        inside = (column is None or 0 <= column < self.count) and (row is None or 0 <= row < self.count)
        return (row, column) if inside else None


LEAST_NAME = 10  # pixels of a name's letters under which nobody reads it
LEAST_CELL = 5.0  # pixels of a cell, zoomed out as far as it goes


def layout(
    names: Sequence[str], width: float, height: float, font: QFont, cell: float | None = None, *, whole: bool = False
) -> Grid:
    """Fit the matrix into `width` × `height`; where names could not be read it grows beyond and scrolls.

    With `cell` cells are that many pixels wide; `whole` fits all of it in, read or not.
    """
    bold = QFont(font)
    bold.setBold(True)
    metrics = QFontMetricsF(bold)  # names under the pointer are bold and must not be cut for it
    line = metrics.height()
    count = max(len(names), 1)
    longest = max((metrics.horizontalAdvance(n) for n in names), default=0)
    axis = line * 1.5  # "true" and "predicted"
    header = min(longest, max(line * 4, min(width, height) * 0.24)) + line
    upright = longest + line * 0.6 <= (width - axis - header) / count
    top = axis + (line * 1.4 if upright else header)
    if cell is None:
        room = min(width - axis - header, height - top)
        cell = min(max(room / count, LEAST_CELL if whole else LEAST_NAME / 0.86), line * 8)
        cell = float(int(cell)) if cell >= 8 else cell
        if not whole:
            cell = max(cell, math.ceil(LEAST_NAME / 0.86))
    small = QFont(font)
    if cell < line * 1.05:
        small.setPixelSize(max(5, int(cell * 0.86)))
    return Grid(len(names), cell, axis + header, top, not upright, small)


class MatrixPainter:
    """One painting of the matrix. `words` are the titles of its rows and of its columns."""

    def __init__(
        self, painter: QPainter, grid: Grid, matrix: Matrix, theme: Theme, font: QFont, words: tuple[str, str]
    ) -> None:
        self._painter, self._grid, self._matrix, self._theme, self._font = painter, grid, matrix, theme, font
        self._words = words

    def paint(self, area: QRectF, dx: float, dy: float, current: Cell | None, selected: Cell | None) -> None:
        """`area` is the whole place in the painter's coordinates; headers stay while cells scroll by `dx`, `dy`."""
        painter, grid = self._painter, self._grid
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rows = _seen(dy, area.height() - grid.top, grid)
        columns = _seen(dx, area.width() - grid.left, grid)
        inner = area.adjusted(grid.left, grid.top, 0, 0)
        painter.save()
        painter.setClipRect(inner)
        painter.translate(-dx, -dy)
        self._paint_cells(rows, columns)
        self._paint_marks(current, selected)
        painter.restore()
        self._paint_row_names(rows, area, dy, current, selected)
        self._paint_column_names(columns, area, dx, current, selected)
        self._paint_axes(area)

    def _fill(self, row: int, column: int) -> QColor:
        """The surface tinted with right (diagonal) or wrong; the root makes rare mistakes visible."""
        share = self._matrix.share(row, column) ** 0.5
        return mix(self._theme.surface, self._theme.accent if row == column else self._theme.negative, share * 0.95)

    def _paint_cells(self, rows: range, columns: range) -> None:
        painter, grid, matrix = self._painter, self._grid, self._matrix
        gap = 1.0 if grid.cell >= 10 else 0.5
        radius = min(4.0, grid.cell * 0.12)
        font = self._number_font()
        empty = mix(self._theme.surface, self._theme.border, 0.4)
        if font is not None:
            painter.setFont(font)
        for row in rows:
            for column in columns:
                rect = grid.rect(row, column).adjusted(0, 0, -gap, -gap)
                fill = self._fill(row, column) if matrix.counts[row][column] else empty
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(fill)
                painter.drawRoundedRect(rect, radius, radius)
                if font is not None and matrix.counts[row][column]:
                    painter.setPen(on(fill))
                    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, matrix.text(row, column))

    def _number_font(self) -> QFont | None:
        """The greatest size at which the widest number fits into a cell, or None where no number could be read."""
        matrix = self._matrix
        if matrix.normalised:
            widest = "99.9" if len(matrix.names) > 1 else "100"
        else:
            widest = f"{max((max(row) for row in matrix.counts), default=0):,}"
        font = QFont(self._font)
        room = self._grid.cell * 0.84
        width = QFontMetricsF(font).horizontalAdvance(widest)
        if width > room:
            pixels = int(QFontMetricsF(font).height() * 0.8 * room / width)
            if pixels < 8:
                return None
            font.setPixelSize(pixels)
        return font if QFontMetricsF(font).height() <= self._grid.cell else None

    def _paint_marks(self, current: Cell | None, selected: Cell | None) -> None:
        painter, grid = self._painter, self._grid
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for cell, colour, width in ((current, self._theme.muted, 1.5), (selected, self._theme.text, 2.0)):
            if cell is None:
                continue
            row, column = cell
            rect = grid.rect(row or 0, column or 0)
            if column is None:
                rect.setWidth(grid.side)
            if row is None:
                rect.setHeight(grid.side)
            painter.setPen(QPen(colour, width))
            painter.drawRoundedRect(rect.adjusted(-0.5, -0.5, -0.5, -0.5), 3, 3)

    def _name_style(self, index: int, at: int, current: Cell | None, selected: Cell | None) -> None:
        """Names of the row and column under the pointer, or chosen, stand out."""
        marked = index in [cell[at] for cell in (current, selected) if cell is not None]
        font = QFont(self._grid.font)
        font.setBold(marked)
        self._painter.setFont(font)
        self._painter.setPen(self._theme.text if marked else self._theme.muted)

    def _paint_row_names(
        self, rows: range, area: QRectF, dy: float, current: Cell | None, selected: Cell | None
    ) -> None:
        painter, grid = self._painter, self._grid
        line = QFontMetricsF(self._font).height()
        width = grid.left - line * 1.5 - line * 0.5
        painter.save()
        painter.setClipRect(QRectF(0, grid.top, grid.left, area.height() - grid.top))
        for row in rows:
            self._name_style(row, 0, current, selected)
            rect = QRectF(line * 1.5, grid.top + row * grid.cell - dy, width, grid.cell)
            text = painter.fontMetrics().elidedText(self._matrix.names[row], Qt.TextElideMode.ElideRight, int(width))
            painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _paint_column_names(
        self, columns: range, area: QRectF, dx: float, current: Cell | None, selected: Cell | None
    ) -> None:
        painter, grid = self._painter, self._grid
        line = QFontMetricsF(self._font).height()
        length = grid.top - line * 1.5 - line * 0.4
        painter.save()
        painter.setClipRect(QRectF(grid.left, 0, area.width() - grid.left, grid.top))
        for column in columns:
            self._name_style(column, 1, current, selected)
            middle = grid.left + (column + 0.5) * grid.cell - dx
            name = self._matrix.names[column]
            if grid.rotated:
                text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(length))
                painter.save()
                painter.translate(middle, grid.top - line * 0.4)
                painter.rotate(-90)
                rect = QRectF(0, -grid.cell / 2, length, grid.cell)
                painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
                painter.restore()
            else:
                rect = QRectF(middle - grid.cell / 2, grid.top - line * 1.5, grid.cell, line * 1.3)
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, name)
        painter.restore()

    def _paint_axes(self, area: QRectF) -> None:
        painter, grid = self._painter, self._grid
        line = QFontMetricsF(self._font).height()
        painter.setFont(self._font)
        painter.setPen(self._theme.muted)
        seen_width = min(grid.side, area.width() - grid.left)
        seen_height = min(grid.side, area.height() - grid.top)
        painter.drawText(QRectF(grid.left, 0, seen_width, line * 1.2), Qt.AlignmentFlag.AlignCenter, self._words[1])
        painter.save()
        painter.translate(0, grid.top + seen_height)
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, seen_height, line * 1.2), Qt.AlignmentFlag.AlignCenter, self._words[0])
        painter.restore()


def _seen(scrolled: float, room: float, grid: Grid) -> range:
    first = max(0, int(scrolled // grid.cell))
    return range(first, min(grid.count, int((scrolled + max(room, 0)) // grid.cell) + 1))
