"""The one training that runs in the window: started, paused, stopped, and followed by its events."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from engine.events import BetterModel, EpochEnded, Event, Failed, Outcome, RunStarted
from engine.figures import in_percent
from gui.jobs import HowFar, OwnedJob
from gui.train.device import processor_name
from gui.train.training_progress import TrainingProgress, doing_words, record_lines
from gui.widgets import wording

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.library.records import Edit
    from engine.training.automatic.job import AutomaticallyTrained
    from engine.training.automatic.plan import AutomaticParams
    from engine.training.plan import TrainParams
    from engine.training.runs.records import RunRecord
    from gui.jobs import JobRunner
    from gui.session import Session

    Past = tuple[list[EpochEnded], Mapping[str, Any]]  # the epochs of a run and what its `run.json` holds

SECOND = 1000  # ms


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be trained: a recipe with overrides, or a run that goes on (`resume`) or is done anew (`repeat`).

    Where it is `automatic` the pictures choose what follows on `recipe`, and with `take_longer` one more network.
    """

    recipe: str
    overrides: dict[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)  # all of them, as far as the window knows them
    folds: int = 0
    resume: RunRecord | None = None
    repeat: str | None = None  # a run's name, or the path of a `run.json`
    fixes: bool = False  # with `repeat`: the current labels
    automatic: bool = False
    take_longer: bool = False


