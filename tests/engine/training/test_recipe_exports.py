"""Each recipe's network becomes a model file that answers alike (trained ones: tests/stress/test_every_recipe.py)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from engine.models.bundle import ModelInfo
from engine.models.export import self_test, to_onnx
from engine.models.predictor import Predictor
from engine.training.recipes.registry import recipe, recipes

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")]

OF_OUR_OWN_PICTURES = [name for name, found in recipes().items() if found.check is None]  # others stand on a base
SIZES = [(name, max(32, recipe(name).smallest)) for name in OF_OUR_OWN_PICTURES]


@pytest.mark.parametrize(("name", "size"), [*SIZES, ("accurate", 50)])  # of two columns, one at 33 px
def test_a_network_and_its_model_file_give_the_same_probabilities(name: str, size: int, tmp_path: Path) -> None:
    keras.utils.set_random_seed(1)
    chosen = recipe(name)
    options = replace(chosen.options, image_size=size)
    network = chosen.build(options, 3)
    for layer in network.layers:  # as after a training: averages that are not 0 and 1
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.moving_mean.assign(np.linspace(-0.5, 0.5, layer.moving_mean.shape[0]))
            layer.moving_variance.assign(np.linspace(0.5, 2, layer.moving_variance.shape[0]))
    depth = 3 if options.channels == "rgb" else 1
    images = np.random.default_rng(0).integers(0, 256, (5, size, size, depth), np.uint8)
    info = ModelInfo(1, ("a", "b", "c"), size, size, options.channels, options.resize, name, "run", 1.0)
    to_onnx(network, info, tmp_path / "model.onnx")
    difference, found = self_test(network, Predictor(tmp_path / "model.onnx"), [images[:2], images[2:]])
    assert difference <= 1e-4
    np.testing.assert_allclose(found, network.predict_on_batch(images), atol=1e-4)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
