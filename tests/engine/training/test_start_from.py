"""Beginning with the network of an earlier run: it predicts what that run's predicts, class by class."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras.src.applications.efficientnet import EfficientNet

from engine.errors import UsageError
from engine.training import network, start_from
from engine.training.options import TrainOptions
from engine.training.recipes import bases
from engine.training.recipes.recipe import Recipe
from engine.training.recipes.registry import recipe
from engine.training.runs.checkpoint import load_model
from engine.training.runs.records import KERAS_MODEL, RECORD

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")

ART = recipe("art-transfer")
OPTIONS = replace(ART.options, image_size=32, base="EfficientNetB4")
BLOCK = {"kernel_size": 3, "repeats": 1, "filters_in": 32, "filters_out": 16, "expand_ratio": 1, "id_skip": True}
CLASSES = ("ant", "bee", "cow")


def images(size: int = 32) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (4, size, size, 3), np.uint8)


def little_efficientnet(
    include_top: bool, weights: str | None, input_shape: tuple[int, int, int], pooling: str | None
) -> keras.Model:
    """Keras' own code with a single block: with ImageNet's weights it builds a scaling more than without."""
    return EfficientNet(
        *(1.0, 1.0, 32),
        blocks_args=[{**BLOCK, "strides": 2, "se_ratio": 0.25}],
        include_top=include_top,
        weights=weights,
        input_shape=input_shape,
        pooling=pooling,
        name="efficientnetb4",
        weights_name="b4",
    )


def imagenet(model: keras.Model, _file: str) -> None:
    """What stands for the weights of ImageNet, with the mean and the variance of its colours."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.set_weights([np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225]) ** 2, np.array(0)])
            layer.finalize_state()


@pytest.fixture
def efficientnet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras.applications, "EfficientNetB4", little_efficientnet)
    monkeypatch.setattr("keras.src.applications.efficientnet.file_utils.get_file", lambda *_, **__: "some.h5")
    monkeypatch.setattr(keras.Model, "load_weights", imagenet)


def left(model: keras.Model, folder: Path, classes: Sequence[str] = CLASSES) -> Path:
    """A run's folder as far as another begins with it: its network and its classes."""
    folder.mkdir()
    model.save(folder / KERAS_MODEL)
    figures = {"epochs": 1, "best_epoch": 1, "seconds": 1.0, "images_per_second": 1.0}
    unknown = dict.fromkeys(("validation_accuracy", "validation_loss", "error"))
    record = {"recipe": ART.name, "options": {}, "state": "finished", "created": "2026-01-01", **figures, **unknown}
    record["classes"] = [{"id": i, "name": n} for i, n in enumerate(classes)]
    (folder / RECORD).write_text(json.dumps(record))
    return folder / KERAS_MODEL


def predicted(model: keras.Model) -> np.ndarray:
    return np.asarray(model.predict_on_batch(images()))


@pytest.mark.parametrize("first", ["imagenet", "none"])
def test_a_run_on_efficientnet_sees_its_pictures_as_the_run_that_it_starts_from(
    first: str, efficientnet: None, tmp_path: Path
) -> None:
    """The base of ImageNet has constants of its own, and a layer more than one without its weights."""
    keras.utils.set_random_seed(1)
    trained = network.build(ART, replace(OPTIONS, pretrained=first), 3)
    scalings = [x for x in bases.leaves(trained.layers[1]) if isinstance(x, keras.layers.Rescaling)]
    assert len(scalings) == (3 if first == "imagenet" else 2)
    file = left(trained, tmp_path / "first")
    begun, told = start_from.from_run(ART, OPTIONS, CLASSES, file)
    assert told == ""
    np.testing.assert_allclose(predicted(begun), predicted(load_model(file)), atol=1e-6)
    again, _ = start_from.from_run(ART, OPTIONS, CLASSES, left(begun, tmp_path / "second"))
    np.testing.assert_array_equal(predicted(again), predicted(begun))