class Training(QObject):
    """At most one at a time. `live` is what is known of it, None while nothing is trained."""

    begun = Signal()
    happened = Signal(object, object)  # an event, and its line of the log or None
    renewed = Signal()  # `live` is another one, or has other epochs than before
    changed = Signal()  # paused, going on, stopping, or a second has passed
    ended = Signal(object, object, str)  # the outcome, the `TrainingProgress`, the run's name ("" where there was none)

    def __init__(self, session: Session, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self.job = OwnedJob(self)
        self.live: TrainingProgress | None = None
        self.order: Order | None = None
        self.run = ""  # the name under which it stands in the list
        self.project: Project | None = None
        self.past: dict[str, TrainingProgress] = {}  # what was trained here: more is known of it than its folder tells
        self._began = 0.0
        self._clock = QTimer(self, interval=SECOND)
        self._clock.timeout.connect(self._on_second)

    @property
    def running(self) -> bool:
        return self.job.running

    @property
    def paused(self) -> bool:
        return self.live is not None and self.live.paused

    @property
    def complete_epochs(self) -> int:
        """How many epochs of its run are kept if it ends now."""
        live, resumed = self.live, self.order.resume if self.order is not None else None
        if live is None:
            return 0
        before = resumed.epochs if resumed is not None else live.first_epoch - 1
        return live.history[-1].epoch if live.history else before

    @property
    def ends_by_itself(self) -> bool:
        """Whether it was stopped, or only saves what it has by now."""
        live = self.live
        return live is not None and (live.stopping or (bool(live.history) and self.complete_epochs >= live.planned))

    @property
    def here(self) -> bool:
        """Whether it is of the open project, which may have been closed and opened again meanwhile."""
        project = self._session.project
        return project is not None and self.project is not None and project.folder == self.project.folder

    @property
    def elsewhere(self) -> str:
        """The name of the project that is trained in, where another one is open."""
        return self.project.name if self.running and self.project is not None and not self.here else ""

    def begin(self, order: Order) -> bool:
        """Start it; False where another one runs or no project is open."""
        project = self._session.project
        if project is None or self.running:
            return False
        self.live = TrainingProgress(
            order.recipe,
            max(int(order.options.get("epochs", 1)), 1),
            processor_name(),
            folds=order.folds,
        )
        self.order = order
        self.run = order.resume.name if order.resume else ""
        self.project = project
        settled = self._set_aside(order)
        job = "train_automatically" if order.automatic else "train_folds" if order.folds else "train"
        started = self._jobs.start(
            job, partial(_params, str(project.folder), order, settled), words=self.tr("Training")
        )
        started.tells = self.how_far
        started.cancel_asked.connect(self._on_stop_asked)
        started.cancel_asked.connect(settled.set)  # it no longer waits for its split, and is not begun
        self._began = time.monotonic()
        self.job.follow(started, self._on_ended, self._on_event)
        self._clock.start()
        if order.resume is not None:
            self._recall(order.resume)
        self.begun.emit()
        return True

    def _set_aside(self, order: Order) -> threading.Event:
        """Let labels without a split get the one that this training draws, so that later ones check on the same images;
        the event is set when that is saved, or nothing is to be.
        """
        settled, counts = threading.Event(), self._session.overview.counts
        has_all = any(c.validation for c in counts) and not any(c.unassigned for c in counts)
        if has_all or self._session.read_only or order.resume or order.repeat or order.folds:
            settled.set()
            return settled
        recipe, overrides = (None if order.automatic else order.recipe), dict(order.overrides)

        def change(project: Project) -> Edit | None:
            from engine.errors import EngineError
            from engine.training.setting_aside import NOTHING, set_aside

            if settled.is_set():
                return NOTHING  # it was stopped before its turn came
            try:
                return set_aside(project, recipe, overrides) or NOTHING
            except EngineError:
                return NOTHING  # the training says it, with all that it knows
            finally:
                settled.set()

        self._session.edit(change)
        return settled

    def pause(self) -> None:
        """Let the child wait after its batch; it keeps everything in memory, and a closed window still saves it."""
        handle = self.job.handle
        if handle is not None and self.live is not None and not self.live.stopping:
            self.live.pause()
            handle.pause()
            self.changed.emit()

    def go_on(self) -> None:
        handle = self.job.handle
        if handle is not None and self.live is not None:
            self.live.go_on()
            handle.go_on()
            self.changed.emit()

    def stop(self) -> None:
        """Ends within a batch; the best epoch is kept."""
        if self.running and self.live is not None:
            self.job.stop()

    def _on_stop_asked(self) -> None:
        """It was stopped here, or where all jobs are listed."""
        if self.live is not None:
            self.live.go_on()
            self.live.stopping, self.live.since = True, time.monotonic()
            self.changed.emit()

    def how_far(self) -> HowFar:
        """Say what is trained and how far it is, as the list of all jobs does."""
        live = self.live
        if live is None:
            return HowFar()
        name = wording.recipe(live.recipe)
        if self.elsewhere:
            name = self.tr("{0} in the project “{1}”").format(name, self.elsewhere)
        fold = self.tr("Fold {0} of {1}").format(live.fold, live.folds) if live.folds else ""
        left, took = live.seconds_left, time.monotonic() - self._began
        words = "  ·  ".join(part for part in (name, fold, doing_words(live)) if part)
        return HowFar(words, None if left is None else took / max(took + left, 1e-9), left)

    def listed(self, runs: list[RunRecord]) -> list[RunRecord]:
        """The runs as read, the running one as its events tell it: what is on disk is an epoch behind."""
        live = self.live
        return runs if live is None else [live.updated(r) if r.name == self.run else r for r in runs]

    def forget_past(self) -> None:
        self.past.clear()

    def _on_event(self, event: Event) -> None:
        if self.live is None:
            return
        if isinstance(event, RunStarted) and self.live.started is not None and event.run != self.run:
            self._follow(self.live.next_run(event.recipe))  # the next fold or recipe is a run of its own
            self.run = event.run
            self.live.take(event)
            line = None  # whoever shows the log anew has it
            self.renewed.emit()
        else:
            line = self.live.take(event)
        if isinstance(event, BetterModel) and (following := self.live.next_recipe) is not None:
            self._follow(self.live.next_run(following))  # the run is complete; the next one prepares itself
            line = None
            self.renewed.emit()
        if isinstance(event, RunStarted):
            self.run = event.run
            if event.first_epoch > 1 and self.order is not None and self.order.resume is None:
                self._recall_fold()
        self.happened.emit(event, line)

    def _follow(self, live: TrainingProgress) -> None:
        """Go on with the next of several runs."""
        assert self.live is not None
        if self.run and self.here:
            self.past[self.run] = self.live
        self.live, self.run = live, ""

    def _on_ended(self, outcome: Outcome) -> None:
        live, name = self.live, self.run
        assert live is not None
        if live.better is not None:  # of several runs the best is the result
            name = live.better.run
        self.live, self.run, self.order = None, "", None
        self._clock.stop()
        if name and self.here and (live.started is not None and live.started.run == name):
            self.past[name] = live
        self.ended.emit(outcome, live, name)

    def _on_second(self) -> None:
        handle = self.job.handle
        if self.live is not None and handle is not None:
            self.live.memory = handle.memory()
            self.changed.emit()

    def _recall_fold(self) -> None:
        """A fold goes on that was left half-way, perhaps on another day."""
        found = self._session.run_named(self.run)
        if found is not None and self.here:
            self._recall(found)

    def _recall(self, run: RunRecord) -> None:
        """The curves and the log of a resumed run go on where they ended."""
        live, ended = self.live, self.past.get(run.name)

        def arrived(past: Past) -> None:
            if live is not None and live is self.live:
                newer = {e.epoch for e in live.history}
                live.history = [*(e for e in past[0] if e.epoch not in newer), *live.history]
                before = ended.log if ended else record_lines(run, *past)
                live.log[:0] = [*before, self.tr("Resumed.")]
                self.renewed.emit()

        self._session.ask(lambda _: read_past(run), arrived, key="recall")


def _params(folder: str, order: Order, settled: threading.Event) -> TrainParams | AutomaticParams:
    """Not in a slot: their module loads NumPy, which a page that has just opened may still be waiting for, and the
    split must be saved, however long the edits before it take.
    """
    settled.wait()
    if order.automatic:
        from engine.training.automatic.plan import AutomaticParams

        return AutomaticParams(folder, order.overrides, order.take_longer)
    from engine.training.plan import TrainParams

    return TrainParams(
        folder,
        order.recipe,
        order.overrides,
        order.resume.name if order.resume else None,
        order.repeat,
        order.folds,
        fixes=order.fixes,
    )


def read_past(run: RunRecord) -> Past:
    """What the folder of a run tells. Waits for the disk: not in a slot."""
    from engine.training.runs.records import history, read_record

    return history(run), read_record(run.folder)


def ending_words(outcome: Outcome, live: TrainingProgress) -> list[str]:
    """The last lines of a training's log: how it ended, and what that promises where images were held out."""
    from engine.events import Cancelled

    translate = QCoreApplication.translate
    if isinstance(outcome, Failed):
        return [part for part in (f"✕ {outcome.message}", outcome.details) if part]
    ended = translate("TrainingLog", "Training finished.")
    if isinstance(outcome, Cancelled):
        ended = translate("TrainingLog", "Training stopped.")
    promised = _promise(getattr(outcome, "result", {}))
    if not live.held_out:
        promised = translate("TrainingLog", "Nothing was held out that could tell how good it is on new images.")
    return [" ".join(part for part in (ended, promised) if part)]


def _promise(record: Mapping[str, Any]) -> str:
    """The validation accuracy of a run, or of all folds; empty where none is known."""
    from engine.training.plan import Trained, TrainedFolds
    from gui.widgets import wording
    from gui.widgets.charts import scales

    if "tried" in record:
        from engine.training.automatic.job import AutomaticallyTrained

        return _best_words(AutomaticallyTrained.of(record))
    if "folds" not in record:
        trained = Trained.of(record) if record else None
        if trained is None or trained.validation_accuracy is None:
            return ""
        best = QCoreApplication.translate("TrainingLog", "Best validation accuracy {0}.")
        return best.format(wording.accuracy(trained.validation_accuracy, trained.validation_images, 2))
    result = TrainedFolds.of(record)
    if len(result.runs) == 1:  # one figure deviates from nothing
        shown = wording.accuracy(result.validation_accuracy, result.images, 2)
        return QCoreApplication.translate("TrainingLog", "One fold: validation accuracy {0}.").format(shown)
    said = QCoreApplication.translate(
        "TrainingLog", "Validation accuracy {0} ± {1} over {2} folds of {3} images together."
    )
    mean, deviation = scales.percent(result.validation_accuracy, 2), scales.percent(result.deviation, 2)
    return said.format(mean, deviation, len(result.runs), wording.number(result.images or 0))


def _best_words(found: AutomaticallyTrained) -> str:
    """`The best model is Transfer: 338 of 360 check images right (95 % interval 91.0 to 96.0 %).`"""
    from gui.widgets.charts import scales

    translate, name = QCoreApplication.translate, wording.recipe(found.recipe)
    if found.low is None or found.high is None:
        return ""
    words = translate(
        "TrainingLog", "The best model is “{0}”: {1} of {2} check images right (95 % interval {3} to {4})."
    )
    told = words.format(
        name,
        wording.number(found.right),
        wording.number(found.check_images),
        in_percent(found.low),
        scales.percent(found.high),
    )
    few = translate("TrainingLog", "These are few check images: label more to know better.")
    return told if found.enough else f"{told} {few}"
