"""A map of points that is moved and enlarged, and on which a lasso chooses points."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.review.map import scatter
from gui.widgets.keycap import paint_focus_frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

EDGE = 24  # pixels between the outermost points and the edge
STEP = 1.25  # of enlarging
LARGEST = 400.0
REACH = 10  # pixels in which the mouse finds a point
FAINT = 0.72  # how far points that are not chosen go into the ground
NOTHING = np.zeros(0, np.int64)
MOVES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class MapView(QWidget):
    """`show_points` and `show_looks` say what is seen; places of points are their indices.

    The left button draws a lasso (with Shift it adds, with Ctrl it takes away), or moves the map while `moving` is
    set; the right and the middle one always move it, the wheel enlarges. The arrow keys go from point to point, with
    Ctrl they move the map; Space chooses the point; + - 0 enlarge, reduce and show all.
    """

    accessible_role = QAccessible.Role.Chart

    selection_changed = Signal()
    hovered = Signal(object)  # the point under the mouse, None for none
    current_changed = Signal(int)
    activated = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._points: NDArray[np.float64] = np.zeros((0, 2))
        self._signs: NDArray[np.int8] = np.zeros(0, np.int8)
        self._colours: NDArray[np.uint32] = np.zeros(0, np.uint32)
        self._faint: NDArray[np.uint32] = np.zeros(0, np.uint32)
        self._selected: NDArray[np.bool_] = np.zeros(0, bool)
        self._zoom, self._centre = 1.0, np.array([0.5, 0.5])
        self._image: tuple[QImage, NDArray[np.uint32]] | None = None  # the pixels live as long as the image
        self._lasso: list[QPointF] = []
        self._grabbed: QPointF | None = None
        self._hovered: int | None = None
        self.current: int | None = None
        self.moving = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(240, 200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Map of the images"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)  # the right button moves the map
        theme.notifier().changed.connect(self._recolour)

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    # What is shown

    def show_points(self, x: Iterable[float], y: Iterable[float]) -> None:
        """Points from 0 to 1, y upwards; nothing is chosen, and all of the map is shown."""
        self._points = np.column_stack([np.fromiter(x, np.float64), 1 - np.fromiter(y, np.float64)])
        n = len(self._points)
        self._signs, self._colours = np.zeros(n, np.int8), np.full(n, 0xFF808080, np.uint32)
        self._selected = np.zeros(n, bool)
        self.current = self._hovered = None
        self._recolour()
        self.fit()

    def show_looks(self, signs: NDArray[np.int8], colours: NDArray[np.uint32]) -> None:
        """The sign (`scatter.SIGNS`) and the colour (0xffrrggbb) of each point."""
        self._signs, self._colours = signs, colours
        self._recolour()

    def count(self) -> int:
        return len(self._points)

    def selected(self) -> NDArray[np.int64]:
        return np.flatnonzero(self._selected)

    def select(self, places: Iterable[int]) -> None:
        chosen = np.zeros(len(self._points), bool)
        chosen[np.fromiter(places, np.int64)] = True
        self._choose(chosen)

    def select_all(self) -> None:
        self._choose(np.ones(len(self._points), bool))

    def clear_selection(self) -> None:
        self._choose(np.zeros(len(self._points), bool))

    def _choose(self, chosen: NDArray[np.bool_]) -> None:
        if not np.array_equal(chosen, self._selected):
            self._selected = chosen
            self._stale()
            self.selection_changed.emit()

    def _recolour(self) -> None:
        """Faint colours are mixed once and not for each frame."""
        ground = theme.current().surface
        parts = [(self._colours >> shift & 0xFF).astype(np.float32) for shift in (16, 8, 0)]
        mixed = [
            (part * (1 - FAINT) + of_ground * FAINT).astype(np.uint32)
            for part, of_ground in zip(parts, (ground.red(), ground.green(), ground.blue()), strict=True)
        ]
        self._faint = (np.uint32(0xFF000000) | mixed[0] << 16 | mixed[1] << 8 | mixed[2]).astype(np.uint32)
        self._stale()

    def _stale(self) -> None:
        self._image = None
        self.update()

    # From the map to the screen

    def places(self, size: QSize | None = None) -> NDArray[np.float64]:
        """Return where the points are, in pixels of the widget."""
        size = size or self.size()
        size_inside = np.array([max(size.width() - 2 * EDGE, 1), max(size.height() - 2 * EDGE, 1)])
        middle = np.array([size.width() / 2, size.height() / 2])
        found: NDArray[np.float64] = (self._points - self._centre) * size_inside * self._zoom + middle
        return found

    def set_moving(self, moving: bool) -> None:
        """Let the left button move the map instead of drawing a lasso."""
        self.moving = moving

    def fit(self) -> None:
        """Show all points."""
        self._zoom, self._centre = 1.0, np.array([0.5, 0.5])
        self._stale()

    def enlarge(self, factor: float, at: QPointF | None = None) -> None:
        """Enlarge the map; what is `at` that place (or in the middle) stays where it is."""
        size_inside = np.array([max(self.width() - 2 * EDGE, 1), max(self.height() - 2 * EDGE, 1)])
        place = at or QPointF(self.width() / 2, self.height() / 2)
        away = np.array([place.x() - self.width() / 2, place.y() - self.height() / 2]) / size_inside
        zoom = min(LARGEST, max(1 / STEP**2, self._zoom * factor))
        self._centre = self._centre + away / self._zoom - away / zoom
        self._zoom = zoom
        self._stale()

    def pan(self, dx: float, dy: float) -> None:
        """Move the map by so many pixels."""
        size_inside = np.array([max(self.width() - 2 * EDGE, 1), max(self.height() - 2 * EDGE, 1)])
        self._centre = self._centre - np.array([dx, dy]) / size_inside / self._zoom
        self._stale()

    def _radius(self) -> int:
        """Signs are larger where there is room for them."""
        base = next(r for r, most in ((5, 3000), (4, 10_000), (3, 30_000), (2, 1e9)) if self.count() < most)
        return int(min(8, round(base * self._zoom**0.25)))

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        if self._image is None:
            self._image = self._drawn(self.size(), ratio)
        margin = scatter.MARGIN / ratio
        painter.drawImage(QPointF(-margin, -margin), self._image[0])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._marks(painter)
        painter.end()

    def paint_picture(self, painter: QPainter, rect: QRect) -> None:
        """Paint for a file: at twice the size, so that it is sharp there."""
        image, _pixels = self._drawn(rect.size(), 2.0)
        margin = scatter.MARGIN / 2
        painter.drawImage(QPointF(rect.left() - margin, rect.top() - margin), image)

    def _drawn(self, size: QSize, ratio: float) -> tuple[QImage, NDArray[np.uint32]]:
        wide, high = max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio))
        some = bool(self._selected.any())
        colours = np.where(self._selected, self._colours, self._faint) if some else self._colours
        pixels = scatter.picture(
            wide,
            high,
            theme.current().surface.rgb(),
            self.places(size) * ratio,
            self._signs,
            colours,
            round(self._radius() * ratio),
            above=self._selected if some else None,
        )
        high, wide = pixels.shape
        image = QImage(pixels.data, wide, high, 4 * wide, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        return image, pixels

    def _marks(self, painter: QPainter) -> None:
        """The lasso, and rings around the point under the mouse and the one where the keyboard is."""
        colours = theme.current()
        for point, colour, wide in ((self._hovered, colours.text, 1.5), (self.current, colours.accent, 2.5)):
            if point is not None and point < self.count() and (point == self._hovered or self.hasFocus()):
                x, y = self._place(point)
                painter.setPen(QPen(colour, wide))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(QPointF(x, y), self._radius() + 4, self._radius() + 4)
        if len(self._lasso) > 1:
            fill = QColor(colours.accent)
            fill.setAlpha(36)
            painter.setPen(QPen(colours.accent, 1.5))
            painter.setBrush(fill)
            painter.drawPolygon(QPolygonF(self._lasso))
        if self.hasFocus():
            paint_focus_frame(painter, QRectF(self.rect()))

    def place(self, point: int) -> QPointF:
        """Return where a point is on the widget."""
        return QPointF(*self._place(point))

    def _place(self, point: int) -> tuple[float, float]:
        size_inside = np.array([max(self.width() - 2 * EDGE, 1), max(self.height() - 2 * EDGE, 1)])
        x, y = (self._points[point] - self._centre) * size_inside * self._zoom
        return float(x) + self.width() / 2, float(y) + self.height() / 2

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stale()

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        left = event.button() == Qt.MouseButton.LeftButton
        if left and not self.moving:
            self._lasso = [event.position()]
        else:
            self._grabbed = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._grabbed is not None:
            step, self._grabbed = place - self._grabbed, place
            self.pan(step.x(), step.y())
        elif self._lasso:
            if (place - self._lasso[-1]).manhattanLength() >= 3:
                self._lasso.append(place)
                self.update()
        else:
            self._hover(scatter.nearest(self.places(), place.x(), place.y(), REACH))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self._grabbed = None
            self.unsetCursor()
            return
        lasso, self._lasso = self._lasso, []
        if len(lasso) > 2:
            inside = self._inside(lasso)
        elif lasso:  # a click: the point there, or nothing
            inside = np.zeros(self.count(), bool)
            point = scatter.nearest(self.places(), lasso[0].x(), lasso[0].y(), REACH)
            if point is not None:
                inside[point] = True
                self._go_to(point)
        else:
            return
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            inside |= self._selected
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            inside = self._selected & ~inside
        self.update()
        self._choose(inside)

    def _inside(self, lasso: list[QPointF]) -> NDArray[np.bool_]:
        """The points inside the lasso: it is painted, and each point looks at its pixel."""
        mask = QImage(self.size(), QImage.Format.Format_Grayscale8)
        mask.fill(0)
        painter = QPainter(mask)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(255, 255, 255))
        painter.drawPolygon(QPolygonF(lasso))
        painter.end()
        rows = np.frombuffer(mask.constBits(), np.uint8).reshape(mask.height(), mask.bytesPerLine())
        places = np.floor(self.places()).astype(np.int64)
        seen = np.all((places >= 0) & (places < [mask.width(), mask.height()]), axis=1)
        places = np.where(seen[:, None], places, 0)
        found: NDArray[np.bool_] = seen & (rows[places[:, 1], places[:, 0]] > 0)
        return found

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = scatter.nearest(self.places(), event.position().x(), event.position().y(), REACH)
        if point is not None:
            self.activated.emit(point)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.enlarge(STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(None)

    def _hover(self, point: int | None) -> None:
        if point != self._hovered:
            self._hovered = point
            self.update()
            self.hovered.emit(point)

    # The keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys, key = Qt.Key, Qt.Key(event.key())
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key in MOVES and control:
            dx, dy = MOVES[key]
            self.pan(-60 * dx, -60 * dy)
        elif key in MOVES and self.count():
            self._step(*MOVES[key])
        elif key == keys.Key_Space and self.current is not None:
            chosen = self._selected.copy()
            chosen[self.current] ^= True
            self._choose(chosen)
        elif key in (keys.Key_Return, keys.Key_Enter) and self.current is not None:
            self.activated.emit(self.current)
        elif key in (keys.Key_Plus, keys.Key_Equal):
            self.enlarge(STEP)
        elif key == keys.Key_Minus:
            self.enlarge(1 / STEP)
        elif key == keys.Key_0 and not control:
            self.fit()
        elif key == keys.Key_Escape and self._selected.any():
            self.clear_selection()
        else:
            super().keyPressEvent(event)

    def _step(self, dx: int, dy: int) -> None:
        places = self.places()
        if self.current is None:
            middle = scatter.nearest(places, self.width() / 2, self.height() / 2, float("inf"))
            self._go_to(middle or 0)
            return
        self._go_to(scatter.towards(places, self.current, dx, dy))
        x, y = self._place(self.current)
        if not self.rect().adjusted(EDGE, EDGE, -EDGE, -EDGE).contains(round(x), round(y)):
            self.pan(self.width() / 2 - x, self.height() / 2 - y)

    def _go_to(self, point: int) -> None:
        self.current = point
        self.update()
        self.current_changed.emit(point)
