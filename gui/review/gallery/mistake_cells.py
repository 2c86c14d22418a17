"""The cells of the gallery: a picture with its label, and the most probable classes as bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QStaticText

from engine.review.reviewed import label_of
from gui.review.gallery import captions
from gui.session import Session
from gui.theme import Theme, mix
from gui.widgets import wording
from gui.widgets.grid.item import GridItem
from gui.widgets.grid.layout import PAD
from gui.widgets.grid.paint import DOT, CellPainter, CellState
from gui.widgets.grid.thumbnail_grid import ThumbnailGrid

if TYPE_CHECKING:
    from engine.library.records import ImageRecord
    from engine.review.reviewed import Reviewed

BARS = 3
ARROW = "→ "  # before what was predicted
CONFIRMED = "✓"  # the sign of a label that a person keeps
MOST_TEXTS = 5000  # texts that are kept
LABEL, SMALL, BOLD = 0, 1, 2  # fonts
INSET = 5  # pixels from the ends of a bar to its words
MOST_CELLS = 4000  # that are kept; those on screen are soon made again
_TALL = 3  # pixels of a bar beyond its letters


class MistakeCells(CellPainter):
    """The label, and below it as many bars as there is room for: the first one is what was predicted."""

    def __init__(self, theme: Theme, font: QFont, side: int, *, two_lines: bool) -> None:
        super().__init__(theme, font, side, two_lines=two_lines)
        bold = QFont(self.small)
        bold.setBold(True)
        self._fonts = (font, self.small, bold)
        self._high, self._step = QFontMetrics(font).height(), QFontMetrics(self.small).height() + _TALL + 1
        self._laid: dict[tuple[str, int, int], tuple[QStaticText, float, float]] = {}
        self._tints: dict[int, QColor] = {}

    @property
    def text_height(self) -> int:
        return PAD - 1 + self._high + BARS * self._step

    def _flag(self, p: QPainter, centre: QPointF, sign: str) -> None:
        if sign != CONFIRMED:
            super()._flag(p, centre, sign)
            return
        p.setPen(QPen(self.theme.surface, 1.5))
        p.setBrush(self.theme.accent)
        p.drawEllipse(centre, 8.5, 8.5)
        p.setPen(QPen(self.theme.on_accent, 1.7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        x, y = centre.x(), centre.y()
        p.drawPolyline([QPointF(x - 3.5, y), QPointF(x - 1, y + 2.5), QPointF(x + 3.5, y - 2.5)])

    def _texts(self, p: QPainter, area: QRect, item: GridItem, state: CellState) -> None:
        if not item.bars:
            super()._texts(p, area, item, state)
            return
        left = area.left()
        if item.badge is not None:
            p.setPen(QPen(mix(item.badge, self.theme.text, 0.25), 1))
            p.setBrush(item.badge)
            p.drawEllipse(QRectF(left + 0.5, area.top() + (self._high - DOT) / 2 + 0.5, DOT, DOT))
            left += DOT + 6
        boxes = [
            QRect(area.left(), area.top() + self._high + 2 + index * self._step, area.width(), self._step - 1)
            for index in range(len(item.bars))
        ]
        self._shares(p, boxes, item)
        p.setPen(self.theme.text)
        p.setFont(self._fonts[LABEL])
        label, _, high = self._text(item.caption, LABEL, area.right() - left + 1)
        p.drawStaticText(QPointF(left, area.top() + (self._high - high) / 2), label)
        for index, (box, (name, share, _)) in enumerate(zip(boxes, item.bars, strict=True)):
            words = f"{ARROW}{name}" if index == 0 else name
            self._names(p, box, words, wording.confidence(share, 0), BOLD if name == item.caption else SMALL)

    def _shares(self, p: QPainter, boxes: Sequence[QRect], item: GridItem) -> None:
        """The shares of the classes, each in the colour of its class."""
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(self.theme.sunken)
        for box in boxes:
            p.drawRoundedRect(box, 3, 3)
        for box, (_, share, colour) in zip(boxes, item.bars, strict=True):
            p.setBrush(self._tint(colour or self.theme.accent))
            p.drawRoundedRect(QRectF(box.left(), box.top(), max(2.0, box.width() * share), box.height()), 3, 3)

    def _tint(self, colour: QColor) -> QColor:
        key = colour.rgb()
        if key not in self._tints:
            self._tints[key] = mix(self.theme.surface, colour, 0.42 if self.theme.dark else 0.3)
        return self._tints[key]

    def _names(self, p: QPainter, box: QRect, words: str, number: str, font: int) -> None:
        """A class over its share; the label's own name is bold."""
        p.setFont(self._fonts[font])
        share, wide, high = self._text(number, font, box.width())
        top = box.top() + (box.height() - high) / 2
        p.drawStaticText(QPointF(box.right() - INSET + 1 - wide, top), share)
        name, _, _ = self._text(words, font, int(box.width() - 2 * INSET - wide - 6))
        p.drawStaticText(QPointF(box.left() + INSET, top), name)

    def _text(self, words: str, font: int, width: int) -> tuple[QStaticText, float, float]:
        """Words cut to their room, with their width and height; laid out once, as that takes longer than painting."""
        key = (words, font, width)
        found = self._laid.get(key)
        if found is None:
            if len(self._laid) >= MOST_TEXTS:
                self._laid.clear()
            cut = QFontMetrics(self._fonts[font]).elidedText(words, Qt.TextElideMode.ElideMiddle, width)
            text = QStaticText(cut)
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.prepare(font=self._fonts[font])
            found = self._laid[key] = text, text.size().width(), text.size().height()
        return found


