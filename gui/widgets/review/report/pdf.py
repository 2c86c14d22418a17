"""A report as a PDF, made by Qt from the printable page that the engine writes. Runs in any thread."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import QColor, QFont, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument

from engine.errors import UsageError

DPI = 144
INCH = 96  # pixels in which a page is laid out
SHARP = 3  # pixels of a drawing for each of the page
MARGIN = 15.0  # mm
FOOT = 28  # pixels below the text for the number of the page
SVG = "data:image/svg+xml;base64,"


def printable_page() -> Path:
    """Where the engine is to write the page that is printed; it is removed after that."""
    import uuid

    from engine.places import cache_folder

    return cache_folder() / f"report-{uuid.uuid4().hex}.html"


def printing(page: Path, out: Path) -> Callable[[Any, Any], dict[str, Any]]:
    """The job that prints `page` to the PDF `out` and removes it."""

    def work(_emit: Any, _cancel: Any) -> dict[str, Any]:
        try:
            write_pdf(page.read_text("utf-8"), out, out.stem)
        finally:
            page.unlink(missing_ok=True)
        return {}

    return work


class _Page(QTextDocument):
    """Draws the SVG pictures of a page, which a text document itself cannot."""

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        address = name if isinstance(name, str) else name.toString()
        if address.startswith(SVG):
            return _drawn(base64.b64decode(address.removeprefix(SVG)))
        return super().loadResource(kind, name)


def write_pdf(html: str, out: Path, title: str) -> None:
    """Print the page to `out`: A4, upright, with numbered pages. An old file stays if that fails.

    Raises:
        UsageError: the place cannot be written.
    """
    import uuid

    temporary = out.with_name(f".{uuid.uuid4().hex}.pdf")
    try:
        temporary.touch()  # says why it cannot be written; Qt only says that
        _print(html, temporary, title)
        if not temporary.stat().st_size:
            raise UsageError(f"The report cannot be written to {out}; choose another place.")
        temporary.replace(out)
    except OSError as error:
        raise UsageError(f"The report cannot be written to {out}: {(error.strerror or str(error)).lower()}.") from error
    finally:
        temporary.unlink(missing_ok=True)


def _print(html: str, file: Path, title: str) -> None:
    writer = QPdfWriter(str(file))
    writer.setTitle(title)
    writer.setCreator("Pigeonhole")
    writer.setResolution(DPI)
    margins = QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN)
    size = QPageSize(QPageSize.PageSizeId.A4)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter))
    scale = DPI / INCH
    room = QSizeF(writer.width() / scale, writer.height() / scale)
    page = laid_out(html, room)
    painter = QPainter()
    if not painter.begin(writer):
        return
    painter.scale(scale, scale)
    for number in range(page.pageCount()):
        if number:
            writer.newPage()
        paint(painter, page, number, title)
    painter.end()


def laid_out(html: str, room: QSizeF) -> QTextDocument:
    """The report on pages of this size in pixels, each with room for a line at its foot."""
    page = _Page()
    page.setDefaultFont(_font(12))
    page.setDocumentMargin(0)
    page.setPageSize(QSizeF(room.width(), room.height() - FOOT))
    page.setHtml(html)
    return page


def paint(painter: QPainter, page: QTextDocument, number: int, title: str) -> None:
    """One of the pages, from 0, with its number at the foot."""
    room = page.pageSize()
    painter.save()
    painter.translate(0, -number * room.height())
    page.drawContents(painter, QRectF(0, number * room.height(), room.width(), room.height()))
    painter.restore()
    painter.setFont(_font(11))
    painter.setPen(QColor("#636977"))
    foot = QRectF(0, room.height(), room.width(), FOOT)
    bottom = Qt.AlignmentFlag.AlignBottom
    painter.drawText(foot, Qt.AlignmentFlag.AlignRight | bottom, f"{number + 1} / {page.pageCount()}")
    painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | bottom, title)


def _font(pixels: int) -> QFont:
    """In pixels: points would be larger or smaller with the screen that the window is on."""
    font = QFont("sans-serif")
    font.setPixelSize(pixels)
    return font


def _drawn(svg: bytes) -> QImage:
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(QByteArray(svg))
    image = QImage(renderer.viewBox().size() * SHARP, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    renderer.render(painter, QRectF(image.rect()))
    painter.end()
    return image
