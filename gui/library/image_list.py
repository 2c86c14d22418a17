"""The images that a filter lets through, in order: ids at once, records as they come on screen."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from engine.library import query
from engine.library.query import Filter
from engine.library.records import Edit, ImageRecord
from gui.session import Session
from gui.widgets.grid.rows import RowNumbers, of_sorted

if TYPE_CHECKING:
    from engine.library.ordering import Heading
    from engine.library.project import Project
    from engine.review.run_predictions import RunPredictionReader, RunPredictions

RELOAD_MS = 250  # while an import goes on


class ListAnswer(NamedTuple):
    """The answer of the thread for questions; `predictions` of a run that was asked for, or `why` there are none."""

    ids: array[int]
    headings: list[Heading]
    predictions: RunPredictions | None = None
    why: str = ""


class ImageList(QObject):
    """`record(row)` answers None until the record was read; `read_rows(first, last)` says which are on screen."""

    reset = Signal(bool)  # the list is new; True: it is another list, False: the same one with additions or removals
    rows_changed = Signal(list)  # records of these rows are new
    refused = Signal(str)  # why the predictions that were asked for are not there; the list is as without them

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._filter = Filter()
        self._predictions: RunPredictions | None = None
        self._reader: RunPredictionReader | None = None  # used in the thread for questions only
        self._group = ""
        self.headings: list[Heading] = []
        self._ids: array[int] = array("q")
        self._window = range(0)
        self._reading = False
        self._is_outdated = False
        self._other = True
        self._timer = QTimer(self, singleShot=True, interval=RELOAD_MS)
        self._timer.timeout.connect(self.reload)
        session.project_changed.connect(self._project_changed)
        session.records.renewed.connect(self._renewed)
        session.records_changed.connect(self._edited)
        session.listing_changed.connect(self._listed)
        session.runs_changed.connect(self._runs_changed)

    @property
    def filter(self) -> Filter:
        return self._filter

    def set_filter(self, **changes: object) -> None:
        """Change some fields of the filter and read the list again."""
        self._change(changes, other=True)

    def end_search(self) -> None:
        """Ask for no text any more; as nothing goes by that, the list counts as the same."""
        self._change({"text": ""}, other=False)

    def _change(self, changes: dict[str, object], *, other: bool) -> None:
        before = self._filter
        self._filter = replace(before, **changes)  # type: ignore[arg-type]
        if before != self._filter:
            self._other = self._other or other
            self.reload()

    def prediction(self, image_id: int) -> tuple[int, float] | None:
        """Return what the run that the filter asks predicted: the class and how sure it was; None where it is not
        known.
        """
        return self._predictions.of(image_id) if self._predictions is not None else None

    @property
    def group(self) -> str:
        """Return what the images stand under: "class", "split", "folder" or "" for nothing."""
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

    def ids(self, rows: Iterable[int]) -> Sequence[int]:
        """Return the ids of these rows, in that order; quick for a million of them that lie together."""
        if not isinstance(rows, RowNumbers):
            return [self._ids[row] for row in rows if row < len(self._ids)]
        found = array("q")
        for part in rows.ranges:
            found += self._ids[part.start : part.stop]
        return found

    def row_of(self, image_id: int) -> int | None:
        """Where an image is; those on screen are found at once."""
        for row in self._window:
            if row < len(self._ids) and self._ids[row] == image_id:
                return row
        numpy = sys.modules.get("numpy") if len(self._ids) > LONG else None
        if numpy is not None:
            found = numpy.flatnonzero(numpy.frombuffer(self._ids, numpy.int64) == image_id)
            return int(found[0]) if len(found) else None
        try:
            return self._ids.index(image_id)
        except ValueError:
            return None

    def rows_of(self, image_ids: Sequence[int]) -> RowNumbers:
        """Where these images are; those that are not in the list are left out.

        Found at once, also half a million in a million: until then a key would label whatever stands in the old rows.
        """
        if len(image_ids) <= FEW:
            return RowNumbers.of(row for row in map(self.row_of, image_ids) if row is not None)
        if len(self._ids) > LONG:
            return _rows_of(self._ids, image_ids)
        ids = set(image_ids)
        return RowNumbers.of(row for row, image_id in enumerate(self._ids) if image_id in ids)

    def snapshot(self) -> Sequence[int]:
        """The ids as they are now; a later list is another object."""
        return self._ids

    def record(self, row: int) -> ImageRecord | None:
        return self._session.records.get(self._ids[row]) if row < len(self._ids) else None

    def read_rows(self, first: int, last: int) -> None:
        """Rows `first` to `last` are on screen: read those that are not known, and one screen further."""
        self._window = range(first, min(len(self._ids), last + (last - first)))
        self._session.records.want(self, self._ids[self._window.start : self._window.stop])

    def _renewed(self, records: list[ImageRecord]) -> None:
        fresh = {record.id for record in records}
        rows = [row for row in self._window if row < len(self._ids) and self._ids[row] in fresh]
        if rows:
            self.rows_changed.emit(rows)

    @property
    def is_reading(self) -> bool:
        """Return whether the list is not yet what the filter says."""
        return self._reading

    @property
    def is_settled(self) -> bool:
        """Return whether the list is what the filter says, and is not about to be read again."""
        return not self._reading and not self._timer.isActive()

    def reload(self) -> None:
        """Read the list again; while one reading is under way, once more after it."""
        self._timer.stop()
        if self._reading and not self._other:
            self._is_outdated = True
            return
        if self._session.project is None:
            return
        self._reading = True
        filter_, group = self._filter, self._group
        find = self._judged if filter_.needs_run else _ids
        self._session.ask(lambda project: find(project, filter_, group), self.show_answer, key="ids")

    def _judged(self, project: Project, filter_: Filter, group: str) -> ListAnswer:
        """The ids of images by what a run predicted of them. In the thread for questions."""
        from engine.errors import RunError
        from engine.review.run_predictions import RunPredictionReader, filter_by_ids

        self._reader = self._reader or RunPredictionReader()
        try:
            predictions = self._reader.read(project, filter_.run)
        except RunError as why:
            return _ids(project, filter_.without_run(), group)._replace(why=str(why))
        return _ids(project, filter_by_ids(project, predictions, filter_), group)._replace(predictions=predictions)

    def show_answer(self, answer: ListAnswer) -> None:
        """Show the images that an answer names."""
        self.headings, self._predictions = answer.headings, answer.predictions
        other, self._other = self._other, False
        self._reading = False
        self._ids = answer.ids
        self.reset.emit(other)
        if answer.why:
            self.refused.emit(answer.why)
        if self._is_outdated:
            self._is_outdated = False
            self._timer.start()

    def _project_changed(self) -> None:
        self._ids = array("q")
        self.headings = []
        self._reading = self._is_outdated = False
        self._other = True
        self._window = range(0)
        self._predictions = None
        self._filter = Filter(sort=self._filter.without_run().sort)
        self.reset.emit(True)
        self.reload()

    def _runs_changed(self) -> None:
        """The newest run may be another one. One that is gone is taken out of the filter by whoever put it there."""
        names = {"", *(run.name for run in self._session.runs())}
        if self._filter.needs_run and self._filter.run in names:
            self.reload()

    def _listed(self) -> None:
        if not self._ids:
            self.reload()  # the first pictures of an import are waited for
        elif not self._timer.isActive():
            self._timer.start()

    # Edits

    def _edited(self, edit: Edit, records: list[ImageRecord]) -> None:
        fresh = {record.id: record for record in records}
        if self._depends_on_edits() and not self._drop(edit, fresh):
            self.reload()

    def _depends_on_edits(self) -> bool:
        return self._filter.follows_edits or self._filter.sort in EDITED_SORTS or self._group in EDITED_SORTS

    def _drop(self, edit: Edit, fresh: dict[int, ImageRecord]) -> bool:
        """Take out the edited images that the filter does not let through any more; False: that is not enough."""
        judged = any(f.of_run and f.edited for f in self._filter.set_fields())
        placed = self._filter.sort in EDITED_SORTS or self._group or judged
        if placed or self._reading or len(edit.image_ids) > len(fresh):
            return False
        here = {i: row for i in fresh if (row := self.row_of(i)) is not None}
        fitting = query.fitting(self._filter, fresh.values())
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
FEW, LONG = 8, 20_000


def _ids(project: Project, filter_: Filter, group: str) -> ListAnswer:
    ids, headings = query.grouped_ids(project, filter_, group) if group else (query.image_ids(project, filter_), [])
    if len(ids) > LONG:
        import numpy  # noqa: F401  ready for `rows_of`, which must not wait for it
    return ListAnswer(ids, headings)


def _rows_of(ids: array[int], image_ids: Sequence[int]) -> RowNumbers:
    """Return rows by a table of all ids up to the largest: some milliseconds for a million of a million."""
    import numpy as np

    mine = np.frombuffer(ids, np.int64)
    sought = np.array(image_ids, np.int64)
    if sought.max() > 16 * (len(mine) + LONG):  # after many imports that were taken back; a table would be mostly empty
        return of_sorted(np.flatnonzero(np.isin(mine, sought)))
    table = np.zeros(sought.max() + 1, np.bool_)
    table[sought] = True
    known = mine < len(table)
    return of_sorted(np.flatnonzero(table[np.where(known, mine, 0)] & known))
