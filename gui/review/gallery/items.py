"""What the cells of Review's gallery show, made once for each image; and which images stay in its list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from engine.review.reviewed import label_of
from gui.review.gallery import captions
from gui.review.gallery.mistake_cells import BARS, CONFIRMED
from gui.session import Session
from gui.widgets.grid.item import GridItem

if TYPE_CHECKING:
    from engine.library.records import ImageRecord
    from engine.review.reviewed import Reviewed

MOST = 4000  # cells that are kept; those on screen are soon made again


class Items:
    """A cell is asked for at each step of a scroll and at each paint, and to find the most probable of a thousand
    classes each time took longer than to paint it.

    The label is that of the record, which is there as soon as it is saved; what is reviewed follows a moment later.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._reviewed: Reviewed | None = None
        self._places: dict[int, int] = {}  # of the classes of the run, by their ids
        self._kept: dict[tuple[int, bool], GridItem] = {}

    def show(self, reviewed: Reviewed) -> None:
        """Answer for this from now on."""
        before, self._reviewed = self._reviewed, reviewed
        if before is None or before.shares is not reviewed.shares or before.class_ids is not reviewed.class_ids:
            self._places = {class_id: place for place, class_id in enumerate(reviewed.class_ids)}
            self._kept.clear()

    def clear(self) -> None:
        """Classes have other names or colours."""
        self._kept.clear()

    def forget(self, image_ids: Iterable[int]) -> None:
        """These images are not what they were."""
        for image_id in image_ids:
            self._kept.pop((image_id, True), None)
            self._kept.pop((image_id, False), None)

    def item(self, row: int, record: ImageRecord) -> GridItem | None:
        """Of an image that is row `row` of what is reviewed, -1 where it is not among it."""
        key = record.id, row >= 0
        found = self._kept.get(key)
        if found is None and self._reviewed is not None:
            if len(self._kept) >= MOST:
                self._kept.clear()
            found = self._kept[key] = self._made(self._reviewed, row, record)
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
        return GridItem(
            key=record.id,
            file=record.file,
            size_bytes=record.size_bytes,
            modified_ns=record.modified_ns,
            caption=label,
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
