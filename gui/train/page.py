"""Train: a recipe and its options on the left; curves, previews, runs and the log on the right."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QFrame, QPushButton, QStackedLayout, QWidget

from engine.events import Event, Failed, Log, Outcome, RunStarted, Succeeded, TrainingPlanned
from engine.training.option_rules import FIRST, slower_rates
from engine.training.recipes.registry import recipes
from gui import actions, theme
from gui.jobs import JobRunner
from gui.session import Session
from gui.train.augmentation_view import AugmentationView
from gui.train.compare_view import CompareView
from gui.train.data_summary import unwritable_words
from gui.train.network_view import NetworkView
from gui.train.run_actions import RunActions
from gui.train.run_panel import RunPanel
from gui.train.run_selection import RunSelection
from gui.train.run_view import RunView
from gui.train.setup_panel import SetupPanel
from gui.train.setup_questions import SetupQuestions
from gui.train.training import Order, Training, ending_words
from gui.train.training_progress import TrainingProgress, doing_words
from gui.train.views_panel import ViewsPanel
from gui.widgets import file_dialogs, wording
from gui.widgets.assessment.assessing import Assessing
from gui.widgets.caution import Caution
from gui.widgets.empty_page import EmptyPage
from gui.widgets.labels import elided, text
from gui.widgets.layouts import column, fill, row, upright
from gui.widgets.run_words import run_title, run_words

if TYPE_CHECKING:
    from engine.training.runs.records import RunRecord


class Orders(QObject):
    """Begins trainings: by the form, as a run was trained, or on from where one ended."""

    def __init__(self, session: Session, training: Training, setup: SetupPanel) -> None:
        super().__init__(setup)
        self._session, self._training, self._setup = session, training, setup

    def _begin(self, order: Order) -> None:
        if not self._training.begin(order):
            self._session.message.emit(self.tr("A training runs already: stop it, or wait for its end."))

    def start(self) -> None:
        """Train with what is chosen in the form, or with what the pictures choose."""
        setup = self._setup
        if setup.is_automatic:
            order = Order(FIRST, setup.free_overrides(), automatic=True, take_longer=setup.takes_longer)
            self._begin(order)
            return
        order = Order(setup.recipe().name, setup.overrides(), setup.form.values(), folds=setup.folds())
        self._begin(order)

    def resume(self, run: RunRecord) -> None:
        """Train on from the last complete epoch of a run."""
        self._begin(Order(run.recipe, options=run.options, resume=run))

    def repeat(self, what: RunRecord | str) -> None:
        """Train anew as a run, or the `run.json` at a path, says that it was trained."""
        if isinstance(what, str):
            self._begin(Order("run.json", repeat=what))
        else:
            self._begin(Order(what.recipe, options=what.options, repeat=what.name))

    def retrain(self, run: RunRecord) -> None:
        """Train a run again with the current labels, on its own split, as Review wants it."""
        self._begin(Order(run.recipe, options=run.options, repeat=run.name, fixes=True))

    def start_from(self, run: RunRecord) -> None:
        """Take a run's options over, its weights to begin with and a tenth of its rates, which the form shows.

        It is said too: what changed may be scrolled out of sight.
        """
        self._take(run, {"start_from": run.name, **slower_rates(run.options)})
        words = self.tr("Training now starts with the weights of “{0}”, at a tenth of its rate.")
        self._session.message.emit(words.format(run_title(run)))

    def take_options(self, run: RunRecord) -> None:
        """Take a run's options over into the form."""
        self._take(run, {})
        self._session.message.emit(self.tr("The options are now those of “{0}”.").format(run_title(run)))

    def _take(self, run: RunRecord, more: Mapping[str, Any]) -> None:
        self._setup.take(run.recipe, {**run.options, "start_from": "", **more})


MOST = 2  # warnings that are shown at once; all of them stand in the log