class MistakeGrid(ThumbnailGrid):
    cell_painter = MistakeCells


class CellCache:
    """A cell is asked for at each step of a scroll and at each paint, and to find the most probable of a thousand
    classes each time took longer than to paint it.

    The label is that of the record, which is there as soon as it is saved; what is reviewed follows a moment later.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._reviewed: Reviewed | None = None
        self._places: dict[int, int] = {}  # of the classes of the run, by their ids
        self._cells: dict[tuple[int, bool], GridItem] = {}

    def show(self, reviewed: Reviewed) -> None:
        """Make cells of this from now on."""
        before, self._reviewed = self._reviewed, reviewed
        if before is None or before.shares is not reviewed.shares or before.class_ids is not reviewed.class_ids:
            self._places = {class_id: index for index, class_id in enumerate(reviewed.class_ids)}
            self._cells.clear()

    def clear(self) -> None:
        """Make all cells anew: classes have other names or colours."""
        self._cells.clear()

    def forget(self, image_ids: Iterable[int]) -> None:
        """Make the cells of these images anew."""
        for image_id in image_ids:
            self._cells.pop((image_id, True), None)
            self._cells.pop((image_id, False), None)

    def item(self, row: int, record: ImageRecord) -> GridItem | None:
        """Return the cell of an image that is row `row` of what is reviewed, -1 where it is not among it."""
        key = record.id, row >= 0
        found = self._cells.get(key)
        if found is None and self._reviewed is not None:
            if len(self._cells) >= MOST_CELLS:
                self._cells.clear()
            found = self._cells[key] = self._made(self._reviewed, row, record)
        return found

    def _made(self, reviewed: Reviewed, row: int, record: ImageRecord) -> GridItem:
        signs = "".join(
            sign for sign, on in ((CONFIRMED, record.confirmed), ("?", record.unsure), ("-", record.excluded)) if on
        )
        cls = self._session.class_of(record.class_id)
        label = cls.name if cls else QCoreApplication.translate("MistakeGallery", "Not labelled")
        bars: tuple[tuple[str, float, QColor | None], ...] = ()
        mark = ""
        if row >= 0:
            bars = tuple(
                (reviewed.classes[c], share, self._colour(reviewed.class_ids[c]))
                for c, share in reviewed.top(row, BARS)
            )
            mark = "correct" if self._places.get(record.class_id or 0) == reviewed.predicted[row] else "wrong"
        return GridItem.of(
            record,
            label,
            sub=captions.guess(reviewed, row) if row >= 0 else record.file.name,
            badge=self._colour(record.class_id),
            mark=mark,
            signs=signs,
            bars=bars,
        )

    def label(self, record: ImageRecord) -> int:
        """Return the label that is saved now, as its place among the classes; -1 where the image does not count."""
        return label_of(record, self._places)

    def _colour(self, class_id: int | None) -> QColor | None:
        cls = self._session.class_of(class_id)
        return QColor(cls.colour) if cls else None
