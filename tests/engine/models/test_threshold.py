"""The threshold that a model file carries."""

import numpy as np
import onnx
import pytest

from engine.errors import ModelError, UsageError
from engine.models.bundle import read_info
from engine.models.predictor import Predictor
from engine.models.temperature import set_temperature
from engine.models.threshold import Threshold, read_threshold, write_threshold

KEPT = Threshold(confidence=0.8125, accuracy=0.99, coverage=0.75)


@pytest.fixture
def file(tmp_path, write_model):
    return write_model(tmp_path / "model.onnx", ("dark", "grey", "light"))


def test_a_model_has_none_until_one_is_kept(file):
    assert read_threshold(file) is None
    write_threshold(file, KEPT)
    assert read_threshold(file) == KEPT


def test_another_one_takes_its_place_and_none_takes_it_out(file):
    before = file.read_bytes()
    write_threshold(file, KEPT)
    write_threshold(file, Threshold(0.5, 0.9, 1.0))
    assert read_threshold(file) == Threshold(0.5, 0.9, 1.0)
    names = [pair.key for pair in onnx.load(str(file)).metadata_props]
    assert names.count("pigeonhole.threshold") == 1
    write_threshold(file, None)
    assert file.read_bytes() == before


def test_the_model_answers_as_before_and_says_of_itself_what_it_said(file):
    images = np.random.default_rng(0).integers(0, 256, (9, 8, 8, 3), np.uint8)
    answers, info = Predictor(file).predict(images), read_info(file)
    write_threshold(file, KEPT)
    np.testing.assert_array_equal(Predictor(file).predict(images), answers)
    assert read_info(file) == info
    onnx.checker.check_model(onnx.load(str(file)))


def test_a_new_temperature_takes_the_threshold_out(file):
    write_threshold(file, KEPT)
    set_temperature(file, 2.0)
    assert read_threshold(file) is None


@pytest.mark.parametrize("text", ["no json", "[]", '{"confidence": 2, "accuracy": 1, "coverage": 1}', '{"other": 1}'])
def test_a_threshold_that_makes_no_sense_is_told_in_a_sentence(file, text):
    model = onnx.load(str(file))
    model.metadata_props.add(key="pigeonhole.threshold", value=text)
    onnx.save(model, str(file))
    with pytest.raises(ModelError, match="threshold cannot be read"):
        read_threshold(file)


def test_a_file_that_is_no_model_is_left_alone(tmp_path):
    file = tmp_path / "model.onnx"
    file.write_bytes(b"no model")
    with pytest.raises(ModelError):
        write_threshold(file, KEPT)
    assert file.read_bytes() == b"no model"
    with pytest.raises(ModelError):
        read_threshold(tmp_path / "gone.onnx")


def test_shares_are_from_0_to_1():
    with pytest.raises(UsageError, match="coverage"):
        Threshold(0.5, 0.9, 1.5)