class RunNotice(Caution):
    """What must not be overlooked: a sentence of `say`, and warnings of a training while its run is shown."""

    def __init__(self) -> None:
        super().__init__()
        self._said = ""
        self._run = ""  # that is looked at; a training has no name before its folder is made
        self._warnings: dict[str, list[str]] = {}

    def forget(self) -> None:
        """Another project."""
        self._warnings.clear()
        self._run = ""
        self.say("")

    def begin(self) -> None:
        """A training begins: what was said before is of no interest any more."""
        self._warnings.pop("", None)
        self.say("")

    def say(self, sentence: str) -> None:
        self._said = sentence
        self._show()

    def warn(self, run: str, sentence: str) -> None:
        known = self._warnings.setdefault(run, [])
        if sentence not in known:
            known.append(sentence)
        self._show()

    def named(self, run: str) -> None:
        """The training has a name now, and so has what it warned of before."""
        early = self._warnings.pop("", [])
        known = self._warnings.setdefault(run, [])
        known += [sentence for sentence in early if sentence not in known]
        if not self._run:
            self._run = run
        self._show()

    def look_at(self, run: str) -> None:
        self._run = run
        self._show()

    def _show(self) -> None:
        known = self._warnings.get(self._run, [])
        lines = [self._said] if self._said else known[-MOST:]
        if not self._said and len(known) > MOST:
            lines = [*lines, self.tr("{0} more in the log.").format(len(known) - MOST)]
        super().say("\n".join(lines))


