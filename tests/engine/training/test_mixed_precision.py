"""Mixed precision: that of graphics cards, at work on a processor that is taken for one, and that of processors."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers
from keras.optimizers import LossScaleOptimizer
from tensorflow.config.optimizer import get_experimental_options

from engine.events import EpochEnded
from engine.jobs.job import Cancel
from engine.library.records import Split
from engine.models.export import LARGEST_DIFFERENCE
from engine.training import network
from engine.training.machine.bfloat16 import in_bfloat16
from engine.training.machine.device import multiplies_bfloat16
from engine.training.options import TrainOptions, with_overrides
from engine.training.plan import TrainParams
from engine.training.recipes.bases import leaves
from engine.training.recipes.columns import ColumnMean
from engine.training.recipes.registry import recipe
from engine.training.runs.checkpoint import Checkpoint
from engine.training.runs.records import CHECKPOINT, KERAS_MODEL, MODEL, find_run, history
from engine.training.trainer import train
from tests.engine.training.conftest import build_project, network_of
from tests.engine.training.test_trainer import build_small
from tests.engine.training.test_transfer import build_base

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")]

COUNTS = {name: {Split.TRAINING: 12, Split.VALIDATION: 4} for name in ("bright", "dark")}
SMALL = {"image_size": 32, "batch_size": 8, "rotation": 0, "mixed_precision": True}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_project(tmp_path_factory.mktemp("project"), COUNTS)


def trained(folder: Path, name: str, **options: Any) -> dict[str, Any]:
    params = TrainParams(str(folder), name, {**SMALL, **options})
    return train(params, emit=lambda event: None, cancel=Cancel())


def policies(model: keras.Model) -> set[str]:
    return {layer.dtype_policy.name for layer in leaves(model) if layer.weights}


def small_pictures(classes: int, seen: Any) -> Any:
    """The kinds of layers of Quick and of a column of Accurate, one of each."""
    x = layers.LayerNormalization(axis=[1, 2, 3], center=False, scale=False)(seen)
    x = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(4, 3, strides=4, use_bias=False)(x)))
    x = layers.Flatten()(layers.MaxPooling2D(2)(x))
    x = layers.Dropout(0.3)(layers.ReLU()(layers.BatchNormalization()(layers.Dense(8, use_bias=False)(x))))
    return layers.Dense(classes, activation="softmax", dtype="float32")(x)


def build_column(options: TrainOptions, classes: int) -> keras.Model:
    image = keras.Input((options.image_size, options.image_size, 1), dtype="uint8")
    return keras.Model(image, small_pictures(classes, layers.Rescaling(1 / 255)(image)))


def build_columns(options: TrainOptions, classes: int) -> keras.Model:
    """Two, of which one sees the picture smaller and has each colour evened by itself."""
    image = keras.Input((options.image_size, options.image_size, 1), dtype="uint8")
    pixels = layers.Rescaling(1 / 255)(image)
    less = keras.ops.image.resize(pixels, (options.image_size // 2,) * 2)
    less = layers.GroupNormalization(groups=-1, center=False, scale=False)(less)
    ends = [small_pictures(classes, seen) for seen in (pixels, less)]
    return keras.Model(image, ColumnMean(dtype="float32")(ends))


def check_mixed_precision(name: str, options: dict[str, Any], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run of that recipe on what is taken for a card leaves a model in full precision."""
    monkeypatch.setattr(network, "device_kind", lambda wanted: "gpu")
    monkeypatch.setattr("engine.training.recipes.bases.base", build_base)
    result = trained(folder, name, **options)
    run = find_run(folder, result["run"])
    last = keras.saving.load_model(Checkpoint(run.folder / CHECKPOINT).best)
    assert policies(last) == {"mixed_float16", "float32"}  # the probabilities stay in full precision
    assert last.layers[-1].dtype_policy.name == "float32"
    assert isinstance(last.optimizer, LossScaleOptimizer)
    assert policies(keras.saving.load_model(run.folder / KERAS_MODEL)) == {"float32"}
    assert (run.folder / MODEL).is_file()
    assert result["state"] == "finished"
    assert 0 <= result["difference"] <= LARGEST_DIFFERENCE