def small(options: TrainOptions, classes: int) -> keras.Model:
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((options.image_size, options.image_size, 3), dtype="uint8"),
            layers.Rescaling(1 / 255),
            layers.Conv2D(4, 3, strides=2, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(8),
            layers.Dense(classes, activation="softmax"),
        ]
    )


SMALL = replace(recipe("photo-cnn"), build=small)
PLAIN = TrainOptions(image_size=32)


def logits(model: keras.Model) -> np.ndarray:
    """What the last layer says of each class before it is brought to a sum of 1."""
    return np.asarray(np.log(predicted(model)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    keras.utils.set_random_seed(1)
    model = small(PLAIN, 3)
    model.layers[-1].bias.assign([0.5, -0.5, 1.0])
    return left(model, tmp_path / "run")


def test_each_class_keeps_what_was_learnt_of_it_wherever_it_stands_now(file: Path) -> None:
    begun, told = start_from.from_run(SMALL, PLAIN, ("cow", "ant", "bee"), file)
    assert told == ""
    np.testing.assert_allclose(predicted(begun), predicted(load_model(file))[:, [2, 0, 1]], atol=1e-6)


def test_classes_that_the_run_does_not_know_begin_anew_and_are_named(file: Path) -> None:
    begun, told = start_from.from_run(SMALL, PLAIN, ("ant", "ape", "bee", "cow"), file)
    assert told == "The run run does not know ape: for this the last layer begins anew."
    old, new = logits(load_model(file)), logits(begun)[:, [0, 2, 3]]
    np.testing.assert_allclose(new - new[:, :1], old - old[:, :1], atol=1e-5)


def test_classes_that_are_not_trained_any_more_are_left_out_and_named(file: Path) -> None:
    begun, told = start_from.from_run(SMALL, PLAIN, ("ant", "cow"), file)
    assert told == "What the run run knows of bee is left out, as no such image is trained on."
    old, new = logits(load_model(file))[:, [0, 2]], logits(begun)
    np.testing.assert_allclose(new - new[:, :1], old - old[:, :1], atol=1e-5)


def test_many_new_classes_are_not_all_named(file: Path) -> None:
    _, told = start_from.from_run(SMALL, PLAIN, ("ant", "bee", "cow", *(f"new{n}" for n in range(7))), file)
    assert told.endswith("know new0, new1, new2, new3, new4, and 2 more: for this the last layer begins anew.")


def test_another_image_size_is_of_no_matter_to_a_network_without_one(file: Path) -> None:
    begun, _ = start_from.from_run(SMALL, replace(PLAIN, image_size=48), CLASSES, file)
    for one, other in zip(begun.get_weights(), load_model(file).get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def with_other(**changes: Any) -> Recipe:
    """The same network with a convolution that differs."""

    def build(options: TrainOptions, classes: int) -> keras.Model:
        before, after = small(options, classes), keras.Sequential()
        after.add(keras.Input(before.input_shape[1:], dtype="uint8"))
        for layer in before.layers:
            more = changes if isinstance(layer, keras.layers.Conv2D) else {}
            after.add(type(layer).from_config({**layer.get_config(), **more}))
        return after

    return replace(SMALL, build=build)


@pytest.mark.parametrize("changes", [{"filters": 5}, {"strides": 1}, {"activation": "tanh"}])
def test_a_network_of_another_kind_is_refused_in_a_sentence(changes: dict[str, Any], file: Path) -> None:
    with pytest.raises(UsageError, match=r"run cannot be started from: its network is another one\. Choose the recipe"):
        start_from.from_run(with_other(**changes), PLAIN, CLASSES, file)


def test_a_network_with_more_layers_is_refused(file: Path) -> None:
    def build(options: TrainOptions, classes: int) -> keras.Model:
        model = small(options, 8)
        model.add(keras.layers.Dense(classes))
        return model

    with pytest.raises(UsageError, match="its network is another one"):
        start_from.from_run(replace(SMALL, build=build), PLAIN, CLASSES, file)
