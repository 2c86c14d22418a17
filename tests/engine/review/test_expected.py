"""What the check images of a run promise for new pictures, where those without a label are harder or easier."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.cli.main import main
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import ImageRecord, Split
from engine.library.scan import ImportParams, import_sources
from engine.models.predictions import Predictions
from engine.review import assessment
from engine.review.assessment import Action, Assessment, AssessParams, Quality, assess
from engine.review.evaluation import Evaluation
from engine.similarity import learning_curve
from engine.similarity.feature_job import base_of, store_of
from engine.similarity.learning_curve import CrossValidated, cross_validated
from engine.training.automatic import first_look as look_module
from engine.training.automatic.first_look import FirstLook, first_look
from engine.training.frozen import freeze
from engine.training.options import TrainOptions
from engine.training.runs.folder import RunFolder
from engine.training.runs.records import list_runs
from tests.engine.review.conftest import CLASSES, save

QUIET: dict[str, Any] = {"emit": lambda event: None, "cancel": Cancel()}


def features_of(images: list[ImageRecord], dimensions: int) -> np.ndarray:
    """Features by the name of the file: of the easy ones those of their class, of the hard ones hardly any of it."""
    random = np.random.default_rng(0)
    found = random.random((len(images), dimensions)) * 0.2
    for row, image in enumerate(images):
        dark = "dark" in image.file.name
        share = 0.5 if "hard" in image.file.name else 1.0
        found[row, :40] += share if dark else 1 - share
        found[row, 40:80] += 1 - share if dark else share
    return found.astype(np.float32)


def made(
    folder: Path,
    write_model: Callable[..., Path],
    *,
    hard_checks: int,
    hard_waiting: int,
    waiting: int = 120,
    one_light_of: int = 2,
    recipe: str = "brightness",
    without_features: str = "-",
) -> Path:
    """A project of 80 easy training images, 40 check images and others without a label, so many of them hard; its run
    is right about all easy check images and every other hard one. One of so many is light, all others are dark. Those
    with a certain word in the name have no features.
    """
    kinds = {
        "train": ["easy"] * 80,
        "check": ["hard"] * hard_checks + ["easy"] * (40 - hard_checks),
        "open": ["hard"] * hard_waiting + ["easy"] * (waiting - hard_waiting),
    }
    value = 0  # another one for each, as features are found by what the file holds
    for part, hardness in kinds.items():
        for number, kind in enumerate(hardness):
            name = CLASSES[number % one_light_of == 1]
            place = folder / part / name if part != "open" else folder / part
            save(place / f"{part} {kind} {name} {number}.png", value)
            value += 1
    project = folder / "some.pigeonhole"
    for part, labels in (("train", "folders"), ("check", "folders"), ("open", "none")):
        import_sources(ImportParams(str(project), (str(folder / part),), labels=labels), **QUIET)
    with Project.open(project) as opened:
        images = query.images(opened, query.image_ids(opened, query.Filter()))
        for part, split in (("train", Split.TRAINING), ("check", Split.VALIDATION)):
            edits.set_split(opened, [i.id for i in images if i.file.name.startswith(part)], split)
        frozen = freeze(opened, TrainOptions(), lambda event: None)
        run = RunFolder.create(opened.runs_folder, recipe, TrainOptions(), frozen)
        base = base_of(None)
        with closing(store_of(base)) as store:
            looked_at = [image for image in images if without_features not in image.file.name]
            store.add(looked_at, features_of(looked_at, base.dimensions))
    write_model(run.folder / "model.onnx", CLASSES)
    checked = [image for image in frozen.images if image.split is Split.VALIDATION]
    wrong = {i.image_id for i in [c for c in checked if "hard" in c.file.name][::2]}
    says = np.array([1 - c.label if c.image_id in wrong else c.label for c in checked])
    Predictions(
        image_ids=np.array([image.image_id for image in checked]),
        splits=np.array(["validation"] * len(checked)),
        labels=np.array([image.label for image in checked]),
        probabilities=np.where(np.arange(2) == says[:, None], 0.9, 0.1).astype(np.float32),
        classes=frozen.classes,
        class_ids=frozen.class_ids,
    ).save(run.folder / "predictions.npz")
    run.update(state="finished", epochs=1, best_epoch=1, validation_accuracy=0.95)
    return project


def assessed(project: Path) -> Assessment:
    return assess(AssessParams(str(project)), **QUIET)


def test_where_what_has_no_label_is_harder_less_is_promised_than_the_check_images_show(
    tmp_path: Path, empty_home: Path, write_model: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    project = made(tmp_path, write_model, hard_checks=6, hard_waiting=36)
    found = assessed(project)
    assert (found.right, found.images) == (37, 40)
    assert found.expected == pytest.approx((0.5 * 36 + 84 + 120 * 37 / 40) / 240, abs=0.03)
    assert found.are_easy is True
    assert found.can_promise
    assert found.expected_low < found.expected < found.expected_high
    assert main(["assess", str(project)]) == 0
    assert "are expected to be right: those without a label are harder than the check" in capsys.readouterr().out


def test_where_most_of_what_has_no_label_is_unlike_the_labelled_pictures_nothing_is_promised_of_new_ones(
    tmp_path: Path, empty_home: Path, write_model: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    project = made(tmp_path, write_model, hard_checks=6, hard_waiting=108)
    found = assessed(project)
    assert found.expected == pytest.approx((0.5 * 108 + 12 + 120 * 37 / 40) / 240, abs=0.03)
    assert not found.can_promise
    assert found.expected_low < 0.5 < 0.95 < found.expected_high, "the interval holds whatever these may show"
    assert found.quality is Quality.POOR, "it is Fair by the check images alone"
    assert main(["assess", str(project)]) == 0
    assert "How many of new pictures will be right cannot be told yet" in capsys.readouterr().out
    look = first_looked_at(project)
    assert look.is_unlike
    assert look.of_new_pictures is None
    assert look.on_check_images is not None


def test_while_a_class_has_no_label_nothing_is_promised_of_new_pictures(
    tmp_path: Path, empty_home: Path, write_model: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    project = made(tmp_path, write_model, hard_checks=6, hard_waiting=6)
    assert assessed(project).can_promise
    with Project.open(project) as opened:
        edits.add_class(opened, "neither")
    found = assessed(project)
    assert not found.can_promise
    assert found.not_shown == ("neither",)
    assert found.are_easy is None
    assert main(["assess", str(project)]) == 0
    said = capsys.readouterr().out
    assert "cannot be told yet: no picture of neither has a label." in said
    assert "not like those without" not in said


def test_where_the_check_images_are_the_hard_ones_more_is_promised(
    tmp_path: Path, empty_home: Path, write_model: Callable[..., Path]
) -> None:
    found = assessed(made(tmp_path, write_model, hard_checks=20, hard_waiting=0))
    assert (found.right, found.images) == (30, 40)
    assert found.are_easy is False
    assert found.expected > found.accuracy + 0.05
    assert found.expected_high < 1


def test_where_pictures_are_alike_the_check_images_speak_for_themselves(
    tmp_path: Path, empty_home: Path, write_model: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    project = made(tmp_path, write_model, hard_checks=20, hard_waiting=60)
    found = assessed(project)
    assert found.are_easy is None
    assert found.expected != found.accuracy, "it was asked of those without a label too"
    assert found.expected == pytest.approx(found.accuracy, abs=0.02)
    assert main(["assess", str(project)]) == 0
    assert "those without a label" not in capsys.readouterr().out, "by less than a person would mind"


def first_looked_at(project: Path) -> FirstLook:
    with Project.open(project, read_only=True) as opened:
        found = first_look(opened, freeze(opened, TrainOptions(), lambda event: None), **QUIET)
    assert found is not None
    return found


@pytest.mark.parametrize("without_features", ["-", "open easy"])
def test_some_pictures_with_features_do_not_stand_for_all_without_a_label(
    tmp_path: Path, empty_home: Path, write_model: Callable[..., Path], without_features: str
) -> None:
    project = made(tmp_path, write_model, hard_checks=6, hard_waiting=108, without_features=without_features)
    look, found = first_looked_at(project), assessed(project)
    assert (look.of_new_pictures == look.on_check_images) is (without_features != "-")
    assert (found.expected == found.accuracy) is (without_features != "-")


def test_of_many_labels_those_that_are_looked_at_stand_for_all(
    tmp_path: Path, empty_home: Path, write_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawn evenly of all classes, few of which have most pictures, they would not be like those without a label."""
    project = made(tmp_path, write_model, hard_checks=0, hard_waiting=0, one_light_of=10)
    tried: list[list[int]] = []

    def spied(points: np.ndarray, labels: np.ndarray, *others: Any, **options: Any) -> CrossValidated | None:
        tried.append(sorted(np.bincount(labels - labels.min()).tolist()))
        return cross_validated(points, labels, *others, **options)

    monkeypatch.setattr(look_module, "_READY", 60)
    monkeypatch.setattr(assessment, "_MOST_LEARNT", 60)
    monkeypatch.setattr(learning_curve, "cross_validated", spied)
    monkeypatch.setattr(assessment, "cross_validated", spied)
    assert not first_looked_at(project).is_unlike
    assert assessed(project).can_promise
    assert tried == [[6, 54], [6, 54]]


