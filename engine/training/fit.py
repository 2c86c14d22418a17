"""The loop over epochs. Loads Keras; everything here happens in the thread of the job, as Keras' seed asks for."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from engine.errors import JobCancelled, RunError
from engine.events import BatchEnded, ClassesMeasured, EpochEnded, Log
from engine.jobs.job import Cancel, Emit
from engine.jobs.throttle import Throttle
from engine.language import _
from engine.training import network, start_from
from engine.training.data.augment import Augmentation
from engine.training.data.base_features import features, split_above_base, split_in_base, views_of
from engine.training.data.batches import Batches
from engine.training.data.imbalance import images_of_epoch
from engine.training.data.loading import TrainingData
from engine.training.data.memory import BatchSize, is_out_of_memory
from engine.training.data.shared import Shared
from engine.training.fine_tuning import freeze_lower
from engine.training.first_head import begin_with_regression, is_regression
from engine.training.machine.bfloat16 import in_bfloat16
from engine.training.machine.device import device_kind
from engine.training.options import TrainOptions
from engine.training.recipes import downloads
from engine.training.recipes.recipe import Recipe, input_shape
from engine.training.runs.checkpoint import Checkpoint, State
from engine.training.schedule import Schedule


class DivergedError(RunError):
    """The loss is no longer a finite number."""


class Fit:
    """A training: a network, its data and where it stands. `run` goes on from there to the end."""

    def __init__(
        self,
        recipe: Recipe,
        options: TrainOptions,
        classes: Sequence[str],
        checkpoint: Checkpoint,
        *,
        emit: Emit,
        cancel: Cancel,
        start: Path | None = None,
        shared: Shared | None = None,
    ) -> None:
        """Build the network, or take it from the checkpoint where there is one; `start` is a run's network to begin
        with, `shared` what other trainings on the same images computed.

        Raises:
            JobCancelled: while pretrained weights are downloaded.
            UsageError: the network of `start` is another one.
        """
        self.options, self.checkpoint, self._emit, self._cancel = options, checkpoint, emit, cancel
        self._recipe, self._classes, self._start, self._shared = recipe, tuple(classes), start, shared
        self._batch_size = BatchSize(emit)
        self._maps: TrainingData | None = None  # of the part of the base that never changes
        self._features: TrainingData | None = None  # of the whole base, while it does not
        self._in_part = False  # whether the base has layers that never train below those that do
        self._traced_for = 0  # batches of an epoch, for which a step is traced already
        self.waited = 0.0  # seconds of pauses, which count neither for the rate nor for the time of an epoch
        self._prepare()

    @property
    def best_file(self) -> Path:
        """The `.keras` file of the best epoch so far."""
        return self.checkpoint.best

    def begin(self, *, emit: Emit, cancel: Cancel, shared: Shared | None) -> None:
        """Go on for a training that was asked for after the network was built."""
        self._emit, self._cancel, self._shared = emit, cancel, shared
        self._batch_size = BatchSize(emit)

    def _prepare(self) -> None:
        """The network as its last complete epoch left it, or as new, compiled for the epochs that come."""
        keras.utils.set_random_seed(self.options.seed)
        self._traced_for = 0
        state = self.checkpoint.load()
        if state is None:
            with downloads.reported(self._emit, self._cancel):
                self.model = self._first_network()
            self.state = State(Schedule(self.options.learning_rate), [])
        else:
            self.model, self.state = state
        self._compile(getattr(self.model, "optimizer", None))

    def _first_network(self) -> keras.Model:
        if self._start is None:
            return network.build(self._recipe, self.options, len(self._classes))
        model, sentence = start_from.from_run(self._recipe, self.options, self._classes, self._start)
        if sentence:
            self._emit(Log(sentence))
        return model

    def _compile(self, optimizer: keras.Optimizer | None) -> None:
        """A network from a checkpoint brings its optimiser, whose state must live on, but not from the head's stage."""
        place, fine_tuning = network.base_of(self.model), 0 < self._head_epochs <= self.state.epoch
        if place is not None:
            trains = not (self.options.freeze_base or self._in_head)
            network.set_trainable(self.model.layers[place], trains, averages=not fine_tuning)
            share = self.options.fine_tune_share
            self._in_part = trains and freeze_lower(self.model.layers[place], share)
        if fine_tuning and self.state.epoch == self._head_epochs:
            self.state.schedule.begin_again(self.options.fine_tune_rate)
            optimizer = None
        fresh = optimizer or network.new_optimizer(self.options)
        self._by_class = network.prepare(self.model, self.options, fresh)

    def trace_ahead(self, labels: NDArray[np.int64]) -> None:
        """Take a step on blank pictures and undo it, so that the first step on real ones does not wait.

        TensorFlow and JAX trace a step when they first see one, which takes seconds; pictures can be read meanwhile.
        Weights and optimiser are as before. Nothing is done where the features of a pretrained base come first.

        Args:
            labels: of the training images, so that the step is traced as their epochs want it.
        """
        o, model, batches_of_epoch = self.options, self.model, self.epoch_of(labels)[1]
        if self._is_done() or network.base_of(model) is not None or keras.backend.backend() == "torch":
            return
        if self._traced_for == batches_of_epoch:
            return
        network.build_optimizer(model)
        if network.quicken_averages(model, batches_of_epoch):
            model.train_function = None  # which has the momentum within it
        blank = np.broadcast_to(np.zeros((), np.uint8), (len(labels), *input_shape(o)))
        variables = (*model.variables, *model.optimizer.variables)
        before = [(variable, np.copy(keras.ops.convert_to_numpy(variable))) for variable in variables]
        alike = replace(o, imbalance=o.imbalance if o.imbalance == "class-weights" else "none")  # one batch, whatever
        try:
            with (
                Batches(
                    *(blank, labels, np.arange(min(o.batch_size, len(labels)))),
                    options=alike,
                    classes=len(self._classes),
                    batch_size=o.batch_size,
                    augmentation=Augmentation(TrainOptions()),
                ) as batches,
                in_bfloat16(o),
            ):
                batches.begin(1)
                model.fit(batches, epochs=1, shuffle=False, verbose=0)
            self._traced_for = batches_of_epoch
        except Exception as error:
            if not is_out_of_memory(error):  # with which `run` knows what to do
                raise
        finally:
            for variable, value in before:
                variable.assign(value)

    @property
    def _head_epochs(self) -> int:
        """Return how many epochs train the layers above the base alone, on its features.

        All where the base never trains, as it would only say the same again; but mixed pictures are others each time.
        """
        o = self.options
        if network.base_of(self.model) is None:
            return 0
        return o.epochs if o.freeze_base and not (o.cutmix or o.mixup) else o.head_epochs

    @property
    def _in_head(self) -> bool:
        return self.state.epoch < self._head_epochs

    @property
    def _is_new_head(self) -> bool:
        """Whether the last layer knows nothing yet of some class: no run before has taught it."""
        known = () if self._start is None else start_from.classes_of(self._start)
        return self.state.epoch == 0 and not set(self._classes) <= set(known)

    def run(self, data: TrainingData, epoch_ended: Callable[[State], None]) -> None:
        """Train on the training images until the options say stop; `epoch_ended` follows each saved epoch.

        Where the device's memory is too small the batch is halved, `options` with it, and the epoch begins again.

        Raises:
            JobCancelled: within a batch of being cancelled; `state` is that of the last complete epoch.
            DivergedError: the loss is not finite; `state` as above.
            RunError: the device has too little memory even for single images.
        """
        while not self._is_done():
            try:
                self._stage(data, epoch_ended)
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
                self._halve()

    def _is_done(self) -> bool:
        o, state = self.options, self.state
        in_last_stage = not self._in_head or self._head_epochs >= o.epochs
        return state.epoch >= o.epochs or (in_last_stage and state.schedule.is_enough(o))

    def _halve(self) -> None:
        if self.options.batch_size == 1:
            raise RunError(_("The device has too little memory for a single image; choose a smaller image size."))
        self.options = replace(self.options, batch_size=self.options.batch_size // 2)
        sentence = _("The device has too little memory; training goes on with batches of {size}.")
        self._emit(Log(sentence.format(size=self.options.batch_size), "warning"))
        self._prepare()

    def _stage(self, data: TrainingData, epoch_ended: Callable[[State], None]) -> None:
        """Train all epochs of the head, or all that train the network as a whole, or what of it is fine-tuned."""
        o, in_head = self.options, self._in_head
        model, found = self._shortened(data)
        training, views, step, shown = data.training, 1, 0, 1
        if found is not None:
            self._by_class = network.prepare(model, o, self.model.optimizer, auto_scale_loss=False)
            shown = len(found.training) // len(training) if in_head else 1
            training, views, step = (found.training, 1, 0) if in_head else (found.once, found.views, found.step)
            data = found
            if in_head and self._is_new_head and is_regression(model):
                begin_with_regression(model, data)
        network.build_optimizer(model)
        how: dict[str, Any] = {"options": o, "classes": len(self._classes)}
        seen = min(self._batch_size.at_once(1 if in_head else o.image_size, least=o.batch_size), len(data.validation))
        with (
            Batches(
                *(data.values, data.labels, training),
                **how,
                batch_size=o.batch_size,
                seed=o.seed,
                augmentation=Augmentation(o),
                views=views,
                step=step,
            ) as batches,
            Batches(data.values, data.labels, data.validation, **how, batch_size=seen) as held_out,
        ):
            if network.quicken_averages(model, len(batches)):
                model.train_function = None  # which has the momentum within it
            while not self._is_done() and self._in_head == in_head:
                self._cancel.check()
                self._epoch(model, batches, held_out, batches.size // shown)
                epoch_ended(self.state)
        if in_head and not self._in_head:
            self._begin_whole()

    def _shortened(self, data: TrainingData) -> tuple[keras.Model, TrainingData | None]:
        """The part of the network that trains in this stage, and what the rest says of the images, computed once.

        None where that part begins with the images themselves.
        """
        o, model, found, augmentation = self.options, self.model, None, Augmentation(self.options)
        compute = partial(
            features,
            seed=o.seed,
            emit=self._emit,
            cancel=self._cancel,
            batch_size=self._batch_size,
            shared=self._shared,
        )
        images = len(data.training) * views_of(augmentation) + len(data.validation)
        parts = split_in_base(model, o, images)
        if parts is not None:
            lower, model = parts
            found = self._maps = self._maps or compute(lower, data, augmentation)
            data = found
            augmentation = Augmentation(TrainOptions())  # they are of changed images already
        if self._in_head:
            lower, model = split_above_base(model)
            found = self._features = self._features or compute(lower, data, augmentation)
        return model, found

    def _begin_whole(self) -> None:
        """Pass from the head to the network as a whole, at its own rate."""
        self._features = None
        if self._is_done():
            return
        self._compile(None)
        rate = self.options.fine_tune_rate
        if self.options.freeze_base:
            self._emit(
                Log(
                    _("Pictures are mixed from here on, at a rate of {rate:g}; the base stays as it is.").format(
                        rate=rate
                    )
                )
            )
        else:
            if self._in_part:
                sentence = _("The upper part of the base trains too from here on, at a rate of {rate:g}.")
            else:
                sentence = _("The base trains too from here on, at a rate of {rate:g}.")
            self._emit(Log(sentence.format(rate=rate)))

    def _epoch(self, model: keras.Model, batches: Batches, held_out: Batches, images: int) -> None:
        """`images` are the pictures of an epoch: one that is shown in several views counts once."""
        o, epoch = self.options, self.state.epoch + 1
        started, waited = time.monotonic(), self.waited
        batches.begin(epoch)
        network.reseed(model, o.seed, epoch)
        watch = Watch(self, epoch, len(batches), images)
        with in_bfloat16(o):
            fitted = model.fit(batches, epochs=1, shuffle=False, verbose=0, callbacks=[watch]).history
        training_seconds = time.monotonic() - started - (self.waited - waited)
        measured = self._evaluate(model, held_out, watch)
        self.check_finite(measured["loss"], epoch)

        rate = self.rate_at((self.stage_epoch + 1) * len(batches), len(batches))
        verdict = self.state.schedule.record(o, epoch, measured["loss"], measured["accuracy"])
        ended = EpochEnded(
            epoch=epoch,
            epochs=o.epochs,
            loss=float(fitted["loss"][-1]),
            accuracy=float(fitted["accuracy"][-1]),
            validation_loss=float(measured["loss"]),
            validation_accuracy=float(measured["accuracy"]),
            learning_rate=rate,
            seconds=time.monotonic() - started - (self.waited - waited),
            images_per_second=images / training_seconds,
            best=verdict.best,
        )
        self.state.history.append(ended)
        self.state.seconds += ended.seconds
        self.state.training_seconds += training_seconds
        self.state.images += images
        self.checkpoint.save(self.model, self.state)
        self._emit(ended)
        self._emit(ClassesMeasured(epoch, *self._by_class.accuracies()))
        if verdict.lowered is not None:
            self._emit(
                Log(
                    _("No gain in validation {measure}; learning rate lowered to {rate:.3g}.").format(
                        measure=_("loss") if o.plateau_by == "loss" else _("accuracy"), rate=verdict.lowered
                    )
                )
            )
        if self._is_done() and self.state.epoch < o.epochs:
            if o.early_stop_by == "loss":
                sentence = _("Stopped: {epochs} epochs without a lower validation loss.")
            else:
                sentence = _("Stopped: {epochs} epochs without a higher validation accuracy.")
            self._emit(Log(sentence.format(epochs=o.early_stop)))

    def _evaluate(self, model: keras.Model, held_out: Batches, watch: Watch) -> dict[str, float]:
        """Loss and metrics of the validation images, fewer at once where the memory is too small for so many."""
        while True:
            kind = device_kind(self.options.device)
            steps = network.steps_per_execution(model, held_out.batch_size, kind, passes=1)
            try:
                return network.evaluate(model, held_out, steps, watch)
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
                held_out.resize(self._batch_size.halve(held_out.batch_size))
                network.forget_evaluation(model)

    def epoch_of(self, labels: NDArray[np.int64]) -> tuple[int, int]:
        """Images and batches of an epoch of this stage, of training images with these `labels`."""
        o = self.options
        images = images_of_epoch(labels, o.imbalance)
        shown = views_of(Augmentation(o)) if self._in_head else 1
        return images, math.ceil(images * shown / o.batch_size)

    def check_finite(self, loss: float, epoch: int) -> None:
        """Raise DivergedError where the loss is no number any more."""
        if math.isfinite(loss):
            return
        o, fine_tuning = self.options, 0 < self._head_epochs <= self.state.epoch
        if fine_tuning:
            sentence = _(
                "The loss was no longer a finite number in epoch {epoch}; choose a fine-tuning rate lower than "
                "{rate:g}."
            )
        else:
            sentence = _(
                "The loss was no longer a finite number in epoch {epoch}; choose a learning rate lower than {rate:g}."
            )
        raise DivergedError(sentence.format(epoch=epoch, rate=o.fine_tune_rate if fine_tuning else o.learning_rate))

    @property
    def stage_epoch(self) -> int:
        """Complete epochs of this stage."""
        return self.state.epoch if self._in_head else self.state.epoch - self._head_epochs

    def watch_batch(self, event: BatchEnded | None) -> None:
        """Report an execution after it, wait where a pause was asked for, stop at once where that was."""
        if event is not None:
            self._emit(event)
        if self._cancel.is_paused():
            began = time.monotonic()
            self._cancel.wait_while_paused()
            self.waited += time.monotonic() - began
        if self._cancel.is_set():
            raise JobCancelled

    def set_rate(self, step: int, batches: int) -> None:
        """The rate for the steps that come; `step` counts from 0 over this stage, whose epochs have `batches`."""
        self.model.optimizer.learning_rate = self.rate_at(step, batches)

    def rate_at(self, step: int, batches: int) -> float:
        """The rate of a step of this stage."""
        o = self.options
        epochs = self._head_epochs if self._in_head else o.epochs - self._head_epochs
        return self.state.schedule.rate_at(o, step, epochs * batches)

    def seconds_left(self, images_left: int, images: int, rate: float) -> float:
        """Return the seconds until the last epoch that the options allow, validation as slow as it was."""
        s = self.state
        epochs_left = self.options.epochs - s.epoch - 1
        pause = (s.seconds - s.training_seconds) / s.epoch if s.epoch else 0.0
        return (images_left + epochs_left * images) / rate + (epochs_left + 1) * pause


class Watch(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Rate, cancel, progress and the check of the loss, after every execution of training and validation."""

    def __init__(self, fit: Fit, epoch: int, batches: int, images: int) -> None:
        super().__init__()
        self._fit, self._epoch, self._batches, self._images = fit, epoch, batches, images
        self._first_step = fit.stage_epoch * batches
        self._started, self._throttle = time.monotonic(), Throttle()
        self._waited = fit.waited

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        self._fit.set_rate(self._first_step + batch, self._batches)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        loss = float((logs or {}).get("loss", math.nan))
        self._fit.check_finite(loss, self._epoch)
        done = min(batch + 1, self._batches)  # Keras counts the last execution as a full one
        event = None
        if self._throttle.is_due(last=done == self._batches):
            seconds = time.monotonic() - self._started - (self._fit.waited - self._waited)
            event = self._event(done, loss, float((logs or {})["accuracy"]), seconds)
        self._fit.watch_batch(event)

    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        self._fit.watch_batch(None)

    def _event(self, done: int, loss: float, accuracy: float, seconds: float) -> BatchEnded:
        seen = min(round(done / self._batches * self._images), self._images)
        rate = seen / max(seconds, 1e-9)
        left = self._fit.seconds_left(self._images - seen, self._images, rate)
        return BatchEnded(self._epoch, done, self._batches, loss, accuracy, rate, left)
