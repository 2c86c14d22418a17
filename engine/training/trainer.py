"""The training job: from the labelled images of a project to a run with a model. Loads Keras only when it is called."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataError, EngineError, JobCancelled, RunError
from engine.events import Log, Progress, RunStarted, TrainingEnds
from engine.files import reason_of
from engine.imaging.decoders import start_ahead
from engine.jobs.job import Cancel, Emit
from engine.language import _, marked, plural
from engine.library.project import Project
from engine.library.records import Split
from engine.models.export import check_can_be_written
from engine.training import ahead
from engine.training import frozen as split
from engine.training.automatic import pace
from engine.training.data.loading import TrainingData, load_images
from engine.training.data.shared import Shared
from engine.training.frozen import FrozenSplit
from engine.training.machine.backend import loaded_backend, use_backend
from engine.training.machine.device import device
from engine.training.options import to_dict
from engine.training.plan import Trained, TrainingPlan, TrainParams, make_plan
from engine.training.recipes.recipe import input_shape
from engine.training.recipes.registry import recipe
from engine.training.runs.folder import RunFolder, versions
from engine.training.runs.records import CHECKPOINT

if TYPE_CHECKING:
    from engine.training.fit import Fit
    from engine.training.runs.checkpoint import Checkpoint

_FEW_BATCHES = 20
_SWITCH_SECONDS = 0.0005  # threads that read pictures must not wait 5 ms each time for one that traces


@dataclass(frozen=True, slots=True)
class _Network:
    """The network in training, its checkpoint, and the display name of its device; `began` by the monotonic clock."""

    fit: Fit
    checkpoint: Checkpoint
    device: str
    began: float
    seconds_before: float = 0.0  # that earlier sessions of its run took

    @property
    def seconds(self) -> float:
        """How long its run has taken with all that is no epoch: reading, features, proof; pauses left out."""
        return round(self.seconds_before + time.monotonic() - self.began - self.fit.waited, 3)


def train(params: TrainParams, *, emit: Emit, cancel: Cancel, shared: Shared | None = None) -> Trained:
    """Train a classifier on the labelled images of a project and leave a run in it. What other trainings on the same
    images can use of it is kept in `shared`.

    Emits `Progress`, `ProblemFound`, `RunStarted`, `BatchEnded`, `EpochEnded` and `Log`.

    Raises:
        JobCancelled: within a batch of being cancelled; the best epoch so far is kept as a model, the state is
            "stopped", and the exception carries the result as above.
        EngineError: options, images or disk do not allow it; one clear sentence.
    """
    began = time.monotonic()
    chosen = None if params.resume or params.repeat else recipe(params.recipe)
    with Project.open(Path(params.project), read_only=True) as project:
        plan = make_plan(project, params, chosen, emit)
    cancel.check()
    if plan.recipe.on_features:
        from engine.training.instant import train_on_features

        return train_on_features(plan, Path(params.project), emit=emit, cancel=cancel)
    use_backend(plan.options.backend, export=plan.export)
    start_ahead(os.cpu_count() or 1)
    with plan.run.writing() if plan.run is not None else nullcontext():
        network = _built(plan, began, emit, cancel, shared)
        frozen, pixels = _load_while_tracing(plan, network, emit, cancel, shared)
        cancel.check()
        return _written(plan, frozen, pixels, network, emit, cancel)


def _built(plan: TrainingPlan, began: float, emit: Emit, cancel: Cancel, shared: Shared | None) -> _Network:
    """The network on its device: whatever does not fit is reported before images are read, and leaves no run."""
    fit = ahead.built(plan, emit=emit, cancel=cancel, shared=shared)
    if plan.export:
        check_can_be_written(fit.model, emit)
    before = float(plan.run.record.get("seconds") or 0.0) if plan.run is not None else 0.0
    return _Network(fit, fit.checkpoint, device(plan.options.device), began, before)


def _written(
    plan: TrainingPlan, frozen: FrozenSplit, pixels: TrainingData, network: _Network, emit: Emit, cancel: Cancel
) -> Trained:
    """The run, new or taken up, and the training in it."""
    try:
        run = plan.run or RunFolder.create(plan.runs_folder, plan.recipe.name, plan.options, frozen, plan.all_facts())
    except OSError as error:
        raise RunError(
            _("No run can be written to {folder}: {why}.").format(folder=plan.runs_folder, why=reason_of(error))
        ) from None
    try:
        with run.writing():
            return _train(run, plan, frozen, pixels, network, emit, cancel)
    except RunError as error:
        if plan.run is None and isinstance(error.__cause__, OSError) and not run.has_checkpoint():
            run.discard()  # a disk that has no room for one epoch leaves the project as it was
        raise


def _load_while_tracing(
    plan: TrainingPlan, network: _Network, emit: Emit, cancel: Cancel, shared: Shared | None
) -> tuple[FrozenSplit, TrainingData]:
    """Read the images in a thread, as other processes decode them, while this one traces a step of the training.

    Where the step fails, the images that are still to come are not read.
    """
    usual, cancel_reading = sys.getswitchinterval(), cancel.part()
    with ThreadPoolExecutor(1, thread_name_prefix="images") as pool:
        reading = pool.submit(_load, plan, emit, cancel_reading, shared)
        sys.setswitchinterval(_SWITCH_SECONDS)
        try:
            ahead.trace(plan, network.fit)
        except BaseException:
            cancel_reading.set()
            raise
        finally:
            sys.setswitchinterval(usual)
        return reading.result()


def _load(plan: TrainingPlan, emit: Emit, cancel: Cancel, shared: Shared | None) -> tuple[FrozenSplit, TrainingData]:
    """Read training and validation images; those that cannot be read leave the split."""
    from engine.similarity.leaks import warn_of_leaks

    needed = [i for i, m in enumerate(plan.frozen.images) if m.split in (Split.TRAINING, Split.VALIDATION)]
    members = [plan.frozen.images[i] for i in needed]
    together = plan.together if shared is not None else members
    shared = shared or Shared()

    def load(files: Sequence[Path], emit: Emit) -> tuple[NDArray[np.uint8], list[int]]:
        return load_images(files, plan.options, emit=emit, cancel=cancel)

    form = (input_shape(plan.options), plan.options.resize)
    images, rows, unreadable = shared.read(members, together, form, load, emit)
    if len(unreadable) == len(members):
        raise DataError(
            _(
                "None of the {members} images can be read; the first was expected at {file}. Check that the folder is "
                "there."
            ).format(members=len(members), file=members[0].file)
        )
    frozen = plan.frozen
    if unreadable:
        emit(
            Log(
                _("{count} of {images} images cannot be read and are left out.").format(
                    count=len(unreadable), images=len(members)
                ),
                "warning",
            )
        )
        frozen = plan.frozen.without(needed[i] for i in unreadable)
        split.check(frozen, validated=not plan.options.train_on_everything)
    left_out = frozenset(unreadable)

    def places(split: Split) -> NDArray[np.int64]:
        return rows[[i for i, m in enumerate(members) if m.split is split and i not in left_out]]

    labels = np.zeros(len(images), np.int64)
    labels[rows] = [m.label for m in members]
    training, validation = places(Split.TRAINING), places(Split.VALIDATION)
    if plan.options.train_on_everything:  # curves of what it learns from, for want of better
        validation = training[:: max(1, round(1 / plan.options.validation_fraction))]
    else:
        warn_of_leaks(images, labels, training, validation, emit)
    return frozen, TrainingData(images, labels, training, validation)


def _train(
    run: RunFolder,
    plan: TrainingPlan,
    frozen: FrozenSplit,
    pixels: TrainingData,
    network: _Network,
    emit: Emit,
    cancel: Cancel,
) -> Trained:
    """Train while the run is marked as running, and mark in the end how it ended."""
    from engine.training.fit import DivergedError
    from engine.training.machine import device as devices

    fit = network.fit
    try:
        network.checkpoint.folder = run.folder / CHECKPOINT
        _wait_anew(plan, network, emit)
        run.update(state="running", error=None, options=to_dict(plan.options))
        with devices.scope(plan.options):
            _start(run, plan, network, pixels, emit)
            try:
                fit.run(pixels, lambda _: _note(run, network))
            except JobCancelled:
                raise JobCancelled(_finish(run, plan, frozen, pixels, network, "stopped", emit, cancel)) from None
            except DivergedError as error:
                _finish(run, plan, frozen, pixels, network, "failed", emit, cancel, error=str(error))
                raise
            return _finish(run, plan, frozen, pixels, network, "finished", emit, cancel)
    except JobCancelled:
        raise
    except Exception as error:
        raise _failed(run, error) from error


def _wait_anew(plan: TrainingPlan, network: _Network, emit: Emit) -> None:
    """Begin the patience anew of a run that had stopped early and is given more epochs, also if it is
    killed at once.
    """
    schedule, options = network.fit.state.schedule, plan.options
    if plan.changed and schedule.is_enough(options):
        emit(
            Log(
                _("{epochs} epochs had brought no gain; from here on {more} more may.").format(
                    epochs=schedule.without_gain, more=options.early_stop
                )
            )
        )
        schedule.without_gain = 0
        network.checkpoint.keep(schedule)


def _start(run: RunFolder, plan: TrainingPlan, network: _Network, pixels: TrainingData, emit: Emit) -> None:
    fit, device, backend = network.fit, network.device, loaded_backend()
    parameters = int(fit.model.count_params())
    known = {**run.record.get("versions", {}), **versions(backend)}
    run.update(device=device, backend=backend, versions=known, parameters=parameters)
    images, batches = fit.epoch_of(pixels.labels[pixels.training])
    if batches < _FEW_BATCHES and plan.options.batch_size > 1:
        sentence = plural(
            "An epoch is a single step; a batch size below {size} learns faster.",
            "An epoch is only {count} steps; a batch size below {size} learns faster.",
            batches,
        )
        emit(Log(sentence.format(size=plan.options.batch_size)))
    held_out = 0 if plan.options.train_on_everything else len(pixels.validation)
    run.update(validation_images=held_out)
    emit(
        RunStarted(
            run=run.name,
            recipe=plan.recipe.name,
            device=device,
            epochs=plan.options.epochs,
            batches_per_epoch=batches,
            training_images=len(pixels.training),
            validation_images=held_out,
            parameters=parameters,
            first_epoch=fit.state.epoch + 1,
            classes=tuple(c["name"] for c in run.record["classes"]),
            fold=(run.record.get("fold") or {}).get("number", 0),
            images_per_epoch=images,
            finishing=pace.finishing(plan.recipe.name, on_card=_is_card(device)) if plan.export else None,
        )
    )


def _is_card(device: str) -> bool:
    return not device.startswith("CPU")


def _note(run: RunFolder, network: _Network) -> None:
    """Write into `run.json` and `history.csv` what an epoch gave."""
    fit = network.fit
    state, best = fit.state, fit.state.schedule
    measured = best.best_epoch and not fit.options.train_on_everything  # else they are of what it learns from
    run.write_history(state.history)
    run.update(
        options=to_dict(fit.options),
        epochs=state.epoch,
        best_epoch=best.best_epoch or None,
        validation_accuracy=best.best_accuracy if measured else None,
        validation_loss=best.best_loss if measured else None,
        seconds=network.seconds,
        images_per_second=round(state.images / state.training_seconds, 1) if state.training_seconds else 0.0,
    )


def _finish(
    run: RunFolder,
    plan: TrainingPlan,
    frozen: FrozenSplit,
    pixels: TrainingData,
    network: _Network,
    state: str,
    emit: Emit,
    cancel: Cancel,
    *,
    error: str | None = None,
) -> Trained:
    """Leave the best epoch as a model, say how the run ended, and give the job's result."""
    from engine.training.results.write import write_predictions, write_results

    fit = network.fit
    _note(run, network)
    emit(TrainingEnds(run.name))
    ended = time.monotonic()
    if fit.state.epoch and not plan.export:
        if state != "stopped":  # else nobody waits for them any more
            write_predictions(run, frozen, fit.best_file, pixels.values[pixels.validation], emit)
    elif fit.state.epoch:
        emit(Progress(marked("Saving the model"), 0, None))
        difference = write_results(run, plan.recipe, plan.options, frozen, fit.best_file, pixels, emit, cancel)
        run.update(difference=difference)
        if state == "finished":
            took = time.monotonic() - ended
            pace.remember_finishing(plan.recipe.name, on_card=_is_card(network.device), took=took)
    run.update(state=state, error=error, seconds=network.seconds)
    return Trained.of_run(run.record, run.name)


def _failed(run: RunFolder, error: Exception) -> Exception:
    """Mark the run as failed where the disk still allows it; foreseen errors get one clear sentence."""
    if isinstance(error, OSError):
        why = reason_of(error)
        reported: Exception = RunError(
            _("The run cannot be written to {folder} ({why}); make room there and try again.").format(
                folder=run.folder, why=why
            )
        )
    else:
        reported = error
    message = str(reported) if isinstance(reported, EngineError) else f"{type(error).__name__}: {error}"
    try:
        run.update(state="failed", error=message)
    except OSError:
        return reported  # its lock is gone, so it reads as interrupted
    return reported