def check_images(project: Project) -> list[int]:
    return [image.id for image in query.labelled_images(project) if image.split is Split.VALIDATION]


def test_frames_of_a_few_things_promise_as_little_as_few_images(
    tmp_path: Path, empty_home: Path, write_model: Callable[..., Path]
) -> None:
    project = made(tmp_path, write_model, hard_checks=6, hard_waiting=60)
    apart = assessed(project)
    with Project.open(project) as opened:
        edits.set_grouping(opened, {i: f"thing {place // 10}" for place, i in enumerate(check_images(opened))})
    together = assessed(project)
    assert together.expected == pytest.approx(apart.expected)
    assert together.expected_high - together.expected_low > 1.5 * (apart.expected_high - apart.expected_low)


def test_a_label_that_is_taken_back_while_a_run_is_assessed_leaves_its_image_out(
    tmp_path: Path, empty_home: Path, write_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = made(tmp_path, write_model, hard_checks=6, hard_waiting=108)
    evaluated = assessment.evaluation_of

    def evaluated_before_an_edit(*args: Any, **among: Any) -> Evaluation:
        found = evaluated(*args, **among)
        with Project.open(project) as opened:
            edits.set_label(opened, check_images(opened)[:1], None)
        monkeypatch.setattr(assessment, "evaluation_of", evaluated)
        return found

    monkeypatch.setattr(assessment, "evaluation_of", evaluated_before_an_edit)
    assert assessed(project).images == 39


def test_of_a_run_of_the_fastest_recipe_alone_a_better_training_is_next_until_one_was_tried(
    tmp_path: Path, empty_home: Path, write_model: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    project = made(tmp_path, write_model, hard_checks=6, hard_waiting=6, waiting=20, recipe="instant")
    assert assessed(project).next.action is Action.TRAIN_BETTER
    assert main(["assess", str(project)]) == 0
    assert "Next: train in a better way." in capsys.readouterr().out
    with Project.open(project) as opened:
        other = RunFolder.create(
            opened.runs_folder, "transfer", TrainOptions(), freeze(opened, TrainOptions(), lambda event: None)
        )
    write_model(other.folder / "model.onnx", CLASSES)
    other.update(state="finished", epochs=1, best_epoch=1, validation_accuracy=0.9)
    first = next(run.name for run in list_runs(project) if run.recipe == "instant")
    found = assess(AssessParams(str(project), first), **QUIET)
    assert found.next.action is Action.USE_IT
