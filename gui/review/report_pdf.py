"""A report as a PDF, made by Qt from the printable page that the engine writes. Runs in any thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPageLayout, QPageSize, QPainter, QPdfWriter

from engine.errors import UsageError
from gui.review.pdf_pages import Placed, font, pages, paint

DPI = 144
INCH = 96  # pixels in which a page is laid out
MARGIN = 15.0  # mm
FOOT = 28  # pixels below the text for the number of the page


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
    room = QSizeF(writer.width() / scale, writer.height() / scale - FOOT)
    found = pages(html, room)
    painter = QPainter()
    if not painter.begin(writer):
        return
    painter.scale(scale, scale)
    for number in range(len(found)):
        if number:
            writer.newPage()
        paint_page(painter, found, number, room, title)
    painter.end()


def paint_page(painter: QPainter, found: list[list[Placed]], number: int, room: QSizeF, title: str) -> None:
    """One of the pages, from 0, with its number at the foot below `room`."""
    for placed in found[number]:
        paint(painter, placed, room)
    painter.setFont(font(11))
    painter.setPen(QColor("#636977"))
    foot = QRectF(0, room.height(), room.width(), FOOT)
    bottom = Qt.AlignmentFlag.AlignBottom
    painter.drawText(foot, Qt.AlignmentFlag.AlignRight | bottom, f"{number + 1} / {len(found)}")
    painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | bottom, title)
