from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import RunError
from engine.models.predictions import Predictions


def some() -> Predictions:
    return Predictions(
        image_ids=np.array([7, 9, 2**40]),
        splits=np.array(["validation", "test", "test"]),
        labels=np.array([0, 1, 0]),
        probabilities=np.array([[0.25, 0.75], [0.5, 0.5], [1, 0]], np.float32),
        classes=("Köter", "猫"),
        class_ids=(3, 1),
    )


def test_predictions_read_back_as_they_were_saved(tmp_path: Path) -> None:
    file = tmp_path / "predictions.npz"
    some().save(file)
    found = Predictions.load(file)
    assert found.image_ids.tolist() == [7, 9, 2**40]
    assert found.splits.tolist() == ["validation", "test", "test"]
    assert found.labels.tolist() == [0, 1, 0]
    assert found.probabilities.dtype == np.float32
    assert found.probabilities.tolist() == [[0.25, 0.75], [0.5, 0.5], [1, 0]]
    assert found.classes == ("Köter", "猫")
    assert found.class_ids == (3, 1)
    assert [p.name for p in tmp_path.iterdir()] == ["predictions.npz"]


def test_missing_predictions_are_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="has no predictions"):
        Predictions.load(tmp_path / "predictions.npz")


@pytest.mark.parametrize("length", [0, 10, 300])
def test_damaged_predictions_are_told_in_a_sentence(tmp_path: Path, length: int) -> None:
    file = tmp_path / "predictions.npz"
    some().save(file)
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(RunError, match="damaged"):
        Predictions.load(file)


def test_a_pickle_in_place_of_predictions_is_not_opened(tmp_path: Path) -> None:
    file = tmp_path / "predictions.npz"
    np.savez(file, image_ids=np.array([{"evil": 1}], dtype=object))
    with pytest.raises(RunError, match="damaged"):
        Predictions.load(file)
