"""The training job: from the labelled images of a project to a run with a model. Loads Keras only when it is called."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataError, EngineError, JobCancelled, RunError, UsageError
from engine.events import Log, Progress, RunStarted
from engine.jobs.job import Cancel, Emit
from engine.library.project import Project
from engine.library.records import Split
from engine.training import frozen as split
from engine.training.data import load_images
from engine.training.frozen import FrozenSplit
from engine.training.options import TrainOptions, to_dict, with_overrides
from engine.training.recipes.recipe import Recipe
from engine.training.recipes.registry import recipe
from engine.training.run_folder import RunFolder
from engine.training.runs import CHECKPOINT, RunRecord, find_run

if TYPE_CHECKING:
    from engine.training.checkpoint import State
    from engine.training.fit import Fit

# What may be changed when a run is resumed: the rest is built into its network, its split or its batches.
_RESUMABLE = frozenset({"epochs", "early_stop", "plateau", "plateau_factor", "minimum_rate"})

_FEW_BATCHES = 20


@dataclass(frozen=True, slots=True)
class TrainParams:
    """`project` is the project's folder; `overrides` are values of `TrainOptions` that differ from the recipe's.

    With `resume`, the name of a run, its recipe, options and split are taken up again; only how long it trains may be
    overridden then.
    """

    project: str
    recipe: str = "fashion-cnn"
    overrides: dict[str, Any] = field(default_factory=dict)
    resume: str | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What will be trained, before a pixel was read."""

    recipe: Recipe
    options: TrainOptions
    frozen: FrozenSplit
    runs_folder: Path
    run: RunFolder | None  # None: a new one


