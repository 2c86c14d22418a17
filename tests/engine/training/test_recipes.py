"""The recipes equal the notebooks' networks, which stand here as the notebooks write them."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from engine.errors import UsageError
from engine.training import network
from engine.training.options import to_dict
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
    """Every setting of every layer, and the same answers and the same penalty with the same weights."""
    expected, built = notebook(), network.build(recipe(name), recipe(name).options, classes)
    theirs = [layer for layer in expected.layers if not isinstance(layer, layers.InputLayer)]
    rescaling, *rest = built.layers
    assert isinstance(rescaling, layers.Rescaling)
    assert (rescaling.scale, rescaling.offset) == (1 / 255, 0)
    assert built.count_params() == expected.count_params() == parameters
    assert [type(layer) for layer in rest] == [type(layer) for layer in theirs]
    assert [w.shape for w in built.weights] == [w.shape for w in expected.weights]
    assert [layer.output.shape for layer in rest] == [layer.output.shape for layer in theirs]
    ends_in_logits = notebook in (notebooks.photo_cnn, notebooks.photo_cnn_plain)  # its softmax comes after `predict`
    wanted = [settings(layer) for layer in theirs]
    if ends_in_logits:
        assert wanted[-1]["activation"] == "linear"
        wanted[-1]["activation"] = "softmax"
    assert [settings(layer) for layer in rest] == wanted

    built.set_weights(expected.get_weights())
    images = np.random.default_rng(0).integers(0, 256, (2, *built.input_shape[1:]), np.uint8)
    probabilities = expected(images / np.float32(255), training=False)
    probabilities = keras.ops.softmax(probabilities) if ends_in_logits else probabilities
    np.testing.assert_allclose(built(images, training=False), probabilities, atol=1e-5)
    np.testing.assert_allclose(sum(built.losses), sum(expected.losses), rtol=1e-5)
    assert len(built.losses) == len(expected.losses)


def settings(layer: keras.Layer) -> dict[str, Any]:
    """All that a layer was made with, but its name: filters, strides, padding, activation, initialisers, penalties."""
    return {key: value for key, value in layer.get_config().items() if key != "name"}


def test_only_the_l2_network_is_penalised_and_there_all_but_the_last_layer() -> None:
    for name, _, classes, _ in NOTEBOOKS:
        built = network.build(recipe(name), recipe(name).options, classes)
        penalties = [x.kernel_regularizer for x in built.layers if isinstance(x, layers.Dense | layers.Conv2D)]
        strengths = [None if penalty is None else float(penalty.l2) for penalty in penalties]
        assert strengths == ([0.001, 0.001, 0.001, None] if name == "l2-cnn" else [None] * len(strengths))


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


# What a notebook's code does where it says nothing: Keras' Adam, no change of the pictures, no penalty, no stop.
UNSAID: dict[str, Any] = {
    "channels": "rgb",
    "resize": "stretch",
    "train_on_everything": False,
    "imbalance": "none",
    **dict.fromkeys(("rotation", "zoom", "shift", "shear", "brightness", "contrast", "saturation", "erasing"), 0.0),
    **dict.fromkeys(("zoom_evenly", "flip", "flip_vertical"), False),
    **dict.fromkeys(("randaugment", "cutmix", "mixup", "l2", "momentum", "weight_decay", "label_smoothing"), 0.0),
    "border": "nearest",  # `fill_mode` of ImageDataGenerator
    "start_from": "",
    "batch_size": 32,
    "optimizer": "adam",
    "learning_rate": 1e-3,
    "schedule": "constant",
    "decay": 0.0,
    "seed": 42,
    "early_stop": 0,
    "plateau": 0,
    "mixed_precision": False,
}
# Without a base, or without a plateau, these mean nothing; the last are the machine's.
BASE = ("base", "pretrained", "weights", "freeze_base", "head_epochs", "fine_tune_share", "fine_tune_rate")
PLATEAU = ("plateau_by", "plateau_gain", "plateau_factor", "minimum_rate")
MACHINE = ("device", "backend")
# `ReduceLROnPlateau(monitor="val_accuracy", patience=2, factor=0.5, min_lr=0.00001)` and `EarlyStopping(patience=10)`,
# which watches the validation loss, both of notebook 004; `min_delta` is Keras' own.
STOPS_OF_004: dict[str, Any] = {
    "early_stop": 10,
    "early_stop_by": "loss",
    "plateau": 2,
    "plateau_by": "accuracy",
    "plateau_gain": 1e-4,
    "plateau_factor": 0.5,
    "minimum_rate": 1e-5,
}
# What the notebooks print, value by value. Where they validate on the test images, a tenth of the others is held out
# here (0.1), as test images that choose an epoch test nothing any more.
PRINTED: dict[str, dict[str, Any]] = {
    "traffic-sign-cnn": {  # 000; `Adam(0.001, decay=0.001 / (30 * 0.5))`
        **{"image_size": 30, "validation_fraction": 0.3, "epochs": 30, "batch_size": 32},
        **{"rotation": 10, "zoom": 0.15, "shift": 0.1, "shear": 0.15},
        **{"schedule": "inverse-time", "decay": 0.001 / 15},
    },
    "fashion-strided-cnn": {  # 001
        **{"image_size": 28, "channels": "grey", "validation_fraction": 0.1, "epochs": 15},
    },
    "cifar-strided-cnn": {"image_size": 32, "validation_fraction": 0.1, "epochs": 15},  # 001
    "cifar-vgg": {"image_size": 32, "validation_fraction": 0.1, "epochs": 15},  # 001
    "cifar-vgg-bn": {  # 001, its second training: shifts, flips, 50 epochs in batches of 32
        **{"image_size": 32, "validation_fraction": 0.1, "epochs": 50, "batch_size": 32},
        **{"shift": 0.1, "flip": True},
    },
    "l2-cnn": {  # 001; epochs and batch are not printed
        **{"image_size": 28, "channels": "grey", "validation_fraction": 0.1, "epochs": 30},
        **{"l2": 0.001, "optimizer": "sgd", "learning_rate": 0.001, "momentum": 0.9},
        **{"best_by": "loss", "early_stop": 5, "early_stop_by": "accuracy"},
        **{"plateau": 3, "plateau_by": "loss", "plateau_gain": 0.001, "plateau_factor": 0.2, "minimum_rate": 0.0},
    },
    "photo-cnn-plain": {  # 002
        **{"image_size": 180, "validation_fraction": 0.2, "seed": 123, "epochs": 10, "batch_size": 32},
    },
    "photo-cnn": {  # 002; RandomRotation(0.1) is a tenth of a turn, RandomZoom(0.1) of both sides; reflected borders
        **{"image_size": 180, "validation_fraction": 0.2, "seed": 123, "epochs": 15, "batch_size": 32},
        **{"flip": True, "rotation": 36, "zoom": 0.1, "zoom_evenly": True, "border": "mirror"},
    },
    "art-transfer": {  # 003, its last training, which turns over too
        **{"image_size": 200, "validation_fraction": 0.1, "epochs": 100, "batch_size": 20, "learning_rate": 1e-4},
        **{"cutmix": 1.0, "rotation": 15, "shear": 0.1, "brightness": 0.4, "flip": True, "flip_vertical": True},
        **{"base": "EfficientNetB4", "pretrained": "imagenet", "weights": "", "freeze_base": False, "head_epochs": 0},
        **{"fine_tune_share": 1.0, "l2": 0.001, "best_by": "loss", "early_stop": 10, "early_stop_by": "loss"},
        **{"plateau": 5, "plateau_by": "loss", "plateau_gain": 1e-4, "plateau_factor": 0.5, "minimum_rate": 1e-6},
    },
    "cats-and-dogs-cnn": {  # 004; `optimizer="rmsprop"` has Keras' rate
        **{"image_size": 128, "validation_fraction": 0.2, "epochs": 50, "batch_size": 15, "optimizer": "rmsprop"},
        **{"rotation": 15, "shear": 0.1, "zoom": 0.2, "flip": True, "shift": 0.1},
        **STOPS_OF_004,
    },
    "fashion-cnn": {  # 004
        **{"image_size": 28, "channels": "grey", "validation_fraction": 0.1, "epochs": 30, "batch_size": 200},
        **STOPS_OF_004,
    },
}


@pytest.mark.parametrize("name", list(PRINTED))
def test_all_options_are_those_that_the_notebook_prints(name: str) -> None:
    printed = {**UNSAID, **PRINTED[name]}
    of_nothing = {
        *(BASE if recipe(name).check is None else ("fine_tune_rate",)),  # without a head there is no second rate
        *(PLATEAU if not printed["plateau"] else ()),
        *(("early_stop_by",) if not printed["early_stop"] else ()),
        *(("best_by",) if "best_by" not in printed else ()),  # the last epoch there; the best one is ours
        *MACHINE,
    }
    found = to_dict(recipe(name).options)
    assert {*printed, *of_nothing} == set(found)
    assert {key: value for key, value in found.items() if key not in of_nothing} == pytest.approx(printed)


@pytest.mark.parametrize(
    ("name", "kind", "settings"),
    [
        ("cats-and-dogs-cnn", keras.optimizers.RMSprop, {"learning_rate": 1e-3, "rho": 0.9, "momentum": 0.0}),
        ("l2-cnn", keras.optimizers.SGD, {"learning_rate": 1e-3, "momentum": 0.9, "nesterov": False}),
        ("art-transfer", keras.optimizers.Adam, {"learning_rate": 1e-4, "beta_1": 0.9, "beta_2": 0.999}),
        ("fashion-cnn", keras.optimizers.Adam, {"learning_rate": 1e-3, "epsilon": 1e-7, "amsgrad": False}),
    ],
)
def test_the_optimiser_of_the_notebook_reaches_the_compiled_network(
    name: str, kind: type[keras.Optimizer], settings: dict[str, Any]
) -> None:
    options = recipe(name).options
    model = keras.Sequential([keras.Input((4,)), layers.Dense(2, activation="softmax")])
    network.prepare(model, options, network.new_optimizer(options))
    assert type(model.optimizer) is kind
    config = model.optimizer.get_config()
    assert {key: config[key] for key in settings} == pytest.approx(settings)
    assert not config["weight_decay"]


def test_recipes_are_listed_without_keras_or_numpy() -> None:
    script = """
