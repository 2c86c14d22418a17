"""A list of classes with a bar for how many images each has; a click chooses one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy, QToolTip

from gui import theme
from gui.widgets import wording
from gui.widgets.charts import export, scales


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar of a class. `colour` None means the theme's accent."""

    name: str
    count: int
    colour: QColor | None = None


class BarList(QAbstractScrollArea):
    """Names, bars and counts, one line each. `chosen` gives the index of the chosen bar, None when none is."""

    accessible_role = QAccessible.Role.Chart

    chosen = Signal(object)

    def __init__(self, name: str, *, by_share: bool = False) -> None:
        """`by_share`: a whole bar is all images, else those of the largest class."""
        super().__init__()
        self._by_share = by_share
        self.bars: list[Bar] = []
        self._selected: str | None = None
        self._hovered: int | None = None
        self.setAccessibleName(name)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)  # it may stand on a card
        export.offer(self, name.lower(), paint=self._paint_picture, rows=self.rows)
        theme.notifier().changed.connect(self.viewport().update)

    def set_bars(self, bars: Sequence[Bar]) -> None:
        """Show these; the chosen one stays chosen where its name is still there."""
        self.bars = list(bars)
        if self.selected() is None:
            self._selected = None
        self._fit()

    def selected(self) -> int | None:
        return next((i for i, b in enumerate(self.bars) if b.name == self._selected), None)

    def select(self, index: int | None) -> None:
        name = None if index is None else self.bars[index].name
        if name != self._selected:
            self._selected = name
            if index is not None:
                self._scroll_to(index)
                self.setAccessibleDescription(self._describe(index))
            self.viewport().update()
            self.chosen.emit(index)

    def rows(self) -> list[list[object]]:
        total = sum(b.count for b in self.bars)
        head: list[object] = [self.tr("class"), self.tr("images"), self.tr("share")]
        body: list[list[object]] = [[b.name, b.count, b.count / total if total else 0.0] for b in self.bars]
        return [head, *body]

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().height() * 17, self.step() * min(max(len(self.bars), 4), 12))

    def step(self) -> int:
        """Height of one line: two lines of text high, the bar under the name."""
        return round(self.fontMetrics().height() * 2.5)

    def _fit(self) -> None:
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self.step() * len(self.bars) - self.viewport().height()))
        bar.setPageStep(max(1, self.viewport().height()))
        bar.setSingleStep(self.step())
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        self._paint(painter, self.viewport().rect(), self.verticalScrollBar().value())
        painter.end()

    def _paint_picture(self, painter: QPainter, rect: QRect) -> None:
        self._paint(painter, rect, 0)

    def _paint(self, painter: QPainter, rect: QRect, scrolled: int) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        total = sum(b.count for b in self.bars)
        most = total if self._by_share else max((b.count for b in self.bars), default=0)
        step = self.step()
        first = scrolled // step
        for index in range(first, min(len(self.bars), (scrolled + rect.height()) // step + 1)):
            row = QRect(rect.left(), rect.top() + index * step - scrolled, rect.width(), step)
            self._paint_bar(painter, row, index, most, total)

    def _paint_bar(self, painter: QPainter, row: QRect, index: int, most: int, total: int) -> None:
        colours, bar = theme.current(), self.bars[index]
        selected = bar.name == self._selected
        if selected or index == self._hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent_soft if selected else colours.raised)
            painter.drawRoundedRect(row.adjusted(0, 1, 0, -1), 6, 6)
        metrics = painter.fontMetrics()
        inner = row.adjusted(colours.S, colours.XS, -colours.S, -colours.XS)
        count = wording.number(bar.count)
        share = scales.percent(bar.count / total, 0) if total else ""
        wide = metrics.horizontalAdvance("100 %")
        painter.setPen(colours.muted)
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, share)
        painter.setPen(colours.text)
        counts = inner.adjusted(0, 0, -wide - colours.S, 0)
        painter.drawText(counts, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, count)
        width = counts.width() - metrics.horizontalAdvance(count) - colours.S
        name = metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, width)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, name)
        track = QRectF(inner.left(), inner.bottom() - 5, inner.width(), 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.sunken)
        painter.drawRoundedRect(track, 2, 2)
        if most and bar.count:
            track.setWidth(max(4.0, track.width() * bar.count / most))
            painter.setBrush(bar.colour or colours.accent)
            painter.drawRoundedRect(track, 2, 2)

    def _at(self, place: QPoint) -> int | None:
        index = (place.y() + self.verticalScrollBar().value()) // self.step()
        return index if 0 <= index < len(self.bars) else None

    def _describe(self, index: int) -> str:
        bar = self.bars[index]
        total = sum(b.count for b in self.bars)
        share = scales.percent(bar.count / total if total else 0.0)
        return self.tr("{0}: {1} ({2})").format(bar.name, wording.of_images(bar.count, total), share)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave and self._hovered is not None:
            self._hovered = None
            self.viewport().update()
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._at(event.pos())
            QToolTip.showText(event.globalPos(), "" if index is None else self._describe(index), self.viewport())
            return True
        return super().viewportEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position().toPoint())
        if index != self._hovered:
            self._hovered = index
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            index = self._at(event.position().toPoint())
            self.select(None if index == self.selected() else index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # the press was for this widget, so the release is not for what lies under it

    def keyPressEvent(self, event: QKeyEvent) -> None:
        here = self.selected()
        last = len(self.bars) - 1
        if event.key() == Qt.Key.Key_Escape and here is not None:
            self.select(None)
        elif event.key() == Qt.Key.Key_Down and last >= 0:
            self.select(0 if here is None else min(here + 1, last))
        elif event.key() == Qt.Key.Key_Up and last >= 0:
            self.select(last if here is None else max(here - 1, 0))
        else:
            super().keyPressEvent(event)

    def _scroll_to(self, index: int) -> None:
        bar, top = self.verticalScrollBar(), index * self.step()
        bar.setValue(min(max(bar.value(), top + self.step() - self.viewport().height()), top))
