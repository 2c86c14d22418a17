"""Train: a recipe, its options, live curves, and the list of runs."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from engine.events import BatchEnded, Cancelled, EpochEnded, Event, Failed, Outcome, RunStarted, Succeeded
from engine.training.options import to_dict
from engine.training.recipes.registry import recipes
from gui import actions, theme
from gui.jobs import JobHandle, JobRunner
from gui.session import Session
from gui.widgets import places
from gui.widgets.caution import Caution
from gui.widgets.charts import scales
from gui.widgets.parts import EmptyPlace, text, titled, upright
from gui.widgets.training.device import processor_name
from gui.widgets.training.live_run import MOST_LINES, LiveRun, record_lines
from gui.widgets.training.option_editors import choice_words
from gui.widgets.training.run_list import RunList
from gui.widgets.training.run_view import RunView
from gui.widgets.training.train_setup import NARROW, WIDTH, TrainSetup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.library.project import Project
    from engine.training.runs import RunRecord
    from gui.widgets.training.recipe_choice import Suggestion

    Past = tuple[list[EpochEnded], Mapping[str, Any]]  # the epochs of a run and what its `run.json` holds

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
        self._live: LiveRun | None = None
        self._live_run = ""  # the name under which the running training stands in the list
        self._showing_live = False
        self._handle: JobHandle | None = None
        self._project_of_live: Project | None = None
        self._ended: dict[str, LiveRun] = {}  # what was trained here: more is known of it than its folder tells
        self._without_run = False  # the last training failed before it had a run; its log is shown
        self._suggested_for = (0, 0)  # images and labelled ones for which a recipe was asked
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._tick)
        self.setup = TrainSetup(list(recipes().values()))
        self.notice = Caution()
        self.view = RunView()
        self.runs = RunList()
        self.runs.setObjectName("run_list")
        self.log = QPlainTextEdit()
        self.log.setObjectName("training_log")
        self._build()
        self.setup.start_asked.connect(self._start)
        self.setup.stop_asked.connect(self._stop)
        self.view.resume_asked.connect(self._resume)
        self.runs.chosen.connect(self._show_run)
        session.project_changed.connect(self._on_project)
        session.overview_changed.connect(self._on_overview)
        session.runs_changed.connect(self._on_runs)
        self._start_action = actions.add(
            self, self.tr("Start training"), self._start, keys=["Ctrl+Return"], icon="play", everywhere=True
        )
        self._stop_action = actions.add(
            self, self.tr("Stop training"), self._stop, keys=["Ctrl+."], icon="stop", everywhere=True
        )
        self.setup.ready_changed.connect(self._show_actions)
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
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.setup)
        row.addWidget(upright())
        row.addWidget(self._right(), 1)
        self._stack.addWidget(titled)
        self._stack.addWidget(whole)

    def _right(self) -> QWidget:
        gap = theme.current()
        self.log.setReadOnly(True)
        self.log.setMaximumBlockCount(MOST_LINES)
        self.log.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.log.setPlaceholderText(self.tr("What the training says appears here."))
        self.log.setAccessibleName(self.tr("Log"))
        below = QSplitter(Qt.Orientation.Horizontal)
        below.setChildrenCollapsible(False)
        below.addWidget(titled(self.tr("Runs"), self.runs, gap.M))
        below.addWidget(titled(self.tr("Log"), self.log, 0))
        below.setSizes([380, 480])
        below.setMinimumHeight(110)
        above = QWidget()
        upper = QVBoxLayout(above)
        upper.setContentsMargins(0, 0, 0, gap.M)
        upper.setSpacing(gap.M)
        upper.addWidget(self.notice)
        upper.addWidget(self.view, 1)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.addWidget(above)
        halves.addWidget(below)
        halves.setStretchFactor(0, 3)
        halves.setStretchFactor(1, 1)
        halves.setSizes([560, 200])
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(gap.XL, gap.XL, gap.XL, gap.L)
        column.addWidget(halves)
        return right

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setup.setFixedWidth(WIDTH if self.width() >= ROOMY else NARROW)

    # The session

    def _on_project(self) -> None:
        project = self._session.project
        self._stack.setCurrentIndex(0 if project is None else 1)
        places.stand_beside(None if project is None else project.folder)
        self._ended.clear()
        if project is None:
            return
        self._jobs.warm()
        self.notice.say("")
        self._without_run, self._suggested_for = False, (0, 0)
        self.setup.begin(self._obstacle(project))
        self.runs.show_runs([])
        self._on_overview()
        self._on_runs()
        if self._live is None:
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

    def _listed(self) -> list[RunRecord]:
        """The runs as read, the running one as its events tell it: what is on disk is an epoch behind."""
        live, runs = self._live, self._session.runs()
        return runs if live is None else [live.updated(r) if r.name == self._live_run else r for r in runs]

    def _on_runs(self) -> None:
        runs = self._listed()
        self.runs.show_runs(runs)
        if runs:
            self.setup.propose(runs[0].recipe)
        if self._live is not None and self._showing_live:
            self.runs.choose(self._live_run, tell=False)
        elif self.runs.current() is None and runs and not self._without_run:
            self.runs.choose(runs[0].name)
        elif (current := self.runs.current()) is not None:
            self._show_run(current)  # it may have ended or have more epochs now

    def _on_prepared(self, outcome: Outcome) -> None:
        if isinstance(outcome, Succeeded):
            self.setup.device.setText(str(outcome.result["device"]))

    # Looking at runs

    def _show_run(self, run: RunRecord) -> None:
        if self._live is not None and run.name == self._live_run:
            self._show_live()
            return
        self._showing_live = self._without_run = False
        self._session.ask(lambda _: _past(run), lambda past: self._show_past(run, past), key="history")

    def _show_past(self, run: RunRecord, past: Past) -> None:
        current = self.runs.current()
        if self._showing_live or current is None or current.name != run.name:
            return
        ended = self._ended.get(run.name)
        self.view.show_record(current, past[0], ended.rate if ended else None)
        self._show_log(ended.log if ended else record_lines(current, *past))

    def _show_log(self, lines: list[str]) -> None:
        """Show these lines, the newest in sight; the same lines again keep the place."""
        words = "\n".join(lines)
        if words != self.log.toPlainText():
            self.log.setPlainText(words)
            self.log.moveCursor(QTextCursor.MoveOperation.End)

    def _show_live(self) -> None:
        assert self._live is not None
        self._showing_live = True
        if not self._live_run:
            self.runs.choose_none()
        self.view.show_live(self._live)
        self._show_log(self._live.log)

    # The training

    def _show_actions(self) -> None:
        self._start_action.setEnabled(self.setup.start.isEnabled() and self._session.project is not None)
        self._stop_action.setEnabled(self._handle is not None)

    def _start(self) -> None:
        self._launch(self.setup.recipe().name, self.setup.overrides(), None)

    def _resume(self, run: RunRecord) -> None:
        self.setup.choose_recipe(run.recipe)
        self._launch(run.recipe, {}, run)

    def _launch(self, recipe: str, overrides: dict[str, Any], resumed: RunRecord | None) -> None:
        from engine.training.trainer import TrainParams

        project = self._session.project
        if project is None or self._handle is not None:
            return
        self.notice.say("")
        self._without_run = False
        options = {**to_dict(self.setup.recipe().options), **overrides, **(resumed.options if resumed else {})}
        self._live = LiveRun(
            recipe,
            max(int(options["epochs"]), 1),
            choice_words(_backend(str(options["backend"]))),
            processor_name(),
        )
        self._live_run = resumed.name if resumed else ""
        self._project_of_live = project
        params = TrainParams(str(project.folder), recipe, overrides, resumed.name if resumed else None)
        self._handle = self._jobs.start("train", params)
        self._handle.event.connect(self._on_event)
        self._handle.ended.connect(self._on_ended)
        self.setup.set_running(True)
        self._clock.start()
        if resumed is not None:
            self._recall(resumed)
        self._show_live()

    def _recall(self, run: RunRecord) -> None:
        """The curves and the log of a resumed run go on where they ended."""
        live, ended = self._live, self._ended.get(run.name)

        def arrived(past: Past) -> None:
            if live is not None and live is self._live:
                newer = {e.epoch for e in live.history}
                live.history = [*(e for e in past[0] if e.epoch not in newer), *live.history]
                before = ended.log if ended else record_lines(run, *past)
                live.log[:0] = [*before, self.tr("Resumed.")]
                if self._showing_live:
                    self._show_live()

        self._session.ask(lambda _: _past(run), arrived, key="recall")

    def _stop(self) -> None:
        if self._handle is not None and self._live is not None:
            self._live.stopping, self._live.since = True, time.monotonic()
            self.setup.set_running(True, stopping=True)
            self._handle.cancel()
            if self._showing_live:
                self.view.update_live(self._live)

    def _on_event(self, event: Event) -> None:
        live = self._live
        if live is None:
            return
        line = live.take(event)
        if line is not None and self._showing_live:
            self.log.appendPlainText(line)
        if isinstance(event, RunStarted):
            self._live_run = event.run
            self.setup.device.setText(live.started.device if live.started else event.device)
            self._session.refresh_runs()
        if isinstance(event, EpochEnded):
            self.runs.show_runs(self._listed())
            self._session.refresh_runs()
        if not self._showing_live:
            return
        if isinstance(event, EpochEnded | BatchEnded):
            self.view.add_live(live, event)
        elif isinstance(event, RunStarted):
            self.view.show_live(live)
        else:
            self.view.update_live(live)

    def _tick(self) -> None:
        if self._live is not None and self._showing_live and self._live.batch is None:
            self.view.update_live(self._live)

    def _on_ended(self, outcome: Outcome) -> None:
        shown, name, live = self._showing_live, self._live_run, self._live
        assert live is not None
        lines = self._tell(outcome)
        live.note(*lines)
        if shown:
            self.log.appendPlainText("\n".join(lines))
        self._handle, self._live, self._showing_live = None, None, False
        self._clock.stop()
        self.setup.set_running(False)
        if self._session.project is not self._project_of_live:
            return
        if name:
            self._ended[name] = live
        self._session.refresh_runs()
        self._jobs.warm()
        if shown and not name:
            self._without_run = isinstance(outcome, Failed)
            self.view.show_nothing(self.setup.recipe().options.epochs)
        elif shown:
            self.runs.choose(name, tell=False)

    def _tell(self, outcome: Outcome) -> list[str]:
        """Say how the training ended; gives the last lines of its log."""
        if isinstance(outcome, Failed):
            self.notice.say(outcome.message)
            return [part for part in (f"✕ {outcome.message}", outcome.details) if part]
        accuracy = getattr(outcome, "result", {}).get("validation_accuracy")
        words = self.tr("Training stopped.") if isinstance(outcome, Cancelled) else self.tr("Training finished.")
        if accuracy is not None:
            words += " " + self.tr("Best validation accuracy {0}.").format(scales.percent(float(accuracy), 2))
        self._session.message.emit(words)
        return [words]


def _past(run: RunRecord) -> Past:
    from engine.training.runs import history, read_record

    return history(run), read_record(run.folder)


def _prepare(_emit: object, _cancel: object) -> dict[str, object]:
    """What would make the page or its Start button wait, done in a thread while the page opens."""
    import engine.training.trainer  # noqa: F401  # loads numpy
    from gui.widgets.training.device import device_name

    return {"device": device_name()}


def _backend(chosen: str) -> str:
    """As the training itself understands "auto"."""
    return os.environ.get("KERAS_BACKEND", "tensorflow") if chosen == "auto" else chosen
