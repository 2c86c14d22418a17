"""Every network of `keras.applications` becomes a base: an ONNX file whose features are those of Keras itself."""

from __future__ import annotations

import re
import sys
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import h5py
import keras
import numpy as np
import pytest
from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group
from numpy.typing import NDArray

from engine.errors import ModelError, UsageError
from engine.jobs.job import Cancel
from engine.models.bundle import ModelInfo
from engine.models.export import memory_to_write, to_onnx
from engine.similarity.bases import read_base
from engine.training import keras_base
from engine.training.base_choice import BaseParams, bases
from engine.training.keras_base import LARGEST_DIFFERENCE_OF_FEATURES, KerasBaseParams, make_base
from engine.training.recipes.bases import BASES

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras"),
    pytest.mark.filterwarnings("ignore:.*Weights for input shape:UserWarning"),  # of other sizes: the same
]

# Some of each way to scale colours; tests/stress/test_keras_bases.py has all.
QUICK = ("MobileNetV3Small",)


def published(name: str, size: int, file: Path) -> None:
    """Weights by chance in the form in which those of ImageNet are published.

    Each batch normalisation has the mean and variance of what comes in, as after a training, and gives little of it on:
    otherwise values grow from layer to layer and gates become steps. No variance is below the mean of its layer: what
    hardly differs in eight pictures is not enlarged. Of EfficientNetV2M, a change of the picture by a millionth would
    otherwise change the features by two fifths, and Keras itself would give others in another batch; so it is half a
    millionth.
    """
    keras.utils.set_random_seed(0)
    network = getattr(keras.applications, name)(include_top=False, weights=None, input_shape=(size, size, 3))
    random = np.random.default_rng(0)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.0  # the statistics of one batch
            for weight in layer.trainable_weights:
                low, high = (0.2, 0.4) if weight.name == "gamma" else (-0.1, 0.1)
                weight.assign(random.uniform(low, high, weight.shape))
    noise = random.integers(0, 256, (4, size, size, 3), np.uint8)  # which `make_base` compares both with
    given = preprocessed(name, np.concatenate([pictures(4, size), noise]).astype(np.float32))
    if re.fullmatch(r"EfficientNetB\d", name):  # with weights of ImageNet Keras scales once more
        given = given / np.sqrt(np.array([0.229, 0.224, 0.225], np.float32))
    network(given, training=True)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            variance = keras.ops.convert_to_numpy(layer.moving_variance)
            layer.moving_variance.assign(np.maximum(variance, variance.mean()))
    with h5py.File(file, "w") as opened:
        save_weights_to_hdf5_group(opened, network)


