"""A picture as large as there is space; the wheel zooms at the mouse, dragging moves, a double click shows 100 %."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QBrush,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.errors import JobCancelled
from engine.jobs.job import Cancel
from gui import theme
from gui.background import Background
from gui.widgets.grid.thumbnail_loader import Request, ThumbnailLoader, to_qimage

if TYPE_CHECKING:
    from engine.imaging.depth import Values


class PixelReader(QObject):
    """`at` answers None until the file was read, and for files of 8 bits, whose colours are on screen."""

    ready = Signal()  # `at` has another answer

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background("pixels", self._failed, self)
        self._cancel = Cancel()
        self._file: Path | None = None
        self._values: Values | None = None

    def look_at(self, file: Path | None) -> None:
        """Read this file, and forget the one before."""
        if file == self._file:
            return
        self._cancel.set()
        self._file, self._values, self._cancel = file, None, (cancel := Cancel())
        if file is not None:
            self._background.submit(lambda: _read(file, cancel), self._arrived, key="pixels")

    def _arrived(self, answer: tuple[Path, Values | None]) -> None:
        file, values = answer
        if file == self._file and values is not None:
            self._values = values
            self.ready.emit()

    def _failed(self, error: Exception) -> None:
        raise error

    def at(self, share_x: float, share_y: float) -> Sequence[float | int] | None:
        """The numbers of the pixel so far from the left and the top, as shares of the picture's sides."""
        values = self._values
        if values is None:
            return None
        height, width = values.shape[:2]
        place = min(height - 1, int(share_y * height)), min(width - 1, int(share_x * width))
        found: Any = values[place].tolist()
        return found if isinstance(found, list) else [found]

    def close(self) -> None:
        self._cancel.set()
        self._background.close()


def _read(file: Path, cancel: Cancel) -> tuple[Path, Values | None]:
    from engine.imaging.depth import deep_values

    try:
        return file, deep_values(file, cancel=cancel)
    except JobCancelled:
        return file, None


LARGEST_ZOOM = 32.0
ENOUGH = 1024  # pixels a side that are decoded until more are zoomed to
STEP = 1.25
BLINK_MS = 250  # that the picture before may stay


def _decoded(request: Request, cancel: Cancel) -> QImage | None:
    """The whole picture; `side` is the least that both its sides must have, 0 for all pixels."""
    from engine.errors import ImageProblem
    from engine.imaging.decode import decode

    try:
        return to_qimage(decode(request.file, at_least=request.side or None, cancel=cancel))
    except ImageProblem:
        return None


