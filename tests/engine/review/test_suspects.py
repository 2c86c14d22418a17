"""Wrong labels are found, ranked and given a suggestion."""

import csv
from pathlib import Path

import numpy as np
import pytest

from engine.errors import DataError, JobCancelled, UsageError
from engine.events import EpochEnded, Log, ProblemFound, Progress
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Flag, Split
from engine.library.splits import stratified_folds
from engine.models.predictions import Predictions
from engine.review.evaluation import evaluation_of, load_evaluation, read_predictions
from engine.review.suspects import out_of_fold
from engine.review.suspects.job import SuspectsParams, find_suspects
from engine.review.suspects.open_suspects import read_open_suspects
from engine.review.suspects.out_of_fold import fold_predictions
from engine.review.suspects.ranking import quality, suspects, wrong_labels
from engine.training.frozen import fold_of_split, freeze
from engine.training.options import TrainOptions
from engine.training.runs.records import read_run


def run(params, cancel=None):
    seen = []
    return find_suspects(params, emit=seen.append, cancel=cancel or Cancel()), seen


def digits_with_flipped_labels(seed):
    """Labels of scikit-learn's digits, a twentieth of them wrong, with probabilities of five folds."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import cross_val_predict
    from sklearn.neighbors import KNeighborsClassifier

    pixels, labels = load_digits(return_X_y=True)
    rng = np.random.default_rng(seed)
    flipped = rng.choice(len(labels), round(0.05 * len(labels)), replace=False)
    labels[flipped] = (labels[flipped] + rng.integers(1, 10, len(flipped))) % 10
    nearest = KNeighborsClassifier(15, weights="distance")
    return labels, cross_val_predict(nearest, pixels, labels, cv=5, method="predict_proba"), flipped


@pytest.mark.parametrize("seed", [5, 6])
def test_four_of_five_flipped_labels_of_the_digits_stand_first(seed):
    labels, probabilities, flipped = digits_with_flipped_labels(seed)

    first = np.argsort(quality(labels, probabilities), kind="stable")[: len(flipped)]

    assert np.isin(first, flipped).mean() >= 0.8
    assert 0.6 * len(flipped) <= wrong_labels(labels, probabilities) <= 1.4 * len(flipped)


def test_quality_and_number_are_those_of_cleanlab():
    filters, rank = pytest.importorskip("cleanlab.filter"), pytest.importorskip("cleanlab.rank")
    rng = np.random.default_rng(1)
    for classes, images in ((2, 60), (5, 400), (30, 900)):
        labels = np.concatenate([np.arange(classes), rng.integers(0, classes, images)])
        scores = rng.gamma(0.4, size=(len(labels), classes))
        scores[np.arange(len(labels)), labels] += 1.5
        probabilities = scores / scores.sum(axis=1, keepdims=True)

        theirs = rank.get_label_quality_scores(labels, probabilities, method="normalized_margin")
        issues = filters.find_label_issues(labels, probabilities, filter_by="low_normalized_margin", n_jobs=1)

        np.testing.assert_allclose(quality(labels, probabilities), theirs, atol=1e-12)
        assert wrong_labels(labels, probabilities) == issues.sum()


def test_a_class_that_nobody_is_labelled_as_makes_no_suspects():
    labels, probabilities = np.array([0, 0, 0]), np.array([[0.6, 0.4], [0.5, 0.5], [0.7, 0.3]], np.float32)

    assert wrong_labels(labels, probabilities) == 0
    assert wrong_labels(labels[:0], probabilities[:0]) == 0


def test_the_mistake_of_the_sample_is_a_suspect_with_a_suggestion(setting):
    with setting.project() as project:
        found = suspects(load_evaluation(project, setting.run(), "test"), most=2)

    assert found[0].file.name == "test dark 2.png"
    assert (found[0].label, found[0].suggested) == ("dark", "light")
    assert found[0].quality < 0.1
    assert found[0].suggested_probability == pytest.approx(1 - found[0].label_probability, abs=1e-6)
    assert found[1].quality > 0.5


def test_a_confirmed_label_is_not_asked_about_again(setting):
    with setting.project() as project:
        evaluation = load_evaluation(project, setting.run(), "test")
        confirmed = {setting.ids()["test dark 2.png"]}

        assert suspects(evaluation, most=1)[0].image_id in confirmed
        assert suspects(evaluation, most=1, but=confirmed) == []


@pytest.mark.parametrize("flag", [Flag.CONFIRMED, Flag.UNSURE, Flag.EXCLUDED])
def test_what_a_person_has_decided_on_is_asked_about_neither_in_the_job_nor_one_by_one(setting, flag):
    image_id, name = setting.ids()["test dark 2.png"], setting.run().name
    with setting.project() as project:
        before = read_open_suspects(project, name, "test")
    assert [s.image_id for s in before.suspects if before.is_open(s)] == [image_id]
    assert before.probable == 1
    assert before.top(image_id, 1)[0][:2] == ("light", setting.class_ids()["light"])
    with setting.project(write=True) as project:
        edits.set_flag(project, [image_id], flag, True)
        after = read_open_suspects(project, name, "test")
        before.records.update((image.id, image) for image in query.images(project, [image_id]))
    assert after.suspects == []
    assert not before.is_open(before.suspects[0]), "a list that is at hand follows the edit"
    assert run(SuspectsParams(str(setting.folder)))[0]["rows"] == []


def test_a_corrected_label_is_no_suspect_any_more(setting):
    with setting.project(write=True) as project:
        edits.set_label(project, [setting.ids()["test dark 2.png"]], setting.class_ids()["light"])
    result, _ = run(SuspectsParams(str(setting.folder)))

    assert result["rows"] == []


def test_the_job_looks_at_validation_and_test_images_and_writes_a_table(setting, tmp_path):
    out = tmp_path / "suspects.csv"

    result, _ = run(SuspectsParams(str(setting.folder), most=3, csv=str(out)))

    assert (result["from"], result["images"], result["suspects"]) == ("all", 12, 3)
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [r["path"] for r in rows] == [r["path"] for r in result["rows"]]
    assert rows[0]["suggested"] == "light"
    assert [r["quality"] for r in result["rows"]] == sorted(r["quality"] for r in result["rows"])


def test_one_split_can_be_asked_for(setting):
    result, _ = run(SuspectsParams(str(setting.folder), split="validation", most=9))

    assert (result["from"], result["images"]) == ("validation", 6)
    assert all("validation" in row["path"] for row in result["rows"])
    with pytest.raises(UsageError, match="test, validation or all"):
        run(SuspectsParams(str(setting.folder), split="training"))


def test_only_images_that_a_filter_lets_through_count(setting):
    with setting.project() as project:
        predictions = read_predictions(setting.run())
        dark = query.image_ids(project, query.Filter(text="dark"))

        evaluation = evaluation_of(project, setting.run(), predictions, None, among=dark)
        with pytest.raises(DataError, match="that the filter lets through"):
            evaluation_of(project, setting.run(), predictions, None, among=[])

    assert len(evaluation.files) == 6
    assert all("dark" in file.name for file in evaluation.files)


def test_folds_spread_classes_evenly_and_keep_groups_together():
    rng = np.random.default_rng(2)
    classes = rng.integers(0, 4, 200).tolist()
    groups = [f"{cls} {rng.integers(0, 12)}" if place % 2 else None for place, cls in enumerate(classes)]

    places = stratified_folds(classes, groups, 4, 42)

    assert stratified_folds(classes, groups, 4, 42) == places
    for group in set(groups) - {None}:
        assert len({p for p, g in zip(places, groups, strict=True) if g == group}) == 1
    for cls in range(4):
        counts = np.bincount([p for p, c in zip(places, classes, strict=True) if c == cls], minlength=4)
        assert np.ptp(counts) <= 3


@pytest.fixture
def trained(setting, monkeypatch):
    """Training that takes no time: its predictions say the true brightness. Gives the splits that it saw."""
    seen = []

    def train(params, *, emit, cancel, shared=None):
        cancel.check()
        with Project.open(Path(params.project), read_only=True) as project:
            whole = freeze(project, TrainOptions(), emit, with_test_images=params.with_test_images)
            frozen = fold_of_split(whole, project, params.fold, params.folds, seed=42)
        held_out = frozen.of(Split.VALIDATION)
        seen.append({i.image_id: i.split for i in frozen.images})
        for unreadable in ["each.png", *(["some.png"] if params.fold > 1 else [])]:
            emit(ProblemFound(unreadable, "It is empty."))
        emit(EpochEnded(1, 1, 1.0, 0.5, 1.0, 0.5, 0.1, 1.0, 9.0, True))
        folder = Path(params.runs_folder) / "one"
        folder.mkdir()
        light = np.array([float("light" in i.file.name or i.file.name == "test dark 2.png") for i in held_out])
        Predictions(
            np.array([i.image_id for i in held_out]),
            np.array(["validation"] * len(held_out)),
            np.array([i.label for i in held_out]),
            np.stack([0.95 - 0.9 * light, 0.05 + 0.9 * light], axis=1),
            frozen.classes,
            frozen.class_ids,
        ).save(folder / "predictions.npz")
        return {"run": "one"}

    monkeypatch.setattr(out_of_fold, "train", train)
    return seen


def test_a_k_fold_judges_every_labelled_image_and_leaves_the_project_as_it_was(setting, trained, empty_home):
    with setting.project() as project:
        before = {i.id: i.split for i in query.labelled_images(project)}

    result, seen = run(SuspectsParams(str(setting.folder), folds=4))

    assert (result["from"], result["images"]) == ("folds", 20)
    assert result["rows"][0]["path"].endswith("test dark 2.png")
    held_out = [{i for i, split in splits.items() if split is Split.VALIDATION} for splits in trained]
    assert sorted(i for fold in held_out for i in fold) == sorted(before)
    assert all(set(splits.values()) == {Split.TRAINING, Split.VALIDATION} for splits in trained)
    with setting.project() as project:
        assert {i.id: i.split for i in query.labelled_images(project)} == before
    assert [e.done for e in seen if isinstance(e, Progress)] == [1, 2, 3, 4]
    assert [e.path for e in seen if isinstance(e, ProblemFound)] == ["each.png", "some.png"], "each once"
    assert not list((empty_home / "cache").glob("folds-*"))


def test_the_predictions_of_folds_are_kept_and_used_until_a_split_is_asked_for(setting, trained):
    run(SuspectsParams(str(setting.folder), folds=2))

    again, _ = run(SuspectsParams(str(setting.folder)))
    test, _ = run(SuspectsParams(str(setting.folder), split="test"))

    assert (again["from"], again["images"]) == ("folds", 20)
    assert (test["from"], test["images"]) == ("test", 6)
    assert len(trained) == 2


def test_damaged_predictions_of_folds_are_passed_over(setting):
    (setting.run().folder / "folds.npz").write_bytes(b"nothing")

    result, seen = run(SuspectsParams(str(setting.folder)))

    assert result["from"] == "all"
    assert any(isinstance(e, Log) and "damaged" in e.message for e in seen)


def test_a_cancelled_k_fold_stops_and_leaves_nothing(setting, trained, empty_home):
    cancel = Cancel()
    cancel.set()

    with pytest.raises(JobCancelled):
        run(SuspectsParams(str(setting.folder), folds=2), cancel)

    assert not list((empty_home / "cache").glob("folds-*"))


@pytest.mark.parametrize("folds", [1, 21])
def test_a_number_of_folds_that_makes_no_sense_is_refused(setting, folds):
    with setting.project() as project, pytest.raises(UsageError, match="2 to 20"):
        fold_predictions(project, read_run(setting.run().folder), folds, emit=lambda event: None, cancel=Cancel())
