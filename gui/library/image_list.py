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
from gui.widgets.grid.rows import Rows, of_sorted

if TYPE_CHECKING:
    from engine.library.ordering import Heading
    from engine.library.project import Project
    from engine.review.run_filter import RunFilter
    from engine.review.verdicts import VerdictReader, Verdicts

RELOAD_MS = 250  # while an import goes on


BY_CONFIDENCE = "confidence"  # an order that the engine's filter does not know: that of a run's predictions


class Answer(NamedTuple):
    """What the thread for questions found; `verdicts` of a run that was asked for, or `why` there are none."""

    ids: array[int]
    headings: list[Heading]
    verdicts: Verdicts | None = None
    why: str = ""


class ImageList(QObject):
    """`record(row)` answers None until the record was read; `wanted(first, last)` says which are on screen."""

    reset = Signal(bool)  # the list is new; True: it is another list, False: the same one with additions or removals
    rows_changed = Signal(list)  # records of these rows are new
    refused = Signal(str)  # why the predictions that were asked for are not there; the list is as without them

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._filter = Filter()
        self._run_filter: RunFilter | None = None
        self._by_confidence = False
        self._verdicts: Verdicts | None = None
        self._reader: VerdictReader | None = None  # used in the thread for questions only
        self._group = ""
        self.headings: list[Heading] = []
        self._ids: array[int] = array("q")
        self._window = range(0)
        self._reading = False
        self._again = False
        self._other = True
        self._later = QTimer(self, singleShot=True, interval=RELOAD_MS)
        self._later.timeout.connect(self.reload)
        session.project_changed.connect(self._project_changed)
        session.records.renewed.connect(self._renewed)
        session.records_changed.connect(self._edited)
        session.listing_changed.connect(self._listed)
        session.runs_changed.connect(self._runs_changed)

    @property
    def filter(self) -> Filter:
        return self._filter

    def set_filter(self, **changes: object) -> None:
        """Change some fields of the filter and read the list again.

        Beside the fields of a `Filter` there are `run`, a `RunFilter` or None, and the order "confidence".
        """
        self._change(changes, other=True)

    def end_search(self) -> None:
        """Ask for no text any more; as nothing goes by that, the list counts as the same."""
        self._change({"text": ""}, other=False)

    def _change(self, changes: dict[str, object], *, other: bool) -> None:
        before = self._filter, self._run_filter, self._by_confidence
        if "run" in changes:
            self._run_filter = changes.pop("run")  # type: ignore[assignment]
        if "sort" in changes:
            self._by_confidence = changes["sort"] == BY_CONFIDENCE
            if self._by_confidence:
                changes["sort"] = "given"
        self._filter = replace(self._filter, **changes)  # type: ignore[arg-type]
        if before != (self._filter, self._run_filter, self._by_confidence):
            self._other = self._other or other
            self.reload()

    def verdict(self, image_id: int) -> tuple[int, float] | None:
        """What the run that the filter asks predicted: the class and how sure it was; None where it is not known."""
        return self._verdicts.of(image_id) if self._verdicts is not None else None

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

    def ids(self, rows: Iterable[int]) -> Sequence[int]:
        """Those of these rows, in that order; quick for a million of them that lie together."""
        if not isinstance(rows, Rows):
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

    def rows_of(self, image_ids: Sequence[int]) -> Rows:
        """Where these images are; those that are not in the list are left out.

        Found at once, also half a million in a million: until then a key would label whatever stands in the old rows.
        """
        if len(image_ids) <= FEW:
            return Rows.of(row for row in map(self.row_of, image_ids) if row is not None)
        if len(self._ids) > LONG:
            return _rows_of(self._ids, image_ids)
        wanted = set(image_ids)
        return Rows.of(row for row, image_id in enumerate(self._ids) if image_id in wanted)

    def snapshot(self) -> Sequence[int]:
        """The ids as they are now; a later list is another object."""
        return self._ids

    def record(self, row: int) -> ImageRecord | None:
        return self._session.records.get(self._ids[row]) if row < len(self._ids) else None

    def wanted(self, first: int, last: int) -> None:
        """Rows `first` to `last` are on screen: read those that are not known, and one screen further."""
        self._window = range(first, min(len(self._ids), last + (last - first)))
        self._session.records.want(self, self._ids[self._window.start : self._window.stop])

    def _renewed(self, records: list[ImageRecord]) -> None:
        fresh = {record.id for record in records}
        rows = [row for row in self._window if row < len(self._ids) and self._ids[row] in fresh]
        if rows:
            self.rows_changed.emit(rows)

    def reload(self) -> None:
        """Read the list again; while one reading is under way, once more after it."""
        self._later.stop()
        if self._reading and not self._other:
            self._again = True
            return
        if self._session.project is None:
            return
        self._reading = True
        wanted, group, run = self._filter, self._group, self._run_filter
        if run is None and not self._by_confidence:
            self._session.ask(lambda project: _ids(project, wanted, group), self._listed_ids, key="ids")
        else:
            by_confidence = self._by_confidence
            self._session.ask(
                lambda project: self._judged(project, wanted, group, run, by_confidence), self._listed_ids, key="ids"
            )

    def _judged(
        self, project: Project, wanted: Filter, group: str, run: RunFilter | None, by_confidence: bool
    ) -> Answer:
        """The ids of images by what a run predicted of them. In the thread for questions."""
        from engine.errors import RunError
        from engine.review.run_filter import RunFilter
        from engine.review.verdicts import VerdictReader, chosen

        self._reader = self._reader or VerdictReader()
        run = run or RunFilter()
        try:
            verdicts = self._reader.read(project, run.run)
        except RunError as why:
            return _ids(project, replace(wanted, sort="path") if by_confidence else wanted, group)._replace(
                why=str(why)
            )
        among = chosen(project, verdicts, run)
        if wanted.among is not None:
            first, others = (among, wanted.among) if by_confidence else (wanted.among, among)
            kept = set(others)
            among = array("q", [i for i in first if i in kept])
        return _ids(project, replace(wanted, among=among), group)._replace(verdicts=verdicts)

    def _listed_ids(self, answer: Answer) -> None:
        self.headings, self._verdicts = answer.headings, answer.verdicts
        other, self._other = self._other, False
        self._reading = False
        self._ids = answer.ids
        self.reset.emit(other)
        if answer.why:
            self.refused.emit(answer.why)
        if self._again:
            self._again = False
            self._later.start()

    def _project_changed(self) -> None:
        self._ids = array("q")
        self.headings = []
        self._reading = self._again = False
        self._other = True
        self._window = range(0)
        self._verdicts = self._run_filter = None
        self._by_confidence = False
        self._filter = Filter(sort=self._filter.sort)
        self.reset.emit(True)
        self.reload()

    def _runs_changed(self) -> None:
        """The newest run may be another one. One that is gone is taken out of the filter by whoever put it there."""
        names = {"", *(run.name for run in self._session.runs())}
        wanted = self._run_filter.run if self._run_filter is not None else ""
        if wanted in names and (self._run_filter is not None or self._by_confidence):
            self.reload()

    def _listed(self) -> None:
        if not self._ids:
            self.reload()  # the first pictures of an import are waited for
        elif not self._later.isActive():
            self._later.start()

    # Edits

    def _edited(self, edit: Edit, records: list[ImageRecord]) -> None:
        fresh = {record.id: record for record in records}
        if self._depends_on_edits() and not self._drop(edit, fresh):
            self.reload()

    def _depends_on_edits(self) -> bool:
        wanted = self._filter
        chosen = wanted.class_ids or wanted.splits or wanted.flags
        if self._run_filter is not None and self._run_filter.mistake is not None:
            return True
        states = wanted.labelled, wanted.noted
        return bool(chosen) or states != (None, None) or wanted.sort in EDITED_SORTS or self._group in EDITED_SORTS

    def _drop(self, edit: Edit, fresh: dict[int, ImageRecord]) -> bool:
        """Take out the edited images that the filter does not let through any more; False: that is not enough."""
        run = self._run_filter
        placed = self._filter.sort in EDITED_SORTS or self._group or (run is not None and run.mistake is not None)
        if placed or self._reading or len(edit.image_ids) > len(fresh):
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
FEW, LONG = 8, 20_000


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


def _ids(project: Project, wanted: Filter, group: str) -> Answer:
    ids, headings = query.grouped_ids(project, wanted, group) if group else (query.image_ids(project, wanted), [])
    if len(ids) > LONG:
        import numpy  # noqa: F401  ready for `rows_of`, which must not wait for it
    return Answer(ids, headings)


def _rows_of(ids: array[int], wanted: Sequence[int]) -> Rows:
    """By a table of all ids up to the largest: some milliseconds for a million of a million."""
    import numpy as np

    mine = np.frombuffer(ids, np.int64)
    sought = np.array(wanted, np.int64)
    if sought.max() > 16 * (len(mine) + LONG):  # after many imports that were taken back; a table would be mostly empty
        return of_sorted(np.flatnonzero(np.isin(mine, sought)))
    table = np.zeros(sought.max() + 1, np.bool_)
    table[sought] = True
    known = mine < len(table)
    return of_sorted(np.flatnonzero(table[np.where(known, mine, 0)] & known))
