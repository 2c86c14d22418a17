"""Saving a picture of data as PNG or SVG, and a table as CSV, from a context menu that every such widget has."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, QPoint, QRect, QSaveFile, QSize, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QImage, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QMenu, QMessageBox, QSizePolicy, QWidget

from gui import theme
from gui.widgets import file_dialogs

translate = QCoreApplication.translate

Paint = Callable[[QPainter, QRect], None]
Rows = Callable[[], Iterable[Sequence[object]]]
PNG_SCALE = 2  # pictures are mostly pasted into documents and slides: twice the size on the screen stays sharp there


def picture_bytes(paint: Paint, size: QSize, suffix: str, title: str) -> bytes:
    """The picture that `paint` paints, on the theme's surface, as a PNG or SVG file (`suffix` ".png" or ".svg")."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    rect = QRect(QPoint(0, 0), size)
    if suffix == ".svg":
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(size)
        generator.setViewBox(rect)
        generator.setTitle(title)
        _paint_on(QPainter(generator), paint, rect)
    else:
        image = QImage(size * PNG_SCALE, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(PNG_SCALE)
        _paint_on(QPainter(image), paint, rect)
        image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub asks for bytes, Qt takes text
    return bytes(buffer.data().data())


def _paint_on(painter: QPainter, paint: Paint, rect: QRect) -> None:
    painter.fillRect(rect, theme.current().surface)
    paint(painter, rect)
    painter.end()


def table_bytes(rows: Iterable[Sequence[object]]) -> bytes:
    """The rows as CSV in UTF-8 with a byte order mark, which spreadsheets need to read other scripts right."""
    lines: list[str] = []

    class _Lines:
        def write(self, text: str) -> int:
            lines.append(text)
            return len(text)

    csv.writer(_Lines()).writerows(rows)
    return "".join(lines).encode("utf-8-sig", "surrogateescape")


def write(path: Path, data: bytes) -> str:
    """Write the whole file or leave the old one; the reason as one sentence if it failed, else an empty text."""
    file = QSaveFile(str(path))
    if file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(data) == len(data) and file.commit():
        return ""
    return translate("Export", "{0} could not be written: {1}.").format(path, file.errorString())


def ask_and_write(parent: QWidget, name: str, kinds: str, make: Callable[[Path], bytes]) -> None:
    """Ask where to save, with `name` proposed; write there what `make` makes for that path."""
    path = file_dialogs.ask_save(parent, translate("Export", "Save"), name, kinds)
    if path is not None:
        reason = write(path, make(path))
        if reason:
            box = QMessageBox(QMessageBox.Icon.Warning, translate("Export", "Save"), reason, parent=parent)
            box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            box.open()


def offer(widget: QWidget, name: str, *, paint: Paint | None = None, rows: Rows | None = None) -> None:
    """Give `widget` a context menu that saves or copies the picture that `paint` paints and the table of `rows`."""

    def picture(path: Path) -> bytes:
        assert paint is not None
        return picture_bytes(paint, widget.size(), path.suffix.lower(), name)

    def table(_path: Path) -> bytes:
        return table_bytes(rows() if rows else ())

    def show(place: QPoint) -> None:
        menu = QMenu(widget)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        clipboard = QGuiApplication.clipboard()
        if paint is not None:
            menu.addAction(translate("Export", "Save picture as PNG or SVG…")).triggered.connect(
                lambda: ask_and_write(widget, f"{name}.png", "PNG (*.png);;SVG (*.svg)", picture)
            )
            menu.addAction(translate("Export", "Copy picture")).triggered.connect(
                lambda: clipboard.setImage(QImage.fromData(picture(Path("copy.png"))))
            )
        if rows is not None:
            menu.addAction(translate("Export", "Save table as CSV…")).triggered.connect(
                lambda: ask_and_write(widget, f"{name}.csv", "CSV (*.csv)", table)
            )
            menu.addAction(translate("Export", "Copy table")).triggered.connect(
                lambda: clipboard.setText(as_text(rows()))
            )
        menu.popup(widget.mapToGlobal(place))

    widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    widget.customContextMenuRequested.connect(show)


def as_text(rows: Iterable[Sequence[object]]) -> str:
    """The rows with tabs between, as spreadsheets paste them."""
    return "\n".join("\t".join(str(cell) for cell in row) for row in rows)


class DataPicture(QWidget):
    """A picture of data; its context menu saves it and the table of `rows`, with `name` proposed for the file."""

    accessible_role = QAccessible.Role.Chart

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        offer(self, name, paint=self.paint_picture, rows=self.rows)
        theme.notifier().changed.connect(self.update)

    def rows(self) -> list[list[object]]:
        raise NotImplementedError

    def paint_picture(self, painter: QPainter, rect: QRect) -> None:
        """Paint all of it into `rect`, on the screen or for a file."""
        raise NotImplementedError

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint_picture(painter, self.rect())
        painter.end()
