"""What is known of a training while it runs: its events folded into one picture."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from engine.events import (
    BatchEnded,
    BetterModel,
    ClassesMeasured,
    EpochEnded,
    Event,
    Log,
    ProblemFound,
    Progress,
    RunStarted,
    TrainingEnds,
    TrainingPlanned,
)
from gui.train.plan_line import plan_words
from gui.widgets import wording
from gui.widgets.charts import scales

if TYPE_CHECKING:
    from engine.training.runs.records import RunRecord

translate = QCoreApplication.translate

MOST_LINES = 2000  # of the log; older ones are dropped
SHORTEST = 0.2  # seconds of steps below which no rate can be told
MEANINGFUL = 5.0  # seconds of steps after which a time left can be told within the first epoch


def steady_rate(history: Sequence[EpochEnded]) -> float | None:
    """Images a second over a whole run. The first epoch, with the start-up in it, counts only where it is the only one;
    the median passes over the first epochs of later sessions."""
    rates = [e.images_per_second for e in history[1:] or history]
    return median(rates) if rates else None


def _epoch_line(e: EpochEnded, held_out: bool, images: int | None) -> str:
    """`images`: of which the validation accuracy is."""
    words = translate(
        "TrainingLog",
        "Epoch {0}/{1}: loss {2}, accuracy {3}, validation loss {4}, validation accuracy {5}, rate {6}, {7} s",
    )
    if not held_out:
        words = translate(
            "TrainingLog",
            "Epoch {0}/{1}: loss {2}, accuracy {3}; of images seen, after the epoch: loss {4}, accuracy {5}; "
            "rate {6}, {7} s",
        )
    line = words.format(
        e.epoch,
        e.epochs,
        f"{e.loss:.4f}",
        scales.percent(e.accuracy),
        f"{e.validation_loss:.4f}",
        wording.accuracy(e.validation_accuracy, images),
        f"{e.learning_rate:.2g}",
        f"{e.seconds:.1f}",
    )
    return f"{line} ★" if e.best else line


def record_lines(run: RunRecord, history: Iterable[EpochEnded], facts: Mapping[str, Any]) -> list[str]:
    """The log of a run as far as its folder tells it; `facts` is what `run.json` holds."""
    parts = [wording.recipe(run.recipe)]
    if facts.get("device"):
        parts.append(translate("TrainingLog", "on {0}").format(facts["device"]))
    if facts.get("parameters"):
        parts.append(translate("TrainingLog", "{0} parameters").format(wording.number(facts["parameters"])))
    ends = {
        "finished": translate("TrainingLog", "Training finished."),
        "stopped": translate("TrainingLog", "Training stopped."),
        "interrupted": translate("TrainingLog", "The training was interrupted."),
    }
    if facts.get("members"):
        ends["finished"] = translate("TrainingLog", "Made of {0}.").format(", ".join(map(str, facts["members"])))
    end = f"✕ {run.error}" if run.error else ends.get(run.state, "")
    held_out = run.validated_on != "training"
    epochs = [_epoch_line(epoch, held_out, run.validation_images) for epoch in history]
    return [f"{run.name}: {', '.join(parts)}", *epochs, *([end] if end else [])]


@dataclass(slots=True)
class TrainingProgress:
    """`processor` is what stands for "CPU" on this machine."""

    recipe: str
    planned: int
    processor: str = ""
    phase: Progress | None = None  # what goes on while no batch is trained
    started: RunStarted | None = None
    batch: BatchEnded | None = None
    history: list[EpochEnded] = field(default_factory=list)
    session: list[EpochEnded] = field(
        default_factory=list
    )  # the epochs since Start; those before a Resume are not in it
    log: list[str] = field(default_factory=list)
    stopping: bool = False
    paused: bool = False
    finishing: bool = False  # no further epoch follows; the model is proved and written
    folds: int = 0  # so many runs are trained, each validated on another part; 0 for a single one
    fold: int = 1
    fold_seconds: tuple[float, ...] = ()  # how long the folds took that were trained before this one
    plan: TrainingPlanned | None = None  # where the pictures choose the recipes
    place: int = 0  # of its recipe among those of the plan
    better: BetterModel | None = None  # the best of the runs so far, then
    own_beginning: float = field(default_factory=time.monotonic)  # of this run
    memory: int | None = None  # bytes that its process holds
    classes: tuple[str, ...] = ()
    by_class: ClassesMeasured | None = None  # of the last epoch, in the order of `classes`
    since: float = field(default_factory=time.monotonic)  # when what it waits for now began
    ended: float | None = None  # when its last epoch had ended
    _mark: tuple[int, float, float] = (0, 0.0, 0.0)  # epoch, images and seconds at its first batches
    _first_rate: float | None = None  # of the first epoch of this session, its start-up left out

    def pause(self) -> None:
        self.paused, self.since = True, time.monotonic()

    def go_on(self) -> None:
        self.paused, self.since = False, time.monotonic()

    @property
    def next_recipe(self) -> str | None:
        """The recipe that the pictures have chosen to follow on this one."""
        return next(iter(self._recipes[self.place + 1 :]), None)

    def _later(self, recipe: str) -> int:
        """Return the next place of a recipe in the plan, behind the one that runs."""
        return next((n for n, r in enumerate(self._recipes) if n > self.place and r == recipe), self.place)

    @property
    def _recipes(self) -> tuple[str, ...]:
        """All that the pictures have chosen; the same one may follow on itself."""
        return () if self.plan is None else (*self.plan.recipes, *self.plan.longer)

    def next_run(self, recipe: str) -> TrainingProgress:
        """The run of the next fold or recipe: its own curves, the same log."""
        following = TrainingProgress(recipe, self.planned, self.processor, folds=self.folds)
        following.fold, following.log = self.fold + (self.folds > 0), self.log
        following.plan, following.better = self.plan, self.better
        following.place = self._later(recipe)
        following.stopping, following.paused = self.stopping, self.paused
        took = sum(e.seconds for e in self.session)
        whole = len(self.session) == len(self.history)  # one that went on from an earlier day tells nothing
        following.fold_seconds = (*self.fold_seconds, took) if whole and took else self.fold_seconds
        return following

    def take(self, event: Event) -> str | None:
        """Fold `event` in. Returns the line for the log, where the event is worth one."""
        line = self._take(event)
        if line is not None:
            self.note(line)
        return line

    def note(self, *lines: str) -> None:
        """Add lines to the log."""
        self.log += lines
        del self.log[:-MOST_LINES]

    def _take(self, event: Event) -> str | None:
        match event:
            case Progress():
                new = self.phase is None or self.phase.phase != event.phase
                if new or event.done == event.total:
                    self.since = time.monotonic()
                self.phase = event
                return f"{wording.phase(event.phase)}…" if new else None
            case RunStarted():
                return self._start(event)
            case BatchEnded():
                self._measure(event)
                self.batch, self.phase = event, None
            case EpochEnded():
                self.batch, self.planned = None, event.epochs
                self.history = [e for e in self.history if e.epoch < event.epoch] + [event]
                self.session.append(event)
                images = self.started.validation_images if self.started is not None else None
                return _epoch_line(event, self.held_out, images)
            case TrainingPlanned():
                self.plan, self.own_beginning = event, time.monotonic()
                return plan_words(event)
            case TrainingEnds():
                self.finishing, self.ended = True, time.monotonic()
            case BetterModel():
                self.better = event
                return best_so_far(event)
            case ClassesMeasured():
                self.by_class = event
            case Log():
                return f"! {event.message}" if event.level == "warning" else event.message
            case ProblemFound():
                return f"! {event.path}: {event.reason}"
        return None

    def _start(self, event: RunStarted) -> str:
        if event.device == "CPU" and self.processor:
            event = replace(event, device=self.processor)
        self.started, self.planned, self.phase, self.classes = event, event.epochs, None, event.classes
        if self.recipe != event.recipe:  # those between were left out
            self.recipe, self.place = event.recipe, self._later(event.recipe)
        self.fold = event.fold or self.fold  # those that are there already are passed over
        self.since = time.monotonic()
        return translate("TrainingLog", "{0}: {1} on {2}, {3}, {4} parameters").format(
            event.run, wording.recipe(event.recipe), event.device, images_words(event), wording.number(event.parameters)
        )

    def _measure(self, event: BatchEnded) -> None:
        """The rate of the first epoch from its second message on: before the first lies the start-up."""
        if event.epoch != self.first_epoch:
            return
        images = event.batch / max(event.batches, 1) * self._images
        seconds = images / event.images_per_second if event.images_per_second > 0 else 0.0
        if self._mark[0] != event.epoch:
            self._mark = event.epoch, images, seconds
        elif self._steady(event) >= SHORTEST:
            self._first_rate = (images - self._mark[1]) / (seconds - self._mark[2])

    def _steady(self, event: BatchEnded) -> float:
        """Seconds of steps in the first epoch since its first message."""
        images = event.batch / max(event.batches, 1) * self._images
        return images / event.images_per_second - self._mark[2] if event.images_per_second > 0 else 0.0

    def updated(self, run: RunRecord) -> RunRecord:
        """This run as its events tell it, and as "paused" where it is: on disk it goes on being "running"."""
        best = self.best
        if self.paused and run.state == "running":
            run = replace(run, state="paused")
        if not self.session or best is None:
            return run
        return replace(
            run,
            epochs=self.history[-1].epoch,
            seconds=max(run.seconds, sum(e.seconds for e in self.history)),
            best_epoch=best.epoch,
            validation_accuracy=best.validation_accuracy if self.held_out else None,
            validation_loss=best.validation_loss if self.held_out else None,
        )

    @property
    def held_out(self) -> bool:
        """Whether "validation" is of images that are not learnt from; not so where everything is trained on."""
        return self.started is None or self.started.validation_images > 0

    @property
    def _images(self) -> int:
        return (self.started.images_per_epoch or self.started.training_images) if self.started else 0

    @property
    def first_epoch(self) -> int:
        """The first epoch of this session; those before it were trained before the run was resumed."""
        return self.started.first_epoch if self.started else self.session[0].epoch if self.session else 1

    @property
    def waited(self) -> int:
        """Seconds since what it waits for now began, where nothing else tells that it goes on."""
        return int(time.monotonic() - self.since)

    @property
    def best(self) -> EpochEnded | None:
        return next((e for e in reversed(self.history) if e.best), None)

    @property
    def epoch(self) -> int:
        """The epoch that runs now, from 1."""
        if self.batch is not None:
            return self.batch.epoch
        return self.history[-1].epoch + 1 if self.history else self.first_epoch

    @property
    def epoch_share(self) -> float:
        """How much of the running epoch is done, 0 to 1."""
        return self.batch.batch / max(self.batch.batches, 1) if self.batch else 0.0

    @property
    def rate(self) -> float | None:
        """Images a second in this session, its start-up left out; None until there is something to measure by."""
        session = self.session
        rates = [e.images_per_second for e in session[1:]]
        if self.batch is not None and self.batch.epoch > self.first_epoch:
            rates.append(self.batch.images_per_second)
        if rates:
            return median(rates)
        return self._first_rate or steady_rate(session)

    @property
    def seconds_left(self) -> float | None:
        """Of all folds or recipes, where there are several. None until it can be told: after the first epoch, or some
        seconds of steps in it."""
        if self.plan is not None and not (self.stopping or self.paused):
            return self._planned_left()
        left, following = self._fold_left(), self.folds - self.fold
        if self.stopping or self.paused or not self.folds or (left is None and not self.fold_seconds):
            return left
        if self.fold_seconds:
            whole = sum(self.fold_seconds) / len(self.fold_seconds) + self._to_write
        else:
            so_far = sum(e.seconds for e in self.session)
            if self.batch is not None and self.rate:
                so_far += self.epoch_share * self._images / self.rate
            epochs = so_far + max((left or 0) - self._to_write, 0)
            whole = epochs * self.planned / max(self.planned - self.first_epoch + 1, 1) + self._to_write
        if left is None:  # its first epoch has just begun
            left = whole * (1 - min((self.epoch - 1 + self.epoch_share) / self.planned, 1.0))
        return left + following * whole

    def _planned_left(self) -> float | None:
        """Of all recipes that are sure to follow: this one as measured, before that as planned while that holds."""
        assert self.plan is not None
        each, place = self.plan.each, self.place
        if len(each) <= place or self.next_recipe is None:
            return self._fold_left()
        own, took = each[place], time.monotonic() - self.own_beginning
        left = self._fold_left()
        if left is None and own is not None and own > took:
            left = own - took
        if left is None and self.phase is not None:
            left = self.phase.seconds_left
        only_if_needed = range(2, len(self.plan.recipes))
        following = [s for n, s in enumerate(each) if n > place and n not in only_if_needed]
        if self.finishing and left is None:
            left = 0.0
        known = [seconds for seconds in following if seconds is not None]
        return left + sum(known) if left is not None and len(known) == len(following) else None

    @property
    def _to_write(self) -> float:
        """Seconds in which the model is proved and written after the last epoch, as far as that is known."""
        return (self.started.finishing if self.started is not None else None) or 0.0

    def _fold_left(self) -> float | None:
        """Of this run, its model written; None where it cannot be told, such as where that takes longer than ever."""
        if self.ended is not None:
            left = self._to_write - (time.monotonic() - self.ended)
            return left if left > 0 and not self.stopping else None
        epochs = self._epochs_left()
        return None if epochs is None else epochs + self._to_write

    def _epochs_left(self) -> float | None:
        rate, session = self.rate, self.session
        if rate is None or not rate or self.stopping or self.paused or self.phase is not None:
            return None
        if self.batch is not None and self.batch.epoch > self.first_epoch:
            return self.batch.seconds_left
        if self.batch is not None:
            left = self.planned - self.epoch + 1 - self.epoch_share
            return left * self._images / rate if self._steady(self.batch) >= MEANINGFUL else None
        if not session:
            return None
        last = session[-1]
        pause = max(0.0, last.seconds - self._images / max(last.images_per_second, 1e-9))
        return (self.planned - last.epoch) * (self._images / rate + pause if self._images else last.seconds)


def best_so_far(better: BetterModel) -> str:
    """`Best so far: “Transfer”, 338 of 360 check images right.`"""
    name = wording.recipe(better.recipe)
    if not better.images:
        return translate("TrainingLog", "Best so far: “{0}”.").format(name)
    words = translate("TrainingLog", "Best so far: “{0}”, {1} of {2} check images right.")
    return words.format(name, wording.number(better.right), wording.number(better.images))


def images_words(started: RunStarted) -> str:
    """`1,437 training and 360 validation images`."""
    if not started.validation_images:
        words = translate("TrainingLog", "{0} training images, nothing held out")
        return words.format(wording.number(started.training_images))
    return translate("TrainingLog", "{0} training and {1} check images").format(
        wording.number(started.training_images), wording.number(started.validation_images)
    )


def is_counted(phase: Progress) -> bool:
    """Whether it is known how much of it is still to be done."""
    return phase.total is not None and 0 <= phase.done < phase.total


def counted_words(phase: Progress) -> str:
    """`Looking at the pictures: 300 of 640`"""
    words = wording.phase(phase.phase)
    if is_counted(phase):
        counted = translate("RunView", "{0}: {1} of {2}")
        return counted.format(words, wording.number(phase.done), wording.number(phase.total))
    return f"{words}…"


def doing_words(live: TrainingProgress) -> str:
    """What a training does now: preparing, what it computes, the epoch, finishing."""
    if live.stopping:
        return translate("RunView", "stopping…")
    if live.paused:
        return translate("RunView", "paused")
    if live.finishing:
        return translate("RunView", "finishing")
    if live.phase is not None and is_counted(live.phase):
        return counted_words(live.phase)
    if live.started is None or live.phase is not None:
        return translate("RunView", "preparing")
    return translate("ProgressLine", "Epoch {0} of {1}").format(min(live.epoch, live.planned), live.planned)