class ProgressLine(QFrame):
    """The training that runs, in one line, while something else is looked at; a click leads back to it."""

    asked = Signal()  # to see it

    def __init__(self, training: Training, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "well")
        self._training = training
        self._in_sight = False
        self.words = elided("", mode=Qt.TextElideMode.ElideMiddle)  # a long name of a project hides no time left
        self.show_it = QPushButton(self.tr("Show it"))
        self.show_it.setObjectName("show_training_button")
        self.show_it.setProperty("kind", "link")
        self.show_it.setAccessibleName(self.tr("Show the training that runs"))
        self.show_it.setToolTip(self.tr("Show the training that runs"))
        self.show_it.clicked.connect(self.asked)
        gap = theme.current()
        row(fill(self.words), self.show_it, on=self, margins=(gap.M, gap.XS, gap.S, gap.XS))
        for signal in (training.begun, training.renewed, training.changed):
            signal.connect(self.follow)
        self.hide()

    def look_at(self, *, live: bool) -> None:
        """What is looked at is the training itself, or something else."""
        self._in_sight = live
        self.follow()

    def follow(self) -> None:
        """Say how far it is."""
        training, live = self._training, self._training.live
        self.setVisible(live is not None and not self._in_sight)
        if live is None or self._in_sight:
            return
        name = wording.recipe(live.recipe)
        head = self.tr("{0} is in training").format(name)
        if training.elsewhere:
            head = self.tr("{0} is in training in the project “{1}”").format(name, training.elsewhere)
        fold = self.tr("Fold {0} of {1}").format(live.fold, live.folds) if live.folds else ""
        parts = ["●", head, fold, doing_words(live), wording.time_left(live.seconds_left)]
        self.words.setText(parts[0] + " " + "  ·  ".join(part for part in parts[1:] if part))


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
        self.training = Training(session, jobs, self)
        self._whole = QWidget(self)
        self.setup = SetupPanel(list(recipes().values()), self._whole)
        self.notice = RunNotice()
        self.run_panel = RunPanel()
        self.progress_line = ProgressLine(self.training)
        self.views = ViewsPanel([self.progress_line, self.notice], self.run_panel, self._whole)
        self.view, self.compare = RunView(self.views.stack), CompareView(self.views.stack)
        self.pictures, self.network = AugmentationView(self.views.stack), NetworkView(self.views.stack)
        self.questions = SetupQuestions(session, jobs, self.setup, self.pictures, self.network)
        self.orders = Orders(session, self.training, self.setup)
        self.assessing = Assessing(session, jobs, self.view.assessment)
        self.view.details_shown.connect(self._on_details)
        self._on_details(self.view.details.button.isChecked())
        self.run_actions = RunActions(session, jobs, self.run_panel)
        self.selection = RunSelection(session, jobs, self.training, self.run_panel, self.view, self.compare, self.views)
        self._tab_actions: list[QAction] = []
        self._add_actions()
        self._build()
        self._connect()
        jobs.start_callable(_prepare).ended.connect(self._on_prepared)
        self._on_project()

    # Layout

    def _build(self) -> None:
        self._stack = QStackedLayout(self)
        self._empty = EmptyPage(
            "train",
            self.tr("Nothing to train on yet"),
            self.tr("Open a folder of images, give them labels, and come back to train a classifier on them."),
        )
        self._empty.add_button(self.tr("Open folder…"), "open_folder_button", self.open_wanted.emit)
        gap = theme.current()
        titled = QWidget()
        column(text(self.tr("Train"), "title"), fill(self._empty), on=titled, margins=(gap.XL, gap.XL, gap.XL, gap.L))
        tips = (
            self.tr("The curves of the run that is chosen below"),
            self.tr("What training makes of a picture with the current options"),
            self.tr("Layers, shapes and parameters with the current options"),
            self.tr("The runs that are chosen below, side by side"),
        )
        for (tab, name), tip, action in zip(self._tabs(), tips, self._tab_actions, strict=True):
            self.views.add_tab(tab, name, actions.with_key(tip, action))
        row(self.setup, upright(), fill(self.views), on=self._whole, spacing=0)
        self._stack.addWidget(titled)
        self._stack.addWidget(self._whole)

    def _add_actions(self) -> None:
        add = partial(actions.add, self, everywhere=True)
        for number, (tab, name) in enumerate(self._tabs(), 1):
            words = self.tr("Train: show {0}").format(name)
            self._tab_actions.append(add(words, partial(self.views.show_tab, tab), f"Alt+{number}", "train"))
        self._live_action = add(self.tr("Show the training that runs"), self.selection.back_to_live, "Alt+0", "train")
        self._live_action.setEnabled(False)
        actions.show_key(self.progress_line.show_it, self._live_action)
        add(self.tr("Find an option"), self._find_option, "Ctrl+F", "search")
        add(self.tr("Another picture to preview"), self.questions.preview.another_picture, "Ctrl+Shift+A", "image")
        add(self.tr("Draw the preview again"), self.questions.preview.draw_again, "Ctrl+Shift+G", "refresh")

    def _tabs(self) -> list[tuple[QWidget, str]]:
        names = self.tr("Run"), self.tr("Augmentation"), self.tr("Network"), self.tr("Compare")
        return list(zip((self.view, self.pictures, self.network, self.compare), names, strict=True))

    def _find_option(self) -> None:
        self.setup.form.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.setup.form.search.selectAll()

    def _connect(self) -> None:
        session, training = self._session, self.training
        orders = self.orders
        self.setup.start_asked.connect(orders.start)
        self.setup.said.connect(session.message)
        self.setup.stop_asked.connect(training.stop)
        self.setup.pause_asked.connect(self._pause)
        self.view.resume_asked.connect(orders.resume)
        self.run_actions.repeat_asked.connect(orders.repeat)
        self.run_actions.start_from_asked.connect(orders.start_from)
        self.run_actions.options_asked.connect(orders.take_options)
        self.run_actions.compare_asked.connect(lambda: self.views.show_tab(self.compare))
        self.run_actions.page_asked.connect(self.page_wanted)
        self.run_actions.said.connect(self.notice.say)
        self.run_actions.made.connect(self.selection.choose_when_listed)
        self.selection.looked_at.connect(self.notice.look_at)
        self.selection.looked_at.connect(self._on_looked_at)
        self.selection.compared.connect(self.setup.show_trained)
        self.selection.looked_at.connect(lambda _run: self.progress_line.look_at(live=self.selection.showing_live))
        self.progress_line.asked.connect(self.selection.back_to_live)
        self.views.tab_shown.connect(self.questions.show)
        session.project_changed.connect(self._on_project)
        session.overview_changed.connect(self._on_overview)
        session.runs_changed.connect(self._on_runs)
        session.retrain_asked.connect(orders.retrain)
        training.begun.connect(self._on_begun)
        training.happened.connect(self._on_event)
        training.renewed.connect(self.selection.show_again)
        training.changed.connect(self._on_changed)
        training.ended.connect(self._on_ended)

    def _on_details(self, shown: bool) -> None:
        self.views.set_log_shown(shown)
        self.views.keep_short(self.view, not shown)

    # The session

    def _on_project(self) -> None:
        project = self._session.project
        self._stack.setCurrentIndex(0 if project is None else 1)
        file_dialogs.stand_beside(None if project is None else project.folder)
        self.training.forget_past()
        if project is None:
            return
        self._jobs.warm()
        self.notice.forget()
        self.setup.begin(unwritable_words(project))
        self.questions.begin()
        self.selection.begin()
        if self.training.live is not None:
            self._show_run(again=True)
            self.selection.show_live()  # which says whose it is, where it is another project's
        self._on_overview()
        self._on_runs()
        if self.training.live is None:
            self.views.log.clear()
            self.view.show_nothing(self.setup.recipe().options.epochs)

    def _on_overview(self) -> None:
        overview = self._session.overview
        self.setup.show_counts(overview.counts if overview.counted else None)
        self.questions.counts_changed()
        self._look_for_leaks()
        summary = overview.summary
        self.setup.data.show_unchecked(summary.unchecked if summary is not None else 0)

    def _look_for_leaks(self) -> None:
        if self.isVisible() and not self.training.running:
            self.questions.near_duplicates.look()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.questions.counts_changed()  # which waits while nobody looks
        self._look_for_leaks()
        self.assessing.look()

    def _on_looked_at(self, run: str) -> None:
        """A training is assessed once it has ended."""
        self.assessing.look_at("" if self.selection.showing_live else run)

    def _on_runs(self) -> None:
        runs = self._session.runs()
        networks = [run for run in runs if run.has_model and run.recipe != "ensemble"]
        self.setup.form.offer("start_from", [(run_words(run, runs), run.name) for run in networks])
        self.selection.runs_read()
        self._show_run()

    def _on_prepared(self, outcome: Outcome) -> None:
        if isinstance(outcome, Succeeded):
            self.setup.device.setText(str(outcome.result["device"]))

    # The training

    def _pause(self, wanted: bool) -> None:
        if wanted:
            self.training.pause()
        else:
            self.training.go_on()

    def _show_state(self) -> None:
        live = self.training.live
        stopping, paused = live is not None and live.stopping, live is not None and live.paused
        self.setup.show_training(running=live is not None, paused=paused, stopping=stopping)
        self._live_action.setEnabled(live is not None)

    def _show_run(self, *, again: bool = False) -> None:
        """The locked form shows what is trained: of a `run.json` from elsewhere, as soon as its new run is listed;
        what was chosen in the form itself, only where its project was opened `again`."""
        order = self.training.order
        if order is None or order.automatic or not (again or order.resume or order.repeat) or not self.training.here:
            return
        listed = self._session.run_named(self.training.run)
        if order.options:
            self.setup.show_run(order.recipe, order.options)
        elif listed is not None:
            self.setup.show_run(listed.recipe, listed.options)

    def _on_begun(self) -> None:
        self.notice.begin()
        self.questions.training_changed(running=True)
        self._show_run()
        self._show_state()
        self.views.show_tab(self.view)
        self.selection.show_live()

    def _on_changed(self) -> None:
        self._show_state()
        self.selection.follow_state()

    def _on_event(self, event: Event, line: str | None) -> None:
        if isinstance(event, Log) and event.level == "warning" and not self._is_said(event):
            self.notice.warn(self.training.run, event.message)
        if isinstance(event, TrainingPlanned) and self.training.here:
            self.setup.show_plan(event)
        if isinstance(event, RunStarted):
            self.notice.named(event.run)
            started = self.training.live.started if self.training.live is not None else None
            self.setup.device.setText(started.device if started else event.device)
            self._session.refresh_runs()
        self.selection.follow_event(event, line)

    def _is_said(self, warning: Log) -> bool:
        """Whether a notice of the setup says it already, with what to do about it."""
        from engine.similarity.leaks import ABOUT

        return warning.about == ABOUT and self.training.here and self.setup.leakage.warns

    def _on_ended(self, outcome: Outcome, live: TrainingProgress, name: str) -> None:
        self.progress_line.look_at(live=False)
        lines = ending_words(outcome, live)
        if isinstance(outcome, Failed) and name and self.training.here:
            self.notice.warn(name, outcome.message)
        elif isinstance(outcome, Failed):
            self.notice.say(outcome.message)
        else:
            self._session.message.emit(lines[0])
        live.note(*lines)
        self._show_state()
        self.setup.show_own()
        self.questions.training_changed(running=False)
        self._jobs.warm()
        if self.training.here:
            self._session.refresh_runs()
        self.selection.follow_end(outcome, lines, name, self.setup.recipe().options.epochs)


def _prepare(_emit: object, _cancel: object) -> dict[str, object]:
    """What would make the page or its Start button wait, done in a thread while the page opens."""
    from engine.training import trainer  # noqa: F401  # loads numpy
    from gui.train.device import device_name

    return {"device": device_name()}
