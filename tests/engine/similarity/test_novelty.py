"""The model file tells what is unlike its training images, wherever it goes: by itself, calibrated, in an ensemble."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.errors import ModelError
from engine.models.bundle import Novelty, metadata_bytes, read_info
from engine.models.inspection import describe
from engine.models.mean_model import write_mean
from engine.models.predictor import Predictor
from engine.models.temperature import set_temperature
from engine.similarity.novelty import learn_novelty, limit_of, training_space

SIDE = 8


def greys(count: int, seed: int) -> np.ndarray:
    """Pictures that are almost grey, of any brightness: what the model of these tests is trained on."""
    random = np.random.default_rng(seed)
    brightness = random.integers(40, 200, (count, 1, 1, 1))
    tint = random.integers(-6, 7, (count, 1, 1, 3))
    return np.broadcast_to((brightness + tint).astype(np.uint8), (count, SIDE, SIDE, 3)).copy()


def coloured(count: int) -> np.ndarray:
    found = greys(count, 9)
    found[..., 1:] //= 8  # red
    return found


def taught(model: Path, training: np.ndarray, check: np.ndarray) -> Novelty | None:
    """Give the model a second output, learnt from these pictures."""
    places = np.arange(len(training) + len(check))
    both = np.concatenate([training, check])
    return learn_novelty(model, both, of_brightness(both), places[: len(training)], places[len(training) :])


def of_brightness(pictures: np.ndarray) -> np.ndarray:
    """The classes of pictures: dark and light ones."""
    return (pictures.mean(axis=(1, 2, 3)) > 120).astype(np.int64)


@pytest.fixture
def model(tmp_path: Path, write_model: Callable[..., Path]) -> Path:
    path = write_model(tmp_path / "model.onnx")
    assert taught(path, greys(80, 0), greys(200, 1)) is not None
    return path


def test_a_picture_unlike_the_training_images_is_told_and_others_are_not(model: Path) -> None:
    info = read_info(model)
    assert info.format_version == 2
    assert info.novelty is not None
    assert info.novelty.images == 200
    assert info.novelty.share <= 0.03
    predictor = Predictor(model)
    red, grey = predictor.answer(coloured(20)), predictor.answer(greys(300, 2))
    assert red.novelty is not None
    assert grey.novelty is not None
    assert (red.novelty > 1).all()
    assert (grey.novelty > 1).mean() < 0.1
    np.testing.assert_allclose(red.probabilities, predictor.predict(coloured(20)))


def test_the_file_computes_the_distance_that_the_limit_was_found_by(model: Path) -> None:
    novelty, predictor = read_info(model).novelty, Predictor(model)
    assert novelty is not None
    some = np.concatenate([coloured(5), greys(5, 3)])
    training = greys(80, 0)
    space = training_space(predictor.features(training), of_brightness(training))
    expected = space.distances(predictor.features(some)) / novelty.limit
    found = predictor.answer(some).novelty
    assert found is not None
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)


def test_older_files_and_files_of_others_open_and_tell_nothing(
    tmp_path: Path, write_model: Callable[..., Path]
) -> None:
    path = write_model(tmp_path / "old.onnx")
    model = onnx.load(str(path))
    del model.metadata_props[:]
    old = replace(read_info(path), format_version=1).to_metadata()
    assert "pigeonhole.novelty" not in old
    onnx.helper.set_model_props(model, old)
    onnx.save(model, str(path))
    assert Predictor(path).answer(greys(3, 0)).novelty is None


def test_a_strangers_model_tells_it_from_its_own_process(model: Path) -> None:
    expected = Predictor(model).answer(coloured(3)).novelty
    with model.open("ab") as file:  # no file that this machine made any more
        file.write(metadata_bytes("from", "elsewhere"))
    found = Predictor(model).answer(coloured(3)).novelty
    assert expected is not None
    assert found is not None
    np.testing.assert_allclose(found, expected)


def test_a_file_that_promises_it_without_an_output_or_limit_is_refused(
    tmp_path: Path, model: Path, write_model: Callable[..., Path]
) -> None:
    alone = write_model(tmp_path / "alone.onnx")
    with alone.open("ab") as file:
        file.write(metadata_bytes("pigeonhole.novelty", '{"limit": 0.5, "share": 0.01, "images": 20}'))
    with pytest.raises(ModelError, match="2 outputs"):
        Predictor(alone)
    for limit in ("0.0", "-1.0", "1e999", "null", '"far"'):
        damaged = tmp_path / "damaged.onnx"
        damaged.write_bytes(model.read_bytes())
        with damaged.open("ab") as file:
            file.write(metadata_bytes("pigeonhole.novelty", f'{{"limit": {limit}, "share": 0.0, "images": 20}}'))
        with pytest.raises(ModelError):
            Predictor(damaged)


def test_calibrating_the_confidence_leaves_it_as_it_is(model: Path) -> None:
    before = Predictor(model).answer(coloured(4))
    set_temperature(model, 2.5)
    after = Predictor(model).answer(coloured(4))
    assert before.novelty is not None
    assert after.novelty is not None
    np.testing.assert_allclose(after.novelty, before.novelty)
    assert np.abs(after.probabilities - before.probabilities).max() > 1e-3
    assert describe(model)["info"]["novelty"]["images"] == 200


def test_of_several_models_as_one_those_count_that_tell_it(
    tmp_path: Path, model: Path, write_model: Callable[..., Path]
) -> None:
    other, silent = write_model(tmp_path / "other.onnx"), write_model(tmp_path / "silent.onnx")
    taught(other, greys(60, 5), greys(50, 6))
    orders = [[0, 1]] * 3
    write_mean([model, other, silent], orders, read_info(model), tmp_path / "mean.onnx")
    mean = Predictor(tmp_path / "mean.onnx")
    assert mean.info.novelty == Novelty(1.0, mean.info.novelty.share if mean.info.novelty else 0.0, 50)
    found = mean.answer(coloured(4)).novelty
    each = [Predictor(path).answer(coloured(4)).novelty for path in (model, other)]
    assert found is not None
    np.testing.assert_allclose(found, np.mean([e for e in each if e is not None], axis=0), rtol=1e-5)
    write_mean([silent, silent], orders[:2], read_info(silent), tmp_path / "silent mean.onnx")
    assert Predictor(tmp_path / "silent mean.onnx").info.novelty is None


def test_too_few_check_images_or_images_that_are_all_the_same_set_no_limit(
    tmp_path: Path, write_model: Callable[..., Path]
) -> None:
    path = write_model(tmp_path / "model.onnx")
    before = path.read_bytes()
    assert taught(path, greys(80, 0), greys(19, 1)) is None
    assert taught(path, greys(1, 0), greys(200, 1)) is None
    same = np.repeat(greys(1, 0), 50, axis=0)
    assert taught(path, same, same) is None
    assert path.read_bytes() == before


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 12).flatmap(
        lambda wide: st.tuples(
            arrays(np.float32, st.tuples(st.integers(1, 30), st.just(wide)), elements=st.floats(-9, 9, width=32)),
            arrays(np.float32, (25, wide), elements=st.floats(-9, 9, width=32)),
        )
    )
)
def test_distances_are_numbers_whatever_the_features_are(features: tuple[np.ndarray, np.ndarray]) -> None:
    training, check = features
    space = training_space(training, np.arange(len(training)) % 3)
    found = space.distances(np.concatenate([training, check]))
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    novelty = limit_of(space, check)
    assert novelty is None or novelty.limit > 0
