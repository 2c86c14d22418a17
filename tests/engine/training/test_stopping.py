"""Stop is heard after an execution: how many steps one has, and that none is trained after it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest

from engine.errors import JobCancelled
from engine.events import BatchEnded, Event
from engine.jobs.job import Cancel
from engine.library.records import Split
from engine.training import fit, network
from engine.training.data.batches import Batches
from engine.training.options import TrainOptions
from engine.training.plan import TrainParams
from engine.training.recipes.registry import RECIPES
from engine.training.trainer import train
from tests.engine.training.conftest import MakeProject

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")

SLOW_MACHINE = {"cpu": 2e10, "gpu": 1e12}  # operations a second


def build_slow(options: TrainOptions, classes: int) -> keras.Model:
    """A step of 8 images is 4.6 billion operations: a quarter of a second on a slow machine."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((options.image_size, options.image_size, 1), dtype="uint8"),
            layers.Rescaling(1 / 255),
            layers.Conv2D(96, 3, padding="same", activation="relu"),
            layers.Conv2D(96, 3, padding="same", activation="relu"),
            layers.Conv2D(96, 3, padding="same", activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(classes, activation="softmax"),
        ]
    )


def dense(units: int) -> keras.Model:
    return keras.Sequential([keras.Input((100,)), keras.layers.Dense(units)])


@pytest.mark.parametrize(
    ("units", "batch_size", "kind", "passes", "steps"),
    [
        (10, 32, "cpu", 3, 32),  # as many as there may be
        (100_000, 32, "cpu", 3, 5),  # 10,000 million operations in half a second, 1,920 million a step
        (100_000, 32, "cpu", 1, 15),  # evaluation goes forwards only
        (100_000, 256, "cpu", 3, 1),
        (100_000, 32, "gpu", 3, 32),
        (10, 128, "gpu", 3, 32),
        (10, 512, "gpu", 3, 8),  # as many pictures as processors bring in that time
        (10, 8192, "gpu", 3, 1),
    ],
)
def test_an_execution_has_as_many_steps_as_fit_into_half_a_second_of_a_slow_machine(
    units: int, batch_size: int, kind: str, passes: int, steps: int
) -> None:
    model = dense(units)
    assert network.steps_per_execution(model, batch_size, kind, passes) == steps
    operations = steps * 2 * passes * batch_size * 100 * units
    assert steps == 1 or operations <= 0.5 * SLOW_MACHINE[kind]


def test_no_step_is_trained_after_the_execution_in_which_stop_was_pressed(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RECIPES, "fashion-cnn", replace(RECIPES["fashion-cnn"], build=build_slow))
    monkeypatch.setattr("engine.jobs.throttle.SECONDS_BETWEEN_EVENTS", 0.0)
    folder = make_project({name: {Split.TRAINING: 40, Split.VALIDATION: 4} for name in ("bright", "dark")})
    cancel, steps, original = Cancel(), [], fit.Watch.on_train_batch_end

    def count(self: fit.Watch, batch: int, logs: Any = None) -> None:
        steps.append(int(self.model.optimizer.iterations))
        original(self, batch, logs)

    def emit(event: Event) -> None:
        if isinstance(event, BatchEnded):
            cancel.set()

    monkeypatch.setattr(fit.Watch, "on_train_batch_end", count)
    with pytest.raises(JobCancelled):
        train(TrainParams(str(folder), overrides={"image_size": 24, "batch_size": 8}), emit=emit, cancel=cancel)
    assert steps == [2]  # of the ten steps of its first epoch, which a small network would take at one go


def test_evaluation_looks_as_often_as_it_is_told_and_sees_every_image() -> None:
    """Its batches are larger than those of training, and their number may change while it goes on."""
    model = keras.Sequential([keras.Input((2, 2, 1), dtype="uint8"), keras.layers.Flatten(), keras.layers.Dense(2)])
    by_class = network.prepare(model, TrainOptions(batch_size=1), keras.optimizers.SGD())
    looks: list[int] = []

    class Watch(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
        def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
            looks.append(batch)

    images, labels = np.zeros((20, 2, 2, 1), np.uint8), np.arange(20) % 2
    with Batches(images, labels, np.arange(20), batch_size=2) as held_out:
        network.evaluate(model, held_out, 2, Watch())
        assert looks == [1, 3, 5, 7, 9]
        assert np.asarray(by_class.seen).sum() == 20
        assert model.steps_per_execution == 32
        looks.clear()
        held_out.resize(1)
        network.forget_evaluation(model)
        network.evaluate(model, held_out, 10, Watch())
        assert looks == [9, 19]
        assert np.asarray(by_class.seen).sum() == 20


def test_batches_of_another_size_are_the_same_images() -> None:
    images = np.arange(10, dtype=np.uint8).reshape(10, 1, 1, 1)
    with Batches(images, np.arange(10), np.arange(10), batch_size=4) as batches:
        assert [len(batches[i][0]) for i in range(len(batches))] == [4, 4, 2]
        batches[0]  # and so those behind it are made ahead
        batches.resize(3)
        assert batches.batch_size == 3
        found = [batches[i][0] for i in range(len(batches))]
    assert [len(x) for x in found] == [3, 3, 3, 1]
    assert np.concatenate(found).ravel().tolist() == list(range(10))
