"""The loop over epochs. Loads Keras; everything here happens in the thread of the job, as Keras' seed asks for."""

from __future__ import annotations

import math
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from engine.errors import JobCancelled, RunError
from engine.events import BatchEnded, EpochEnded, Log
from engine.jobs.job import Cancel, Emit
from engine.training.augment import Augmentation
from engine.training.batches import Batches
from engine.training.checkpoint import Checkpoint, State
from engine.training.options import TrainOptions
from engine.training.recipes.recipe import Recipe
from engine.training.schedule import Schedule

_SECONDS_BETWEEN_EVENTS = 0.1
_SECONDS_PER_EXECUTION = 0.5  # on a slow machine; how long a cancel or the next progress may take
_OPERATIONS_PER_SECOND = {"cpu": 2e10, "gpu": 1e12}  # of a slow machine of that kind
_MOST_STEPS = 32
_OPTIMIZERS = {"adam": keras.optimizers.Adam, "sgd": keras.optimizers.SGD, "rmsprop": keras.optimizers.RMSprop}


class DivergedError(RunError):
    """The loss is no longer a finite number."""


class Fit:
    """One training: a network, its data and where it stands. `run` goes on from there to the end."""

    def __init__(
        self,
        recipe: Recipe,
        options: TrainOptions,
        classes: int,
        checkpoint: Checkpoint,
        *,
        emit: Emit,
        cancel: Cancel,
    ) -> None:
        """Build the network, or take it from the checkpoint where there is one."""
        self._options, self._checkpoint, self._emit, self._cancel = options, checkpoint, emit, cancel
        keras.utils.set_random_seed(options.seed)
        kept = checkpoint.load()
        if kept is None:
            self.model = recipe.build(options, classes)
            self.state = State(Schedule(options.learning_rate), [])
        else:
            self.model, self.state = kept
        self._compile()

    @property
    def best_file(self) -> Path:
        """The `.keras` file of the best epoch so far."""
        return self._checkpoint.best

    def _compile(self) -> None:
        """A network from a checkpoint brings its optimiser, whose state must live on."""
        o = self._options
        optimizer = getattr(self.model, "optimizer", None) or _OPTIMIZERS[o.optimizer](learning_rate=o.learning_rate)
        self.model.compile(
            optimizer=optimizer,
            loss=keras.losses.SparseCategoricalCrossentropy(),
            metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
            jit_compile=False,  # XLA trains a small network on a processor eight times slower
            steps_per_execution=steps_per_execution(self.model, o.batch_size, device_kind()),
        )

    def run(
        self,
        images: NDArray[np.uint8],
        labels: NDArray[np.int64],
        training: NDArray[np.int64],
        validation: NDArray[np.int64],
        epoch_ended: Callable[[State], None],
    ) -> None:
        """Train on `images[training]` until the options say stop; `epoch_ended` follows each saved epoch.

        Raises:
            JobCancelled: within a batch of being cancelled; `state` is that of the last complete epoch.
            DivergedError: the loss is not finite; `state` as above.
        """
        o = self._options
        with (
            Batches(
                images, labels, training, batch_size=o.batch_size, seed=o.seed, augmentation=Augmentation(o)
            ) as batches,
            Batches(images, labels, validation, batch_size=max(128, o.batch_size)) as held_out,
        ):
            while self.state.epoch < o.epochs and not self.state.schedule.is_enough(o):
                self._cancel.check()
                self._epoch(batches, held_out, len(training))
                epoch_ended(self.state)

    def _epoch(self, batches: Batches, held_out: Batches, images: int) -> None:
        o, epoch = self._options, self.state.epoch + 1
        started = time.monotonic()
        batches.begin(epoch)
        _reseed(self.model, o.seed, epoch)
        watch = Watch(self, epoch, len(batches), images)
        fitted = self.model.fit(batches, epochs=1, shuffle=False, verbose=0, callbacks=[watch]).history
        training_seconds = time.monotonic() - started
        measured = self.model.evaluate(held_out, verbose=0, callbacks=[watch], return_dict=True)
        _check_finite(measured["loss"], epoch, self._options)

        step = epoch * len(batches)
        rate = self.state.schedule.rate_at(o, step)
        verdict = self.state.schedule.record(o, epoch, measured["loss"], measured["accuracy"])
        ended = EpochEnded(
            epoch=epoch,
            epochs=o.epochs,
            loss=float(fitted["loss"][-1]),
            accuracy=float(fitted["accuracy"][-1]),
            validation_loss=float(measured["loss"]),
            validation_accuracy=float(measured["accuracy"]),
            learning_rate=rate,
            seconds=time.monotonic() - started,
            images_per_second=images / training_seconds,
            best=verdict.best,
        )
        self.state.history.append(ended)
        self.state.seconds += ended.seconds
        self.state.training_seconds += training_seconds
        self.state.images += images
        self._checkpoint.save(self.model, self.state)
        self._emit(ended)
        if verdict.lowered is not None:
            self._emit(Log(f"No gain in validation accuracy; learning rate lowered to {verdict.lowered:.3g}."))
        if self.state.schedule.is_enough(o):
            self._emit(Log(f"Stopped: {o.early_stop} epochs without a lower validation loss."))

    def watch_batch(self, event: BatchEnded | None) -> None:
        """After each execution: stop at once where that was asked for."""
        if self._cancel.is_set():
            raise JobCancelled
        if event is not None:
            self._emit(event)

    def set_rate(self, step: int) -> None:
        """The rate for the steps that come; `step` counts from 0 over the whole run."""
        self.model.optimizer.learning_rate = self.state.schedule.rate_at(self._options, step)

    def seconds_left(self, images_left: int, images: int, rate: float) -> float:
        """Until the last epoch that the options allow, validation as slow as it was."""
        s = self.state
        epochs_left = self._options.epochs - s.epoch - 1
        pause = (s.seconds - s.training_seconds) / s.epoch if s.epoch else 0.0
        return (images_left + epochs_left * images) / rate + (epochs_left + 1) * pause


