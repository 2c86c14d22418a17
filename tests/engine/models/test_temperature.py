"""The temperature inside a model file."""

import numpy as np
import pytest

from engine.errors import ModelError
from engine.models.bundle import read_info
from engine.models.predictor import Predictor
from engine.models.temperature import set_temperature
from engine.review.confidence.reliability import tempered


@pytest.fixture
def file(tmp_path, write_model):
    return write_model(tmp_path / "model.onnx", ("dark", "grey", "light"))


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (40, 1, 1, 1), np.uint8) * np.ones((1, 8, 8, 3), np.uint8)


def test_probabilities_change_as_they_should_and_the_most_probable_class_does_not(file, images):
    before = Predictor(file).predict(images)

    set_temperature(file, 2.5)

    after = Predictor(file).predict(images)
    np.testing.assert_allclose(after, tempered(before, 2.5), atol=1e-6)
    assert np.abs(after - before).max() > 0.1
    np.testing.assert_array_equal(after.argmax(axis=1), before.argmax(axis=1))


def test_the_file_says_its_temperature_and_else_what_it_said_before(file):
    before = read_info(file)

    set_temperature(file, 0.7)

    after = read_info(file)
    assert after.temperature == 0.7
    assert after.classes == before.classes
    assert after.run == before.run


def test_a_second_temperature_takes_the_place_of_the_first(file, images):
    raw = Predictor(file).predict(images)

    set_temperature(file, 3.0)
    set_temperature(file, 1.5)

    np.testing.assert_allclose(Predictor(file).predict(images), tempered(raw, 1.5), atol=1e-6)


def test_the_temperature_one_gives_the_network_back_bit_for_bit(file, images):
    raw, size = Predictor(file).predict(images), file.stat().st_size

    set_temperature(file, 3.0)
    set_temperature(file, 1.0)

    np.testing.assert_array_equal(Predictor(file).predict(images), raw)
    assert file.stat().st_size == size


def test_a_temperature_that_is_none_is_refused(file):
    with pytest.raises(ModelError, match="above 0"):
        set_temperature(file, 0)


def test_another_file_is_refused_and_left_alone(tmp_path):
    (tmp_path / "x.onnx").write_bytes(b"not a model")

    with pytest.raises(ModelError):
        set_temperature(tmp_path / "x.onnx", 2.0)

    assert (tmp_path / "x.onnx").read_bytes() == b"not a model"
