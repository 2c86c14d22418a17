"""A step of the training is traced while pictures are read, and the training is the same as without."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from engine.jobs.job import Cancel
from engine.library.records import Split
from engine.training import trainer
from engine.training.data.loading import TrainingData
from engine.training.fit import Fit
from engine.training.options import TrainOptions
from engine.training.plan import TrainParams
from engine.training.recipes.registry import recipe
from engine.training.runs.checkpoint import Checkpoint
from tests.engine.training.conftest import MakeProject, network_of

IMAGES, CLASSES = 60, ("ant", "bee", "cat")


@pytest.fixture
def data() -> TrainingData:
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (IMAGES, 16, 16, 3), np.uint8)
    places = np.arange(IMAGES)
    return TrainingData(pixels, random.integers(0, len(CLASSES), IMAGES), places[:45], places[45:])


def tiny(options: TrainOptions, classes: int) -> keras.Model:
    """A network with all that has a state: averages of a normalisation, and random numbers."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((options.image_size, options.image_size, 3)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(4, 3, strides=4),
            layers.BatchNormalization(),
            layers.GlobalAveragePooling2D(),
            layers.Dropout(0.5),
            layers.Dense(classes, activation="softmax"),
        ]
    )


def fit_in(folder: Path, **options: Any) -> Fit:
    chosen = replace(recipe("quick"), build=tiny)
    small = replace(chosen.options, image_size=16, batch_size=16, epochs=1, **options)
    return Fit(chosen, small, CLASSES, Checkpoint(folder), emit=lambda _: None, cancel=Cancel())


def state_of(fit: Fit) -> list[NDArray[Any]]:
    variables = (*fit.model.trainable_variables, *fit.model.non_trainable_variables)
    return [np.copy(keras.ops.convert_to_numpy(variable)) for variable in variables]


def trained(fit: Fit, data: TrainingData) -> list[NDArray[Any]]:
    fit.run(data, lambda _: None)
    return state_of(fit)


def same(one: list[NDArray[Any]], other: list[NDArray[Any]]) -> bool:
    return len(one) == len(other) and all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("options", [{"imbalance": "class-weights", "mixup": 0.2}, {"imbalance": "oversample"}])
def test_weights_are_bit_for_bit_those_of_a_training_without_it(
    tmp_path: Path, data: TrainingData, options: dict[str, Any]
) -> None:
    plain, ahead = fit_in(tmp_path / "plain", **options), fit_in(tmp_path / "ahead", **options)
    before = state_of(ahead)
    assert same(before, state_of(plain))
    ahead.trace_ahead(data.labels[data.training])
    assert same(before, state_of(ahead))
    assert int(ahead.model.optimizer.iterations.numpy()) == 0
    assert same(trained(plain, data), trained(ahead, data))
    assert not same(before, state_of(ahead))


def counted(fit: Fit, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """An entry for each time that a layer of the network is traced from here on."""
    traced: list[bool] = []
    layer = next(layer for layer in fit.model.layers if isinstance(layer, keras.layers.Conv2D))
    call = layer.call
    monkeypatch.setattr(layer, "call", lambda inputs: traced.append(True) or call(inputs))
    return traced


def test_the_first_step_on_pictures_is_not_traced_again(
    tmp_path: Path, data: TrainingData, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit = fit_in(tmp_path)
    traced = counted(fit, monkeypatch)
    fit.trace_ahead(data.labels[data.training])
    before, evaluations = len(traced), 1
    assert before > 0
    fit.run(data, lambda _: None)
    assert len(traced) - before == evaluations


def test_a_step_is_traced_anew_where_pictures_that_cannot_be_read_make_fewer_steps(
    tmp_path: Path, data: TrainingData
) -> None:
    labels = np.zeros(16 * 50, np.int64)  # as if most of them could not be read
    plain, ahead = fit_in(tmp_path / "plain"), fit_in(tmp_path / "ahead")
    ahead.trace_ahead(labels)
    assert same(trained(plain, data), trained(ahead, data))


def test_a_step_is_traced_once_more_where_it_is_for_fewer_steps(
    tmp_path: Path, data: TrainingData, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit = fit_in(tmp_path)
    traced = counted(fit, monkeypatch)
    fit.trace_ahead(np.zeros(16 * 50, np.int64))
    before = len(traced)
    fit.trace_ahead(data.labels[data.training])
    assert len(traced) > before


def build_failing(options: TrainOptions, classes: int) -> keras.Model:
    """A network that can be built and not trained."""
    model = tiny(replace(options, channels="rgb"), classes)

    def fail(*_: Any, **__: Any) -> None:
        raise ArithmeticError("no step of this network works")

    model.compute_loss = fail
    return model


def test_pictures_are_no_longer_read_where_the_step_fails(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[bool] = []

    def read(files: list[Path], options: TrainOptions, *, emit: Any, cancel: Cancel) -> None:
        heard.append(cancel.wait(60))  # in place of many pictures
        cancel.check()

    monkeypatch.setattr(trainer, "load_images", read)
    folder, cancel = make_project({name: {Split.TRAINING: 4, Split.VALIDATION: 2} for name in ("a", "b")}), Cancel()
    with network_of("quick", build_failing), pytest.raises(ArithmeticError, match="no step"):
        trainer.train(
            TrainParams(str(folder), "quick", {"image_size": 16, "channels": "rgb"}), emit=lambda _: None, cancel=cancel
        )
    assert heard == [True]
    assert not cancel.is_set()  # which is the person's