QUICK: dict[str, Any] = {"epochs": 1}
ACCURATE: dict[str, Any] = {"epochs": 1, "image_size": 40}  # of two columns


@pytest.mark.usefixtures("untraced")  # the stress test traces them
@pytest.mark.parametrize(
    ("name", "build", "options"),
    [
        ("quick", build_column, {**QUICK, "channels": "grey"}),
        ("accurate", build_columns, {**ACCURATE, "channels": "grey"}),
        ("transfer", None, {"epochs": 2, "head_epochs": 1, "channels": "rgb"}),
    ],
)
def test_a_run_in_mixed_precision_leaves_a_model_in_full_precision_that_agrees_with_its_file(
    name: str,
    build: Callable[[TrainOptions, int], keras.Model] | None,
    options: dict[str, Any],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On networks of a few weights; tests/stress/test_mixed_precision.py trains those of the recipes."""
    with network_of(name, build) if build is not None else nullcontext():
        check_mixed_precision(name, options, folder, monkeypatch)


def test_a_processor_keeps_a_network_in_full_precision_whatever_was_asked() -> None:
    quick = recipe("quick")
    assert policies(network.build(quick, with_overrides(quick.options, SMALL), 2)) == {"float32"}


Trained = tuple[EpochEnded, list[np.ndarray]]


def trained_in(folder: Path, **options: Any) -> Trained:
    """The first epoch of a small network, and the weights after it."""
    with network_of("quick", build_small):
        result = trained(folder, "quick", epochs=1, **options)
    run = find_run(folder, result["run"])
    assert result["difference"] <= LARGEST_DIFFERENCE
    kept = keras.saving.load_model(Checkpoint(run.folder / CHECKPOINT).best)
    assert policies(kept) == {"float32"}
    return history(run)[0], kept.get_weights()


@pytest.fixture(scope="module")
def in_full_precision(folder: Path) -> Trained:
    return trained_in(folder, mixed_precision=False)


@pytest.mark.skipif(not multiplies_bfloat16(), reason="this processor has no instructions for bfloat16")
def test_a_processor_with_bfloat16_trains_in_it_alike_each_time_and_measures_in_full_precision(
    folder: Path, in_full_precision: Trained
) -> None:
    full, weights = in_full_precision
    (first, one), (second, other) = trained_in(folder), trained_in(folder)
    assert (first.loss, first.validation_loss) == (second.loss, second.validation_loss)
    assert all((a == b).all() for a, b in zip(one, other, strict=True))
    assert any((a != b).any() for a, b in zip(one, weights, strict=True))
    assert first.loss == pytest.approx(full.loss, rel=0.05)
    assert not get_experimental_options().get("auto_mixed_precision_onednn_bfloat16", False)


@pytest.mark.skipif(not multiplies_bfloat16(), reason="this processor has no instructions for bfloat16")
def test_normalisation_keeps_its_precision_beside_products_in_bfloat16() -> None:
    """Its averages, which validation goes by. TensorFlow alone would take them of rounded values, and round them."""
    normalisation = keras.layers.BatchNormalization(momentum=0.0)  # keeps what it saw last
    image = keras.Input((8, 8, 3))
    model = keras.Model(image, keras.layers.Conv2D(4, 3)(normalisation(keras.layers.Conv2D(16, 3)(image))))
    model.compile("sgd", "mse")
    values = np.random.default_rng(0).uniform(size=(32, 8, 8, 3)).astype(np.float32)
    before = model.get_weights()
    with in_bfloat16(with_overrides(recipe("quick").options, SMALL)):
        model.train_on_batch(values, np.zeros((32, 4, 4, 4), np.float32))
    assert any((a != b).any() for a, b in zip(before, model.get_weights(), strict=True))
    for average in (normalisation.moving_mean, normalisation.moving_variance):
        bits = keras.ops.convert_to_numpy(average).view(np.uint32)
        assert (bits & 0xFFFF).any()  # bfloat16 has the upper half alone


def test_a_processor_without_bfloat16_trains_in_full_precision(
    folder: Path, in_full_precision: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.training.machine.bfloat16.multiplies_bfloat16", lambda: False)
    _, weights = in_full_precision
    _, same = trained_in(folder)
    assert all((a == b).all() for a, b in zip(weights, same, strict=True))
