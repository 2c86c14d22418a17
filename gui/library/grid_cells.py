"""What each cell of the Library's grid says of its image."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from engine.library.records import ImageRecord
from gui.library.image_list import ImageList
from gui.library.suggesting import Suggesting
from gui.session import Session
from gui.widgets.charts import scales
from gui.widgets.grid.item import GridItem

MOST = 20_000


class GridCells:
    """`item(row)` answers None until the image was read. What was made is kept until it is forgotten."""

    def __init__(self, session: Session, images: ImageList, suggesting: Suggesting) -> None:
        self._session = session
        self._images = images
        self._suggesting = suggesting
        self._made: dict[int, GridItem] = {}

    def item(self, row: int) -> GridItem | None:
        record = self._images.record(row)
        if record is None:
            return None
        item = self._made.get(record.id)
        if item is None:
            item = self._made[record.id] = self._make(record)
        return item

    def forget(self, ids: Iterable[int] | None = None) -> bool:
        """Make these (None: all) anew when they are asked for; True if all of them had been made."""
        if ids is None:
            self._made.clear()
            return False
        known = [self._made.pop(image_id, None) is not None for image_id in ids]
        if len(self._made) > MOST:
            self._made.clear()
        return all(known)

    def _make(self, record: ImageRecord) -> GridItem:
        cls = self._session.class_of(record.class_id)
        problem = record.problem is not None
        ghost = self._suggesting.of(record.id) if cls is None else None
        mark, sub = self._second_line(record)
        return GridItem(
            key=record.id,
            file=record.file,
            size_bytes=record.size_bytes,
            modified_ns=record.modified_ns,
            caption=Path(record.path).name if problem else cls.name if cls else _tr("Not labelled"),
            sub=sub,
            badge=QColor(cls.colour) if cls and not problem else QColor(ghost[0].colour) if ghost else None,
            ghost=ghost[0].name if ghost else "",
            ghost_share=ghost[1] if ghost else 0.0,
            mark=mark,
            signs="".join(
                sign
                for sign, on in (
                    ("u", record.unseen),
                    ("?", record.unsure),
                    ("-", record.excluded),
                    ("n", record.note),
                )
                if on
            ),
        )

    def _second_line(self, record: ImageRecord) -> tuple[str, str]:
        """The sign and the words under the label: a reason, what the run that the filter asks said, or the name."""
        if record.problem is not None:
            return "problem", record.problem
        verdict = self._images.verdict(record.id)
        if verdict is None:
            return "", Path(record.path).name
        class_id, sure = verdict
        predicted = self._session.class_of(class_id)
        words = f"{scales.percent(sure, 0)} {predicted.name if predicted is not None else _tr('another class')}"
        if record.class_id is None:
            return "", words
        return ("correct" if record.class_id == class_id else "wrong"), words


def _tr(text: str) -> str:
    return QCoreApplication.translate("Browser", text)
