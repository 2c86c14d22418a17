"""Which run is looked at: the one in training, an earlier one, or several beside each other."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Signal

from engine.events import BatchEnded, ClassesMeasured, EpochEnded, Event, Failed, Outcome, RunStarted, Succeeded
from engine.training.runs.records import best_of_each_training, best_of_newest
from gui.latest_question import LatestQuestion
from gui.train.compare_view import MOST, CompareView
from gui.train.plan_line import LastTraining
from gui.train.run_panel import RunPanel
from gui.train.run_view import RunView
from gui.train.training import Training, read_past
from gui.train.training_progress import record_lines
from gui.train.views_panel import ViewsPanel
from gui.widgets import wording
from gui.widgets.run_words import run_words

if TYPE_CHECKING:
    from engine.training.runs.records import RunRecord
    from gui.jobs import JobHandle, JobRunner
    from gui.session import Session
    from gui.train.training import Past

CHANGES_MS = 900  # how long labels rest before runs are compared with them
MOST_CHECKED = 40  # runs, the newest, that are
MOST_PREDICTIONS = 30_000_000  # of a run (images x classes) up to which classes are measured from them here


class RunSelection(QObject):
    """Also follows the training that runs, as long as it is what is looked at."""

    compared = Signal(object)  # a `LastTraining`: how what would be learnt now stands to what the runs learnt
    looked_at = Signal(str)  # the name of the run that is looked at; "" for a training that has none yet

    def __init__(
        self,
        session: Session,
        jobs: JobRunner,
        training: Training,
        panel: RunPanel,
        view: RunView,
        compare: CompareView,
        views: ViewsPanel,
    ) -> None:
        super().__init__(view)
        self._session, self._jobs, self._training = session, jobs, training
        self._panel, self._view, self._compare, self._views = panel, view, compare, views
        self.showing_live = False
        self.without_run = False  # the last training failed before it had a run; its log is shown
        self._wanted_run = ""  # to be chosen when it is listed
        self._changed: dict[str, str] = {}
        self._labels = 0  # how often labels or splits changed since the project was opened
        self._checked_for: object = None
        self._checking = LatestQuestion(CHANGES_MS, self._ask_changes, self._on_changes, self)
        panel.list.chosen.connect(self.show_run)
        panel.list.several_chosen.connect(self._on_several)
        view.all_charts.classes_wanted.connect(self._ask_classes)
        session.images_changed.connect(lambda _edit: self._labels_changed())
        session.listing_changed.connect(self._labels_changed)

    def begin(self) -> None:
        """Another project is open, or none."""
        self._checking.stop()
        self.without_run, self._changed, self._checked_for = False, {}, None
        self._panel.tell_put_away([], "")
        self._panel.list.show_changes({})
        self._panel.show_runs([])
        self._compare.show_runs([], {})

    def runs_read(self) -> None:
        """The session has read the runs anew."""
        runs, listed = self._training.listed(self._session.runs()), self._panel.list
        self._panel.show_runs(runs)
        if self._training.live is not None and self.showing_live:
            if len(listed.selected()) < 2:
                listed.choose(self._training.run, tell=False)
        elif listed.current() is None and listed.runs() and not self.without_run:
            names = [run.name for run in listed.runs()]
            best = best_of_newest([run for run in runs if run.has_model])
            listed.choose(best.name if best is not None and best.name in names else names[0])
        elif (current := listed.current()) is not None:
            self.show_run(current)  # it may have ended or have more epochs now
        elif not runs and self._training.live is None and not self.without_run:
            self._view.show_nothing()
        if any(run.name == self._wanted_run for run in listed.runs()):
            listed.choose(self._wanted_run)
            self._wanted_run = ""
        self._tell_trained()
        self._check()

    def choose_when_listed(self, name: str) -> None:
        """Choose a run that was just made or put back, as soon as it is listed."""
        self._wanted_run = name
        self._session.refresh_runs()

    # One run

    def show_run(self, run: RunRecord) -> None:
        if self._training.live is not None and run.name == self._training.run:
            self.show_live()
            return
        self.showing_live = self.without_run = False
        self.looked_at.emit(run.name)
        self._session.ask(lambda _: read_past(run), partial(self._show_past, run), key="history")

    def show_live(self) -> None:
        live = self._training.live
        assert live is not None
        self.showing_live, self.without_run = True, False
        self.looked_at.emit(self._training.run)
        if not self._training.run:
            self._panel.list.choose_none()
        self._view.show_live(live, self._training.elsewhere)
        self._views.show_log(live.log)

    def show_again(self) -> None:
        """Show the training anew, which is another fold now or has other epochs than before."""
        if self.showing_live:
            self.show_live()

    def follow_state(self) -> None:
        """Show that the training was paused, goes on, is being stopped, or has run for another second."""
        live = self._training.live
        listed = self._training.listed(self._session.runs())
        if listed != self._panel.all_runs():
            self._panel.show_runs(listed)
        if live is not None and self.showing_live:
            self._view.update_live(live)

    def follow_event(self, event: Event, line: str | None) -> None:
        """Show what the training has said, and its line of the log."""
        live = self._training.live
        assert live is not None
        if line is not None and self.showing_live:
            self._views.add_lines(line)
        if isinstance(event, EpochEnded):
            self._panel.show_runs(self._training.listed(self._session.runs()))
        if not self.showing_live:
            return
        if isinstance(event, EpochEnded | BatchEnded | ClassesMeasured):
            self._view.add_live(live, event)
        elif isinstance(event, RunStarted):
            self._view.show_live(live)
        else:
            self._view.update_live(live)

    def follow_end(self, outcome: Outcome, lines: list[str], name: str, planned: int) -> None:
        """Show the run by this name that the training has left; "" where it left none.

        `planned` is the number of epochs that the next training would have.
        """
        shown, self.showing_live = self.showing_live, False
        if not shown:
            return
        self._views.add_lines(*lines)
        if not self._training.here:  # nothing of it is left in sight in a project that it is not of
            self._views.log.clear()
            self.runs_read()
        elif name:
            self._panel.list.choose(name, tell=False)
            self._wanted_run = name  # it may not be listed yet
        else:
            self.without_run = isinstance(outcome, Failed)
            self._view.show_nothing(planned)

    def back_to_live(self) -> None:
        """From whatever else is looked at to the training that runs, also to one of another project."""
        if self._training.live is None:
            return
        listed = self._panel.list
        self._on_several([])
        listed.choose(self._training.run, tell=False)
        current = listed.current()
        if self._training.elsewhere or current is None or current.name != self._training.run:
            listed.choose_none()
        self.show_live()
        self._views.show_tab(self._view)

    def _show_past(self, run: RunRecord, past: Past) -> None:
        current = self._panel.list.current()
        if self.showing_live or current is None or current.name != run.name:
            return
        ended = self._training.past.get(run.name)
        self._view.show_record(current, past[0], ended.rate if ended else None, self._members(past))
        self._view.say_since(self._since(run.name))
        self._views.show_log(ended.log if ended else record_lines(current, *past))

    def _members(self, past: Past) -> list[str]:
        """The runs of which an ensemble is made, in words; those that are gone by their names."""
        known = {run.name: run_words(run) for run in self._session.runs()}
        return [known.get(name, str(name)) for name in past[1].get("members", ())]

    # Its classes

    def _ask_classes(self) -> None:
        run = self._panel.list.current()
        live = self._training.live
        if self.showing_live and live is not None:
            self._view.all_charts.show_live_classes(live)
        elif run is not None:
            self._session.ask(lambda _: class_accuracies(run), partial(self._show_classes, run), key="by class")

    def _show_classes(self, run: RunRecord, found: tuple[list[str], list[float | None], list[int]]) -> None:
        current = self._panel.list.current()
        if not self.showing_live and current is not None and current.name == run.name:
            self._view.all_charts.show_classes(*found, run.best_epoch)

    # Several runs

    def _on_several(self, runs: list[RunRecord]) -> None:
        title = self.tr("Compare ({0})").format(len(runs)) if len(runs) > 1 else self.tr("Compare")
        self._views.name_tab(self._compare, title)
        if len(runs) > 1:
            self._views.show_tab(self._compare)
            some = runs[:MOST]
            self._session.ask(lambda _: _histories(some), partial(self._compare.show_runs, runs), key="histories")
        else:
            self._compare.show_runs([], {})
            if self._views.shown() is self._compare:
                self._views.show_tab(self._view)

    # What changed since

    def _since(self, name: str) -> str:
        words = self._changed.get(name, "")
        return self.tr("Since this run {0}. Train again to learn it.").format(words) if words else ""

    def _tell_trained(self) -> None:
        """Tell whether the newest training that left a model learnt from the same labels, as far as it is known."""
        newest = next((run for run in best_of_each_training(self._session.runs()) if run.has_model), None)
        if newest is None:
            self.compared.emit(LastTraining.NOTHING)
        elif newest.name not in self._changed:
            self.compared.emit(LastTraining.UNKNOWN)
        else:
            is_same = not self._changed[newest.name]
            self.compared.emit(LastTraining.THE_SAME if is_same else LastTraining.OTHER_LABELS)

    def _labels_changed(self) -> None:
        self._labels += 1
        self._check()

    def _check(self) -> None:
        """Compare the runs with the current labels, unless that was done, or a training needs the processor."""
        asked = self._labels, [run.name for run in self._session.runs()]
        if self._session.project is not None and asked != self._checked_for and self._training.live is None:
            self._checking.ask()

    def _ask_changes(self) -> JobHandle | None:
        project, runs = self._session.project, self._session.runs()
        self._checked_for = self._labels, [run.name for run in runs]
        if project is None or not runs or self._training.live is not None:
            return None
        folder, checked = project.folder, [run for run in runs if run.recipe != "ensemble"][:MOST_CHECKED]
        return self._jobs.start_callable(lambda _emit, _cancel: _changes(folder, checked))

    def _on_changes(self, outcome: Outcome) -> None:
        project = self._session.project
        if not isinstance(outcome, Succeeded) or project is None or outcome.result["project"] != project.folder:
            return
        self._changed = {name: changes_words(found) for name, found in outcome.result["changes"].items()}
        self._tell_trained()
        mark = self.tr("labels changed")
        self._panel.list.show_changes({name: mark for name, words in self._changed.items() if words})
        current = self._panel.list.current()
        if current is not None and not self.showing_live:
            self._view.say_since(self._since(current.name))


def changes_words(found: Any) -> str:
    """`3 images got another label, 12 were added`; empty where nothing changed."""
    translate = QCoreApplication.translate
    parts = (
        (found.relabelled, translate("Changes", "{0} got another label")),
        (found.added, translate("Changes", "{0} came with a label")),
        (found.removed, translate("Changes", "{0} lost the label")),
        (found.moved, translate("Changes", "{0} went to another split")),
    )
    return ", ".join(words.format(wording.images(count)) for count, words in parts if count)


def _changes(folder: Path, runs: list[RunRecord]) -> dict[str, Any]:
    from engine.errors import RunError
    from engine.library import query
    from engine.library.project import Project
    from engine.training.runs.changes import changes_since

    with Project.open(folder, read_only=True) as project:
        records, classes = query.labelled_images(project), query.classes(project)
    found = {}
    for run in runs:
        try:
            found[run.name] = changes_since(run, records, classes)
        except RunError:
            continue  # a damaged run says so where it is opened
    return {"project": folder, "changes": found}


def _histories(runs: list[RunRecord]) -> dict[str, list[EpochEnded]]:
    from engine.training.runs.records import history

    return {run.name: history(run) for run in runs}


def class_accuracies(run: RunRecord) -> tuple[list[str], list[float | None], list[int]]:
    """The classes of a run, the share of their validation images that its model recognises, and how many these are."""
    from engine.errors import EngineError
    from engine.models.predictions import Predictions
    from engine.training.runs.records import PREDICTIONS

    file = run.folder / PREDICTIONS
    unknown: list[float | None] = [None] * len(run.classes)
    nothing = list(run.classes), unknown, [0] * len(run.classes)
    try:
        if not file.is_file() or file.stat().st_size > 4 * MOST_PREDICTIONS:
            return nothing
        found = Predictions.load(file)
    except (OSError, EngineError):
        return nothing
    chosen = found.splits == "validation"
    right = (found.probabilities.argmax(axis=1) == found.labels)[chosen] if chosen.any() else chosen[:0]
    labels = found.labels[chosen]
    own = [right[labels == label] for label in range(len(found.classes))]
    return list(found.classes), [float(r.mean()) if len(r) else None for r in own], [len(r) for r in own]
