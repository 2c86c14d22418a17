"""Train: a recipe and its options on the left; curves, previews, runs and the log on the right."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from engine.events import BatchEnded, EpochEnded, Event, Failed, Outcome, RunStarted, Succeeded
from engine.training.recipes.registry import recipes
from gui import actions, theme
from gui.jobs import JobRunner
from gui.session import Session
from gui.widgets import places
from gui.widgets.caution import Caution
from gui.widgets.parts import EmptyPlace, text, upright
from gui.widgets.training.live_run import LiveRun, record_lines
from gui.widgets.training.run_list import RunList
from gui.widgets.training.run_view import RunView
from gui.widgets.training.train_setup import NARROW, WIDTH, TrainSetup
from gui.widgets.training.training import Order, Training, ending_words, read_past
from gui.widgets.training.workplace import Workplace

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.training.runs import RunRecord
    from gui.widgets.training.recipe_choice import Suggestion
    from gui.widgets.training.training import Past

ROOMY = 960  # pixels of the page from which on its left side has its full width


class TrainPage(QWidget):
    """At most one training at a time; any other run can be looked at meanwhile."""

    open_wanted = Signal()
    page_wanted = Signal(str)  # "review"

    def __init__(self, session: Session, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("train_page")
        self.setProperty("role", "page")
        self.setAccessibleName(self.tr("Train"))
        self._session, self._jobs = session, jobs
        self._showing_live = False
        self._without_run = False  # the last training failed before it had a run; its log is shown
        self._suggested_for = (0, 0)  # images and labelled ones for which a recipe was asked
        self.training = Training(session, jobs, self)
        self.setup = TrainSetup(list(recipes().values()))
        self.notice = Caution()
        self.view = RunView()
        self.runs = RunList()
        self.runs.setObjectName("run_list")
        self.work = Workplace([self.notice], self.runs)
        self.log = self.work.log
        self._build()
        self._add_actions()
        self._connect()
        jobs.start_callable(_prepare).ended.connect(self._on_prepared)
        self._on_project()

    # Layout

    def _build(self) -> None:
        self._stack = QStackedLayout(self)
        self._empty = EmptyPlace(
            "train",
            self.tr("Nothing to train on yet"),
            self.tr("Open a folder of images, give them labels, and come back to train a classifier on them."),
        )
        self._empty.add_button(self.tr("Open folder…"), "open_folder_button", self.open_wanted.emit)
        gap = theme.current()
        titled = QWidget()
        column = QVBoxLayout(titled)
        column.setContentsMargins(gap.XL, gap.XL, gap.XL, gap.L)
        column.addWidget(text(self.tr("Train"), "title"))
        column.addWidget(self._empty, 1)
        self.work.add_tab(self.view, self.tr("Run"), self.tr("The curves of the run that is chosen below"))
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.setup)
        row.addWidget(upright())
        row.addWidget(self.work, 1)
        self._stack.addWidget(titled)
        self._stack.addWidget(whole)

    def _add_actions(self) -> None:
        def add(words: str, slot: Any, key: str, icon: str) -> Any:
            return actions.add(self, words, slot, keys=[key], icon=icon, everywhere=True)

        self._start_action = add(self.tr("Start training"), self._start, "Ctrl+Return", "play")
        self._pause_action = add(self.tr("Pause training or go on"), self._toggle_pause, "Ctrl+P", "pause")
        self._stop_action = add(self.tr("Stop training"), self.training.stop, "Ctrl+.", "stop")

    def _connect(self) -> None:
        session, training = self._session, self.training
        self.setup.start_asked.connect(self._start)
        self.setup.stop_asked.connect(training.stop)
        self.setup.pause_asked.connect(self._pause)
        self.setup.ready_changed.connect(self._show_actions)
        self.view.resume_asked.connect(self._resume)
        self.runs.chosen.connect(self._show_run)
        session.project_changed.connect(self._on_project)
        session.overview_changed.connect(self._on_overview)
        session.runs_changed.connect(self._on_runs)
        training.begun.connect(self._on_begun)
        training.happened.connect(self._on_event)
        training.renewed.connect(self._on_renewed)
        training.changed.connect(self._on_changed)
        training.ended.connect(self._on_ended)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setup.setFixedWidth(WIDTH if self.width() >= ROOMY else NARROW)

    # The session

    def _on_project(self) -> None:
        project = self._session.project
        self._stack.setCurrentIndex(0 if project is None else 1)
        places.stand_beside(None if project is None else project.folder)
        self.training.forget_past()
        if project is None:
            return
        self._jobs.warm()
        self.notice.say("")
        self._without_run, self._suggested_for = False, (0, 0)
        self.setup.begin(self._obstacle(project))
        self.runs.show_runs([])
        self._on_overview()
        self._on_runs()
        if self.training.live is None:
            self.log.clear()
            self.view.show_nothing(self.setup.recipe().options.epochs)

    def _on_overview(self) -> None:
        self.setup.show_counts(self._session.overview.counts)
        summary = self._session.overview.summary
        if summary is None or self._session.runs():
            return
        asked = summary.images, min(summary.labelled, 1)
        if summary.images and asked != self._suggested_for:
            from gui.widgets.training.recipe_choice import suggestion

            self._suggested_for = asked
            self._session.ask(suggestion, self._on_suggestion, key="suggestion")

    def _on_suggestion(self, found: Suggestion | None) -> None:
        if found is None or self._session.runs():
            return
        reasons = {
            "grey": self.tr("Suggested, as the images are small and grey."),
            "colour": self.tr("Suggested, as the images are small and coloured."),
            "photos": self.tr("Suggested, as the images are as large as photographs."),
        }
        self.setup.propose(found.recipe, reasons[found.kind])

    def _obstacle(self, project: Project) -> str:
        """Why nothing can be trained in this project. One that another window writes to can: a run is a folder of
        its own."""
        place = project.runs_folder if project.runs_folder.is_dir() else project.folder
        if not project.read_only or os.access(place, os.W_OK):
            return ""
        return self.tr(
            "No run can be kept here: {0} cannot be written. Copy the project to another place to train."
        ).format(place)

    def _on_runs(self) -> None:
        runs = self.training.listed(self._session.runs())
        self.runs.show_runs(runs)
        if runs:
            self.setup.propose(runs[0].recipe)
        if self.training.live is not None and self._showing_live:
            self.runs.choose(self.training.run, tell=False)
        elif self.runs.current() is None and runs and not self._without_run:
            self.runs.choose(runs[0].name)
        elif (current := self.runs.current()) is not None:
            self._show_run(current)  # it may have ended or have more epochs now

    def _on_prepared(self, outcome: Outcome) -> None:
        if isinstance(outcome, Succeeded):
            self.setup.device.setText(str(outcome.result["device"]))

    # Looking at runs

    def _show_run(self, run: RunRecord) -> None:
        if self.training.live is not None and run.name == self.training.run:
            self._show_live()
            return
        self._showing_live = self._without_run = False
        self._session.ask(lambda _: read_past(run), lambda past: self._show_past(run, past), key="history")

    def _show_past(self, run: RunRecord, past: Past) -> None:
        current = self.runs.current()
        if self._showing_live or current is None or current.name != run.name:
            return
        ended = self.training.past.get(run.name)
        self.view.show_record(current, past[0], ended.rate if ended else None)
        self.work.show_log(ended.log if ended else record_lines(current, *past))

    def _show_live(self) -> None:
        live = self.training.live
        assert live is not None
        self._showing_live = True
        if not self.training.run:
            self.runs.choose_none()
        self.view.show_live(live)
        self.work.show_log(live.log)

    # The training

    def _show_actions(self) -> None:
        ready = self.setup.start.isEnabled() and self._session.project is not None
        self._start_action.setEnabled(ready)
        for action in (self._pause_action, self._stop_action):
            action.setEnabled(self.training.running)

    def _start(self) -> None:
        recipe, chosen = self.setup.recipe().name, self.setup.overrides()
        self._launch(Order(recipe, chosen, self.setup.form.values(), folds=self.setup.folds()))

    def _resume(self, run: RunRecord) -> None:
        self.setup.choose_recipe(run.recipe)
        self._launch(Order(run.recipe, options=run.options, resume=run))

    def _launch(self, order: Order) -> None:
        if self.training.running:
            return
        self.notice.say("")
        self._without_run = False
        self.training.begin(order)

    def _pause(self, wanted: bool) -> None:
        if wanted:
            self.training.pause()
        else:
            self.training.go_on()

    def _toggle_pause(self) -> None:
        self._pause(not self.training.paused)

    def _show_state(self) -> None:
        live = self.training.live
        stopping, paused = live is not None and live.stopping, live is not None and live.paused
        self.setup.show_training(running=live is not None, paused=paused, stopping=stopping)

    def _on_begun(self) -> None:
        self._show_state()
        self.work.show_tab(self.view)
        self._show_live()

    def _on_renewed(self) -> None:
        if self._showing_live:
            self._show_live()

    def _on_changed(self) -> None:
        live = self.training.live
        self._show_state()
        if live is not None and self._showing_live and (live.batch is None or live.paused or live.stopping):
            self.view.update_live(live)

    def _on_event(self, event: Event, line: str | None) -> None:
        live = self.training.live
        assert live is not None
        if line is not None and self._showing_live:
            self.work.add_lines(line)
        if isinstance(event, RunStarted):
            self.setup.device.setText(live.started.device if live.started else event.device)
            self._session.refresh_runs()
        if isinstance(event, EpochEnded):
            self.runs.show_runs(self.training.listed(self._session.runs()))
            self._session.refresh_runs()
        if not self._showing_live:
            return
        if isinstance(event, EpochEnded | BatchEnded):
            self.view.add_live(live, event)
        elif isinstance(event, RunStarted):
            self.view.show_live(live)
        else:
            self.view.update_live(live)

    def _on_ended(self, outcome: Outcome, live: LiveRun, name: str) -> None:
        shown, self._showing_live = self._showing_live, False
        lines = ending_words(outcome)
        if isinstance(outcome, Failed):
            self.notice.say(outcome.message)
        else:
            self._session.message.emit(lines[0])
        live.note(*lines)
        if shown:
            self.work.add_lines(*lines)
        self._show_state()
        if self._session.project is not self.training.project:
            return
        self._session.refresh_runs()
        self._jobs.warm()
        if shown and not name:
            self._without_run = isinstance(outcome, Failed)
            self.view.show_nothing(self.setup.recipe().options.epochs)
        elif shown:
            self.runs.choose(name, tell=False)


def _prepare(_emit: object, _cancel: object) -> dict[str, object]:
    """What would make the page or its Start button wait, done in a thread while the page opens."""
    import engine.training.trainer  # noqa: F401  # loads numpy
    from gui.widgets.training.device import device_name

    return {"device": device_name()}
