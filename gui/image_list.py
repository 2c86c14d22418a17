"""The images that a filter lets through, in order: ids at once, records as they come on screen."""

from __future__ import annotations

import sys
from array import array
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from engine.library import query
from engine.library.query import Filter
from engine.library.records import Edit, ImageRecord
from gui.session import Session

if TYPE_CHECKING:
    from engine.library.ordering import Heading
    from engine.library.project import Project

MOST_RECORDS = 20_000
RELOAD_MS = 250  # while an import goes on


class ImageList(QObject):
    """`record(row)` answers None until the record was read; `wanted(first, last)` says which are on screen."""

    reset = Signal(bool)  # the list is new; True: it is another list, False: the same one with additions or removals
    rows_changed = Signal(list)  # records of these rows are new

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._filter = Filter()
        self._group = ""
        self.headings: list[Heading] = []
        self._ids: array[int] = array("q")
        self._records: OrderedDict[int, ImageRecord] = OrderedDict()
        self._seen = (0, 0)
        self._window = range(0)
        self._reading = False
        self._again = False
        self._other = True
        self._later = QTimer(self, singleShot=True, interval=RELOAD_MS)
        self._later.timeout.connect(self.reload)
        session.project_changed.connect(self._project_changed)
        session.records_changed.connect(self._edited)
        session.listing_changed.connect(self._listed)

    @property
    def filter(self) -> Filter:
        return self._filter

    def set_filter(self, **changes: object) -> None:
        """Change some fields of the filter and read the list again."""
        changed = replace(self._filter, **changes)  # type: ignore[arg-type]
        if changed != self._filter:
            self._filter = changed
            self._other = True
            self.reload()

    @property
    def group(self) -> str:
        """What the images stand under: "class", "split", "folder" or "" for nothing."""
        return self._group

    def set_group(self, group: str) -> None:
        if group != self._group:
            self._group = group
            self._other = True
            self.reload()

    def __len__(self) -> int:
        return len(self._ids)

    def id_at(self, row: int) -> int | None:
        return self._ids[row] if 0 <= row < len(self._ids) else None

    def ids(self, rows: list[int]) -> list[int]:
        return [self._ids[row] for row in rows if row < len(self._ids)]

    def row_of(self, image_id: int) -> int | None:
        try:
            return self._ids.index(image_id)
        except ValueError:
            return None

    def rows_of(self, image_ids: Iterable[int]) -> list[int]:
        """Where these images are, in order; those that are not in the list are left out."""
        wanted = set(image_ids)
        if len(wanted) <= 8:
            return sorted(row for row in map(self.row_of, wanted) if row is not None)
        numpy = sys.modules.get("numpy")  # loaded in the background with the first long list
        if numpy is None or not self._ids:
            return [row for row, image_id in enumerate(self._ids) if image_id in wanted]
        rows = numpy.flatnonzero(numpy.isin(numpy.frombuffer(self._ids, numpy.int64), list(wanted)))
        return [int(row) for row in rows]

    def snapshot(self) -> Sequence[int]:
        """The ids as they are now; a later list is another object."""
        return self._ids

    def record(self, row: int) -> ImageRecord | None:
        return self._records.get(self._ids[row]) if row < len(self._ids) else None

    def wanted(self, first: int, last: int) -> None:
        """Rows `first` to `last` are on screen: read those that are not known, and one screen further."""
        self._seen = (first, last)
        self._window = range(first, min(len(self._ids), last + (last - first)))
        self._session.on_screen = frozenset(self._ids[self._window.start : self._window.stop])
        self._read([self._ids[row] for row in self._window if self._ids[row] not in self._records])

    def _read(self, ids: list[int]) -> None:
        if ids:
            self._session.ask(lambda project: query.images(project, ids), self._arrived, key="records")

    def _arrived(self, records: list[ImageRecord]) -> None:
        for record in records:
            self._records[record.id] = record
            self._records.move_to_end(record.id)
        while len(self._records) > MOST_RECORDS:
            self._records.popitem(last=False)
        fresh = {record.id for record in records}
        self.rows_changed.emit([row for row in self._window if row < len(self._ids) and self._ids[row] in fresh])
        self.wanted(*self._seen)

    def reload(self) -> None:
        """Read the list again; while one reading is under way, once more after it."""
        self._later.stop()
        if self._reading and not self._other:
            self._again = True
            return
        if self._session.project is None:
            return
        self._reading = True
        wanted, group = self._filter, self._group
        self._session.ask(lambda project: _ids(project, wanted, group), self._listed_ids, key="ids")

    def _listed_ids(self, answer: tuple[array[int], list[Heading]]) -> None:
        ids, self.headings = answer
        other, self._other = self._other, False
        self._reading = False
        self._ids = ids
        self.reset.emit(other)
        if self._again:
            self._again = False
            self._later.start()

    def _project_changed(self) -> None:
        self._ids = array("q")
        self.headings = []
        self._records.clear()
        self._reading = self._again = False
        self._other = True
        self._seen, self._window = (0, 0), range(0)
        self._filter = Filter(sort=self._filter.sort)
        self.reset.emit(True)
        self.reload()

    def _listed(self) -> None:
        self._records.clear()  # sizes and problems may be new
        if not self._ids:
            self.reload()  # the first pictures of an import are waited for
        elif not self._later.isActive():
            self._later.start()

    # Edits

    def _edited(self, edit: Edit, records: list[ImageRecord]) -> None:
        fresh = {record.id: record for record in records}
        self._records.update((i, record) for i, record in fresh.items() if i in self._records)
        rows = [row for row in self._window if row < len(self._ids) and self._ids[row] in fresh]
        if rows:
            self.rows_changed.emit(rows)
        shown = {self._ids[row] for row in self._window if row < len(self._ids)}
        for image_id in edit.image_ids:
            if image_id not in fresh and image_id in self._records and image_id not in shown:
                del self._records[image_id]
        stale = [i for i in edit.image_ids if i in shown and i not in fresh]
        if stale:
            self._session.ask(lambda project: query.images(project, stale), self._arrived)
        if self._depends_on_edits() and not self._drop(edit, fresh):
            self.reload()

    def _depends_on_edits(self) -> bool:
        wanted = self._filter
        chosen = wanted.class_ids or wanted.splits or wanted.flags
        states = wanted.labelled, wanted.noted
        return bool(chosen) or states != (None, None) or wanted.sort in EDITED_SORTS or self._group in EDITED_SORTS

    def _drop(self, edit: Edit, fresh: dict[int, ImageRecord]) -> bool:
        """Take out the edited images that the filter does not let through any more; False: that is not enough."""
        placed = self._filter.sort in EDITED_SORTS or self._group
        if placed or self._reading or any(i not in fresh for i in edit.image_ids):
            return False
        here = {i: row for i in fresh if (row := self.row_of(i)) is not None}
        fitting = {i for i, record in fresh.items() if fits(self._filter, record)}
        if any(i not in here for i in fitting):
            return False
        gone = sorted((row for i, row in here.items() if i not in fitting), reverse=True)
        if gone:
            self._ids = self._ids[:]
            for row in gone:
                del self._ids[row]
            self.reset.emit(False)
        return True


EDITED_SORTS = ("class", "split")
LONG = 20_000


def fits(wanted: Filter, record: ImageRecord) -> bool:
    """Whether an edited image still fits the part of a filter that edits can change."""
    if wanted.class_ids and record.class_id not in wanted.class_ids:
        return False
    if wanted.splits and record.split not in wanted.splits:
        return False
    if wanted.labelled is not None and (record.class_id is not None) != wanted.labelled:
        return False
    if wanted.noted is not None and bool(record.note) != wanted.noted:
        return False
    return not wanted.flags or any(record.has(flag) for flag in wanted.flags)


def _ids(project: Project, wanted: Filter, group: str) -> tuple[array[int], list[Heading]]:
    if group:
        return query.grouped_ids(project, wanted, group)
    ids = query.image_ids(project, wanted)
    if len(ids) > LONG:
        import numpy  # noqa: F401  ready for `rows_of`, which must not wait for it
    return ids, []
