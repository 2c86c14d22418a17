"""One button: a usable model within seconds, then a better one; the better on the check images is the result."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import EngineError, JobCancelled, RunError
from engine.events import BetterModel, Log, TrainingPlanned
from engine.figures import percent
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.library.project import Project
from engine.library.records import Split
from engine.models.predictions import Predictions
from engine.similarity.learner import FEWEST_FOR_ESTIMATE
from engine.statistics import Paired, Trend, wilson
from engine.training.automatic import pace
from engine.training.automatic.plan import Step, make_automatic_plan
from engine.training.plan import Trained, TrainParams
from engine.training.runs.folder import RunFolder
from engine.training.runs.records import PREDICTIONS, find_run
from engine.training.trainer import train


@dataclass(frozen=True, slots=True)
class AutomaticParams:
    """`project` is the project's folder; `overrides` are options that belong to no recipe (`option_rules.FREE`)."""

    project: str
    overrides: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tried:
    """One recipe of the plan. `run` is None where it left none; `state` is the run's, "failed" with its `error`, "left
    out" where the recipe before did better than this one promised.
    """

    recipe: str
    run: str | None
    state: str
    seconds: float
    validation_accuracy: float | None
    error: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class AutomaticallyTrained(Result):
    """`run` is the best of those that were `tried`: it has `right` of its `check_images`, with the 95 % interval `low`
    to `high`; None where none is held out. `enough` is False below 30.

    `trend` is what the exact test says of the later recipe beside the earlier on the images that both were checked on,
    None where there is nothing to compare. Whether or not it can tell, `run` is the one with fewer mistakes there;
    where they are level, the later.
    """

    run: str
    recipe: str
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

    Emits `TrainingPlanned`, what `trainer.train` emits for each recipe, and `BetterModel` whenever another run is the
    best. A recipe that fails after the first is told, and what there is remains the result.

    Raises:
        JobCancelled: with the result of the best run so far, where there is one.
        EngineError: as `trainer.train`, of the first recipe.
    """
    began = time.monotonic()
    with Project.open(Path(params.project), read_only=True) as project:
        plan = make_automatic_plan(project, params.overrides, emit=emit, cancel=cancel)
        folder = project.folder
    emit(plan.told)
    progress = _Progress(folder, plan.told, began, emit)
    for step in plan.steps:
        name, started = step.recipe, time.monotonic()
        if progress.leaves_out(step):
            continue
        wanted = TrainParams(params.project, name, overrides=dict(step.overrides), most=step.most)
        try:
            cancel.check()
            trained = train(wanted, emit=emit, cancel=cancel)
            pace.remember(name, on_card=step.on_card, measured=step.measured, took=time.monotonic() - started)
            progress.add(trained, name)
        except JobCancelled as stop:
            if stop.result.get("epochs"):
                progress.add(Trained.of(stop.result), name)
            raise JobCancelled(progress.result("stopped") if progress.best else None) from None
        except EngineError as error:
            if progress.best is None:
                raise
            progress.fail(name, error, time.monotonic() - started)
    return progress.result("finished")


class _Progress:
    """What was tried so far, and which run is the best of it."""

    def __init__(self, folder: Path, told: TrainingPlanned, began: float, emit: Emit) -> None:
        self._folder, self._told, self._began, self._emit = folder, told, began, emit
        self.tried: list[Tried] = []
        self.best: Trained | None = None
        self._share: float | None = None  # of check images that the recipe before had right
        self._recipe = ""
        self._right, self._images = 0, 0
        self._trend: Trend | None = None

    def add(self, trained: Trained, recipe: str) -> None:
        """Take in a run that has a model: compare it with the best so far, and mark the one that is outdone."""
        self.tried.append(Tried(recipe, trained.run, trained.state, trained.seconds, trained.validation_accuracy))
        own = _checked(self._folder, trained.run)
        self._share = sum(own.values()) / len(own) if own else None
        other = None if self.best is None else _checked_unless_gone(self._folder, self.best.run)
        if self.best is None or other is None:
            self._trend = None
            self._take(trained, recipe, own)
            return
        before, after = _on_both(other, own)
        paired = Paired.of(before, after)
        self._trend = paired.trend if paired.images else None
        if paired.made > paired.fixed:
            _mark(self._folder, trained.run, self.best.run)
            return
        _mark(self._folder, self.best.run, trained.run)
        self._take(trained, recipe, own)

    def leaves_out(self, step: Step) -> bool:
        """Return whether a step is not needed, and say why: the one before reached what this one promises, or there is
        no check image to tell which does better.
        """
        if step.expected is None or (self._share is not None and self._share < step.expected):
            return False
        self.tried.append(Tried(step.recipe, None, "left out", 0.0, None))
        if self._share is None:
            why = "no image is held out to tell whether it does better"
        else:
            reached, promised = percent(self._share), percent(step.expected)
            why = f"{reached} of the check images are right without it, the first look promised {promised} of it"
        self._emit(Log(f"{step.recipe} is left out: {why}."))
        return True

    def fail(self, recipe: str, error: EngineError, seconds: float) -> None:
        """Go on without a recipe that could not be trained."""
        assert self.best is not None
        self.tried.append(Tried(recipe, None, "failed", seconds, None, str(error)))
        self._share = 0.0
        self._emit(Log(f"{recipe} could not be trained: {error} The model of {self.best.run} stays.", "warning"))

    def _take(self, trained: Trained, recipe: str, checked: Mapping[int, bool]) -> None:
        self.best, self._recipe = trained, recipe
        self._right, self._images = sum(checked.values()), len(checked)
        self._emit(BetterModel(trained.run, recipe, self._right, self._images))

    def result(self, state: str) -> AutomaticallyTrained:
        """Return what a person gets now."""
        assert self.best is not None
        low, high = wilson(self._right, self._images).tolist() if self._images else (None, None)
        return AutomaticallyTrained(
            run=self.best.run,
            recipe=self._recipe,
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
