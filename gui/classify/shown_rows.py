"""The rows that the grid shows: small filters at once, large ones in a thread, and new rows as they come."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from engine.batch.results import AS_COME, CORRECTED, Results, RowFilter
from engine.events import Outcome, Succeeded
from gui.jobs import JobRunner, OwnedJob

AT_ONCE = 10_000  # rows that are filtered without a thread: some milliseconds
AGAIN_MS = 700  # while rows arrive, how often a sorted list is made anew


class ShownRows(QObject):
    """`changed(keep)`: `rows` are others; with `keep` they are the same with more behind."""

    changed = Signal(bool)

    def __init__(self, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._results = Results()
        self._replaced = 0  # as `Results.replaced_count` when rows were last filtered
        self._seen = 0  # rows that the filter has looked at
        self._filtering = OwnedJob(self)
        self.row_filter = RowFilter()
        self.rows: Sequence[int] = range(0)
        self._timer = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._timer.timeout.connect(lambda: self._filter(keep=True))

    def begin(self, results: Results) -> None:
        """Begin with other results."""
        self._results = results
        self._filter(keep=False)

    def want(self, row_filter: RowFilter) -> None:
        """Choose rows by another filter."""
        if row_filter != self.row_filter:
            self.row_filter = row_filter
            self._filter(keep=False)

    def grown(self) -> None:
        """Rows were added to the results."""
        results = self._results
        if self._filtering.running:
            return  # the filter that runs is followed by another
        if self.row_filter.order != AS_COME:
            if not self._timer.isActive():
                self._timer.start()
        elif results.replaced_count != self._replaced:
            self._filter(keep=True)  # rows that are shown are void
        elif self._plain():
            self._take(range(len(results)), len(results), keep=True)
        elif self.row_filter.kind != CORRECTED:
            rows = results.passing(self.row_filter, self._seen)
            if isinstance(self.rows, range):  # until now there was no problem among them
                self._filter(keep=True)
            else:
                self.rows.extend(rows)  # type: ignore[attr-defined]  # an array of this object's own
                self._take(self.rows, len(results), keep=True)

    def labelled(self) -> None:
        """Rows were given another class. Those shown stay until another filter is wanted, so that nothing jumps; a list
        of the corrected ones alone is made anew.
        """
        if self.row_filter.kind == CORRECTED:
            self._filter(keep=True)

    def _plain(self) -> bool:
        everything = self.row_filter.is_everything and self.row_filter.order == AS_COME
        return everything and not self._results.problem_count and not self._results.replaced_count

    def _filter(self, *, keep: bool) -> None:
        results, row_filter, stop = self._results, self.row_filter, len(self._results)
        self._replaced = results.replaced_count
        self._timer.stop()
        self._filtering.drop()
        if self._plain():
            self._take(range(stop), stop, keep=keep)
        elif stop <= AT_ONCE:
            self._take(results.ordered(results.passing(row_filter, 0, stop), row_filter.order), stop, keep=keep)
        else:
            job = self._jobs.start_callable(
                lambda _emit, _cancel: {"rows": results.ordered(results.passing(row_filter, 0, stop), row_filter.order)}
            )
            self._filtering.follow(job, lambda outcome: self._filtered(stop, outcome, keep=keep))

    def _filtered(self, stop: int, outcome: Outcome, *, keep: bool) -> None:
        if isinstance(outcome, Succeeded):
            self._take(outcome.result["rows"], stop, keep=keep)
            if stop < len(self._results):
                self.grown()

    def _take(self, rows: Sequence[int], seen: int, *, keep: bool) -> None:
        self.rows, self._seen = rows, seen
        self.changed.emit(keep)