import sys
from engine.training.recipes.registry import recipes
from engine.training.runs.records import list_runs
from engine.training.plan import TrainParams
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
        assert found.origin
        assert found.summary


def test_a_misspelt_recipe_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"Did you mean fashion-cnn\?"):
        recipe("fashon-cnn")


# As the notebooks print them, not rounded; notebook 001 prints none, notebook 002 one of the two.
FIGURES = {
    "traffic-sign-cnn": "98.49 % of the 12,630 test images",
    "fashion-strided-cnn": "prints no final figures",
    "cifar-strided-cnn": "prints no final figures",
    "cifar-vgg": "prints no final figures",
    "cifar-vgg-bn": "prints no final figures",
    "l2-cnn": "prints no figure",
    "photo-cnn": "prints no final figure",
    "photo-cnn-plain": "about 60 % validation accuracy",
    "art-transfer": "trained on everything and turned over too 94.29 %",
    "cats-and-dogs-cnn": "80.58 % of 5,000 validation images after 3 epochs on 20,000",
    "fashion-cnn": "90.64 % of the 10,000 test images",
}


@pytest.mark.parametrize("name", list(recipes()))
def test_a_recipe_names_its_source_and_the_figure_that_is_published_of_it(name: str) -> None:
    """In the docstring of its module: that very figure, or that the notebook prints none, or where ours stand."""
    found = recipes()[name]
    told = " ".join((sys.modules[found.build.__module__].__doc__ or "").split())
    if found.notebook:
        assert "notebook" in told.lower()
        assert FIGURES[name] in told
    else:
        assert re.search(r"\d\.\d+ %|docs/benchmarks\.md", told)
