from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from engine.records import build, parse
from engine.training.options import TrainOptions
from engine.training.recipes.registry import recipe
from engine.training.schedule import Schedule

OPTIONS = TrainOptions(early_stop=4, plateau=2, plateau_factor=0.5, minimum_rate=1e-4, learning_rate=1e-3)


class FakeModel:
    """As much of a Keras model as its callbacks look at."""

    def __init__(self, rate: float) -> None:
        self.stop_training = False
        self.optimizer = SimpleNamespace(learning_rate=np.float64(rate))

    def get_weights(self) -> list[object]:
        return []


def course(seed: int) -> list[tuple[float, float]]:
    """Losses and accuracies that rise, stall and fall, with ties."""
    random = np.random.default_rng(seed)
    losses = np.round(1 / np.arange(1, 31) + random.normal(0, 0.05, 30), 2)
    accuracies = np.round(1 - losses + random.normal(0, 0.02, 30), 4)
    return list(zip(losses.tolist(), accuracies.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(6))
def test_rates_and_stops_are_those_of_keras_callbacks(seed: int) -> None:
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", mode="min", patience=4)
    plateau = keras.callbacks.ReduceLROnPlateau(monitor="val_accuracy", mode="max", patience=2, factor=0.5, min_lr=1e-4)
    model = FakeModel(1e-3)
    for callback in (stop, plateau):
        callback.set_model(model)
        callback.on_train_begin()
    schedule = Schedule(1e-3)
    for epoch, (loss, accuracy) in enumerate(course(seed), start=1):
        schedule.record(OPTIONS, epoch, loss, accuracy)
        for callback in (stop, plateau):
            callback.on_epoch_end(epoch - 1, {"val_loss": loss, "val_accuracy": accuracy})
        assert schedule.rate == pytest.approx(float(model.optimizer.learning_rate))
        assert schedule.is_enough(OPTIONS) == model.stop_training
        if model.stop_training:
            return
    assert schedule.rate < 1e-3


def test_a_schedule_goes_on_after_a_restart_as_if_there_was_none() -> None:
    through, restarted = Schedule(1e-3), Schedule(1e-3)
    for epoch, (loss, accuracy) in enumerate(course(1), start=1):
        expected = through.record(OPTIONS, epoch, loss, accuracy)
        restarted = build(Schedule, parse(json.dumps(restarted.to_dict())))
        assert restarted.record(OPTIONS, epoch, loss, accuracy) == expected
        assert restarted == through


def test_zero_never_stops_and_never_lowers() -> None:
    schedule = Schedule(1e-3)
    options = replace(OPTIONS, early_stop=0, plateau=0)
    for epoch in range(1, 50):
        assert schedule.record(options, epoch, 1.0, 0.5).lowered is None
        assert not schedule.is_enough(options)


def test_the_best_epoch_is_by_accuracy_then_loss_or_by_loss() -> None:
    rows = [(0.9, 0.5), (0.8, 0.7), (0.7, 0.7), (0.6, 0.6)]
    for by, expected in (("accuracy", 3), ("loss", 4)):
        schedule = Schedule(1e-3)
        for epoch, (loss, accuracy) in enumerate(rows, start=1):
            schedule.record(TrainOptions(best_by=by), epoch, loss, accuracy)
        assert schedule.best_epoch == expected


def test_the_traffic_sign_rate_decays_as_the_notebooks_legacy_adam_did() -> None:
    options = recipe("traffic-sign-cnn").options
    assert options.schedule == "inverse-time"
    assert options.decay == pytest.approx(0.001 / (30 * 0.5))
    schedule = Schedule(options.learning_rate)
    for step in (0, 1, 857, 858, 858 * 15, 858 * 30):
        assert schedule.rate_at(options, step) == pytest.approx(0.001 / (1 + 0.001 / 15 * step))


def rates(steps: int = 100, **options: object) -> list[float]:
    chosen = TrainOptions(learning_rate=0.1, epochs=10, **options)
    return [Schedule(0.1).rate_at(chosen, step, steps) for step in range(steps + 1)]


def test_cosine_falls_from_the_rate_to_nothing_with_half_of_it_in_the_middle() -> None:
    found = rates(schedule="cosine")
    assert found[0] == pytest.approx(0.1)
    assert found[50] == pytest.approx(0.05)
    assert found[100] == pytest.approx(0)
    assert found == sorted(found, reverse=True)


def test_one_cycle_rises_once_and_falls_once() -> None:
    found = rates(schedule="one-cycle")
    top = found.index(max(found))
    assert found[0] == pytest.approx(0.1 / 25)
    assert (top, found[top]) == (20, pytest.approx(0.1))
    assert found[:21] == sorted(found[:21])
    assert found[20:] == sorted(found[20:], reverse=True)
    assert found[100] == pytest.approx(1e-4)


def test_inverse_time_without_a_decay_takes_the_rate_over_the_epochs() -> None:
    assert rates(schedule="inverse-time")[100] == pytest.approx(0.1 / (1 + 0.01 * 100))
    assert rates(schedule="inverse-time", decay=0.5)[1] == pytest.approx(0.1 / 1.5)


@pytest.mark.parametrize("decay", [0.0, 0.5])
def test_a_constant_rate_is_constant_with_any_decay(decay: float) -> None:
    assert set(rates(schedule="constant", decay=decay)) == {0.1}


@pytest.mark.parametrize("seed", range(3))
def test_stops_by_accuracy_and_plateaus_by_loss_are_keras_too(seed: int) -> None:
    stop = keras.callbacks.EarlyStopping(monitor="val_accuracy", mode="max", patience=5)
    plateau = keras.callbacks.ReduceLROnPlateau(
        monitor="val_loss", mode="min", patience=3, factor=0.2, min_lr=0, min_delta=1e-3
    )
    model = FakeModel(1e-3)
    for callback in (stop, plateau):
        callback.set_model(model)
        callback.on_train_begin()
    options = recipe("l2-cnn").options
    schedule = Schedule(options.learning_rate)
    for epoch, (loss, accuracy) in enumerate(course(seed), start=1):
        schedule.record(options, epoch, loss, accuracy)
        for callback in (stop, plateau):
            callback.on_epoch_end(epoch - 1, {"val_loss": loss, "val_accuracy": accuracy})
        assert schedule.rate == pytest.approx(float(model.optimizer.learning_rate))
        assert schedule.is_enough(options) == model.stop_training
        if model.stop_training:
            return