def pictures(count: int, size: int) -> NDArray[np.uint8]:
    """Pictures (count, size, size, 3) of 25 squares of any colour: noise all looks alike to a network."""
    side = -(-size // 5)
    squares = np.random.default_rng(count).integers(0, 256, (count, 5, 5, 3), np.uint8)
    return squares.repeat(side, axis=1).repeat(side, axis=2)[:, :size, :size]


def preprocessed(name: str, given: NDArray[np.float32]) -> NDArray[np.float32]:
    """Float pictures (n, size, size, 3) as Keras wants them for the network."""
    found: NDArray[np.float32] = sys.modules[getattr(keras.applications, name).__module__].preprocess_input(given)
    return found


def peak_of_memory(*, begin: bool = False) -> int:
    """Return the most bytes that this process has held since the peak was to begin anew; 0 where nothing tells."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return 0
    if begin:
        Path("/proc/self/clear_refs").write_text("5")
    (peak,) = re.findall(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.MULTILINE)
    return int(peak) * 1024


def check_the_base_gives_what_keras_does(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keras takes the file for that which it would download, with all that it does to a network of ImageNet."""
    size = max(64, BASES[name].smallest)
    published(name, size, tmp_path / "weights.h5")
    monkeypatch.setattr("keras.src.utils.file_utils.get_file", lambda *_, **__: str(tmp_path / "weights.h5"))
    own = getattr(keras.applications, name)(include_top=False, pooling="avg", input_shape=(size, size, 3))
    shown = pictures(2, size)
    expected = own.predict(preprocessed(name, shown.astype(np.float32)), verbose=0)

    took: list[tuple[int, int]] = []

    def measured(model: keras.Model, info: ModelInfo, path: Path) -> None:
        before = peak_of_memory(begin=True)
        to_onnx(model, info, path)
        took.append((peak_of_memory() - before, memory_to_write(model)))

    monkeypatch.setattr(keras_base, "to_onnx", measured)
    made = make_base(KerasBaseParams(name, input_size=size), emit=lambda _: None, cancel=Cancel())
    assert took[0][0] <= took[0][1], "what is told before it begins, and refused where there is less"

    base = read_base(Path(made["file"]))
    assert (base.name, base.input_size, base.licence) == (name, size, BASES[name].licence)
    off = np.abs(base.open()(shown) - expected).max() / np.abs(expected).max()
    assert off < LARGEST_DIFFERENCE_OF_FEATURES
    megabytes = own.count_params() * 4 / 1e6
    assert megabytes <= BASES[name].megabytes + 1 <= 1.12 * megabytes + 2, f"the download is about {megabytes:.1f} MB"


def test_all_networks_of_keras_are_known_with_size_licence_and_download() -> None:
    assert set(BASES) == {name for name in dir(keras.applications) if name[0].isupper()}
    assert [base.megabytes for base in BASES.values()] == sorted(base.megabytes for base in BASES.values())
    assert {base.licence for base in BASES.values()} == {"Apache-2.0", "MIT", "BSD-3-Clause", "CC-BY-4.0"}


def test_the_page_about_bases_has_them_all() -> None:
    page = (Path(__file__).parents[3] / "docs" / "bases.md").read_text("utf-8").splitlines()
    rows = [f"| {name} | {base.size} | {base.megabytes:,} | {base.licence} |" for name, base in BASES.items()]
    assert [line for line in page if line.split(" | ")[0].removeprefix("| ") in BASES] == rows


@pytest.mark.parametrize("name", QUICK)
def test_a_base_of_keras_gives_the_features_of_keras(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_the_base_gives_what_keras_does(name, tmp_path, monkeypatch)


def test_what_is_wrong_is_said_before_anything_is_loaded() -> None:
    for params in (
        BaseParams("list", "x"),
        BaseParams("choose"),
        BaseParams("list", licence="MIT"),
        BaseParams("choose", "nothing such"),
        BaseParams("choose", "ResNet50", licence="MIT"),
        BaseParams("add", "x.onnx", weights="w.h5"),
        BaseParams("add", "x.onnx", scaling="0..2"),
    ):
        with pytest.raises(UsageError):
            bases(params, emit=lambda _: None, cancel=Cancel())


def test_pictures_too_large_for_a_base_are_wrong_usage() -> None:
    with pytest.raises(UsageError, match="at most 1024 px"):
        make_base(KerasBaseParams("VGG16", input_size=2000), emit=lambda _: None, cancel=Cancel())


@pytest.mark.parametrize("largest", [0.01, 1.0, 40.0])
def test_a_file_that_gives_other_features_than_keras_is_refused_however_small_features_are(
    largest: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    features = largest * np.linspace(0, 1, 20, dtype=np.float32).reshape(2, 10)
    for off, is_refused in ((0.1 * LARGEST_DIFFERENCE_OF_FEATURES, False), (2 * LARGEST_DIFFERENCE_OF_FEATURES, True)):
        told = SimpleNamespace(open=lambda off=off: lambda _pictures: features + np.float32(off * largest))
        monkeypatch.setattr(keras_base, "read_base", lambda _file, told=told: told)
        with pytest.raises(ModelError, match="gives other features than Keras") if is_refused else nullcontext():
            keras_base._compare("file", lambda _pictures, training: features, 8)
