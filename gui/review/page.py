"""Review: how good a run is on images it never saw, and every way of looking at what it got wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from engine.review.reviewed import FILTER, LeftOut, Reviewed, split_of
from gui import actions, theme
from gui.jobs import JobRunner
from gui.review import words
from gui.review.reader import ReviewReader
from gui.review.report_buttons import ReportButtons
from gui.review.run_bar import RunBar
from gui.review.sections import Sections, all_sections
from gui.session import Session
from gui.widgets import file_dialogs
from gui.widgets.assessment.assessing import Assessing
from gui.widgets.assessment.card import AssessmentCard
from gui.widgets.caution import Caution
from gui.widgets.empty_page import EmptyPage
from gui.widgets.labels import elided, text
from gui.widgets.layouts import column, fill, row, stretch

if TYPE_CHECKING:
    from gui.review.mistakes_section import MistakesSection

READING, EMPTY, CONTENT = 0, 1, 2
LISTING_MS = 1000  # an import tells of new images more often than all can be read again


class ReviewPage(QWidget):
    """Shows which run is reviewed in its head, and the ways of looking at it in tabs."""

    open_wanted = Signal()
    page_wanted = Signal(str)  # "library" or "train"

    def __init__(
        self, session: Session, jobs: JobRunner, parent: QWidget | None = None, *, sections: Sections | None = None
    ) -> None:
        """`sections` are those that the program has, unless others are given."""
        super().__init__(parent)
        self.setObjectName("review_page")
        self.setProperty("role", "page")
        self.setAccessibleName(self.tr("Review"))
        self._session = session
        self.reviewed: Reviewed | None = None
        self._stale = True  # all must be read again
        self._listing = QTimer(self, singleShot=True, interval=LISTING_MS)
        self._listing.timeout.connect(self._reload)
        self._is_reading = False  # predictions
        self._may_lead, self._was_led = True, False  # to a section that needs no run, once for a project
        self.bar = RunBar()
        self.reader = ReviewReader(session, lambda: self.isVisible() and self.bar.run() is not None, self)
        self.reports = ReportButtons(session, jobs)
        self.reports.images = lambda: None if self.reviewed is None else self.reviewed.filtered_ids
        self.notice = Caution()
        self.assessment = AssessmentCard(self)
        self.assessing = Assessing(session, jobs, self.assessment)
        self.summary = elided("", "muted")
        self.sections = sections or all_sections(session, jobs)
        self._build()
        self._connect()
        self.sections.add_actions(self)
        self._save = actions.add(
            self,
            self.tr("Save report…"),
            self.reports.ask,
            "Ctrl+S",
            "export",
            everywhere=True,
            also=self.tr("Export"),
        )
        self._on_project()

    @property
    def showing(self) -> int:
        """Return what the body shows now: one of the numbers of its pages."""
        return self._body.currentIndex()

    @property
    def mistakes(self) -> MistakesSection:
        """The section that has the gallery."""
        return self.sections.mistakes

    def unmade_sections(self) -> list[Callable[[], object]]:
        """Return what makes each section that was not shown yet, for a list of all that can be done."""
        return [section.made for section in self.sections.all if not section.is_made]

    def _build(self) -> None:
        gap = theme.current()
        self.empty = EmptyPage("review", "", "")
        self._lead = self.empty.add_button(self.tr("Train a model"), "lead_on_button", self._lead_on)
        self._retry = self.empty.add_button(self.tr("Evaluate now"), "evaluate_button", self.reports.evaluate)
        reading = text(self.tr("Reading the predictions…"), "muted")
        reading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._body = QStackedWidget()
        for part in (reading, self.empty, self.sections):
            self._body.addWidget(part)
        title = text(self.tr("Review"), "title")
        column(
            row(title, gap.M, self.bar, stretch(), self.reports, spacing=gap.M),
            self.notice,
            self.assessment,
            *self.sections.banners,
            row(self.sections.tabs, fill(self.summary), spacing=gap.L),
            fill(self._body),
            on=self,
            margins=(gap.XL, gap.XL, gap.XL, gap.L),
            spacing=gap.M,
        )

    def _connect(self) -> None:
        self.bar.run_changed.connect(self._reload)
        self.bar.scope_chosen.connect(self._choose_scope)
        self.bar.predict_wanted.connect(self._predict)
        self.reader.arrived.connect(self._arrived)
        self.reader.left_out.connect(self._on_left_out)
        self.reader.reload_wanted.connect(self._reload)
        self.reports.failed.connect(self.notice.say)
        self.reports.evaluated.connect(self._reload)
        self.sections.chosen.connect(self._stay)
        self.sections.chosen.connect(self._show_section)
        self.sections.page_wanted.connect(self.page_wanted)
        self.sections.reload_wanted.connect(self._reload)
        self.sections.run_wanted.connect(self.bar.choose_run)
        session = self._session
        session.project_changed.connect(self._on_project)
        session.runs_changed.connect(self._on_runs)
        session.run_wanted.connect(lambda name: self.bar.choose_run(name) if self.isVisible() else None)
        session.images_changed.connect(lambda edit: None if edit.classes_changed else self.reader.note(edit))
        session.images_changed.connect(lambda _: self._stay() if self.isVisible() else None)
        session.classes_changed.connect(self._reload)
        session.listing_changed.connect(self._on_listing)

    # What is reviewed

    def _on_project(self) -> None:
        self.reviewed = None
        self.reader.begin()
        self.sections.begin()
        project = self._session.project
        file_dialogs.stand_beside(None if project is None else project.folder)
        self.bar.begin()
        self.notice.say("")
        self._lead_back()
        self._is_reading, self._may_lead = False, True
        self._on_runs()

    def _on_runs(self) -> None:
        self.bar.show_runs([run for run in self._session.runs() if run.has_model])

    def _on_listing(self) -> None:
        """Images came or went."""
        if self.reviewed is not None and not self._listing.isActive():
            self._listing.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.assessing.look()
        if self._stale:
            self._reload()
        elif self.bar.scope() == FILTER:  # which the person may have changed in the Library
            self._choose_scope()
        else:
            self.reader.read_changed()

    def _reload(self) -> None:
        """Read the evaluation again; a page that is not on screen waits until it is."""
        self._stale = not self.isVisible()
        run, scope = self.bar.run(), self.bar.scope()
        self.bar.set_usable(shown=run is not None, enabled=not self.reports.busy)
        self.reports.show_run(run, split_of(scope))
        self.assessing.look_at(run.name if run is not None else "")
        if run is None:
            self._show_nothing()
        elif not self._stale:
            self._is_reading = self.reviewed is None
            if self.reviewed is None:
                self._show_body(READING)
                self.sections.current.prepare()  # while the predictions are read
            self.reader.read(run, scope)

    def _choose_scope(self) -> None:
        scope = self.bar.scope()
        if scope is not None:
            self.reader.choose(scope)

    def _predict(self) -> None:
        """Predict the images that were asked for and have no prediction yet."""
        if self.reviewed is not None and self.reviewed.scope == FILTER:
            self.reports.predict(self.reviewed.left_out.unpredicted)
        else:
            self.reports.evaluate()

    def _arrived(self, found: Reviewed | str) -> None:
        self.reviewed = None if isinstance(found, str) else found
        self._is_reading = False
        if isinstance(found, str):
            self._say_empty(self.tr("This run cannot be reviewed"), found, retry=self._session.project is not None)
        else:
            self._lead_back()  # a first run is there: its mistakes are what it is reviewed for
            self.bar.show_reviewed(found)
            self.summary.setText(words.summary(found))
        self.reports.show_run(self.bar.run(), split_of(self.bar.scope()))
        self._show_section()

    def _on_left_out(self, found: LeftOut) -> None:
        if self.reviewed is not None:
            self.reviewed = replace(self.reviewed, left_out=found)
            self.bar.show_reviewed(self.reviewed)

    # Where there is nothing

    def _show_nothing(self) -> None:
        self.reviewed = None
        opened = self._session.project is not None
        self._say_empty(
            self.tr("No run to review yet") if opened else self.tr("Nothing to review yet"),
            self.tr("Train a model first; its scores and its mistakes appear here.")
            if opened
            else self.tr("Open a folder of images, label some, and train a model on them."),
        )
        self._is_reading = opened and not self._session.are_runs_read
        if opened and not self._is_reading:
            need_none = ", ".join(section.title for section in self.sections.all if not section.needs_run)
            self.summary.setText(self.tr("No run yet; these need none: {0}").format(need_none))
            if self._may_lead and not self._stale:
                self._may_lead = False
                self.sections.lead_to(with_run=False)
                self._was_led = True
        self._show_section()

    def _lead_back(self) -> None:
        """Show the first section again where this led to another one and the person has done nothing there since."""
        if self._was_led:
            self.sections.lead_to(with_run=True)
        self._was_led = False

    def _stay(self) -> None:
        """The person has chosen a section, or works in it: nothing else is shown in its place."""
        self._was_led = False

    def _lead_on(self) -> None:
        if self._session.project is None:
            self.open_wanted.emit()
        else:
            self.page_wanted.emit("train")

    def _say_empty(self, title: str, sentence: str, *, retry: bool = False) -> None:
        opened = self._session.project is not None
        self._lead.setText(self.tr("Train a model") if opened else self.tr("Open folder…"))
        self._lead.setAccessibleName(self._lead.text())
        self._lead.setVisible(not retry)
        self.empty.say(title, sentence)
        self._retry.setVisible(retry)
        self.summary.setText("")
        self.bar.show_reviewed(None)

    # What is shown

    def _show_section(self) -> None:
        opened = self._session.project is not None
        if self.reviewed is None and (self._is_reading or (self._stale and opened)):
            self._show_body(READING)
            return
        usable = self.reviewed is not None or (opened and not self.sections.current.needs_run)
        self._show_body(CONTENT if usable else EMPTY)
        self.sections.show_reviewed(self.reviewed, opened=opened, usable=usable)

    def _show_body(self, index: int) -> None:
        self._body.setCurrentIndex(index)
        self._save.setEnabled(self.reviewed is not None)
