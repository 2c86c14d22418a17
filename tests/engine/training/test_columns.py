"""Two columns in one network: what each learns, what the whole says, and that a run of it is one as any other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from engine.events import BatchEnded, EpochEnded, Event
from engine.jobs.job import Cancel
from engine.library.records import Split
from engine.models.predictor import Predictor
from engine.training import network, start_from
from engine.training.options import TrainOptions
from engine.training.plan import TrainParams
from engine.training.recipes.columns import ColumnMean, ColumnsCrossEntropy, columns, plain
from engine.training.recipes.recipe import Recipe
from engine.training.recipes.registry import recipe
from engine.training.runs.checkpoint import Checkpoint, load_model
from engine.training.runs.records import CHECKPOINT, KERAS_MODEL, MODEL, find_run, history
from engine.training.summary import summarise
from engine.training.trainer import train
from tests.engine.training.conftest import build_project, network_of, steps_as_written

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")]

COUNTS = {name: {Split.TRAINING: 16, Split.VALIDATION: 6, Split.TEST: 3} for name in ("bright", "dark")}
SMALL = {"image_size": 40, "channels": "rgb", "batch_size": 8, "epochs": 3}
IMAGES = np.random.default_rng(0).normal(0, 3, (6, 5)).astype(np.float32)
LABELS = np.array([0, 1, 2, 3, 0, 1])


def two() -> tuple[keras.Model, list[keras.Model]]:
    """Two layers that differ, as columns of one network and each as a network of its own, with the same weights."""
    keras.utils.set_random_seed(3)
    seen = keras.Input((5,))
    both = [layers.Dense(4, activation="softmax")(seen) for _ in range(2)]
    whole = keras.Model(seen, ColumnMean()(both))
    alone = [keras.Sequential([keras.Input((5,)), layers.Dense(4, activation="softmax")]) for _ in both]
    for model, layer in zip(alone, whole.layers[1:3], strict=True):
        layer.kernel.assign(np.asarray(layer.kernel) * 3)  # so that they contradict each other
        model.set_weights(layer.get_weights())
    return whole, alone


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_each_column_learns_as_it_would_by_itself(smoothing: float) -> None:
    whole, alone = two()
    options = TrainOptions(label_smoothing=smoothing)
    labels = np.eye(4, dtype=np.float32)[LABELS] if smoothing else LABELS
    network.prepare(whole, options, keras.optimizers.SGD(0.8))
    said = whole.train_on_batch(IMAGES, labels, return_dict=True)["loss"]
    losses = []
    for model in alone:
        network.prepare(model, options, keras.optimizers.SGD(0.4))  # of two columns each counts for a half
        losses.append(model.train_on_batch(IMAGES, labels, return_dict=True)["loss"])
    assert said == pytest.approx(np.mean(losses), rel=1e-5)
    for one, other in zip(whole.get_weights(), [w for m in alone for w in m.get_weights()], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def test_outside_of_training_they_say_the_mean_of_their_probabilities() -> None:
    whole, alone = two()
    expected = np.mean([m.predict_on_batch(IMAGES) for m in alone], axis=0)
    for found in (whole(IMAGES, training=False), whole(IMAGES), plain(whole)(IMAGES)):
        np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-5)
    network.prepare(whole, TrainOptions(), keras.optimizers.SGD())
    loss = whole.evaluate(IMAGES, LABELS, verbose=0, return_dict=True)["loss"]
    assert loss == pytest.approx(-np.log(expected[np.arange(6), LABELS]).mean(), rel=1e-5)


def test_probabilities_that_vanish_leave_a_finite_loss_and_still_teach() -> None:
    hopeless = keras.ops.convert_to_tensor(np.array([[1, 0], [1 - 1e-20, 1e-20]], np.float32))
    both = ColumnMean()([hopeless, hopeless], training=True)
    found = np.asarray(ColumnsCrossEntropy(reduction="none")(np.array([1, 1]), both))
    np.testing.assert_allclose(found, -np.log([1e-30, 1e-20]), rtol=1e-4)


def test_neither_head_is_penalised() -> None:
    accurate = recipe("accurate")
    model = network.build(accurate, replace(accurate.options, image_size=40, l2=0.01), 3)
    weighted = [layer for layer in model.layers if getattr(layer, "kernel", None) is not None]
    free = [layer for layer in weighted if layer.kernel_regularizer is None]
    assert [layer.units for layer in free] == [3, 3]
    assert len(weighted) == 17


def test_a_network_for_few_pixels_has_one_column() -> None:
    accurate = recipe("accurate")
    assert columns(accurate.build(replace(accurate.options, image_size=39), 2)) == 1
    model = accurate.build(replace(accurate.options, image_size=40), 2)
    assert columns(model) == 2
    before = model.get_weights()
    images = np.random.default_rng(0).integers(0, 256, (4, 40, 40, 3), np.uint8)
    model(images)  # as a person calls it who has the file: it must not learn from that
    assert all((a == b).all() for a, b in zip(before, model.get_weights(), strict=True))


@pytest.mark.parametrize("size", [32, 40])
def test_layers_are_those_that_torch_computes_too(size: int) -> None:
    """There LayerNormalization takes its axes for the last ones, and fails or is wrong with others."""
    accurate = recipe("accurate")
    model = accurate.build(replace(accurate.options, image_size=size), 2)
    axes = [list(layer.axis) for layer in model.layers if isinstance(layer, layers.LayerNormalization)]
    assert axes == [[1, 2, 3]]


def build_small(options: TrainOptions, classes: int) -> keras.Model:
    """Two columns as those of `accurate`, of a few weights: TensorFlow takes most of a test's time to trace layers."""
    image = keras.Input((options.image_size, options.image_size, 3), dtype="uint8")
    ends = []
    for filters in (3, 4):
        x = layers.Conv2D(filters, 3, strides=8)(layers.Rescaling(1 / 255)(image))
        x = layers.Dropout(0.2)(layers.ReLU()(layers.BatchNormalization()(x)))
        ends.append(layers.Dense(classes, activation="softmax")(layers.Flatten()(x)))
    return keras.Model(image, ColumnMean()(ends))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_project(tmp_path_factory.mktemp("project"), COUNTS)


