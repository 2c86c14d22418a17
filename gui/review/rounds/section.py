"""The runs over time on the same check images: better, worse, or can't tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from gui import theme
from gui.jobs import JobRunner
from gui.review.job_line import JobLine
from gui.review.rounds import words
from gui.review.rounds.chart import RoundsChart
from gui.review.section import Section
from gui.session import Session
from gui.widgets import wording
from gui.widgets.charts import scales
from gui.widgets.empty_page import EmptyPage
from gui.widgets.labels import text
from gui.widgets.layouts import column, fill
from gui.widgets.run_words import round_words
from gui.widgets.table import Column, SortableTable

if TYPE_CHECKING:
    from engine.review.reviewed import Reviewed
    from engine.review.rounds import Rounds

CONTENT, EMPTY = 0, 1


class RoundsSection(Section):
    """Reads again when runs came or went, or labels were changed."""

    def __init__(self, session: Session, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._reviewed: Reviewed | None = None
        self._edits = 0
        self._read_for: object = None
        self.found: Rounds | None = None
        self.heading = text("", "heading", wrap=True)
        self.left_out = text("", "small", wrap=True)
        self.line = JobLine(session, jobs)
        self.chart = RoundsChart()
        self.table = SortableTable("rounds", self.tr("Rounds"), self._columns())
        self.table.setSelectionMode(SortableTable.SelectionMode.SingleSelection)
        self.empty = EmptyPage("stats", self.tr("There are no rounds yet"), "")
        self._build()
        self.chart.chosen.connect(self.run_wanted)
        self.table.activated.connect(lambda index: self.run_wanted.emit(self.table.body.row_at(index.row()).run))
        self.line.changed.connect(self._on_change)  # what changed while it was counted
        session.runs_changed.connect(self._on_change)
        session.images_changed.connect(self._on_edit)
        session.listing_changed.connect(self._on_edit)

    def _build(self) -> None:
        gap = theme.current()
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self.chart)
        halves.addWidget(self.table)
        halves.setSizes([330, 200])
        content = QWidget()
        column(self.heading, self.left_out, fill(halves), on=content, spacing=gap.S)
        column(self.line, fill(self.stacked(content, self.empty)), on=self, spacing=gap.S)
        self.table.stretch_first()

    def _columns(self) -> list[Column]:
        p_value = self.tr("Details: McNemar's exact test beside the round before, p = {0}")
        return [
            Column(self.tr("Round"), lambda r: self._title(r.run, r.recipe)),
            Column(self.tr("When"), lambda r: r.created, lambda r: wording.when(r.created)),
            Column(self.tr("Right"), lambda r: r.right, number=True),
            Column(self.tr("Accuracy"), lambda r: r.accuracy, lambda r: scales.percent(r.accuracy), number=True),
            Column(
                self.tr("Most likely between"),
                lambda r: r.low,
                words.interval,
                tip=self.tr("The 95 % interval"),
                number=True,
            ),
            Column(self.tr("Learnt from"), lambda r: r.learnt, number=True),
            Column(self.tr("Changed"), words.changed),
            Column(
                self.tr("Compared with before"),
                lambda r: words.trend(r.trend),
                cell_tip=lambda r: "" if r.p_value is None else p_value.format(f"{r.p_value:.3g}"),
            ),
        ]

    def _title(self, run: str, recipe: str) -> str:
        known = next((one for one in self._session.runs() if one.name == run), None)
        return wording.recipe(recipe) if known is None else round_words(known, self._session.runs())

    # What is shown

    def show_reviewed(self, reviewed: Reviewed | None) -> None:
        self._reviewed = reviewed
        if self.found is not None and reviewed is not None:
            self._mark(reviewed.run)
        self._read()

    def stop(self) -> None:
        self.line.stop()
        self._reviewed = self.found = self._read_for = None

    def _on_edit(self, _edit: object = None) -> None:
        self._edits += 1  # read again when the section is shown next

    def _on_change(self) -> None:
        if self.isVisible():
            self._read()

    def _read(self) -> None:
        project = self._session.project
        asked = project, self._edits, [run.name for run in self._session.runs()]
        if project is None or self._reviewed is None or asked == self._read_for or self.line.running:
            return
        from engine.review.rounds import RoundsParams

        self._read_for = asked
        self.line.run("rounds", RoundsParams(str(project.folder)), self.tr("Comparing the runs…"), self._arrived)

    def _arrived(self, record: dict[str, Any]) -> None:
        from engine.review.rounds import Rounds

        found = self.found = Rounds.of(record)
        self._body.setCurrentIndex(CONTENT)
        self.heading.setText(words.summary(found))
        self.left_out.setText(words.left_out(found))
        self.left_out.setVisible(bool(found.left_out))
        self.table.show_rows(list(reversed(found.rounds)))
        self._mark(self._reviewed.run if self._reviewed is not None else "")

    def _mark(self, run: str) -> None:
        assert self.found is not None
        self.chart.show_rounds(self.found.rounds, run)
        self.table.choose_where(lambda one: one.run == run)
