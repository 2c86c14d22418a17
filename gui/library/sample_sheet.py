"""Pictures in rows and columns, each with lines about it: a first look at any data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QHideEvent, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy

from engine.library.records import ImageRecord
from gui import theme
from gui.session import Session
from gui.widgets.charts.export import DataPicture
from gui.widgets.grid.thumbnail_loader import Request, ThumbnailLoader

if TYPE_CHECKING:  # its module loads Pillow, which the window starts without
    from engine.library.importers.examples import Example

ROWS, COLUMNS = 4, 6
EXAMPLE_COLUMNS, EXAMPLE_SIDE = 10, 46
GAP = 12


class SheetFile(NamedTuple):
    """The file of a picture, as thumbnails are kept by."""

    file: Path
    size_bytes: int
    modified_ns: int


class PictureSheet(DataPicture):
    """`show_files` with up to `rows` × `columns` pictures. `captions` are the lines below each, made by subclasses."""

    accessible_role = QAccessible.Role.List

    lines = 1

    def __init__(self, name: str, rows: int, columns: int) -> None:
        super().__init__(name)
        self._rows, self._columns = rows, columns
        self._files: Sequence[SheetFile] = ()
        self.loader = ThumbnailLoader(self)
        self.loader.loaded.connect(lambda _: self.update())

    def captions(self, index: int) -> tuple[str, ...]:
        """The lines below the picture at that place, the first one as text, the others muted."""
        raise NotImplementedError

    def cell(self, index: int) -> int:
        """The cell of the sheet, counted by rows, in which that picture stands."""
        return index

    def columns_of_caption(self, _index: int) -> int:
        """How many cells have room for what stands below that picture."""
        return 1

    def pictures_of_caption(self, _index: int) -> int:
        """How many pictures, from this one on, stand above the same caption; 0 where it is that of the one before."""
        return 1

    def show_files(self, files: Sequence[SheetFile]) -> None:
        self._files = files
        self.setAccessibleDescription("; ".join(", ".join(self.captions(n)) for n in range(len(files))))
        self._ask()
        self.update()

    def is_complete(self) -> bool:
        """Return whether every picture was tried."""
        requests = self.requests(self.side(self.rect()))
        return all(self.loader.get(r) is not None or self.loader.failed(r) for r in requests)

    def side(self, rect: QRect) -> int:
        text = self.lines * self.fontMetrics().height() + 6
        wide = (rect.width() - GAP * (self._columns - 1)) // self._columns
        high = (rect.height() - GAP * (self._rows - 1)) // self._rows - text
        return max(24, min(wide, high))

    def requests(self, side: int) -> list[Request]:
        pixels = round(side * self.devicePixelRatioF())
        return [Request(f.file, f.size_bytes, f.modified_ns, pixels) for f in self._files]

    def _ask(self) -> None:
        if self.isVisible():
            self.loader.want(self.requests(self.side(self.rect())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ask()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.loader.close()

    def paint_picture(self, painter: QPainter, rect: QRect) -> None:
        colours = theme.current()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(self.font())
        metrics = painter.fontMetrics()
        side, line = self.side(rect), metrics.height()
        step_x = (rect.width() - side) / max(1, self._columns - 1)
        for index, request in enumerate(self.requests(side)):
            row, column = divmod(self.cell(index), self._columns)
            left, top = rect.left() + column * step_x, rect.top() + row * (side + self.lines * line + 6 + GAP)
            square = QRectF(left, top, side, side)
            image = self.loader.get(request)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.sunken)
            painter.drawRoundedRect(square, 5, 5)
            if image is not None:
                size = QRectF(0, 0, image.width(), image.height()).size() / self.devicePixelRatioF()
                target = QRectF(0, 0, size.width(), size.height())
                target.moveCenter(square.center())
                painter.drawImage(target, image)
            pictures = self.pictures_of_caption(index)
            if not pictures:
                continue
            width = int(max(side, (pictures - 1 + self.columns_of_caption(index)) * step_x - 10))
            middle = left + ((pictures - 1) * step_x + side) / 2
            for number, words in enumerate(self.captions(index)):
                painter.setPen(colours.muted if number else colours.text)
                shown = metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, width)
                wide = metrics.horizontalAdvance(shown)  # one wider than its picture stays within the sheet
                start = min(max(middle - wide / 2, rect.left()), rect.left() + rect.width() - wide - 1)
                below = QRectF(start, square.bottom() + 3 + number * line, wide + 1, line)
                painter.drawText(below, Qt.AlignmentFlag.AlignLeft, shown)


class SampleSheet(PictureSheet):
    """Images of the project at random: `show_records` with up to `ROWS` × `COLUMNS` of them."""

    lines = 2

    def __init__(self, session: Session) -> None:
        super().__init__("sample", ROWS, COLUMNS)
        self._session = session
        self.records: Sequence[ImageRecord] = ()
        self.setAccessibleName(self.tr("Random sample"))

    def sizeHint(self) -> QSize:
        return QSize(720, 520)

    def show_records(self, records: Sequence[ImageRecord]) -> None:
        self.records = records
        self.show_files([SheetFile(Path(r.file), r.size_bytes, r.modified_ns) for r in records])

    def rows(self) -> list[list[object]]:
        head: list[object] = [self.tr("file"), self.tr("class"), self.tr("width"), self.tr("height")]
        body: list[list[object]] = [[str(r.file), self._class(r), r.width, r.height] for r in self.records]
        return [head, *body]

    def captions(self, index: int) -> tuple[str, ...]:
        record = self.records[index]
        return self._class(record), _size(record)

    def _class(self, record: ImageRecord) -> str:
        cls = self._session.class_of(record.class_id)
        return cls.name if cls is not None else self.tr("Not labelled")


class ExampleSheet(PictureSheet):
    """A few pictures of each class that an import would bring, above their class, which is named once in a row: below
    a single picture of this size there is no room for most names.
    """

    def __init__(self) -> None:
        super().__init__("examples", 1, EXAMPLE_COLUMNS)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.examples: Sequence[Example] = ()
        self.setAccessibleName(self.tr("Example pictures"))

    def show_examples(self, examples: Sequence[Example]) -> None:
        """Show these; hidden where there are none."""
        self.examples = examples
        self._rows = max(1, -(-(self.cell(len(examples) - 1) + 1) // EXAMPLE_COLUMNS))
        line = self.fontMetrics().height() + 6
        self.setFixedHeight(self._rows * (EXAMPLE_SIDE + line) + (self._rows - 1) * GAP)
        self.show_files([SheetFile(e.file, e.size_bytes, e.modified_ns) for e in examples])
        self.setVisible(bool(examples))

    def rows(self) -> list[list[object]]:
        head: list[object] = [self.tr("file"), self.tr("class")]
        body: list[list[object]] = [[str(e.file), "" if e.shown_as else e.class_name or ""] for e in self.examples]
        return [head, *body]

    def captions(self, index: int) -> tuple[str, ...]:
        example = self.examples[index]
        if example.shown_as is not None:
            return (self.tr("As stored") if example.shown_as == "before" else self.tr("As seen"),)
        return (example.class_name or self.tr("No label"),)

    def columns_of_caption(self, index: int) -> int:
        return 1 if self.examples[index].shown_as is None else 2

    def pictures_of_caption(self, index: int) -> int:
        if index and self._stand_together(index - 1, index):
            return 0
        last = index
        while last + 1 < len(self.examples) and self._stand_together(last, last + 1):
            last += 1
        return last + 1 - index

    def _stand_together(self, one: int, other: int) -> bool:
        """Whether two are in a row and have the same caption."""
        rows = {self.cell(index) // EXAMPLE_COLUMNS for index in (one, other)}
        return len(rows) == 1 and self.captions(one) == self.captions(other)

    def cell(self, index: int) -> int:
        """A row of their own, with room for words, for the two that compare, so that nobody takes them for a class."""
        compared = sum(example.shown_as is not None for example in self.examples)
        return 2 * index if index < compared else index - compared + (EXAMPLE_COLUMNS if compared else 0)


def _size(record: ImageRecord) -> str:
    return f"{record.width} × {record.height}" if record.width else "–"
