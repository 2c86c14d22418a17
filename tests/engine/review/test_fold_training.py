"""The trainings of a k-fold for suspects, for real: what they leave out, and that their answers are the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.jobs.job import Cancel
from engine.library import query
from engine.library.project import Project
from engine.library.records import Split
from engine.models.predictions import Predictions
from engine.review.suspects.out_of_fold import fold_predictions
from engine.training.plan import TrainParams
from engine.training.runs.records import MODEL, PREDICTIONS, find_run
from engine.training.trainer import train
from tests.engine.training.conftest import build_project, network_of, steps_as_written
from tests.engine.training.test_trainer import build_small

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")
COUNTS = {name: {Split.TRAINING: 12, Split.VALIDATION: 4, Split.TEST: 2} for name in ("bright", "dark")}


@pytest.fixture(autouse=True, scope="module")
def small_network() -> Iterator[None]:
    with network_of("fashion-cnn", build_small), steps_as_written():
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_project(tmp_path_factory.mktemp("project"), COUNTS)


@pytest.fixture(scope="module")
def with_file(folder: Path) -> Path:
    return trained(folder, export=True)


def trained(folder: Path, *, export: bool) -> Path:
    params = TrainParams(str(folder), "fashion-cnn", {"epochs": 2, "batch_size": 8}, export=export)
    return folder / "runs" / train(params, emit=lambda event: None, cancel=Cancel())["run"]


def test_a_run_without_export_answers_as_its_model_file_would(folder: Path, with_file: Path) -> None:
    without = trained(folder, export=False)
    assert (with_file / MODEL).is_file()
    assert not (without / MODEL).exists()
    assert not (without / "model.keras").exists()
    one, other = Predictions.load(with_file / PREDICTIONS), Predictions.load(without / PREDICTIONS)
    held_out = one.splits == Split.VALIDATION.value
    assert one.image_ids[held_out].tolist() == other.image_ids.tolist()
    assert one.labels[held_out].tolist() == other.labels.tolist()
    np.testing.assert_allclose(one.probabilities[held_out], other.probabilities, atol=1e-4)


def test_folds_make_no_model_file_and_learn_from_nothing_that_knows_what_they_hold_out(
    folder: Path, with_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the run itself began with another one's weights, or was trained on everything in the end."""

    def refuse(*_: object) -> None:
        raise EngineError("A model file was made.")

    run = find_run(folder, with_file.name)
    run = replace(run, options=run.options | {"epochs": 1, "start_from": run.name, "train_on_everything": True})
    monkeypatch.setattr("engine.training.results.write.to_onnx", refuse)
    with Project.open(folder, read_only=True) as project:
        images = {image.id for image in query.labelled_images(project)}
        found = fold_predictions(project, run, 2, emit=lambda event: None, cancel=Cancel())
    assert sorted(found.image_ids) == sorted(images)
    assert set(found.splits) == {Split.VALIDATION.value}
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, atol=1e-5)