class ImageView(QWidget):
    """`show_file` decodes in a thread; meanwhile the picture before it stays, but no longer than a blink, as a person
    would take it for the one that is named beside it.
    """

    accessible_role = QAccessible.Role.Graphic

    zoom_changed = Signal(float)  # screen pixels per picture pixel
    pointed = Signal(int, int, object)  # pixel of the picture under the mouse and its numbers; None beside it

    def __init__(self) -> None:
        super().__init__()
        self._loader = ThumbnailLoader(self, memory=200_000_000, make=_decoded)
        self._loader.loaded.connect(self._loaded)
        self._pixels = PixelReader(self)
        self._pixels.ready.connect(self._point_again)
        self._pointed: QPointF | None = None
        self._request: Request | None = None
        self.image: QImage | None = None
        self._blink = QTimer(self, singleShot=True, interval=BLINK_MS)
        self._blink.timeout.connect(self._show_nothing)
        self.full = QSize()
        self.reason = ""
        self._hint = ""
        self._zoom: float | None = None  # None: fitted
        self._centre = QPointF(0.5, 0.5)  # what of the picture is in the middle, as shares of its sides
        self._drag: QPoint | None = None
        self._cover: tuple[QImage, QRectF] | None = None
        theme.notifier().changed.connect(self.update)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 120)
        self.setAccessibleName(self.tr("Picture"))
        self.setToolTip("")
        self.setMouseTracking(True)

    @property
    def cover(self) -> tuple[QImage, QRectF] | None:
        """The picture that lies over the image, and its place as shares of it."""
        return self._cover

    def set_hint(self, text: str) -> None:
        """Set what to say when there is no picture to show."""
        self._hint = text
        self.update()

    def show_file(self, file: Path | None, *, size: QSize, modified_ns: int = 0, reason: str = "") -> None:
        """Show a picture of `size` pixels, the reason why there is none, or nothing."""
        self.reason = reason
        self.setAccessibleDescription(reason)
        self.full = size
        self._pixels.look_at(None)
        self._zoom, self._centre = None, QPointF(0.5, 0.5)
        self._cover = None
        self._blink.stop()
        if file is None or reason:
            self._request = None
            self._show_nothing()
            return
        self._request = Request(file, 0, modified_ns, ENOUGH)
        self._blink.start()
        self._loader.want([self._request])
        if self._loader.get(self._request) is not None:
            self._loaded(self._request)

    @property
    def is_loading(self) -> bool:
        """Return whether the picture that is to be shown is not there yet."""
        return self._blink.isActive() or (self._request is not None and self.image is None and not self.reason)

    def _show_nothing(self) -> None:
        self.image = None
        self.update()

    def set_cover(self, cover: QImage | None, place: QRectF | None = None) -> None:
        """Lay a translucent picture over a part of this one (`place`: shares of its sides), which turns grey.

        None takes it away, as the next picture does.
        """
        self._cover = None if cover is None else (cover, place or QRectF(0, 0, 1, 1))
        self.update()

    def preload(self, files: Iterable[tuple[Path, int]]) -> None:
        """Decode these files (with the time of their change) after the one that is shown, as they will be next."""
        ahead = [Request(file, 0, modified_ns, ENOUGH) for file, modified_ns in files]
        self._loader.want([r for r in (self._request, *ahead) if r is not None])

    @Slot(object)
    def _loaded(self, request: Request) -> None:
        if request != self._request:
            return
        self._blink.stop()
        self.image = self._loader.get(request)
        if self.image is None:
            self.reason = self.reason or self.tr("This picture cannot be shown.")
        elif not self.full.isValid() or self.full.isEmpty():
            self.full = self.image.size()
        self._point_again()
        self.update()

    # Zoom

    def zoom(self) -> float:
        """Screen pixels per pixel of the picture."""
        return self._fit() if self._zoom is None else self._zoom

    def _fit(self) -> float:
        if self.full.isEmpty():
            return 1.0
        frame = QRectF(self.rect())
        scale = min(frame.width() / self.full.width(), frame.height() / self.full.height())
        return min(scale, 8.0)

    def set_zoom(self, zoom: float | None, at: QPointF | None = None) -> None:
        """Zoom to that many screen pixels a pixel (None: fit); the point `at` of the widget keeps its place."""
        if self.full.isEmpty():
            return
        if zoom is not None and zoom <= self._fit() * 1.001:
            zoom = None
        old = self.zoom()
        if zoom is None:
            self._zoom, self._centre = None, QPointF(0.5, 0.5)
        else:
            zoom = min(zoom, max(LARGEST_ZOOM, self._fit()))
            middle = QRectF(self.rect()).center()
            offset = (at or middle) - middle
            shift = QPointF(offset.x() * (1 / old - 1 / zoom), offset.y() * (1 / old - 1 / zoom))
            self._centre += QPointF(shift.x() / self.full.width(), shift.y() / self.full.height())
            self._zoom = zoom
            self._sharpen()
        self._clamp()
        self.update()
        self.zoom_changed.emit(self.zoom())

    def zoom_in(self) -> None:
        self.set_zoom(self.zoom() * STEP)

    def zoom_out(self) -> None:
        self.set_zoom(self.zoom() / STEP)

    def _sharpen(self) -> None:
        """Decode all pixels when more are needed than were decoded."""
        request, image = self._request, self.image
        if request is not None and image is not None and request.side and image.width() < self.full.width():
            self._request = Request(request.file, 0, request.modified_ns, 0)
            self._loader.want([self._request])
            if self._loader.get(self._request) is not None:
                self._loaded(self._request)

    def _clamp(self) -> None:
        scale = self.zoom()
        for axis, visible, full in (("x", self.width(), self.full.width()), ("y", self.height(), self.full.height())):
            half = visible / 2 / max(full * scale, 1)
            value = 0.5 if half >= 0.5 else min(1 - half, max(half, getattr(self._centre, axis)()))
            (self._centre.setX if axis == "x" else self._centre.setY)(value)

    # Painting

    def sizeHint(self) -> QSize:
        return QSize(320, 300)

    def target(self) -> QRectF:
        scale = self.zoom()
        width, height = self.full.width() * scale, self.full.height() * scale
        middle = QRectF(self.rect()).center()
        return QRectF(middle.x() - self._centre.x() * width, middle.y() - self._centre.y() * height, width, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.sunken)
        painter.drawRoundedRect(self.rect(), theme.Theme.RADIUS, theme.Theme.RADIUS)
        if self.reason:
            self._paint_reason(painter)
        elif self.image is not None:
            self._paint_picture(painter, self.image)
        elif self._request is None and self._hint:
            painter.setPen(colours.muted)
            area = self.rect().adjusted(24, 24, -24, -24)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._hint)

    def _paint_picture(self, painter: QPainter, image: QImage) -> None:
        """The picture as a brush: its corners are as round as the widget's, without a jagged clip."""
        target = self.target()
        coarse = self._zoom is not None and self.zoom() >= 4  # single pixels are wanted to be seen
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not coarse)
        shown = image if self._cover is None else image.convertToFormat(QImage.Format.Format_Grayscale8)
        brush = QBrush(shown)
        scale = QTransform.fromTranslate(target.x(), target.y())
        brush.setTransform(scale.scale(target.width() / image.width(), target.height() / image.height()))
        painter.setBrush(brush)
        seen = target.intersected(QRectF(self.rect()))
        painter.drawRoundedRect(seen, theme.Theme.RADIUS, theme.Theme.RADIUS)
        if self._cover is not None:
            cover, place = self._cover
            painter.setClipRect(seen)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            wide, high = target.width(), target.height()
            corner = QPointF(target.x() + place.x() * wide, target.y() + place.y() * high)
            painter.drawImage(QRectF(corner.x(), corner.y(), place.width() * wide, place.height() * high), cover)
            painter.setClipping(False)

    def _paint_reason(self, painter: QPainter) -> None:
        colours = theme.current()
        middle = self.rect().center()
        sign = theme.pixmap("warning", colours.warning, 32, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(middle.x() - 16, middle.y() - 44), sign)
        painter.setPen(colours.text)
        area = self.rect().adjusted(20, self.height() // 2, -20, -8)
        painter.drawText(area, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, self.reason)

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._clamp()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.set_zoom(self.zoom() * STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._zoom is not None:
            self._drag = event.position().toPoint()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(event.position())
        if self._drag is not None:
            moved = event.position().toPoint() - self._drag
            self._drag = event.position().toPoint()
            scale = self.zoom()
            self._centre -= QPointF(moved.x() / scale / self.full.width(), moved.y() / scale / self.full.height())
            self._clamp()
            self.update()

    def _point(self, at: QPointF) -> None:
        target, image, request = self.target(), self.image, self._request
        self._pointed = at
        if image is None or request is None or not target.contains(at) or self.reason:
            self.pointed.emit(0, 0, None)
            return
        share_x, share_y = (at.x() - target.x()) / target.width(), (at.y() - target.y()) / target.height()
        self._pixels.look_at(request.file)
        numbers = self._pixels.at(share_x, share_y)
        if numbers is None:
            colour = image.pixelColor(
                min(image.width() - 1, int(share_x * image.width())),
                min(image.height() - 1, int(share_y * image.height())),
            )
            numbers = [colour.red(), colour.green(), colour.blue()]
        self.pointed.emit(int(share_x * self.full.width()), int(share_y * self.full.height()), numbers)

    def _point_again(self) -> None:
        """The mouse rests, but the picture under it is another one, or its own numbers have come."""
        if self._pointed is not None:
            self._point(self._pointed)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._pointed = None
        self.pointed.emit(0, 0, None)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._drag = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.set_zoom(1.0 if self._zoom is None and self._fit() < 1 else None, event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_in()
        elif key == Qt.Key.Key_Minus:
            self.zoom_out()
        else:
            event.ignore()

    def close_loader(self) -> None:
        """Let the threads end; for the closing of the window."""
        self._loader.close()
        self._pixels.close()