@dataclass(frozen=True, slots=True)
class _Pixels:
    """Training and validation images in one array, and who is who in it."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    training: NDArray[np.int64]
    validation: NDArray[np.int64]


def train(params: TrainParams, *, emit: Emit, cancel: Cancel) -> dict[str, Any]:
    """Train a classifier on the labelled images of a project and leave a run in it.

    Emits `Progress`, `ProblemFound`, `RunStarted`, `BatchEnded`, `EpochEnded` and `Log`.

    Returns:
        "run", "epochs", "best_epoch", "validation_accuracy", "validation_loss", "seconds", "images_per_second",
        "classes", "parameters", "state", "difference" (of the model file to the network, in the self-test).

    Raises:
        JobCancelled: within a batch of being cancelled; the best epoch so far is kept as a model, the state is
            "stopped", and the exception carries the result as above.
        EngineError: options, images or disk do not allow it; one clear sentence.
    """
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    with Project.open(Path(params.project), read_only=True) as project:
        plan = _resumed(project, params, emit) if params.resume else _planned(project, params, emit)
    frozen, pixels = _load(plan, emit, cancel)
    cancel.check()
    try:
        run = plan.run or RunFolder.create(plan.runs_folder, plan.recipe.name, plan.options, frozen)
    except OSError as error:
        raise RunError(f"No run can be written to {plan.runs_folder}: {error.strerror}.") from None
    with run.writing():
        return _train(run, plan, frozen, pixels, emit, cancel)


def _planned(project: Project, params: TrainParams, emit: Emit) -> _Plan:
    chosen = recipe(params.recipe)
    options = with_overrides(chosen.options, params.overrides)
    if options.image_size < chosen.smallest:
        raise UsageError(
            f"{chosen.name} needs images of at least {chosen.smallest} px, found image_size {options.image_size}."
        )
    return _Plan(chosen, options, split.freeze(project, options, emit), project.runs_folder, None)


def _resumed(project: Project, params: TrainParams, emit: Emit) -> _Plan:
    record = find_run(project.folder, params.resume, with_model=False)
    fixed = {name.strip().replace("-", "_") for name in params.overrides} - _RESUMABLE
    if fixed:
        allowed = ", ".join(sorted(_RESUMABLE))
        raise UsageError(f"{', '.join(sorted(fixed))} cannot change when a run is resumed; allowed are {allowed}.")
    _check_resumable(record, params.overrides)
    options = with_overrides(with_overrides(TrainOptions(), record.options), params.overrides)
    run = RunFolder.reopen(record.folder)
    frozen = split.thaw(project, record, [c["id"] for c in run.record["classes"]], emit)
    return _Plan(recipe(record.recipe), options, frozen, project.runs_folder, run)


def _check_resumable(record: RunRecord, overrides: Mapping[str, Any]) -> None:
    if record.state == "running":
        raise RunError(f"The run {record.name} is being trained by another window or command.")
    if record.state == "finished" and not overrides:
        raise RunError(f"The run {record.name} is finished; to train it further give it more epochs.")


def _load(plan: _Plan, emit: Emit, cancel: Cancel) -> tuple[FrozenSplit, _Pixels]:
    """Read training and validation images; those that cannot be read leave the split."""
    needed = [i for i, m in enumerate(plan.frozen.images) if m.split in (Split.TRAINING, Split.VALIDATION)]
    members = [plan.frozen.images[i] for i in needed]
    images, unreadable = load_images([m.file for m in members], plan.options, emit=emit, cancel=cancel)
    if len(unreadable) == len(members):
        raise DataError(
            f"None of the {len(members)} images can be read; the first was expected at {members[0].file}. "
            "Check that the folder is there."
        )
    frozen = plan.frozen
    if unreadable:
        emit(Log(f"{len(unreadable)} of {len(members)} images cannot be read and are left out.", "warning"))
        frozen = plan.frozen.without(needed[i] for i in unreadable)
        split.check(frozen)
    left_out = frozenset(unreadable)

    def places(wanted: Split) -> NDArray[np.int64]:
        return np.array([i for i, m in enumerate(members) if m.split is wanted and i not in left_out], np.int64)

    labels = np.array([m.label for m in members], np.int64)
    return frozen, _Pixels(images, labels, places(Split.TRAINING), places(Split.VALIDATION))


def _train(
    run: RunFolder, plan: _Plan, frozen: FrozenSplit, pixels: _Pixels, emit: Emit, cancel: Cancel
) -> dict[str, Any]:
    """Everything that happens while the run is marked as running, and how it is marked in the end."""
    from engine.training import fit as fitting  # loads Keras: seconds, and never in the window
    from engine.training.checkpoint import Checkpoint

    try:
        run.update(state="running", error=None, options=to_dict(plan.options))
        fit = fitting.Fit(
            plan.recipe,
            plan.options,
            len(frozen.classes),
            Checkpoint(run.folder / CHECKPOINT),
            emit=emit,
            cancel=cancel,
        )
        _start(run, plan, fit, pixels, fitting.device(), emit)
        try:
            fit.run(pixels.images, pixels.labels, pixels.training, pixels.validation, lambda state: _note(run, state))
        except JobCancelled:
            raise JobCancelled(_finish(run, plan, frozen, pixels, fit, "stopped", emit)) from None
        except fitting.DivergedError as error:
            _finish(run, plan, frozen, pixels, fit, "failed", emit, error=str(error))
            raise
        return _finish(run, plan, frozen, pixels, fit, "finished", emit)
    except JobCancelled:
        raise
    except Exception as error:
        raise _failed(run, error) from error


def _start(run: RunFolder, plan: _Plan, fit: Fit, pixels: _Pixels, device: str, emit: Emit) -> None:
    parameters = int(fit.model.count_params())
    run.update(device=device, parameters=parameters)
    images = len(pixels.training)
    batches = -(-images // plan.options.batch_size)
    if batches < _FEW_BATCHES and plan.options.batch_size > 1:
        emit(Log(f"An epoch is only {batches} steps; a batch size below {plan.options.batch_size} learns faster."))
    emit(
        RunStarted(
            run=run.name,
            recipe=plan.recipe.name,
            device=device,
            epochs=plan.options.epochs,
            batches_per_epoch=batches,
            training_images=images,
            validation_images=len(pixels.validation),
            parameters=parameters,
            first_epoch=fit.state.epoch + 1,
        )
    )


def _note(run: RunFolder, state: State) -> None:
    """What `run.json` and `history.csv` say after an epoch."""
    best = state.schedule
    run.write_history(state.history)
    run.update(
        epochs=state.epoch,
        best_epoch=best.best_epoch or None,
        validation_accuracy=best.best_accuracy if best.best_epoch else None,
        validation_loss=best.best_loss if best.best_epoch else None,
        seconds=round(state.seconds, 3),
        images_per_second=round(state.images / state.training_seconds, 1) if state.training_seconds else 0.0,
    )


def _finish(
    run: RunFolder,
    plan: _Plan,
    frozen: FrozenSplit,
    pixels: _Pixels,
    fit: Fit,
    state: str,
    emit: Emit,
    *,
    error: str | None = None,
) -> dict[str, Any]:
    """Leave the best epoch as a model, say how the run ended, and give the job's result."""
    from engine.training.deliver import deliver

    _note(run, fit.state)
    if fit.state.epoch:
        emit(Progress("Saving the model", 0, None))
        held_out = (pixels.images, pixels.validation)
        difference = deliver(run, plan.recipe, plan.options, frozen, fit.best_file, held_out, emit)
        run.update(difference=difference)
    run.update(state=state, error=error)
    names = ("epochs", "best_epoch", "validation_accuracy", "validation_loss", "seconds", "images_per_second")
    facts = {name: run.record[name] for name in (*names, "parameters", "state", "difference")}
    return {"run": run.name, **facts, "classes": list(frozen.classes)}


def _failed(run: RunFolder, error: Exception) -> Exception:
    """Mark the run as failed where the disk still allows it; foreseen errors get one clear sentence."""
    if isinstance(error, OSError):
        told: Exception = RunError(f"The run cannot be written to {run.folder}: {error.strerror or error}.")
    elif type(error).__name__ == "ResourceExhaustedError":  # TensorFlow's, which is not imported here
        told = RunError("The device has too little memory for this; choose a smaller batch or a smaller image size.")
    else:
        told = error
    message = str(told) if isinstance(told, EngineError) else f"{type(error).__name__}: {error}"
    try:
        run.update(state="failed", error=message)
    except OSError:
        return told  # its lock is gone, so it reads as interrupted
    return told
