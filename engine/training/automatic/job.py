"""One button: a usable model within seconds, then a better one; the better on the check images is the result."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from engine.errors import EngineError, JobCancelled, RunError
from engine.events import BetterModel, Event, Log, TrainingPlanned
from engine.figures import percent
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _, marked
from engine.library.project import Project
from engine.library.records import Split
from engine.models.predictions import Predictions
from engine.similarity.learner import FEWEST_FOR_ESTIMATE
from engine.statistics import Paired, Trend, wilson
from engine.training.automatic import pace
from engine.training.automatic.choice import later_is_better
from engine.training.automatic.earlier import earlier_ensemble, earlier_run
from engine.training.automatic.plan import ON_THE_BASE, AutomaticParams, AutomaticPlan, Step, make_automatic_plan
from engine.training.option_rules import FIRST
from engine.training.plan import Trained, TrainParams
from engine.training.results.ensemble import RECIPE as ENSEMBLE
from engine.training.results.ensemble import EnsembleParams, check_members, ensemble
from engine.training.runs.folder import RunFolder
from engine.training.runs.records import PREDICTIONS, RunRecord, find_run, read_record
from engine.training.trainer import train

NOT_CHECKED = marked("no image is held out to tell whether it does better")


@dataclass(frozen=True, slots=True)
class Tried:
    """One recipe of the plan. `run` is None where it left none; `state` is the run's, "failed" with its `error`, "left
    out" where it is not needed or not possible. Where more time is taken the same recipe may train two runs.
    """

    recipe: str
    run: str | None
    state: str
    seconds: float
    validation_accuracy: float | None
    error: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class AutomaticallyTrained(Result):
    """`run` is the best of those that were `tried`; `recipes` are its own, or those of the members of an ensemble.

    It has `right` of its `check_images`, with the 95 % interval `low` to `high`; None where none is held out. `enough`
    is False below 30.

    `trend` is what the exact test says of the later recipe beside the earlier on the images that both were checked on,
    None where there is nothing to compare. Whether or not it can tell, `run` is the one with fewer mistakes there,
    where they are level the later; of `instant` and Transfer the latter unless the other is better by more than a
    standard error.
    """

    run: str
    recipe: str
    recipes: tuple[str, ...]
    state: str
    epochs: int
    classes: list[str]
    validation_accuracy: float | None
    right: int
    check_images: int
    low: float | None
    high: float | None
    enough: bool
    trend: Trend | None
    seconds: float
    plan: TrainingPlanned
    tried: list[Tried]


def train_automatically(params: AutomaticParams, *, emit: Emit, cancel: Cancel) -> AutomaticallyTrained:
    """Choose recipes by the pictures and train them, the fast one first; each leaves a complete run.

    With `params.take_longer` a further network is trained, and the mean of it and the best of the others is tried; what
    an earlier training has of it is taken as it is.

    Emits `TrainingPlanned`, what `trainer.train` emits for each recipe, and `BetterModel` whenever another run is the
    best. A recipe that fails after the first is told, and what there is remains the result.

    Raises:
        JobCancelled: with the result of the best run so far, where there is one.
        EngineError: as `trainer.train`, of the first recipe.
    """
    began = time.monotonic()
    with Project.open(Path(params.project), read_only=True) as project:
        plan = make_automatic_plan(project, params.overrides, take_longer=params.take_longer, emit=emit, cancel=cancel)
        folder = project.folder
    emit(plan.told)
    emit = _warning_once(emit)
    progress = _Progress(folder, plan.told, began, emit)
    training = _Training(params, progress, emit, cancel)
    for step in plan.steps:
        if not progress.leaves_out(step):
            training.follow(step, step.params(params.project))
    if params.take_longer:
        training.take_longer(plan)
    return progress.result("finished")


def _warning_once(emit: Emit) -> Emit:
    """Return an `emit` that passes over what an earlier run of the same training has warned of."""
    known: set[str] = set()

    def passed(event: Event) -> None:
        if isinstance(event, Log) and event.level == "warning":
            about = event.about or event.message
            if about in known:
                return
            known.add(about)
        emit(event)

    return passed


class _Training:
    """Trains one network after the other; what is there already is taken where more time is to be taken."""

    def __init__(self, params: AutomaticParams, progress: _Progress, emit: Emit, cancel: Cancel) -> None:
        self._params, self._progress, self._emit, self._cancel = params, progress, emit, cancel

    def follow(self, step: Step, wanted: TrainParams) -> Trained | None:
        """Train what is `wanted`, unless it is there; return its run, None where it could not be trained."""
        return self._add(step.recipe, lambda: self._earlier(wanted) or self._trained(step, wanted))

    def take_longer(self, plan: AutomaticPlan) -> None:
        """Train one more network, and join it with the best of those before it."""
        before, progress = self._progress.network, self._progress
        if before is None or not progress.is_checked:
            why = _("no network could be trained before it") if before is None else _(NOT_CHECKED)
            for name in plan.told.longer:
                progress.leave_out(name, why)
            return
        step = plan.longer
        if step is not None and before.recipe != ON_THE_BASE:
            after = self.follow(step, step.params(self._params.project))
        else:
            step = next(s for s in plan.steps if s.recipe == before.recipe)
            after = self.follow(step, self._from_another_seed(before))
        if after is None:
            progress.leave_out(ENSEMBLE, _("it needs two networks"))
            return
        self._join((before.run, after.run))

    def _from_another_seed(self, run: _OwnNetwork) -> TrainParams:
        seed = int(find_run(self._progress.folder, run.run).options["seed"]) + 1
        return TrainParams(self._params.project, run.recipe, overrides={"seed": seed}, repeat=run.run, same_split=True)

    def _join(self, runs: tuple[str, str]) -> None:
        """Try the mean of two networks, where both see their pictures alike."""
        folder = self._progress.folder
        try:
            self._cancel.check()
            check_members([find_run(folder, name) for name in runs])
        except JobCancelled:
            self._stop()
        except EngineError as error:
            self._progress.leave_out(ENSEMBLE, str(error).rstrip("."))
            return
        self._add(ENSEMBLE, lambda: self._earlier_ensemble(runs) or self._joined(runs))

    def _add(self, name: str, made: Callable[[], Trained]) -> Trained | None:
        """Take in the run that is `made`."""
        started = time.monotonic()
        try:
            self._cancel.check()
            trained = made()
            self._progress.add(trained, name)
        except JobCancelled as stop:
            self._stop(Trained.of(stop.result) if stop.result.get("epochs") else None, name)
        except EngineError as error:
            if self._progress.best is None:
                raise
            self._progress.fail(name, error, time.monotonic() - started)
            return None
        return trained

    def _stop(self, half: Trained | None = None, name: str = "") -> NoReturn:
        """End with the best so far, which may be a run that was stopped half-way."""
        if half is not None:
            try:
                self._progress.add(half, name)
            except EngineError as error:
                if self._progress.best is None:
                    raise
                self._progress.fail(name, error, half.seconds)
        raise JobCancelled(self._progress.result("stopped") if self._progress.best else None) from None

    def _trained(self, step: Step, wanted: TrainParams) -> Trained:
        started = time.monotonic()
        trained = train(wanted, emit=self._emit, cancel=self._cancel)
        pace.remember(step.recipe, on_card=step.on_card, measured=step.measured, took=time.monotonic() - started)
        return trained

    def _joined(self, runs: tuple[str, str]) -> Trained:
        joined = ensemble(EnsembleParams(self._params.project, runs), emit=self._emit, cancel=self._cancel)
        return _of(find_run(self._progress.folder, joined.run))

    def _earlier(self, wanted: TrainParams) -> Trained | None:
        if not self._params.take_longer:
            return None
        with Project.open(Path(self._params.project), read_only=True) as project:
            return self._taken(earlier_run(project, wanted))

    def _earlier_ensemble(self, runs: tuple[str, str]) -> Trained | None:
        with Project.open(Path(self._params.project), read_only=True) as project:
            return self._taken(earlier_ensemble(project, runs))

    def _taken(self, run: RunRecord | None) -> Trained | None:
        if run is None:
            return None
        self._emit(Log(_("The run {run} was trained so already; it is taken as it is.").format(run=run.name)))
        return _of(run)


def _of(run: RunRecord) -> Trained:
    return Trained.of_run(read_record(run.folder), run.name)


@dataclass(frozen=True, slots=True)
class _OwnNetwork:
    """A run with a network of its own, and how many check images it has right."""

    run: str
    recipe: str
    right: int


class _Progress:
    """What was tried so far, and which run is the best of it."""

    def __init__(self, folder: Path, told: TrainingPlanned, began: float, emit: Emit) -> None:
        self.folder, self._told, self._began, self._emit = folder, told, began, emit
        self.tried: list[Tried] = []
        self.best: Trained | None = None
        self.network: _OwnNetwork | None = None  # the best of those that are more than a classifier on features
        self._share: float | None = None  # of check images that the recipe before had right
        self._recipe = ""
        self._right, self._images = 0, 0
        self._trend: Trend | None = None

    @property
    def is_checked(self) -> bool:
        """Whether images are held out that tell which run does better."""
        return self._images > 0

    def add(self, trained: Trained, recipe: str) -> None:
        """Take in a run that has a model: compare it with the best so far, and mark the one that is outdone.

        Raises:
            EngineError: what it left cannot be read or marked; it is not taken in then.
        """
        own = _checked(self.folder, trained.run)
        other = None if self.best is None else _checked_unless_gone(self.folder, self.best.run)
        is_better, trend = True, None
        if self.best is not None and other is not None:
            paired = Paired.of(*_on_both(other, own))
            trend = paired.trend if paired.images else None
            is_better = later_is_better(self._recipe, recipe, paired)
            if is_better and paired.made > paired.fixed:
                self._say_why_used(recipe, self._recipe, paired)
            elif not is_better and paired.fixed > paired.made:
                self._say_why_used(self._recipe, recipe, paired)
            _mark(self.folder, *((self.best.run, trained.run) if is_better else (trained.run, self.best.run)))
        self._share = sum(own.values()) / len(own) if own else None
        self._trend = trend
        self.tried.append(Tried(recipe, trained.run, trained.state, trained.seconds, trained.validation_accuracy))
        right = sum(own.values())
        if recipe not in (FIRST, ENSEMBLE) and (self.network is None or right >= self.network.right):
            self.network = _OwnNetwork(trained.run, recipe, right)
        if is_better:
            self.best, self._recipe = trained, recipe
            self._right, self._images = right, len(own)
            self._emit(BetterModel(trained.run, recipe, self._right, self._images))

    def _say_why_used(self, recipe: str, other: str, paired: Paired) -> None:
        """Say why a run is used though the other has more of the check images right."""
        sentence = _(
            "{recipe} is used: {other} has {more} more of {images} check images right, which is too few to tell, and "
            "on new pictures {recipe} is mostly the better one."
        )
        more = abs(paired.fixed - paired.made)
        self._emit(Log(sentence.format(recipe=recipe, other=other, more=more, images=paired.images)))

    def leaves_out(self, step: Step) -> bool:
        """Return whether a step is not needed, and say why: the one before reached what this one promises, or there is
        no check image to tell which does better.
        """
        if step.expected is None or (self._share is not None and self._share < step.expected):
            return False
        if self._share is None:
            why = _(NOT_CHECKED)
        else:
            reached, expected = percent(self._share), percent(step.expected)
            sentence = _(
                "{reached} of the check images are right without it, and with it the first look expected {expected} of "
                "them"
            )
            why = sentence.format(reached=reached, expected=expected)
        self.leave_out(step.recipe, why)
        return True

    def leave_out(self, recipe: str, why: str) -> None:
        """Say why a recipe of the plan is not trained."""
        self.tried.append(Tried(recipe, None, "left out", 0.0, None))
        name = (
            _("{recipe} with all pictures").format(recipe=FIRST) if recipe == FIRST else recipe
        )  # it has been there with some
        self._emit(Log(_("{name} is left out: {why}.").format(name=name, why=why)))

    def fail(self, recipe: str, error: EngineError, seconds: float) -> None:
        """Go on without a recipe that could not be trained."""
        assert self.best is not None
        self.tried.append(Tried(recipe, None, "failed", seconds, None, str(error)))
        self._share = 0.0
        self._emit(
            Log(
                _("{recipe} could not be trained: {why} The model of {run} stays.").format(
                    recipe=recipe, why=error, run=self.best.run
                ),
                "warning",
            )
        )

    def result(self, state: str) -> AutomaticallyTrained:
        """Return what a person gets now."""
        assert self.best is not None
        low, high = wilson(self._right, self._images).tolist() if self._images else (None, None)
        return AutomaticallyTrained(
            run=self.best.run,
            recipe=self._recipe,
            recipes=self._recipes_of(self.best.run),
            state=state,
            epochs=self.best.epochs,
            classes=self.best.classes,
            validation_accuracy=self._right / self._images if self._images else None,
            right=self._right,
            check_images=self._images,
            low=low,
            high=high,
            enough=self._images >= FEWEST_FOR_ESTIMATE,
            trend=self._trend,
            seconds=round(time.monotonic() - self._began, 3),
            plan=self._told,
            tried=self.tried,
        )

    def _recipes_of(self, run: str) -> tuple[str, ...]:
        """Return the recipes of the networks that a run is made of."""
        of = {tried.run: tried.recipe for tried in self.tried if tried.run is not None}
        if self._recipe != ENSEMBLE:
            return (self._recipe,)
        return tuple(of[name] for name in read_record(find_run(self.folder, run).folder)["members"])


def _checked(folder: Path, run: str) -> dict[int, bool]:
    """Return of each check image, by id, whether the run was right."""
    found = Predictions.load(find_run(folder, run).folder / PREDICTIONS)
    rows = np.flatnonzero(np.asarray(found.splits).astype(str) == Split.VALIDATION.value)
    right = found.probabilities[rows].argmax(axis=1) == found.labels[rows]
    return dict(zip(found.image_ids[rows].tolist(), right.tolist(), strict=True))


def _checked_unless_gone(folder: Path, run: str) -> dict[int, bool] | None:
    """Return what `_checked` does; None where a person has deleted the run meanwhile."""
    try:
        return _checked(folder, run)
    except RunError:
        return None


def _on_both(one: Mapping[int, bool], other: Mapping[int, bool]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return whether each was right about the images that both were checked on: one that a base cannot see is not."""
    both = sorted(one.keys() & other.keys())
    return np.array([one[i] for i in both], bool), np.array([other[i] for i in both], bool)


def _mark(folder: Path, run: str, better: str) -> None:
    """Say in a run which one did better, so that whoever asks for no run by name gets that."""
    opened = RunFolder.reopen(find_run(folder, run).folder)
    with opened.writing():
        opened.update(outdone_by=better)
