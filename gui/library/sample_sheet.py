"""Pictures at random in rows and columns, each with its class and size: a first look at any data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.library.records import ImageRecord
from gui import theme
from gui.session import Session
from gui.widgets.charts import export
from gui.widgets.grid.thumbnail_loader import Request, ThumbnailLoader

ROWS, COLUMNS = 4, 6
GAP = 12


class SampleSheet(QWidget):
    """`show_records` with up to `ROWS` × `COLUMNS` images."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.records: Sequence[ImageRecord] = ()
        self._loader = ThumbnailLoader(self)
        self._loader.loaded.connect(lambda _: self.update())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Random sample"))
        export.offer(self, "sample", paint=self.paint_picture, rows=self.rows)
        theme.notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(720, 520)

    def show_records(self, records: Sequence[ImageRecord]) -> None:
        self.records = records
        self.setAccessibleDescription(", ".join(self._caption(r) for r in records))
        self._ask()
        self.update()

    def rows(self) -> list[list[object]]:
        head: list[object] = [self.tr("file"), self.tr("class"), self.tr("width"), self.tr("height")]
        body: list[list[object]] = [[str(r.file), self._class(r), r.width, r.height] for r in self.records]
        return [head, *body]

    def _class(self, record: ImageRecord) -> str:
        cls = self._session.class_of(record.class_id)
        return cls.name if cls is not None else self.tr("Not labelled")

    def _caption(self, record: ImageRecord) -> str:
        return f"{self._class(record)}, {_size(record)}"

    def _side(self, rect: QRect) -> int:
        text = 2 * self.fontMetrics().height() + 6
        wide = (rect.width() - GAP * (COLUMNS - 1)) // COLUMNS
        high = (rect.height() - GAP * (ROWS - 1)) // ROWS - text
        return max(24, min(wide, high))

    def _request(self, record: ImageRecord, side: int) -> Request:
        pixels = round(side * self.devicePixelRatioF())
        return Request(Path(record.file), record.size_bytes, record.modified_ns, pixels)

    def _ask(self) -> None:
        if self.isVisible():
            side = self._side(self.rect())
            self._loader.want([self._request(record, side) for record in self.records])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ask()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._loader.close()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint_picture(painter, self.rect())
        painter.end()

    def paint_picture(self, painter: QPainter, rect: QRect) -> None:
        colours = theme.current()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(self.font())
        metrics = painter.fontMetrics()
        side, line = self._side(rect), metrics.height()
        step_x = (rect.width() - side) / max(1, COLUMNS - 1)
        for place, record in enumerate(self.records):
            row, column = divmod(place, COLUMNS)
            left, top = rect.left() + column * step_x, rect.top() + row * (side + 2 * line + 6 + GAP)
            square = QRectF(left, top, side, side)
            image = self._loader.get(self._request(record, side))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.sunken)
            painter.drawRoundedRect(square, 5, 5)
            if image is not None:
                size = QRectF(0, 0, image.width(), image.height()).size() / self.devicePixelRatioF()
                target = QRectF(0, 0, size.width(), size.height())
                target.moveCenter(square.center())
                painter.drawImage(target, image)
            room = int(max(side, step_x - 10))
            words = metrics.elidedText(self._class(record), Qt.TextElideMode.ElideMiddle, room)
            painter.setPen(colours.text)
            caption = QRectF(left - (room - side) / 2, square.bottom() + 3, room, line)
            painter.drawText(caption, Qt.AlignmentFlag.AlignHCenter, words)
            painter.setPen(colours.muted)
            below = QRectF(left, square.bottom() + 3 + line, side, line)
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, _size(record))


def _size(record: ImageRecord) -> str:
    return f"{record.width} × {record.height}" if record.width else "–"
