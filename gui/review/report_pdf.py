"""A report as a PDF, made by Qt from the printable page that the engine writes. Runs in any thread.

A text document of Qt parts tables and pictures wherever a page ends, so each piece of the report is a document of its
own: none is parted, and no title stands alone at the foot of a page.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
)

from engine.colours import LIGHT
from engine.errors import UsageError

DPI = 144
INCH = 96  # pixels in which a page is laid out
MARGIN = 15.0  # mm
FOOT = 28  # pixels below the text for the number of the page
SHARP = 3  # pixels of a drawing for each of the page
SVG = "data:image/svg+xml;base64,"
ABOVE, GAP = 16.0, 4.0  # pixels above a title, and between pieces that are no rows
ISOLATE = "\u2068"  # the engine has it before names that are written from right to left
STAYS = {"title", "keep", "head"}  # kinds of pieces that stand on one page with what follows
_PIECE = re.compile(r"<!--piece ?(\w*)-->")


def printable_page() -> Path:
    """Return where the engine is to write the page that is printed; it is removed after that."""
    import uuid

    from engine.places import cache_folder

    return cache_folder() / f"report-{uuid.uuid4().hex}.html"


def printing(page: Path, out: Path, title: str) -> Callable[[Any, Any], dict[str, Any]]:
    """Return the job that prints `page` to the PDF `out`, with the name of the project as its title, and removes it."""

    def work(_emit: Any, _cancel: Any) -> dict[str, Any]:
        try:
            write_pdf(page.read_text("utf-8"), out, title)
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
    page_size = QSizeF(writer.width() / scale, writer.height() / scale - FOOT)
    found = pages(html, page_size)
    painter = QPainter()
    if not painter.begin(writer):
        return
    painter.scale(scale, scale)
    for number in range(len(found)):
        if number:
            writer.newPage()
        paint_page(painter, found, number, page_size, title)
    painter.end()


def paint_page(painter: QPainter, found: list[list[PlacedPiece]], number: int, page_size: QSizeF, title: str) -> None:
    """Paint one of the pages, from 0, with its number at the foot below `page_size`."""
    for placed in found[number]:
        paint(painter, placed, page_size)
    painter.setFont(font(11))
    painter.setPen(QColor(LIGHT.muted))
    foot = QRectF(0, page_size.height(), page_size.width(), FOOT)
    bottom = Qt.AlignmentFlag.AlignBottom
    painter.drawText(foot, Qt.AlignmentFlag.AlignRight | bottom, f"{number + 1} / {len(found)}")
    painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | bottom, title)


# Pieces on pages


class _Document(QTextDocument):
    """Draws the SVG pictures of a page, which a text document itself cannot."""

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        address = name if isinstance(name, str) else name.toString()
        if address.startswith(SVG):
            return _drawn(base64.b64decode(address.removeprefix(SVG)))
        return super().loadResource(kind, name)


@dataclass(frozen=True, slots=True)
class Piece:
    """`kind` is that of the comment before it: title, keep, head, row, or "" for any other."""

    kind: str
    document: QTextDocument
    height: float


@dataclass(frozen=True, slots=True)
class PlacedPiece:
    piece: Piece
    top: float


def pages(html: str, page_size: QSizeF) -> list[list[PlacedPiece]]:
    """Lay the pieces of the page `html` out on pages of this size in pixels."""
    found: list[list[PlacedPiece]] = [[]]
    used, head = 0.0, None
    for group in _groups(_pieces(html, page_size.width())):
        if group[0].kind != "row":
            head = None
        if found[-1] and used + _height(group) > page_size.height():
            repeated_head: list[Piece] = [head] if head is not None else []
            found.append([])
            used, group = 0.0, repeated_head + group
        for piece in group:
            used += _above(piece) if found[-1] else 0.0
            found[-1].append(PlacedPiece(piece, used))
            used += piece.height
            head = piece if piece.kind == "head" else head
    return found


def paint(painter: QPainter, placed: PlacedPiece, page_size: QSizeF) -> None:
    """Paint one piece at its place; one that is higher than a page becomes smaller."""
    painter.save()
    painter.translate(0, placed.top)
    if placed.piece.height > page_size.height():
        painter.scale(page_size.height() / placed.piece.height, page_size.height() / placed.piece.height)
    placed.piece.document.drawContents(painter)
    painter.restore()


def font(pixels: int) -> QFont:
    """Return a font in pixels: points would be larger or smaller with the screen that the window is on."""
    found = QFont("sans-serif")
    found.setPixelSize(pixels)
    return found


def _pieces(html: str, width: float) -> Iterator[Piece]:
    parts = _PIECE.split(html)  # what stands before the first one, then kind and words by turns
    for kind, words in zip(parts[1::2], parts[2::2], strict=True):
        document = _Document()
        document.setDefaultFont(font(12))
        document.setDocumentMargin(0)
        document.setTextWidth(width)
        document.setHtml(f'<body style="color: {LIGHT.text}">{words}</body>')
        if ISOLATE in words:
            _from_left(document)
        yield Piece(kind, document, document.size().height())


def _from_left(document: QTextDocument) -> None:
    """Lines begin at the left also where a name in them is written from right to left."""
    left = QTextBlockFormat()
    left.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    block = document.begin()
    while block.isValid():
        QTextCursor(block).mergeBlockFormat(left)
        block = block.next()


def _groups(pieces: Iterator[Piece]) -> Iterator[list[Piece]]:
    """Pieces that must be on one page."""
    group: list[Piece] = []
    for piece in pieces:
        group.append(piece)
        if piece.kind not in STAYS:
            yield group
            group = []
    if group:
        yield group


def _above(piece: Piece) -> float:
    return {"title": ABOVE, "row": 0.0}.get(piece.kind, GAP)


def _height(group: list[Piece]) -> float:
    return sum(_above(piece) + piece.height for piece in group)


def _drawn(svg: bytes) -> QImage:
    """An empty picture where the drawing cannot be read."""
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(QByteArray(svg))
    if not renderer.isValid():
        return QImage()
    image = QImage(renderer.viewBox().size() * SHARP, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    renderer.render(painter, QRectF(image.rect()))
    painter.end()
    return image
