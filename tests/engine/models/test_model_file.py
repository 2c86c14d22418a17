"""Export, the model's own description and prediction, on one small network."""

from __future__ import annotations

import gc
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.errors import ModelError
from engine.events import Event, Log
from engine.jobs import memory
from engine.models.bundle import read_info
from engine.models.export import _convert_in_tensorflow, check_can_be_written, self_test, to_onnx
from engine.models.predictor import Predictor
from tests.engine.models.networks import GREY, INFO, network

# Keras 3.15 with NumPy 2.4, wherever it reads a TensorFlow variable.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    model, file = network(), tmp_path_factory.mktemp("model") / "model.onnx"
    to_onnx(model, INFO, file)
    return model, file


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (300, 6, 8, 3), np.uint8)


def test_a_model_file_says_what_was_put_in(made: tuple[Any, Path]) -> None:
    assert read_info(made[1]) == INFO


def test_predictions_equal_the_networks_own(made: tuple[Any, Path], images: np.ndarray) -> None:
    model, file = made
    expected = model.predict(images, verbose=0)
    found = Predictor(file).predict(images)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-5)
    np.testing.assert_allclose(found.sum(1), 1, atol=1e-5)


def test_zeros_around_negative_maps_are_the_maximum_as_in_the_network(tmp_path: Path, images: np.ndarray) -> None:
    import keras
    from keras import layers

    below = layers.Conv2D(4, 3, kernel_initializer="zeros", bias_initializer=keras.initializers.Constant(-2.0))
    model = keras.Sequential(
        [
            keras.Input((6, 8, 3), dtype="uint8"),
            *(layers.Rescaling(1 / 255), below, layers.ZeroPadding2D(1), layers.MaxPooling2D(3, strides=2)),
            *(layers.Flatten(), layers.Dense(3, activation="softmax", kernel_initializer="random_normal")),
        ]
    )
    to_onnx(model, INFO, tmp_path / "model.onnx")
    expected = model.predict(images, verbose=0)
    np.testing.assert_allclose(Predictor(tmp_path / "model.onnx").predict(images), expected, atol=1e-6)


def test_a_network_whose_file_takes_more_memory_than_there_is_is_refused_before_the_system_ends_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "available", lambda: 10)
    with pytest.raises(ModelError, match=r"takes about 0 GB of memory, and 0 GB are free; close other programs, or"):
        to_onnx(network(), INFO, tmp_path / "model.onnx")
    assert not (tmp_path / "model.onnx").exists()


def said_before(model: Any) -> list[str]:
    events: list[Event] = []
    check_can_be_written(model, events.append)
    return [e.message for e in events if isinstance(e, Log) and e.level == "warning"]


def test_where_the_system_swaps_a_training_is_warned_of_memory_and_refused_by_a_limit_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """macOS does not say what is free."""
    model, limit = network(), [None, 10]
    monkeypatch.setattr(memory, "available", lambda: None)
    monkeypatch.setattr(memory, "allowed", lambda: 10)
    monkeypatch.setattr(memory, "limit", lambda: limit[0])
    (sentence,) = said_before(model)
    assert "and this machine has 0 GB, so that it may take long; a smaller" in sentence
    limit.pop(0)
    with pytest.raises(ModelError, match="Pigeonhole may have 0 GB here; choose a smaller network"):
        check_can_be_written(model, lambda event: None)


def test_a_training_whose_model_would_never_be_written_is_refused_where_the_system_says_what_is_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "limit", lambda: None)
    for free, machine in ((10**9, 10**10), (10, 10**10), (10, 10)):
        monkeypatch.setattr(memory, "available", lambda free=free: free)
        monkeypatch.setattr(memory, "allowed", lambda machine=machine: machine)
        if machine == 10:
            with pytest.raises(ModelError, match="Pigeonhole may have 0 GB here"):
                said_before(network())
        else:
            assert len(said_before(network())) == (free == 10)


def test_a_conversion_looks_for_garbage_among_its_own_objects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tf2onnx

    convert, frozen = tf2onnx.convert.from_function, []

    def watched(*arguments: Any, **more: Any) -> Any:
        frozen.append(gc.get_freeze_count())
        return convert(*arguments, **more)

    monkeypatch.setattr(tf2onnx.convert, "from_function", watched)
    gc.unfreeze()  # the tests have frozen what their modules hold
    to_onnx(network(), INFO, tmp_path / "model.onnx")
    assert frozen[0] > 100_000  # TensorFlow's
    assert gc.get_freeze_count() == 0


def test_the_self_test_measures_the_largest_difference(made: tuple[Any, Path], images: np.ndarray) -> None:
    difference, probabilities = self_test(made[0], Predictor(made[1]), [images[:200], images[200:]])
    assert 0 <= difference < 1e-5
    assert probabilities.shape == (300, 3)


def test_the_self_test_fails_loudly_for_another_network(made: tuple[Any, Path], images: np.ndarray) -> None:
    other = network()
    other.layers[-1].bias.assign([0.01, 0, 0])
    with pytest.raises(ModelError, match="failed its self-test"):
        self_test(other, Predictor(made[1]), [images])


