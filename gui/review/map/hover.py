"""The picture that belongs to a point of the map, beside the point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from gui import theme
from gui.session import Session
from gui.widgets.grid.thumbnail_loader import Request, ThumbnailLoader
from gui.widgets.labels import elided
from gui.widgets.layouts import column

if TYPE_CHECKING:
    from engine.library.records import ImageRecord

SIDE = 112  # pixels of the picture
AWAY = 16  # pixels from the point


class HoverCard(QFrame):
    """A card beside the mouse, hidden until `show_image`; takes no mouse."""

    def __init__(self, session: Session, over: QWidget) -> None:
        super().__init__(over)
        self._session, self._over = session, over
        self._image_id: int | None = None
        self._request: Request | None = None
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.picture = QLabel()
        self.picture.setFixedSize(SIDE, SIDE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words = elided("", "small")
        gap = theme.current()
        column(self.picture, self.words, on=self, margins=gap.S, spacing=gap.XS)
        self.setFixedWidth(SIDE + 2 * gap.S)
        self.loader = ThumbnailLoader(self)
        self.loader.loaded.connect(lambda _: self._paint())
        session.records.renewed.connect(self._renewed)
        self.hide()

    def show_image(self, image_id: int | None, place: QPointF | None, words: str) -> None:
        """Show this image beside `place`; None hides the card."""
        self._image_id = image_id
        if image_id is None or place is None:
            self.hide()
            return
        self.words.setText(words)
        self.picture.clear()
        self.adjustSize()
        self._move(place)
        self.show()
        self.raise_()
        self._session.records.want(self, [image_id])
        self._load()

    def _move(self, place: QPointF) -> None:
        """Move beside the point, never over the edge."""
        x, y = round(place.x()) + AWAY, round(place.y()) + AWAY
        if x + self.width() > self._over.width():
            x = round(place.x()) - AWAY - self.width()
        if y + self.height() > self._over.height():
            y = round(place.y()) - AWAY - self.height()
        self.move(max(0, x), max(0, y))

    def _renewed(self, records: list[ImageRecord]) -> None:
        if any(record.id == self._image_id for record in records):
            self._load()

    def _load(self) -> None:
        record = self._session.records.get(self._image_id or 0)
        if record is not None:
            side = round(SIDE * self.devicePixelRatioF())
            self._request = Request(record.file, record.size_bytes, record.modified_ns, side)
            self.loader.want([self._request])
            self._paint()

    def _paint(self) -> None:
        image = self.loader.get(self._request) if self._request is not None else None
        if image is not None:
            image.setDevicePixelRatio(self.devicePixelRatioF())
            self.picture.setPixmap(QPixmap.fromImage(image))

    def close_loader(self) -> None:
        self.loader.close()
