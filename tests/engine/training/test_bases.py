"""Pretrained bases: their weights, what they see, and that each becomes a model file."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from keras.src.applications.convnext import ConvNeXt
from keras.src.applications.efficientnet import EfficientNet

from engine.errors import ModelError, UsageError
from engine.models.bundle import ModelInfo
from engine.models.export import self_test, to_onnx
from engine.models.predictor import Predictor
from engine.training import network
from engine.training.options import BASES as NAMES
from engine.training.options import TrainOptions, specs
from engine.training.recipes import bases
from engine.training.recipes.registry import recipe
from tests.engine.training import notebooks

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")]

ART = recipe("art-transfer")
SMALL_WEIGHTS = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top.h5"
# The notebook's own code, counted once: each base without its classifier, global average pooling, Dense 512, dropout,
# Dense 7. tests/stress/test_base_sizes.py has those that take seconds to build.
PARAMETERS = {
    "MobileNetV2": 2_917_447,
    "EfficientNetV2B0": 6_578_775,
    "EfficientNetB4": 18_595_430,
    "DenseNet201": 19_309_127,
    "Xception": 21_914_159,
    "InceptionV3": 22_855_463,
    "ResNet50V2": 24_617_479,
    "ConvNeXtTiny": 28_217_447,
    "EfficientNetB5": 29_566_206,
    "InceptionResNetV2": 55_127_271,
}
QUICK = ("MobileNetV2", "Xception", "ResNet50V2")
# Mean and variance of each colour, and a count, which Keras keeps in a layer of these two and no training changes: here
# they are constants (`bases.plain`), as ONNX has no such layer.
NORMALISATION = {"EfficientNetB4": 7, "EfficientNetB5": 7}


def images(size: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (3, size, size, 3), np.uint8)


def test_every_base_of_the_options_is_known_and_is_one_of_keras() -> None:
    assert set(NAMES) <= set(bases.BASES)
    assert all(hasattr(keras.applications, name) for name in NAMES)


def check_the_network_is_the_notebooks(name: str) -> None:
    """Its parameters in number, and what stands on the base with every setting."""
    size = max(32, bases.BASES[name].smallest)  # the number of parameters is the same at each size
    expected = notebooks.art_transfer(getattr(keras.applications, name), size)
    options = replace(ART.options, image_size=size, base=name, pretrained="none")
    built = network.build(ART, options, 7)
    assert expected.count_params() == PARAMETERS[name]
    assert built.count_params() == PARAMETERS[name] - NORMALISATION.get(name, 0)
    trained = [sum(math.prod(w.shape) for w in x.trainable_weights) for x in (expected, built)]
    assert trained[0] == trained[1], "all layers train"

    def settings(layer: keras.Layer) -> dict[str, object]:
        return {key: value for key, value in layer.get_config().items() if key != "name"}

    assert [settings(layer) for layer in built.layers[-4:]] == [settings(layer) for layer in expected.layers[1:]]
    dense, last = built.layers[-3], built.layers[-1]
    assert (dense.units, dense.kernel_initializer.__class__.__name__) == (512, "HeNormal")
    assert float(dense.kernel_regularizer.l2) == float(dense.kernel.regularizer.l2) == pytest.approx(0.001)
    assert last.kernel_regularizer is None


def test_the_parameters_of_all_bases_are_written_out() -> None:
    assert set(PARAMETERS) == set(NAMES)


@pytest.mark.parametrize("name", QUICK)
def test_the_recipe_is_the_notebooks_network_on_each_base(name: str) -> None:
    check_the_network_is_the_notebooks(name)


def little(name: str) -> keras.Model:
    """The family's own network with one block of each stage; tests/stress/test_every_recipe.py trains whole ones."""
    if name == "ConvNeXt":
        return ConvNeXt(
            depths=[1, 1, 1, 1],
            projection_dims=[8, 8, 16, 16],
            include_top=False,
            weights=None,
            input_shape=(32, 32, 3),
        )
    blocks = [
        {
            "kernel_size": 3,
            "repeats": 1,
            "filters_in": 32,
            "filters_out": 16,
            "expand_ratio": 2,
            "id_skip": True,
            "strides": 2,
            "se_ratio": 0.25,
        }
    ]
    network = EfficientNet(
        1.0, 1.0, 32, blocks_args=blocks, include_top=False, weights=None, input_shape=(32, 32, 3), name="little"
    )
    for layer in network.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.set_weights([np.array([0.5, 0.4, 0.3]), np.array([0.2, 0.3, 0.4]), np.array(0)])
            layer.finalize_state()
    return network