def test_the_self_test_fails_where_there_are_no_numbers(made: tuple[Any, Path], images: np.ndarray) -> None:
    other = network()
    other.layers[-1].bias.assign([np.nan, 0, 0])
    with pytest.raises(ModelError, match="failed its self-test"):
        self_test(other, Predictor(made[1]), [images])


def test_a_network_of_another_backend_is_converted_in_a_process_of_its_own(
    made: tuple[Any, Path], images: np.ndarray, tmp_path: Path
) -> None:
    _convert_in_tensorflow(made[0], INFO, tmp_path / "model.onnx")
    found = Predictor(tmp_path / "model.onnx")
    assert found.info == INFO
    np.testing.assert_allclose(found.predict(images), Predictor(made[1]).predict(images), atol=1e-6)


def test_a_conversion_elsewhere_that_fails_is_told(
    made: tuple[Any, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "false")
    with pytest.raises(ModelError, match="cannot be written as ONNX by TensorFlow: no reason given"):
        _convert_in_tensorflow(made[0], INFO, tmp_path / "model.onnx")


def test_no_images_give_no_rows(made: tuple[Any, Path]) -> None:
    predictor = Predictor(made[1])
    assert predictor.predict(np.empty((0, 6, 8, 3), np.uint8)).shape == (0, 3)
    assert predictor.predict_files([])[0].shape == (0, 3)


def test_files_are_read_as_the_model_asks_and_bad_ones_are_told(tmp_path: Path) -> None:
    model, file = network(GREY), tmp_path / "model.onnx"
    to_onnx(model, GREY, file)
    picture, bad = tmp_path / "a.png", tmp_path / "b.png"
    pixels = np.random.default_rng(1).integers(0, 256, (6, 8), np.uint8)
    Image.fromarray(pixels).save(picture)
    bad.write_bytes(b"not a picture")
    predictor = Predictor(file, threads=1)
    found, problems = predictor.predict_files([bad, picture])
    assert list(problems) == [0]
    assert np.isnan(found[0]).all()
    np.testing.assert_allclose(found[1:], predictor.predict(pixels[None, :, :, None]))


def test_prediction_loads_no_tensorflow(made: tuple[Any, Path]) -> None:
    script = f"""
import sys
from pathlib import Path
import numpy as np
from engine.models.predictor import Predictor
print(Predictor(Path({str(made[1])!r})).predict(np.zeros((2, 6, 8, 3), np.uint8)).shape)
loaded = {{"tensorflow", "keras", "tf2onnx", "onnx", "torch", "jax", "PySide6"}} & set(sys.modules)
assert not loaded, loaded
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "(2, 3)\n"


def test_a_models_description_is_read_without_numpy_or_onnx(made: tuple[Any, Path]) -> None:
    script = f"""
import sys
from pathlib import Path
from engine.models.bundle import read_info
assert read_info(Path({str(made[1])!r})).recipe == "photo-cnn"
assert not {{"numpy", "onnxruntime", "onnx"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize("kept", [0, 1, 100, 0.5, 0.99])
def test_a_model_cut_short_is_told_in_a_sentence(made: tuple[Any, Path], tmp_path: Path, kept: float) -> None:
    data = made[1].read_bytes()
    file = tmp_path / "model.onnx"
    file.write_bytes(data[: int(kept * len(data)) if isinstance(kept, float) else kept])
    with pytest.raises(ModelError):
        Predictor(file)


def test_other_files_are_not_taken_for_models(tmp_path: Path) -> None:
    file = tmp_path / "model.onnx"
    file.write_bytes(b"PK\x03\x04 something else entirely" * 100)
    with pytest.raises(ModelError, match="not an ONNX model"):
        read_info(file)
    with pytest.raises(ModelError, match="There is no model"):
        read_info(tmp_path / "missing.onnx")
    with pytest.raises(ModelError, match="found the folder"):
        read_info(tmp_path)


def test_a_foreign_onnx_model_is_refused_in_words(made: tuple[Any, Path], tmp_path: Path) -> None:
    import onnx

    model = onnx.load(made[1])
    del model.metadata_props[:]
    onnx.save(model, tmp_path / "foreign.onnx")
    with pytest.raises(ModelError, match="not made by Pigeonhole"):
        Predictor(tmp_path / "foreign.onnx")


def test_a_newer_format_asks_for_an_update(tmp_path: Path, made: tuple[Any, Path]) -> None:
    to_onnx(made[0], replace(INFO, format_version=99), tmp_path / "new.onnx")
    with pytest.raises(ModelError, match="newer Pigeonhole"):
        read_info(tmp_path / "new.onnx")


def test_a_description_that_does_not_fit_the_network_is_refused(tmp_path: Path, made: tuple[Any, Path]) -> None:
    import onnx

    model = onnx.load(made[1])
    onnx.helper.set_model_props(model, replace(INFO, classes=("only", "two")).to_metadata())
    onnx.save(model, tmp_path / "lies.onnx")
    with pytest.raises(ModelError, match="does not fit its network"):
        Predictor(tmp_path / "lies.onnx")
