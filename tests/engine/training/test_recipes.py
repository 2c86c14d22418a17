"""The recipes equal the notebooks' networks, which stand here as the notebooks write them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from engine.errors import UsageError
from engine.training.options import TrainOptions
from engine.training.recipes.registry import recipe, recipes


def notebook_004() -> Any:
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for filters in (32, 64, 128):
        model.add(layers.Conv2D(filters, (3, 3), activation="relu"))
        model.add(layers.BatchNormalization())
        model.add(layers.MaxPooling2D(pool_size=(2, 2)))
        model.add(layers.Dropout(0.2))
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.BatchNormalization())
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(10, activation="softmax"))
    return model


def notebook_000() -> Any:
    return keras.Sequential(
        [
            keras.Input((30, 30, 3)),
            layers.Conv2D(filters=16, kernel_size=(3, 3), activation="relu"),
            layers.Conv2D(filters=32, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.BatchNormalization(axis=-1),
            layers.Conv2D(filters=64, kernel_size=(3, 3), activation="relu"),
            layers.Conv2D(filters=128, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.BatchNormalization(axis=-1),
            layers.Flatten(),
            layers.Dense(512, activation="relu"),
            layers.BatchNormalization(),
            layers.Dropout(rate=0.5),
            layers.Dense(43, activation="softmax"),
        ]
    )


def notebook_002() -> Any:
    return keras.Sequential(
        [
            keras.Input((180, 180, 3)),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.2),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(5),
        ]
    )


NOTEBOOKS = [("fashion-cnn", notebook_004, 10), ("traffic-sign-cnn", notebook_000, 43), ("photo-cnn", notebook_002, 5)]


@pytest.mark.parametrize(("name", "notebook", "classes"), NOTEBOOKS)
def test_a_recipe_is_the_notebooks_network_layer_for_layer(name: str, notebook: Any, classes: int) -> None:
    expected, built = notebook(), recipe(name).build(recipe(name).options, classes)
    rescaling, *rest = built.layers
    assert isinstance(rescaling, layers.Rescaling)
    assert built.count_params() == expected.count_params()
    assert [type(layer) for layer in rest] == [type(layer) for layer in expected.layers]
    assert [w.shape for w in built.weights] == [w.shape for w in expected.weights]
    rates = [[x.rate for x in some if isinstance(x, layers.Dropout)] for some in (rest, expected.layers)]
    assert rates[0] == rates[1]
    assert [layer.output.shape for layer in rest] == [layer.output.shape for layer in expected.layers]


@pytest.mark.parametrize("name", list(recipes()))
def test_every_recipe_takes_bytes_and_gives_probabilities(name: str) -> None:
    chosen = recipe(name)
    for size in {chosen.smallest, chosen.options.image_size}:
        for channels, depth in (("rgb", 3), ("grey", 1)):
            options = replace(chosen.options, image_size=size, channels=channels)
            images = np.random.default_rng(0).integers(0, 256, (2, size, size, depth), np.uint8)
            found = np.asarray(chosen.build(options, 3)(images, training=False))
            assert found.shape == (2, 3)
            np.testing.assert_allclose(found.sum(1), 1, rtol=1e-5)


def test_options_are_those_of_the_notebooks() -> None:
    fashion, signs, photos = (recipe(name).options for name, *_ in NOTEBOOKS)
    assert (fashion.image_size, fashion.channels, fashion.batch_size, fashion.epochs) == (28, "grey", 200, 30)
    assert (fashion.early_stop, fashion.plateau, fashion.plateau_factor, fashion.minimum_rate) == (10, 2, 0.5, 1e-5)
    assert (signs.image_size, signs.batch_size, signs.epochs, signs.learning_rate) == (30, 32, 30, 1e-3)
    assert (signs.rotation, signs.zoom, signs.shift, signs.shear, signs.flip) == (10, 0.15, 0.1, 0.15, False)
    assert (photos.image_size, photos.batch_size, photos.epochs) == (180, 32, 15)
    assert (photos.flip, photos.rotation, photos.zoom) == (True, 36, 0.1)
    assert not any((fashion.rotation, fashion.zoom, fashion.shift, fashion.shear, fashion.flip))
    assert TrainOptions().optimizer == "adam"


def test_recipes_are_listed_without_keras_or_numpy() -> None:
    script = """
import sys
from engine.training.recipes.registry import recipes
from engine.training.runs import list_runs
from engine.training.trainer import TrainParams
print(*recipes())
assert not {"keras", "tensorflow"} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["fashion-cnn", "traffic-sign-cnn", "photo-cnn"]


def test_a_misspelt_recipe_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'fashion-cnn'"):
        recipe("fashon-cnn")
