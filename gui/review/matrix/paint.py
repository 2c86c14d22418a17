"""Geometry and painting of the cells and headers of a confusion matrix."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from engine.review.gallery import Area
from gui.review.matrix.counts import Matrix, empty
from gui.theme import Theme, on

# In all of these a class is its index, whatever place it is shown at; None stands for all classes.
Cell = tuple[int | None, int | None]  # true class, predicted class
Span = tuple[int, int]  # first and last place


@dataclass(frozen=True, slots=True)
class Grid:
    """The place of everything, in pixels. Cells scroll; headers stay. Rows and columns are places, not classes."""

    count: int
    cell: float
    left: float  # width of the row headers
    top: float  # height of the column headers
    rotated: bool
    font: QFont
    step: int = 1  # each so many-th name is written

    @property
    def side(self) -> float:
        return self.cell * self.count

    def rect(self, row: int, column: int) -> QRectF:
        return QRectF(self.left + column * self.cell, self.top + row * self.cell, self.cell, self.cell)

    def box(self, rows: Span | None, columns: Span | None) -> QRectF:
        """Return the box around some rows and columns, None for all."""
        top, bottom = rows or (0, self.count - 1)
        left, right = columns or (0, self.count - 1)
        return self.rect(top, left).united(self.rect(bottom, right))

    def at(self, x: float, y: float, dx: float, dy: float) -> Cell | None:
        """The cell, or by None in one place the row or column header, at a point; `dx`, `dy` are scrolled away."""
        column = int((x - self.left + dx) // self.cell) if x >= self.left else None
        row = int((y - self.top + dy) // self.cell) if y >= self.top else None
        if (column is None and row is None) or not self.count:
            return None
        inside = (column is None or 0 <= column < self.count) and (row is None or 0 <= row < self.count)
        return (row, column) if inside else None

    def nearest(self, x: float, y: float, dx: float, dy: float) -> tuple[int, int]:
        """The row and column nearest to a point, beside the matrix too."""
        last = self.count - 1
        row, column = (y - self.top + dy) // self.cell, (x - self.left + dx) // self.cell
        return min(max(int(row), 0), last), min(max(int(column), 0), last)


LEAST_NAME = 10  # pixels of a name's letters under which nobody reads it
LEAST_CELL = 5.0  # pixels of a cell that is worth scrolling for its name; below it all of the matrix is shown
LEAST_DRAWN = 9.0  # pixels of a cell that is drawn by itself; smaller ones are a picture


@lru_cache(maxsize=8)
def _longest(names: tuple[str, ...], font: str) -> float:
    """The width of the longest name: of a thousand it takes as long as all else after an edit, which changes none."""
    described = QFont()
    described.fromString(font)
    metrics = QFontMetricsF(described)
    return max((metrics.horizontalAdvance(name) for name in names), default=0.0)


def layout(
    names: Sequence[str], width: float, height: float, font: QFont, cell: float | None = None, *, whole: bool = False
) -> Grid:
    """Fit the matrix into `width` × `height`. Where its names could not be read it grows beyond and scrolls, but for
    very many classes: of these all is shown, with some of their names.

    With `cell` cells are that many pixels wide; `whole` fits all of it in, read or not.
    """
    bold = QFont(font)
    bold.setBold(True)
    metrics = QFontMetricsF(bold)  # names under the pointer are bold and must not be cut for it
    line = metrics.height()
    count = max(len(names), 1)
    longest = _longest(tuple(names), bold.toString())
    axis = line * 1.5  # "true" and "predicted"
    header = min(longest, max(line * 4, min(width, height) * 0.24)) + line
    upright = longest + line * 0.6 <= (width - axis - header) / count
    top = axis + (line * 1.4 if upright else header)
    if cell is None:
        available = max(min(width - axis - header, height - top), line)
        fitting = available / count
        cell = min(fitting, line * 8)
        cell = float(int(cell)) if cell >= LEAST_DRAWN else cell
        if not whole and fitting >= LEAST_CELL:
            cell = max(cell, math.ceil(LEAST_NAME / 0.86))
    small = QFont(font)
    step = 1
    if cell < LEAST_NAME / 0.86:
        small.setPixelSize(LEAST_NAME + 1)
        step = math.ceil(QFontMetricsF(small).height() / cell)
    elif cell < line * 1.05:
        small.setPixelSize(int(cell * 0.86))
    return Grid(len(names), cell, axis + header, top, not upright, small, step)


class MatrixPainter:
    """A painting of the matrix. `words` are the titles of its rows and of its columns."""

    def __init__(
        self, painter: QPainter, grid: Grid, matrix: Matrix, theme: Theme, font: QFont, words: tuple[str, str]
    ) -> None:
        self._painter, self._grid, self._matrix, self._theme, self._font = painter, grid, matrix, theme, font
        self._words = words
        self._marked: tuple[set[int], set[int]] = set(), set()  # rows and columns whose names stand out

    def paint(self, area: QRectF, dx: float, dy: float, current: Cell | None, selected: Area | None) -> None:
        """`area` is the whole place in the painter's coordinates; headers stay while cells scroll by `dx`, `dy`."""
        painter, grid = self._painter, self._grid
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rows = _seen(dy, area.height() - grid.top, grid)
        columns = _seen(dx, area.width() - grid.left, grid)
        self._mark_names(current, selected)
        painter.save()
        painter.setClipRect(area.adjusted(grid.left, grid.top, 0, 0))
        painter.translate(-dx, -dy)
        if grid.cell >= LEAST_DRAWN:
            self._paint_cells(rows, columns)
        else:
            self._paint_picture()
        self._paint_marks(current, selected)
        painter.restore()
        self._paint_row_names(rows, area, dy)
        self._paint_column_names(columns, area, dx)
        self._paint_axes(area)

    def _mark_names(self, current: Cell | None, selected: Area | None) -> None:
        place = self._matrix.place
        for at in (0, 1):
            classes = [] if current is None else [current[at]]
            some = None if selected is None else selected[at]
            classes += some if some is not None and len(some) == 1 else []
            self._marked[at].update(place[c] for c in classes if c in place)

    def _paint_picture(self) -> None:
        """Cells too small to be drawn by themselves, one pixel each or for some of them, made larger."""
        grid = self._grid
        block = max(1, math.ceil(1 / grid.cell))
        picture = self._matrix.picture(self._theme, block)
        side = picture.width() * block * grid.cell
        self._painter.save()
        self._painter.setClipRect(QRectF(grid.left, grid.top, grid.side, grid.side), Qt.ClipOperation.IntersectClip)
        self._painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        self._painter.drawImage(QRectF(grid.left, grid.top, side, side), picture)
        self._painter.restore()

    def _paint_cells(self, rows: range, columns: range) -> None:
        painter, grid, matrix = self._painter, self._grid, self._matrix
        gap = 1.0 if grid.cell >= 10 else 0.5
        radius = min(4.0, grid.cell * 0.12)
        font = self._number_font()
        empty_colour = empty(self._theme)
        if font is not None:
            painter.setFont(font)
        for row in rows:
            true = matrix.order[row]
            for column in columns:
                predicted = matrix.order[column]
                rect = grid.rect(row, column).adjusted(0, 0, -gap, -gap)
                filled = matrix.count(true, predicted) > 0
                fill = matrix.fill(self._theme, true, predicted) if filled else empty_colour
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(fill)
                painter.drawRoundedRect(rect, radius, radius)
                if font is not None and filled:
                    painter.setPen(on(fill))
                    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, matrix.text(true, predicted))

    def _number_font(self) -> QFont | None:
        """The greatest size at which the widest number fits into a cell, or None where no number could be read."""
        font = QFont(self._font)
        available = self._grid.cell * 0.84
        width = QFontMetricsF(font).horizontalAdvance(self._matrix.widest())
        if width > available:
            pixels = int(QFontMetricsF(font).height() * 0.8 * available / width)
            if pixels < 8:
                return None
            font.setPixelSize(pixels)
        return font if QFontMetricsF(font).height() <= self._grid.cell else None

    def _span(self, classes: Sequence[int] | None) -> Span | None:
        """Return the first and the last place of some classes; they stand together unless the order has
        changed since.
        """
        places = [self._matrix.place[c] for c in classes or () if c in self._matrix.place]
        return (min(places), max(places)) if places else None

    def _paint_marks(self, current: Cell | None, selected: Area | None) -> None:
        painter, grid = self._painter, self._grid
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pointed = None if current is None else (_alone(current[0]), _alone(current[1]))
        marks: tuple[tuple[Area | None, QColor, float], ...] = (
            (pointed, self._theme.muted, 1.5),
            (selected, self._theme.text, 2.0),
        )
        for area, colour, width in marks:
            if area is None:
                continue
            spans = [self._span(some) for some in area]
            if any(span is None and some is not None for span, some in zip(spans, area, strict=True)):
                continue  # a class that is not shown
            rect = grid.box(*spans)
            if min(rect.width(), rect.height()) < 6:  # so that a tiny cell is found again
                rect = rect.adjusted(-2, -2, 2, 2)
            painter.setPen(QPen(colour, width))
            painter.drawRoundedRect(rect.adjusted(-0.5, -0.5, -0.5, -0.5), 3, 3)

    def _named(self, seen: range, at: int) -> list[int]:
        """The places whose names are written: all, or each so many-th; those that stand out push others away."""
        step, marked = self._grid.step, self._marked[at]
        if step == 1:
            return list(seen)
        plain = [i for i in seen if i % step == 0 and all(abs(i - m) >= step for m in marked)]
        return [*plain, *(m for m in marked if m in seen)]

    def _name_style(self, index: int, at: int) -> None:
        """Names of the row and column under the pointer, or chosen, stand out."""
        marked = index in self._marked[at]
        font = QFont(self._grid.font)
        font.setBold(marked)
        self._painter.setFont(font)
        self._painter.setPen(self._theme.text if marked else self._theme.muted)

    def _paint_row_names(self, rows: range, area: QRectF, dy: float) -> None:
        painter, grid = self._painter, self._grid
        line = QFontMetricsF(self._font).height()
        width = grid.left - line * 1.5 - line * 0.5
        high = max(grid.cell, line)
        painter.save()
        painter.setClipRect(QRectF(0, grid.top - line / 2, grid.left, area.height() - grid.top + line / 2))
        for row in self._named(rows, 0):
            self._name_style(row, 0)
            middle = grid.top + (row + 0.5) * grid.cell - dy
            rect = QRectF(line * 1.5, middle - high / 2, width, high)
            name = self._matrix.names[self._matrix.order[row]]
            text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(width))
            painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _paint_column_names(self, columns: range, area: QRectF, dx: float) -> None:
        painter, grid = self._painter, self._grid
        line = QFontMetricsF(self._font).height()
        length = grid.top - line * 1.5 - line * 0.4
        high = max(grid.cell, line)
        painter.save()
        painter.setClipRect(QRectF(grid.left - line / 2, 0, area.width() - grid.left + line / 2, grid.top))
        for column in self._named(columns, 1):
            self._name_style(column, 1)
            middle = grid.left + (column + 0.5) * grid.cell - dx
            name = self._matrix.names[self._matrix.order[column]]
            if grid.rotated:
                text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(length))
                painter.save()
                painter.translate(middle, grid.top - line * 0.4)
                painter.rotate(-90)
                rect = QRectF(0, -high / 2, length, high)
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


def _seen(scrolled: float, size: float, grid: Grid) -> range:
    first = max(0, int(scrolled // grid.cell))
    return range(first, min(grid.count, int((scrolled + max(size, 0)) // grid.cell) + 1))


def _alone(index: int | None) -> tuple[int, ...] | None:
    return None if index is None else (index,)
