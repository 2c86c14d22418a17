"""Instant: a complete run in seconds on the built-in base, with nothing of TensorFlow loaded."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import JobCancelled, RunError, UsageError
from engine.events import EpochEnded, Event, RunStarted
from engine.imaging.pixels import load_each
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Flag, Split
from engine.library.scan import ImportParams, import_sources
from engine.models.predictions import Predictions
from engine.models.predictor import Predictor
from engine.similarity.classifier import fit_classifier
from engine.training import instant
from engine.training.plan import TrainParams
from engine.training.runs.records import MODEL, PREDICTIONS, find_run, history, read_split
from engine.training.trainer import train
from tests.engine.similarity.test_classifier import clusters
from tests.flowers import write_photographs

KINDS = ("daisy", "roses", "tulips")
OF_EACH = 24


@pytest.fixture(scope="module")
def pictures(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photographs of three kinds of flowers in folders."""
    folder = tmp_path_factory.mktemp("flowers") / "flowers"
    return write_photographs(folder, shared_data, dict.fromkeys(KINDS, OF_EACH))


@pytest.fixture
def project(pictures: Path, tmp_path: Path) -> Path:
    params = ImportParams(str(tmp_path / "flowers"), (str(pictures),), validation_fraction=0.25)
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    return tmp_path / "flowers.pigeonhole"


def trained(project: Path, **params: Any) -> tuple[dict[str, Any], list[Event]]:
    events: list[Event] = []
    result = train(TrainParams(str(project), "instant", **params), emit=events.append, cancel=Cancel())
    return result, events


def test_it_leaves_a_complete_run_whose_model_says_what_its_predictions_say(project: Path) -> None:
    result, events = trained(project)
    run = find_run(project, result["run"])
    assert (run.state, run.recipe, run.epochs, run.has_model) == ("finished", "instant", 1, True)
    assert run.validation_accuracy == result["validation_accuracy"] > 0.75
    assert result["difference"] < 1e-4
    assert [type(e) for e in events if isinstance(e, (RunStarted, EpochEnded))] == [RunStarted, EpochEnded]
    assert [epoch.validation_accuracy for epoch in history(run)] == [pytest.approx(result["validation_accuracy"])]
    predictions = Predictions.load(run.folder / PREDICTIONS)
    files = {row.image_id: Path(row.file) for row in read_split(run) if row.image_id in predictions.image_ids.tolist()}
    said, problems = Predictor(run.folder / MODEL).predict_files([files[i] for i in predictions.image_ids.tolist()])
    assert problems == {}
    np.testing.assert_allclose(said, predictions.probabilities, atol=0.01)  # features are kept in half precision


def test_its_model_tells_what_is_unlike_anything_it_was_trained_on(
    pictures: Path, tmp_path: Path, shared_data: Path
) -> None:
    params = ImportParams(str(tmp_path / "flowers"), (str(pictures),), validation_fraction=0.4)
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    result, _ = trained(tmp_path / "flowers.pigeonhole")
    run = find_run(tmp_path / "flowers.pigeonhole", result["run"])
    predictor = Predictor(run.folder / MODEL)
    check = [Path(row.file) for row in read_split(run) if row.split is Split.VALIDATION]
    assert predictor.info.novelty is not None
    assert predictor.info.novelty.images == len(check) >= 20
    others = []
    with zipfile.ZipFile(shared_data / "dogs-vs-cats-mini.zip") as archive:
        for name in [name for name in archive.namelist() if "train/cat" in name][:12]:
            others.append(tmp_path / Path(name).name)
            others[-1].write_bytes(archive.read(name))
    size = (predictor.info.width, predictor.info.height)
    told = [predictor.answer(np.stack(load_each(files, size=size))).novelty for files in (check, others)]  # type: ignore[arg-type]
    assert told[0] is not None
    assert told[1] is not None
    assert np.median(told[1]) > np.quantile(told[0], 0.9)
    assert (told[1] > 1).sum() > 3


def test_with_too_few_check_images_it_tells_nothing_of_that(project: Path) -> None:
    result, _ = trained(project)
    assert Predictor(find_run(project, result["run"]).folder / MODEL).info.novelty is None


