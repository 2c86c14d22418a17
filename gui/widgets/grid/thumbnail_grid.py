"""A grid of any number of pictures: cells are computed, not stored; pictures are made in threads while one scrolls."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QToolTip

from gui import theme
from gui.widgets.grid.item import GridItem as GridItem
from gui.widgets.grid.layout import GridLayout
from gui.widgets.grid.paint import CellPainter, CellState
from gui.widgets.grid.rows import RowNumbers
from gui.widgets.grid.sections import SectionLayout
from gui.widgets.grid.selection import NOTHING, Selection
from gui.widgets.grid.thumbnail_loader import Request, ThumbnailLoader
from gui.widgets.keycap import paint_focus_frame

MOVES = {
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
    Qt.Key.Key_Home: "home",
    Qt.Key.Key_End: "end",
    Qt.Key.Key_PageUp: "page up",
    Qt.Key.Key_PageDown: "page down",
}


SMALLEST, LARGEST = 64, 400


class ThumbnailGrid(QAbstractScrollArea):
    """`set_items(count, item)`; `item(index)` is asked for what is on screen only, and may answer None: not known yet.

    Arrow keys, Home, End and the page keys move; Shift extends, Ctrl+A selects all, Escape selects none, Return
    activates. Ctrl and the wheel change the size of the pictures.
    """

    accessible_role = QAccessible.Role.List

    selection_changed = Signal(object)  # selected indices: `RowNumbers`
    current_changed = Signal(int)
    activated = Signal(int)
    thumb_size_changed = Signal(int)
    viewed = Signal(int, int)  # first index on screen, and one past the last
    cell_painter: type[CellPainter] = CellPainter  # another one paints other words under the pictures

    def __init__(self, *, two_lines: bool = True) -> None:
        super().__init__()
        self._two_lines = two_lines
        self._item: Callable[[int], GridItem | None] = lambda _: None
        self._tip: Callable[[int], str] = lambda _: ""
        self._selection = Selection()
        self._side = 144
        self.titles: list[str] = []
        self._starts: list[int] = []
        self._hovered: int | None = None
        self._band: tuple[QPoint, QPoint, RowNumbers] | None = None
        self.empty_text = ""
        self._last: dict[Hashable, QImage] = {}  # what is on screen, for when its size changes
        self._places: dict[Request, list[int]] = {}
        self._requested = range(0)
        self._cells = self.cell_painter(theme.current(), self.font(), 0, two_lines=two_lines)
        self._layout: GridLayout = GridLayout(0, 1, self._side, self._cells.text_height)
        self._loader = ThumbnailLoader(self)
        self._loader.loaded.connect(self._loaded)
        theme.notifier().changed.connect(self._restyle)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(self.tr("Images"))

    # What is shown

    def item(self, index: int) -> GridItem | None:
        """Return what stands at a place; None while it is not known."""
        return self._item(index)

    def set_items(
        self,
        count: int,
        item: Callable[[int], GridItem | None],
        *,
        keep: bool = False,
        sections: Sequence[tuple[str, int]] = (),
    ) -> None:
        """Show `count` cells; with `keep`, the selection and the place stay. `sections`: headings and first cells."""
        self._item = item
        self.titles = [title for title, _ in sections]
        self._starts = [start for _, start in sections]
        if keep:
            self._selection.count = count
        else:
            had = len(self._selection) > 0
            self._selection.reset(count)
            self._last.clear()
            if had:
                self.selection_changed.emit(self._selection.rows)
        self._relayout()
        if not keep:
            self.verticalScrollBar().setValue(0)
        self._show_visible()
        if (current := self._selection.current) is not None and current < count:
            self._describe(current)  # another image may stand there now

    def count(self) -> int:
        return self._selection.count

    def refresh(self, indices: Iterable[int] | None = None) -> None:
        """Paint these cells again (None: all), after what `item` answers for them has changed."""
        current = self._selection.current
        if indices is None:
            self._show_visible()
            indices = () if current is None or current >= self.count() else (current,)
        visible = self.visible_indices()
        for index in indices:
            if index in visible:
                self.viewport().update(self.cell_rect(index))
            if index == current:
                self._describe(index)

    def take(self, indices: Iterable[int]) -> None:
        """Paint these cells again, and ask for their pictures: `item` knows them now, or they have become others."""
        self._ask()
        self.refresh(indices)

    def set_empty_text(self, text: str) -> None:
        """Set what to say when there is nothing to show."""
        self.empty_text = text
        self.viewport().update()

    def set_tip(self, tip: Callable[[int], str]) -> None:
        """Let `tip` say what the tooltip of an index says; an empty text leaves the grid's own."""
        self._tip = tip

    def side(self) -> int:
        """Return how wide a picture, and the room for words under it, really is."""
        return self._layout.side

    def thumb_size(self) -> int:
        return self._side

    def set_thumb_size(self, side: int) -> None:
        """Set about how large the pictures are, in device-independent pixels; they fill the width."""
        side = max(SMALLEST, min(LARGEST, side))
        if side == self._side:
            return
        anchor = self._selection.current if self._selection.current in self.visible_indices() else None
        top = anchor if anchor is not None else self.visible_indices().start
        self._side = side
        self._restyle()
        if self.count():
            self.verticalScrollBar().setValue(max(0, self._layout.position(top)[1] - 40))
        self.thumb_size_changed.emit(side)

    def visible_indices(self) -> range:
        top = self.verticalScrollBar().value()
        return self._layout.within(top, top + self.viewport().height())

    def is_above_the_edge(self, index: int) -> bool:
        """Return whether the picture of a cell does not reach below the lower edge of what is on screen."""
        bottom = self._layout.position(index)[1] + self._layout.cell_height
        return bottom <= self.verticalScrollBar().value() + self.viewport().height()

    def cells_in_sight(self) -> int:
        """Return how many cells can be seen whole without scrolling, were there enough of them."""
        return max(1, self.viewport().height() // self._layout.row_step) * self._layout.columns

    # Selection

    def is_selected(self, index: int) -> bool:
        return index in self._selection

    def selected(self) -> RowNumbers:
        """Return the selected places in order; asking costs nothing, however many there are."""
        return self._selection.rows

    def current(self) -> int | None:
        return self._selection.current

    def anchor(self) -> int | None:
        """Return where a range begins that is extended with Shift."""
        return self._selection.anchor

    def select(self, indices: Iterable[int], current: int | None = None, anchor: int | None = None) -> None:
        """Select these, with the keyboard at `current` and ranges beginning at `anchor`, without moving the view."""
        self._select(lambda: self._selection.replace(indices, current, anchor))

    def select_all(self) -> None:
        self._select(self._selection.everything)

    def set_current(self, index: int) -> None:
        """Select `index` alone and bring it on screen."""
        if 0 <= index < self.count():
            self._select(lambda: self._selection.only(index))
            self.ensure_visible(index)

    def ensure_visible(self, index: int) -> None:
        bar = self.verticalScrollBar()
        top = self._layout.position(index)[1]
        bottom = top + self._layout.cell_height
        if top - 8 < bar.value():
            bar.setValue(top - 8)
        elif bottom + 8 > bar.value() + self.viewport().height():
            bar.setValue(bottom + 8 - self.viewport().height())

    def _select(self, change: Callable[[], None]) -> None:
        visible = self.visible_indices()
        before, current = self._selection.rows, self._selection.current
        seen = {index for index in visible if index in self._selection}
        change()
        after = self._selection.rows
        now = {index for index in visible if index in self._selection}
        self.refresh((seen ^ now) | {i for i in (current, self._selection.current) if i is not None})
        if self._selection.current != current and self._selection.current is not None:
            self._describe(self._selection.current)
            self.current_changed.emit(self._selection.current)
        if after != before:
            self.selection_changed.emit(after)

    def _describe(self, index: int) -> None:
        item = self._item(index)
        if item is not None:
            self.setAccessibleDescription(", ".join((item.caption, item.sub, *self._sign_words(item))))

    def _sign_words(self, item: GridItem) -> list[str]:
        """Return what the signs on the picture say."""
        words = {
            "u": self.tr("Accepted unseen: nobody has looked at this label yet"),
            "?": self.tr("Unsure"),
            "-": self.tr("Excluded from training"),
            "n": self.tr("Has a note"),
        }
        return [words[sign] for sign in item.signs if sign in words]

    # Layout and painting

    def _restyle(self) -> None:
        self._cells = self.cell_painter(theme.current(), self.font(), 0, two_lines=self._two_lines)
        self._relayout()
        self._show_visible()

    def _relayout(self) -> None:
        shape = self.count(), self.viewport().width(), self._side, self._cells.text_height
        self._layout = SectionLayout(*shape, self._starts) if self._starts else GridLayout(*shape)
        if self._cells.side != self._layout.side:
            self._cells = self.cell_painter(theme.current(), self.font(), self._layout.side, two_lines=self._two_lines)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self._layout.height - self.viewport().height()))
        bar.setPageStep(max(1, self.viewport().height() - self._layout.row_step // 2))
        bar.setSingleStep(max(1, self._layout.row_step // 3))
        self.viewport().update()

    def cell_rect(self, index: int) -> QRect:
        left, top = self._layout.position(index)
        top -= self.verticalScrollBar().value()
        return QRect(left, top, self._layout.cell_width, self._layout.cell_height)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), colours.surface)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if not self.count():
            painter.setPen(colours.muted)
            area = self.viewport().rect().adjusted(40, 20, -40, -20)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.empty_text)
        offset = self.verticalScrollBar().value()
        focused = self.hasFocus()
        for index in self._layout.within(event.rect().top() + offset, event.rect().bottom() + offset):
            item = self._item(index)
            state = CellState(
                selected=index in self._selection,
                current=focused and index == self._selection.current,
                hovered=index == self._hovered,
            )
            self._cells.paint(painter, self.cell_rect(index), item, self.image_of(item), state)
        if isinstance(self._layout, SectionLayout):
            self._cells.paint_headings(painter, self._layout, self.titles, event.rect(), offset)
        if focused and self._selection.current is None:  # else the frame of the current cell tells
            paint_focus_frame(painter, QRectF(self.viewport().rect()))
        if self._band is not None:
            self._cells.paint_band(painter, QRect(self._band[0], self._band[1]).normalized().translated(0, -offset))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def _request(self, item: GridItem) -> Request:
        return Request(
            item.file, item.size_bytes, item.modified_ns, round(self._layout.side * self.devicePixelRatioF())
        )

    def image_of(self, item: GridItem | None) -> QImage | None:
        """The picture at its right size, or at the last size it was shown in."""
        if item is None:
            return None
        image = self._loader.get(self._request(item))
        if image is None:
            return self._last.get(item.key)
        image.setDevicePixelRatio(self.devicePixelRatioF())
        return image

    def _show_visible(self) -> None:
        self._ask()
        self.viewport().update()

    def _ask(self) -> None:
        """Ask for the pictures on screen, the first row first, then for those of one screen further on."""
        visible = self._requested = self.visible_indices()
        self.viewed.emit(visible.start, visible.stop)
        ahead = range(visible.stop, min(self.count(), visible.stop + len(visible)))
        requests = []
        known: dict[Hashable, QImage] = {}
        places: dict[Request, list[int]] = {}
        for index in (*visible, *ahead):
            item = self._item(index)
            if item is not None and item.mark != "problem":
                image = self.image_of(item)
                if image is not None:
                    known[item.key] = image
                requests.append(self._request(item))
                places.setdefault(requests[-1], []).append(index)
        self._last, self._places = known, places
        self._loader.want(requests)

    @Slot(object)
    def _loaded(self, request: Request) -> None:
        self.refresh(self._places.get(request, ()))

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:
        top = self.visible_indices().start
        self._relayout()
        if event.oldSize().width() != event.size().width() and self.verticalScrollBar().value() > 0:
            self.verticalScrollBar().setValue(self._layout.position(top)[1] - 8)
        self._show_visible()

    def scrollContentsBy(self, _dx: int, dy: int) -> None:
        self.viewport().scroll(0, dy)
        self._hover(None)
        if self.visible_indices() != self._requested:
            self._ask()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._tooltip(self._index_at(event.pos())), self.viewport())
            return True
        return super().viewportEvent(event)

    def _tooltip(self, index: int | None) -> str:
        """Return what is said of an image, in full where it is cut under the picture; "" hides what was said before."""
        words = self._tip(index) if index is not None else ""
        item = self._item(index) if index is not None else None
        if words or item is None:
            return words
        why = [item.sub] if item.mark == "problem" else []
        return "\n".join((item.caption, *why, *self._sign_words(item), str(item.file)))

    def _index_at(self, place: QPoint) -> int | None:
        return self._layout.at(place.x(), place.y() + self.verticalScrollBar().value())

    def _hover(self, index: int | None) -> None:
        if index != self._hovered:
            old, self._hovered = self._hovered, index
            self.refresh([i for i in (old, index) if i is not None])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        index = self._index_at(place)
        modifiers = event.modifiers()
        if event.button() == Qt.MouseButton.RightButton:
            if index is not None and index not in self._selection:
                self._select(lambda: self._selection.only(index))
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        keep = modifiers & Qt.KeyboardModifier.ControlModifier
        if index is None:
            start = place + QPoint(0, self.verticalScrollBar().value())
            self._band = (start, start, self._selection.rows if keep else NOTHING)
            if not keep:
                self._select(self._selection.clear)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._select(lambda: self._selection.extend_to(index))
        elif keep:
            self._select(lambda: self._selection.toggle(index))
        else:
            self._select(lambda: self._selection.only(index))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if self._band is None:
            self._hover(self._index_at(place))
            return
        start, _, base = self._band
        end = place + QPoint(0, self.verticalScrollBar().value())
        self._band = (start, end, base)
        self.viewport().update()
        box = QRect(start, end).normalized()
        touched = self._layout.touched(box.left(), box.top(), box.right(), box.bottom())
        self._select(lambda: self._selection.replace(base.united(RowNumbers.of(touched))))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        if self._band is not None:
            self._band = None
            self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position().toPoint())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.activated.emit(index)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_thumb_size(self._side + (16 if event.angleDelta().y() > 0 else -16))
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifiers, key = event.modifiers(), Qt.Key(event.key())
        if key in MOVES and not modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            if self.count():
                here = self._selection.current if self._selection.current is not None else -1
                goal = self._layout.moved(here, MOVES[key], self.viewport().height())
                extend = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
                self._select(lambda: self._selection.move(goal, extend=extend))
                self.ensure_visible(self._selection.current or 0)
        elif key == Qt.Key.Key_A and modifiers == Qt.KeyboardModifier.ControlModifier:
            self.select_all()
        elif key == Qt.Key.Key_Escape and len(self._selection):
            self._select(self._selection.clear)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._selection.current is not None:
            self.activated.emit(self._selection.current)
        else:
            event.ignore()

    def close_loader(self) -> None:
        """Let the threads end; for the closing of the window."""
        self._loader.close()