@pytest.fixture(scope="module")
def finished(folder: Path) -> dict[str, Any]:
    return run(folder, export=True)


def run(
    folder: Path,
    emit: Callable[[Event], None] = lambda event: None,
    resume: str | None = None,
    *,
    export: bool = False,
) -> dict[str, Any]:
    params = TrainParams(str(folder), "accurate", {} if resume else SMALL, resume, export=export)
    with network_of("accurate", build_small), steps_as_written():
        return train(params, emit=emit, cancel=Cancel())


def test_a_run_leaves_a_file_of_keras_own_layers_that_answers_as_the_best_epoch(
    folder: Path, finished: dict[str, Any]
) -> None:
    found = find_run(folder, finished["run"])
    kept, best = load_model(found.folder / KERAS_MODEL), load_model(Checkpoint(found.folder / CHECKPOINT).best)
    assert columns(best) == 2
    assert all(type(layer).__module__.startswith("keras.") for layer in kept.layers)
    images = np.random.default_rng(0).integers(0, 256, (4, 40, 40, 3), np.uint8)
    expected = best.predict_on_batch(images)
    np.testing.assert_array_equal(kept.predict_on_batch(images), expected)
    np.testing.assert_allclose(Predictor(found.folder / MODEL).predict(images), expected, atol=1e-4)
    assert finished["difference"] <= 1e-4


def test_the_features_of_both_columns_stand_side_by_side(folder: Path, finished: dict[str, Any]) -> None:
    found = find_run(folder, finished["run"])
    images = np.random.default_rng(0).integers(0, 256, (4, 40, 40, 3), np.uint8)
    features = Predictor(found.folder / MODEL).features(images)
    model = load_model(found.folder / KERAS_MODEL)
    ends = [layer for layer in model.layers if isinstance(layer, layers.Dense) and layer.units == 2]
    expected = keras.Model(model.inputs, [layer.input for layer in ends]).predict_on_batch(images)
    np.testing.assert_allclose(features, np.concatenate(expected, axis=1), atol=1e-4)
    assert features.shape == (4, 5 * 5 * (3 + 4))


def test_a_run_that_broke_off_goes_on_as_if_nothing_had_been(folder: Path, finished: dict[str, Any]) -> None:
    class BrokenError(Exception):
        pass

    started: list[str] = []

    def emit(event: Event) -> None:
        started.append(getattr(event, "run", ""))
        if isinstance(event, BatchEnded) and event.epoch == 2:
            raise BrokenError

    with pytest.raises(BrokenError):
        run(folder, emit)
    name = next(filter(None, started))
    again = run(folder, resume=name)
    assert again["epochs"] == finished["epochs"] == 3

    def course(name: str) -> list[EpochEnded]:
        rows = history(find_run(folder, name, with_model=False))
        return [replace(row, seconds=0.0, images_per_second=0.0) for row in rows]

    def weights(name: str) -> list[Any]:
        kept = Checkpoint(find_run(folder, name, with_model=False).folder / CHECKPOINT).load()
        assert kept is not None
        return [np.asarray(v) for v in (*kept[0].weights, *kept[0].optimizer.variables)]

    assert course(name) == course(finished["run"])
    for one, other in zip(weights(name), weights(finished["run"]), strict=True):
        np.testing.assert_array_equal(one, other)  # bit for bit


def test_a_run_starts_from_the_weights_that_another_left(folder: Path, finished: dict[str, Any]) -> None:
    accurate: Recipe = replace(recipe("accurate"), build=build_small)
    file = find_run(folder, finished["run"]).folder / KERAS_MODEL
    model, told = start_from.from_run(accurate, replace(accurate.options, image_size=40), ("bright", "dark"), file)
    assert told == ""
    images = np.random.default_rng(0).integers(0, 256, (4, 40, 40, 3), np.uint8)
    np.testing.assert_array_equal(model.predict_on_batch(images), load_model(file).predict_on_batch(images))
    assert columns(model) == 2


def test_the_layers_of_both_columns_are_told(folder: Path) -> None:
    params = TrainParams(str(folder), "accurate", {"image_size": 40})
    told = summarise(params, emit=lambda event: None, cancel=Cancel())
    assert sum(layer["parameters"] for layer in told["layers"]) == told["parameters"]
    assert [layer["shape"] for layer in told["layers"] if layer["kind"] == "ColumnMean"] == [[2]]
    assert sum(layer["kind"] == "Dense" for layer in told["layers"]) == 4