def test_the_same_seed_gives_the_same_run_and_features_are_computed_once(project: Path) -> None:
    first, _ = trained(project)
    second, events = trained(project)
    assert first["validation_loss"] == second["validation_loss"]
    assert not [e for e in events if "features" in str(e).lower() and "ready" in str(e).lower() and "rate=" in str(e)]


def test_other_options_than_those_of_the_split_are_refused(project: Path) -> None:
    with pytest.raises(UsageError, match="instant has no options but validation_fraction"):
        trained(project, overrides={"batch_size": 7})
    result, _ = trained(project, overrides={"train_on_everything": True, "seed": 7})
    assert result["validation_accuracy"] is None
    assert find_run(project, result["run"]).validated_on == "training"


def test_a_run_of_one_epoch_is_not_resumed(project: Path) -> None:
    result, _ = trained(project)
    with pytest.raises(RunError):
        train(TrainParams(str(project), resume=result["run"]), emit=lambda event: None, cancel=Cancel())


def test_it_can_be_repeated_and_divided_into_folds(project: Path) -> None:
    from engine.training.kfold import train_folds

    result, _ = trained(project)
    again = train(TrainParams(str(project), repeat=result["run"]), emit=lambda event: None, cancel=Cancel())
    assert again["validation_loss"] == result["validation_loss"]
    folds = train_folds(TrainParams(str(project), "instant", folds=3), emit=lambda event: None, cancel=Cancel())
    assert len(folds["runs"]) == 3
    assert folds["validation_accuracy"] > 0.7


def test_a_cancel_leaves_no_run(project: Path) -> None:
    cancel = Cancel()
    cancel.set()
    with pytest.raises(JobCancelled):
        train(TrainParams(str(project), "instant"), emit=lambda event: None, cancel=cancel)
    with Project.open(project, read_only=True) as opened:
        assert not opened.runs_folder.exists() or not list(opened.runs_folder.iterdir())


def test_nothing_of_tensorflow_is_loaded(project: Path) -> None:
    code = (
        "import sys; from engine.cli.main import main;"
        f"status = main(['train', {str(project)!r}, '--recipe', 'instant', '--json']);"
        "heavy = {'tensorflow', 'keras', 'torch', 'jax'} & set(sys.modules);"
        "sys.exit(status or (3 if heavy else 0))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0


def test_the_penalty_is_that_with_which_images_held_out_are_the_likeliest() -> None:
    """Labels that points tell want a small one, labels by chance a large one; what is accepted unseen has no say."""
    points, labels = clusters(60, 3, spread=0.5, size=40)
    by_chance = np.random.default_rng(0).permutation(labels)
    none, seen = [None] * len(labels), np.ones(len(labels), bool)
    expected = [fit_classifier(points, given, penalty=p) for given in (labels, by_chance) for p in instant.PENALTIES]

    told = instant.fit_calibrated(points, labels, none, seen, 0)
    guessed = instant.fit_calibrated(points, by_chance, none, seen, 0)
    unseen = instant.fit_calibrated(points, by_chance, none, ~seen, 0)

    for found, like in ((told, expected[0]), (guessed, expected[3]), (unseen, expected[2])):
        np.testing.assert_allclose(found.weights, like.weights, atol=0.02)  # other penalties differ by 0.1 and more


def test_labels_accepted_unseen_are_learnt_from_but_calibrate_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_out: list[int] = []
    fit = instant.fit_temperature

    def counted(logits: Any, labels: Any) -> float:
        held_out.append(len(labels))
        return fit(logits, labels)

    monkeypatch.setattr(instant, "fit_temperature", counted)
    with Project.open(project) as opened:
        images = query.labelled_images(opened)
        training = [image.id for image in images if image.split is Split.TRAINING]
        edits.set_flag(opened, training[::3], Flag.UNSEEN)
        edits.set_flag(opened, [i.id for i in images if i.split is Split.VALIDATION][:4], Flag.UNSEEN)
    result, _ = trained(project)
    rows = read_split(find_run(project, result["run"]))
    assert sum(row.split is Split.TRAINING for row in rows) == len(training)
    assert set(held_out) == {len(training) - len(training[::3])}
    assert len(rows) == len(images) - 4, "those that were to check and nobody has looked at are left out"
