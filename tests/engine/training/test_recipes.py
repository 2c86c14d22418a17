"""The recipes equal the notebooks' networks, which stand here as the notebooks write them."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from keras import layers

from engine.errors import UsageError
from engine.training.options import TrainOptions
from engine.training.recipes.registry import recipe, recipes
from tests.engine.training import notebooks

# Recipe, the notebook's network, its classes and how many parameters it has.
NOTEBOOKS = [
    ("fashion-cnn", notebooks.fashion_cnn, 10, 102_730),
    ("traffic-sign-cnn", notebooks.traffic_sign_cnn, 43, 1_171_275),
    ("photo-cnn", notebooks.photo_cnn, 5, 3_989_285),
    ("photo-cnn-plain", notebooks.photo_cnn_plain, 5, 3_989_285),
    ("fashion-strided-cnn", notebooks.fashion_strided_cnn, 10, 360_458),
    ("cifar-strided-cnn", notebooks.cifar_strided_cnn, 10, 1_284_170),
    ("cifar-vgg", notebooks.cifar_vgg, 10, 1_477_930),
    ("cifar-vgg-bn", notebooks.cifar_vgg_bn, 10, 1_479_722),
    ("l2-cnn", notebooks.l2_cnn, 10, 1_200_266),
    ("cats-and-dogs-cnn", notebooks.cats_and_dogs_cnn, 2, 12_942_786),
]


@pytest.mark.parametrize(("name", "notebook", "classes", "parameters"), NOTEBOOKS)
def test_a_recipe_is_the_notebooks_network_layer_for_layer(
    name: str, notebook: Any, classes: int, parameters: int
) -> None:
    expected, built = notebook(), recipe(name).build(recipe(name).options, classes)
    theirs = [layer for layer in expected.layers if not isinstance(layer, layers.InputLayer)]
    rescaling, *rest = built.layers
    assert isinstance(rescaling, layers.Rescaling)
    assert built.count_params() == expected.count_params() == parameters
    assert [type(layer) for layer in rest] == [type(layer) for layer in theirs]
    assert [w.shape for w in built.weights] == [w.shape for w in expected.weights]
    rates = [[x.rate for x in some if isinstance(x, layers.Dropout)] for some in (rest, theirs)]
    assert rates[0] == rates[1]
    assert [layer.output.shape for layer in rest] == [layer.output.shape for layer in theirs]


@pytest.mark.parametrize("name", [name for name, r in recipes().items() if r.check is None])
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
    fashion, signs, photos = (recipe(n).options for n in ("fashion-cnn", "traffic-sign-cnn", "photo-cnn"))
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
from engine.training.runs.records import list_runs
from engine.training.trainer import TrainParams
print(*recipes())
assert not {"keras", "tensorflow"} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == list(recipes())


def test_every_recipe_of_the_notebooks_is_there_under_its_name() -> None:
    assert {name for name, *_ in NOTEBOOKS} | {"art-transfer"} <= set(recipes())
    assert recipe("cats-dogs-cnn").name == "cats-and-dogs-cnn"
    assert recipe("photo-cnn-augmented").name == "photo-cnn"
    for found in recipes().values():
        assert found.source
        assert found.summary


def test_a_misspelt_recipe_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'fashion-cnn'"):
        recipe("fashon-cnn")


@pytest.mark.parametrize("name", list(recipes()))
def test_a_recipe_names_its_source_and_the_figure_that_is_published_of_it(name: str) -> None:
    """In the docstring of its module: a figure in percent, or that the notebook prints none, or where ours stand."""
    found = recipes()[name]
    told = " ".join((sys.modules[found.build.__module__].__doc__ or "").split())
    assert "notebook" in told.lower() or found.source.startswith("Pigeonhole")
    assert re.search(r"\d %|prints no (final )?figure|docs/benchmarks\.md", told)
    assert re.match(r"(Notebook 00\d|Pigeonhole): ", found.source)