@pytest.mark.parametrize("name", ["EfficientNet", "ConvNeXt"])
def test_a_base_that_onnx_could_not_say_becomes_an_equal_model_file(name: str, tmp_path: Path) -> None:
    keras.utils.set_random_seed(1)
    original = little(name)
    changed = bases.plain(original)
    pixels = images(32).astype(np.float32)
    expected = original.predict(pixels, verbose=0)
    np.testing.assert_allclose(changed.predict(pixels, verbose=0), expected, rtol=1e-3, atol=1e-5)

    layers = keras.layers
    network = keras.Sequential(
        [keras.Input((32, 32, 3), dtype="uint8"), layers.Rescaling(1.0), changed, layers.GlobalAveragePooling2D()]
    )
    network.add(layers.Dense(3, activation="softmax"))
    info = ModelInfo(1, ("a", "b", "c"), 32, 32, "rgb", "stretch", "art-transfer", "run", 1.0)
    network.save(tmp_path / "model.keras")
    kept = keras.saving.load_model(tmp_path / "model.keras", compile=False, safe_mode=True)
    to_onnx(kept, info, tmp_path / "model.onnx")
    difference, _ = self_test(network, Predictor(tmp_path / "model.onnx"), [images(32)])
    assert difference <= 1e-4


def test_pooled_features_are_those_that_keras_pools() -> None:
    """ConvNeXt has a normalisation after the mean, which the maps alone have before it."""
    options = TrainOptions(image_size=32, base="ConvNeXtTiny", pretrained="none")
    pooled = bases.base(options, pooling="avg")
    assert pooled.output_shape == (None, 768)
    assert isinstance(pooled.layers[-1], keras.layers.LayerNormalization)
    pixels = images(32).astype(np.float32)
    found = pooled.predict(pixels, verbose=0)
    np.testing.assert_allclose(found.mean(axis=1), 0, atol=1e-4)
    np.testing.assert_allclose(found.std(axis=1), 1, atol=1e-2)


def test_weights_come_from_the_file_that_is_named(shared_data: Path) -> None:
    options = TrainOptions(image_size=96, weights=str(shared_data / SMALL_WEIGHTS))
    expected = keras.applications.MobileNetV2(
        input_shape=(96, 96, 3), alpha=0.35, include_top=False, weights=str(shared_data / SMALL_WEIGHTS)
    )
    found = bases.base(options)
    for one, other in zip(found.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_weights_file_of_another_base_is_told_in_a_sentence(shared_data: Path) -> None:
    options = TrainOptions(image_size=96, base="Xception", weights=str(shared_data / SMALL_WEIGHTS))
    with pytest.raises(ModelError, match="does not hold the weights of Xception without its classifier"):
        bases.base(options)


def test_weights_that_are_missing_without_a_network_are_named_with_where_to_put_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def offline(**options: object) -> None:
        raise Exception("URL fetch failure on https://example.org/xception_notop.h5: None -- [Errno -2] no such name")

    monkeypatch.setattr(keras.applications, "Xception", offline)
    with pytest.raises(
        ModelError, match=r"downloaded \(no such name\); get https://example.org/xception_notop.h5"
    ) as why:
        bases.base(TrainOptions(image_size=96, base="Xception"))
    labels = {spec.name: spec.label for spec in specs()}
    for name, flag in (("weights", "--weights FILE"), ("pretrained", "--pretrained none")):  # in the window, in a shell
        assert f"“{labels[name]}”" in str(why.value)
        assert flag in str(why.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"channels": "grey"}, "was trained on colours"),
        ({"base": "Xception", "image_size": 64}, "Xception needs images of at least 71 px, found image_size 64"),
        ({"weights": "nowhere.h5"}, "no weights file at nowhere.h5"),
    ],
)
def test_options_that_do_not_fit_the_base_are_refused_before_anything_is_loaded(
    options: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        bases.check(replace(ART.options, **options))