class Watch(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Rate, cancel, progress and the check of the loss, after every execution of training and validation."""

    def __init__(self, fit: Fit, epoch: int, batches: int, images: int) -> None:
        super().__init__()
        self._fit, self._epoch, self._batches, self._images = fit, epoch, batches, images
        self._first_step = (epoch - 1) * batches
        self._started = self._told = time.monotonic()

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        self._fit.set_rate(self._first_step + batch)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        loss = float((logs or {}).get("loss", math.nan))
        _check_finite(loss, self._epoch, self._fit._options)
        done = min(batch + 1, self._batches)  # Keras counts the last execution as a full one
        now, event = time.monotonic(), None
        if now - self._told >= _SECONDS_BETWEEN_EVENTS or done == self._batches:
            self._told = now
            event = self._event(done, loss, float((logs or {})["accuracy"]), now - self._started)
        self._fit.watch_batch(event)

    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        self._fit.watch_batch(None)

    def _event(self, done: int, loss: float, accuracy: float, seconds: float) -> BatchEnded:
        seen = min(round(done / self._batches * self._images), self._images)
        rate = seen / max(seconds, 1e-9)
        left = self._fit.seconds_left(self._images - seen, self._images, rate)
        return BatchEnded(self._epoch, done, self._batches, loss, accuracy, rate, left)


def _check_finite(loss: float, epoch: int, options: TrainOptions) -> None:
    if not math.isfinite(loss):
        raise DivergedError(
            f"The loss was no longer a finite number in epoch {epoch}; "
            f"choose a learning rate lower than {options.learning_rate:g}."
        )


def _reseed(model: keras.Model, seed: int, epoch: int) -> None:
    """Dropout draws the same numbers in an epoch whether or not the run was resumed before it."""
    for number, layer in enumerate(model.layers):
        generator = getattr(layer, "seed_generator", None)
        if generator is not None:
            state = np.random.SeedSequence([seed, epoch, number]).generate_state(2)
            generator.state.assign(state.astype(keras.backend.standardize_dtype(generator.state.dtype)))


def steps_per_execution(model: keras.Model, batch_size: int, kind: str) -> int:
    """Steps that run without a look at the clock: many for a small network, whose steps are mostly overhead.

    Worked out from the network and not measured, so that it is the same in each run with the same options.
    """
    operations = 6 * batch_size * multiplications(model)  # forwards, and twice that backwards
    return int(min(_MOST_STEPS, max(1, _SECONDS_PER_EXECUTION * _OPERATIONS_PER_SECOND[kind] / operations)))


def multiplications(model: keras.Model) -> int:
    """Multiply-adds of the network for one image, those of layers with a kernel."""
    total = 0
    for layer in model.layers:
        kernel = getattr(layer, "kernel", None)
        if kernel is not None:
            total += math.prod(kernel.shape) * math.prod(layer.output.shape[1:-1])
    return max(total, 1)


def device_kind() -> str:
    """ "gpu" where Keras' backend sees one, else "cpu"."""
    return "gpu" if keras.distribution.list_devices("gpu") else "cpu"


def device() -> str:
    """What a person calls the device that will train: the graphics card's name, or "CPU"."""
    if device_kind() == "cpu":
        return "CPU"
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return "GPU"
    query = [tool, "--query-gpu=name", "--format=csv,noheader"]
    found = subprocess.run(query, capture_output=True, text=True, timeout=10, check=False).stdout.strip()
    return found.splitlines()[0] if found else "GPU"
