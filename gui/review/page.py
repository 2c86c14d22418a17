"""Review: how good a run is on images it never saw, and every way of looking at what it got wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar, cast

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from engine.review.reviewed import FILTER, Reviewed, Reviewer, split_of
from gui import actions, theme
from gui.jobs import JobRunner
from gui.review import words
from gui.review.report_buttons import ReportButtons
from gui.review.section import Section
from gui.review.sections import lines, sections
from gui.session import Session
from gui.widgets import file_dialogs
from gui.widgets.caution import Caution
from gui.widgets.combo import Combo
from gui.widgets.parts import EmptyPlace, elided, text
from gui.widgets.run_words import run_words

if TYPE_CHECKING:
    from engine.library.records import Edit
    from engine.training.runs.records import RunRecord
    from gui.review.mistakes_section import Mistakes

S = TypeVar("S", bound=Section)

READING, EMPTY, CONTENT = 0, 1, 2
FOLLOW_MS = 30  # counts and scores follow an edit this late: the key after it never waits for them


class ReviewPage(QWidget):
    """The shell: what is reviewed stands in its head, how it is looked at in its tabs."""

    open_wanted = Signal()
    page_wanted = Signal(str)  # "library" or "train"

    def __init__(self, session: Session, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("review_page")
        self.setProperty("role", "page")
        self.setAccessibleName(self.tr("Review"))
        self._session = session
        self._reviewer = Reviewer()  # used in the thread for what is waited for alone
        self._reviewed: Reviewed | None = None
        self._follows = True  # the newest run, until the person chooses one
        self._stale = True  # all must be read again
        self._changed: set[int] = set()  # images that were changed since they were last asked for
        self._asked = 0  # how often what is reviewed was asked for: answers but the newest are out of date
        self._following = QTimer(self, singleShot=True, interval=FOLLOW_MS)
        self._following.timeout.connect(self._read_changed)
        self.run_box, self.split_box = Combo(), Combo()
        self.reports = ReportButtons(session, jobs)
        self.reports.images = lambda: None if self._reviewed is None else self._reviewed.filtered_ids
        self.notice = Caution()
        self.summary = elided("", "muted")
        self.left_out = text("", "small")
        self.predict = QPushButton(self.tr("Predict them"))
        self.tabs = QTabBar()
        self.sections = sections(session, jobs)
        self.lines = lines(session, jobs)
        self._shown: dict[QWidget, object] = {}  # what each section was told last
        self._name_parts()
        self._build()
        self._connect()
        self._add_actions()
        self._on_project()

    @property
    def mistakes(self) -> Mistakes:
        """The section that has the gallery."""
        first = self.sections[0].made()
        return cast("Mistakes", first)

    def place(self, name: str) -> int:
        """On which tab the section is whose class has that name."""
        return next(place for place, section in enumerate(self.sections) if section.name == name)

    def section(self, kind: type[S]) -> S:
        """The section of that class; it is made if it was never shown."""
        found = self.sections[self.place(kind.__name__)].made()
        assert isinstance(found, kind)
        return found

    def _name_parts(self) -> None:
        self.run_box.setObjectName("run_box")
        self.run_box.setAccessibleName(self.tr("Run"))
        self.run_box.setMinimumWidth(240)
        self.split_box.setObjectName("split_box")
        self.split_box.setAccessibleName(self.tr("What is reviewed"))
        self.split_box.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToContents)
        self.split_box.setMinimumWidth(150)
        self.predict.setProperty("kind", "link")
        self.predict.setObjectName("predict_button")
        self.predict.setAccessibleName(self.tr("Predict the images that have no prediction yet"))
        self.tabs.setObjectName("review_tabs")
        self.tabs.setAccessibleName(self.tr("Ways of looking at the run"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(True)

    # What it is made of

    def _build(self) -> None:
        gap = theme.current()
        self._empty = EmptyPlace("review", "", "")
        self._lead = self._empty.add_button(self.tr("Train a model"), "lead_on_button", self._lead_on)
        self._retry = self._empty.add_button(self.tr("Evaluate now"), "evaluate_button", self.reports.evaluate)
        content = QWidget()
        self._places = QStackedLayout(content)
        for section in self.sections:
            self.tabs.addTab(section.title)
            self._places.addWidget(section)
        self._body = QStackedWidget()
        reading = text(self.tr("Reading the predictions…"), "muted")
        reading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for part in (reading, self._empty, content):
            self._body.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(gap.XL, gap.XL, gap.XL, gap.L)
        whole.setSpacing(gap.M)
        whole.addLayout(self._head())
        whole.addWidget(self.notice)
        for line in self.lines:
            whole.addWidget(line)
        whole.addLayout(self._below_head())
        whole.addWidget(self._body, 1)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.current().M)
        row.addWidget(text(self.tr("Review"), "title"))
        row.addSpacing(theme.current().M)
        row.addWidget(self.run_box)
        row.addWidget(self.split_box)
        row.addWidget(self.left_out)
        row.addWidget(self.predict)
        row.addStretch(1)
        row.addWidget(self.reports)
        return row

    def _below_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.current().L)
        row.addWidget(self.tabs)
        row.addWidget(self.summary, 1)
        return row

    def _connect(self) -> None:
        self.run_box.activated.connect(self._on_run_chosen)
        self.split_box.activated.connect(lambda _: self._choose_scope())
        self.tabs.currentChanged.connect(self._show_section)
        self.predict.clicked.connect(self._predict)
        self.reports.told.connect(self.notice.say)
        self.reports.evaluated.connect(self._reload)
        for section in [*self.sections, *self.lines]:
            section.gallery_wanted.connect(self._show_in_gallery)
            section.page_wanted.connect(self.page_wanted)
            section.reload_wanted.connect(self._reload)
            section.section_wanted.connect(self._show_kind)
            section.run_wanted.connect(self._choose_run)
        session = self._session
        session.project_changed.connect(self._on_project)
        session.runs_changed.connect(self._on_runs)
        session.run_wanted.connect(lambda name: self._choose_run(name) if self.isVisible() else None)
        session.images_changed.connect(self._on_edit)
        session.classes_changed.connect(self._reload)

    def _add_actions(self) -> None:
        def add(words: str, slot: Callable[[], object], *keys: str, icon: str) -> QAction:
            return actions.add(self, words, slot, keys=keys, icon=icon, everywhere=True)

        for place, section in enumerate(self.sections):
            add(
                self.tr("Review: {0}").format(section.title),
                partial(self.tabs.setCurrentIndex, place),
                *([f"Alt+{place + 1}"] if place < 9 else []),
                icon=section.icon,
            )
            self.tabs.setTabToolTip(place, f"{section.title}  (Alt+{place + 1})")
        last = len(self.sections)
        add(self.tr("Next tab"), lambda: self._step(1, last), "Ctrl+PgDown", icon="chevron-right")
        add(self.tr("Previous tab"), lambda: self._step(-1, last), "Ctrl+PgUp", icon="chevron-left")
        self._when_shown = [add(self.tr("Save report…"), self.reports.ask, "Ctrl+S", icon="export")]

    def _step(self, by: int, count: int) -> None:
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % count)

    # What is reviewed

    def _on_project(self) -> None:
        self._reviewed, self._follows = None, True
        self._reviewer = Reviewer()  # the one before may be at work in its thread; its answers are not wanted
        self._shown.clear()
        for section in [*self.sections, *self.lines]:
            section.stop()
        project = self._session.project
        file_dialogs.stand_beside(None if project is None else project.folder)
        self.run_box.clear()
        self.split_box.clear()
        self.notice.say("")
        self._on_runs()

    def _runs(self) -> list[RunRecord]:
        return [run for run in self._session.runs() if run.has_model]

    def _on_runs(self) -> None:
        before = self.run_box.currentData()
        runs = self._runs()
        names = [run.name for run in runs]
        if names == [self.run_box.itemData(i) for i in range(self.run_box.count())] and names:
            return
        self.run_box.clear()
        for run in runs:
            self.run_box.addItem(run_words(run), run.name)
        keep = not self._follows and before in names
        self.run_box.setCurrentIndex(names.index(before) if keep else 0 if names else -1)
        if self.run_box.currentData() != before or not names:
            self._reload()

    def _on_run_chosen(self, index: int) -> None:
        self._follows = index == 0
        self._reload()

    def _choose_run(self, name: str) -> None:
        index = self.run_box.findData(name)
        if index >= 0 and index != self.run_box.currentIndex():
            self.run_box.setCurrentIndex(index)
            self._on_run_chosen(index)

    def run(self) -> RunRecord | None:
        """The chosen run."""
        name = self.run_box.currentData()
        return next((run for run in self._runs() if run.name == name), None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._reload()
        elif self.split_box.currentData() == FILTER:  # which the person may have changed in the Library
            self._choose_scope()
        elif self._changed:
            self._read_changed()

    def _reload(self) -> None:
        """Read the evaluation again; a page that is not on screen waits until it is."""
        self._stale = not self.isVisible()
        run = self.run()
        for control in (self.run_box, self.split_box):
            control.setVisible(run is not None)
            control.setEnabled(not self.reports.busy)
        self.reports.show_run(run, split_of(self.split_box.currentData()))
        if run is None:
            self._show_nothing()
        elif not self._stale:
            if self._reviewed is None:
                self._show_body(READING)
                self.sections[self.tabs.currentIndex()].prepare()  # while the predictions are read
            reviewer, scope, listed = self._reviewer, self.split_box.currentData(), self._listed()
            self._changed.clear()
            self._asked += 1
            self._session.ask(
                lambda project: reviewer.read(project, run, scope, listed),
                self._arrived,
                key="review",
                waited_for=True,
            )

    def _choose_scope(self) -> None:
        reviewer, scope, listed = self._reviewer, self.split_box.currentData(), self._listed()
        ids, self._changed = self._changed, set()
        self._asked += 1
        asked = self._asked
        self._session.ask(
            lambda project: reviewer.choose(project, scope, listed, ids),
            lambda found: self._arrived(found) if asked == self._asked else None,
            waited_for=True,
        )

    def _listed(self) -> Sequence[int]:
        return self._session.listed() if self.split_box.currentData() == FILTER else ()

    def _predict(self) -> None:
        """Predict the images that were asked for and have no prediction yet."""
        if self._reviewed is not None and self._reviewed.scope == FILTER:
            self.reports.predict(self._reviewed.left_out.unpredicted)
        else:
            self.reports.evaluate()

    def _on_edit(self, edit: Edit) -> None:
        if edit.classes_changed or self._stale:
            return  # all is read again
        self._changed.update(edit.image_ids)
        if self.isVisible() and not self._following.isActive():
            self._following.start()

    def _read_changed(self) -> None:
        """Read what edits have changed; an answer that a newer edit has overtaken is not shown, but built upon."""
        if not self._changed or not self.isVisible() or self.run() is None:
            return
        reviewer, ids, self._changed = self._reviewer, self._changed, set()
        self._asked += 1
        asked = self._asked

        def arrived(found: Reviewed | str | None) -> None:
            if asked == self._asked and not self._changed:
                self._arrived(found)

        self._session.ask(lambda project: reviewer.after(project, ids), arrived, waited_for=True)

    def _arrived(self, found: Reviewed | str | None) -> None:
        if found is None:
            self._reload()
            return
        self._reviewed = None if isinstance(found, str) else found
        if isinstance(found, str):
            self._say_empty(self.tr("This run cannot be reviewed"), found, retry=self._session.project is not None)
        else:
            self._show_scopes(found)
        self.reports.show_run(self.run(), split_of(self.split_box.currentData()))
        self._show_section()

    def _show_scopes(self, found: Reviewed) -> None:
        if [self.split_box.itemData(i) for i in range(self.split_box.count())] != list(found.scopes):
            self.split_box.clear()
            for scope in found.scopes:
                self.split_box.addItem(words.scope(scope), scope)
        self.split_box.setCurrentIndex(found.scopes.index(found.scope))
        self.summary.setText(words.summary(found))
        self.left_out.setText(words.left_out(found.left_out))
        self.left_out.setToolTip(words.left_out_reasons(found.left_out))
        self.predict.setVisible(bool(found.left_out.unpredicted))

    # Where there is nothing

    def _show_nothing(self) -> None:
        self._reviewed = None
        opened = self._session.project is not None
        self._say_empty(
            self.tr("No run to review yet") if opened else self.tr("Nothing to review yet"),
            self.tr("Train a model first; its scores and its mistakes appear here.")
            if opened
            else self.tr("Open a folder of images, label some, and train a model on them."),
        )
        self._show_section()

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
        self._empty.title.setText(title)
        self._empty.words.setText(sentence)
        self._retry.setVisible(retry)
        for label in (self.summary, self.left_out):
            label.setText("")
        self.predict.hide()

    # Sections

    def _show_section(self) -> None:
        """Show the chosen section, and tell it what is reviewed where it does not know yet."""
        section, reviewed = self.sections[self.tabs.currentIndex()], self._reviewed
        opened = self._session.project is not None
        alone = opened and any(not s.needs_run for s in self.sections)
        self.tabs.setVisible(reviewed is not None or alone)
        self._places.setCurrentWidget(section)
        if reviewed is None and (section.needs_run or not opened):
            self._show_body(EMPTY)
        else:
            self._show_body(CONTENT)
        for told in [*self.lines, *([section] if self._body.currentIndex() == CONTENT else [])]:
            if told not in self._shown or self._shown[told] is not reviewed:
                self._shown[told] = reviewed
                told.show_reviewed(reviewed)

    def _show_body(self, index: int) -> None:
        self._body.setCurrentIndex(index)
        for action in self._when_shown:
            action.setEnabled(self._reviewed is not None)

    def _show_kind(self, name: str) -> None:
        self.tabs.setCurrentIndex(self.place(name))

    def _show_in_gallery(self, image_ids: list[int], sentence: str) -> None:
        self.tabs.setCurrentIndex(0)
        self.mistakes.show_images(image_ids, sentence)
