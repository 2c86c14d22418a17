"""Contents of the Library's grid: its images in order under their headings, and which of them stay selected."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor

from engine.library.records import Edit, ImageRecord
from gui.library.image_list import ImageList
from gui.library.suggesting import Suggesting
from gui.session import Session
from gui.texts import Texts
from gui.widgets import wording
from gui.widgets.grid.item import GridItem, signs_of
from gui.widgets.grid.rows import RowNumbers
from gui.widgets.grid.thumbnail_grid import ThumbnailGrid

Browser = Texts("Browser")

MOST = 20_000


class GridCells:
    """Contents of the cells of the grid. `item(row)` answers None until the image was read; what was made is cached."""

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
        return GridItem.of(
            record,
            Path(record.path).name if problem else cls.name if cls else Browser.tr("Not labelled"),
            sub=sub,
            badge=QColor(cls.colour) if cls and not problem else QColor(ghost[0].colour) if ghost else None,
            ghost=ghost[0].name if ghost else "",
            ghost_share=ghost[1] if ghost else None,
            mark=mark,
            signs=signs_of(record),
        )

    def _second_line(self, record: ImageRecord) -> tuple[str, str]:
        """The sign and the words under the label: a reason, what the run that the filter asks said, or the name."""
        if record.problem is not None:
            return "problem", wording.reason(record.problem)
        prediction = self._images.prediction(record.id)
        if prediction is None:
            return "", Path(record.path).name
        class_id, sure = prediction
        predicted = self._session.class_of(class_id)
        name = predicted.name if predicted is not None else Browser.tr("another class")
        words = f"{wording.confidence(sure, 0)} {name}"
        if record.class_id is None:
            return "", words
        return ("correct" if record.class_id == class_id else "wrong"), words


class GridContents(QObject):
    """Fills the grid from the list of images; what was selected stays so, as far as it is still there."""

    filled = Signal()
    selected_changed = Signal()  # what is known of the selected images is new

    def __init__(
        self, session: Session, images: ImageList, grid: ThumbnailGrid, suggesting: Suggesting, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.images, self.grid = images, grid
        self._cells = GridCells(session, images, suggesting)
        self._shown_ids: Sequence[int] = ()
        self._fresh = True  # a project was just opened
        self._follow_edit = self._follow_list = False
        images.reset.connect(self._listed)
        images.rows_changed.connect(self._rows_changed)
        grid.viewed.connect(images.read_rows)
        suggesting.changed.connect(self._make_again)
        session.images_changed.connect(self._edited)
        session.project_changed.connect(self._project_changed)
        session.classes_changed.connect(self._make_again)

    def follow_next_edit(self) -> None:
        """Go to the image that the next edit changes: undo shows what it did."""
        self._follow_edit = True

    def follow_next_list(self) -> None:
        """Keep the current image in sight when the next list comes."""
        self._follow_list = True

    def _listed(self, other: bool) -> None:
        """The list is new: keep what was selected, as far as it is still there."""
        chosen: Sequence[int] = () if other else self._keys_at(self.grid.selected())
        everything = 0 < len(self.grid.selected()) == len(self._shown_ids)
        current = None if other else self.grid.current()
        keys = self._key_at(current), None if other else self._key_at(self.grid.anchor())
        self._shown_ids = self.images.snapshot()
        sections = [(self._title(heading.title), heading.start) for heading in self.images.headings]
        self._cells.forget()  # another run may be asked
        self.grid.set_items(len(self.images), self._cells.item, keep=not other, sections=sections)
        follow, self._follow_list = self._follow_list, False
        if not other:
            self._select_again(chosen, keys, current, everything and len(chosen) == len(self.images))
            if follow and (here := self.grid.current()) is not None:
                self.grid.ensure_visible(here)
        elif self._fresh and len(self.images):  # a project was opened: the keyboard can begin at once
            self._fresh = False
            self.grid.set_current(0)
        self.filled.emit()

    def _title(self, title: str) -> str:
        splits = {
            "training": self.tr("Training"),
            "validation": self.tr("Check images"),
            "test": self.tr("Test"),
            "unassigned": self.tr("No split yet"),
        }
        if self.images.group == "split":
            return splits.get(title, title)
        return title or (self.tr("Not labelled") if self.images.group == "class" else self.tr("Top folder"))

    def _key_at(self, row: int | None) -> int | None:
        return self._shown_ids[row] if row is not None and row < len(self._shown_ids) else None

    def _keys_at(self, rows: RowNumbers) -> Sequence[int]:
        """The ids that were shown there."""
        found = array("q")
        for part in rows.ranges:
            found += array("q", self._shown_ids[part.start : part.stop])
        return found

    def _select_again(
        self, chosen: Sequence[int], keys: tuple[int | None, int | None], current: int | None, everything: bool
    ) -> None:
        """Select the images with these ids; `keys` are those where the keyboard is and where a range began."""
        rows = RowNumbers.of(range(len(self.images))) if everything else self.images.rows_of(chosen)  # in any order
        if chosen and not rows and current is not None and len(self.images):
            self.grid.set_current(min(current, len(self.images) - 1))
            return
        here, anchor = (None if key is None else self.images.row_of(key) for key in keys)
        self.grid.select(rows, here, anchor)

    def _rows_changed(self, rows: list[int]) -> None:
        ids = [image_id for row in rows if (image_id := self.images.id_at(row)) is not None]
        known = self._cells.forget(ids)
        self.grid.refresh(rows if known else None)  # what was not known yet needs its picture too
        if not known or any(self.grid.is_selected(row) for row in rows):
            self.selected_changed.emit()

    def _project_changed(self) -> None:
        self._fresh = True
        self._cells.forget()

    def _make_again(self) -> None:
        self._cells.forget()
        self.grid.refresh(None)

    def _edited(self, edit: Edit) -> None:
        follow, self._follow_edit = self._follow_edit, False
        if follow and len(edit.image_ids) == 1:
            row = self.images.row_of(edit.image_ids[0])
            if row is not None:
                self.grid.set_current(row)
