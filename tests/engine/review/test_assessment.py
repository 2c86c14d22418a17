"""How good a run is, its weakest class and why, and the one next step."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.cli.main import main
from engine.jobs.job import Cancel
from engine.library.rescan import RescanParams, rescan
from engine.library.scan import ImportParams, import_sources
from engine.review import assessment
from engine.review.assessment import Action, AssessParams, Evidence, Quality, Weakness, assess, next_step, weakest_of
from engine.review.assessment import quality_of as quality
from engine.review.suspects.ranking import Suspect
from engine.similarity.feature_job import FeatureParams, compute_features
from tests.engine.review.conftest import Setting, save

CLASSES = ("cat", "dog", "giraffe")


def facts(matrix: list[list[int]], training: tuple[int, ...] = (200, 200, 200), **more: Any) -> Evidence:
    return Evidence(CLASSES, (11, 12, 13), np.array(matrix), np.array(training), **more)


def doubtful(name: str, count: int, quality: float = 0.02) -> list[Suspect]:
    return [Suspect(i, Path(f"{i}.png"), name, "dog", quality, 0.01, 0.97) for i in range(count)]


def step(found: Evidence, gain: float | None = None) -> assessment.NextStep:
    return next_step(found, weakest_of(found), lambda class_id, more: gain)


GOOD = [[95, 5, 0], [3, 97, 0], [1, 9, 90]]
POOR = [[60, 40, 0], [30, 70, 0], [20, 40, 40]]


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        ([[10, 0, 0], [0, 10, 0], [0, 0, 9]], Quality.TOO_FEW),
        ([[10, 0, 0], [0, 10, 0], [0, 0, 10]], Quality.GOOD),  # 30 without a mistake: 88.6 % at least
        ([[100, 0, 0], [0, 100, 0], [0, 0, 100]], Quality.VERY_GOOD),
        (GOOD, Quality.GOOD),
        ([[80, 20, 0], [20, 80, 0], [10, 10, 80]], Quality.FAIR),
        (POOR, Quality.POOR),
        ([[90, 0, 0], [6, 0, 0], [4, 0, 0]], Quality.GUESSING),  # 90 % right by always saying cat
    ],
)
def test_how_good_it_is_goes_by_what_it_is_at_least(matrix: list[list[int]], expected: Quality) -> None:
    assert quality(np.array(matrix)) is expected


def test_one_unlucky_picture_makes_no_class_the_weakest() -> None:
    found = weakest_of(facts([[99, 1, 0], [30, 70, 0], [0, 1, 0]]))
    assert found is not None
    assert (found.name, found.class_id, found.right, found.images) == ("dog", 12, 70, 100)
    assert (found.confused_with, found.confused) == ("cat", 30)
    assert weakest_of(facts([[9, 0, 0], [0, 9, 0], [0, 0, 9]])) is None


@pytest.mark.parametrize(
    ("training", "suspects", "why"),
    [
        ((200, 200, 200), [], Weakness.CONFUSED),
        ((200, 200, 12), [], Weakness.FEW_PICTURES),
        ((900, 800, 90), [], Weakness.FEW_PICTURES),  # many, but few beside the others
        ((900, 800, 90), doubtful("giraffe", 9), Weakness.SUSPECT_LABELS),
        ((200, 200, 200), doubtful("giraffe", 2), Weakness.CONFUSED),
        ((200, 200, 200), doubtful("cat", 9), Weakness.CONFUSED),
    ],
)
def test_why_a_class_is_the_weakest(training: tuple[int, ...], suspects: list[Suspect], why: Weakness) -> None:
    found = weakest_of(facts(GOOD, training, suspects=suspects))
    assert found is not None
    assert (found.name, found.why) == ("giraffe", why)


@pytest.mark.parametrize(
    ("found", "gain", "action", "count"),
    [
        (facts([[5, 0, 0], [0, 5, 0], [0, 0, 5]], (20, 20, 20)), 0.1, Action.LABEL_ANY, 75),
        (facts([[5, 0, 0], [0, 5, 0], [0, 0, 5]], (20, 20, 20), unlabelled=0), 0.1, Action.ADD_ANY, 75),
        (facts(POOR, unlabelled=3), None, Action.LABEL_CLASS, 20),
        (facts(POOR, unlabelled=0), None, Action.ADD_CLASS, 20),
        (facts(GOOD, leaking=40), 0.1, Action.LOOK_AT_DUPLICATES, 40),
        (facts(GOOD, look_alikes=90, leaking=40, unseen=100), 0.1, Action.KEEP_TOGETHER, 90),
        (facts([[400, 0, 0], [0, 400, 0], [0, 0, 400]], look_alikes=300), 0.1, Action.KEEP_TOGETHER, 300),
        (facts(GOOD, look_alikes=20), 0.001, Action.USE_IT, 0),
        (facts(GOOD, leaking=4, unseen=100), 0.1, Action.LOOK_AT_UNSEEN, 100),
        (facts(GOOD, suspects=doubtful("cat", 40), sure_mistakes=2.5), 0.1, Action.LOOK_AT_SUSPECTS, 40),
        (facts(GOOD, suspects=doubtful("cat", 4), sure_mistakes=2.5), 0.02, Action.LABEL_CLASS, 20),
        (facts(GOOD), 0.001, Action.USE_IT, 0),
        (facts(GOOD), None, Action.USE_IT, 0),
        (facts(POOR), None, Action.LABEL_CLASS, 20),
        (facts([[400, 1, 0], [0, 400, 0], [0, 0, 400]]), 0.1, Action.USE_IT, 0),
    ],
)
def test_the_next_step_is_what_helps_most(found: Evidence, gain: float | None, action: Action, count: int) -> None:
    told = step(found, gain)
    assert (told.action, told.count) == (action, count)


FEW = [[5, 0, 0], [0, 5, 0], [0, 0, 5]]
FAIR = [[80, 20, 0], [20, 80, 0], [10, 14, 76]]


def given(*counts: int) -> Any:
    return np.array(counts)


@pytest.mark.parametrize(
    ("found", "action", "count"),
    [
        (facts(FEW, (20, 20, 20), given=given(10, 10, 10), check_images=21), Action.LABEL_ANY, 45),
        (facts(FEW, (20, 20, 20), given=given(40, 20, 10), check_images=29), Action.LABEL_ANY, 5),
        (facts(FEW, (20, 20, 20), given=given(40, 20, 15), check_images=30), Action.TRAIN_AGAIN, 75),
        (facts(FEW, (20, 20, 20), given=given(0, 0, 0), check_images=15, unlabelled=30), Action.LABEL_ANY, 30),
        (facts(POOR, given=given(0, 0, 11)), Action.LABEL_CLASS, 9),
        (facts(POOR, given=given(0, 0, 20)), Action.TRAIN_AGAIN, 20),
        (facts(POOR, given=given(20, 20, 3)), Action.TRAIN_AGAIN, 43),
        (facts(POOR, relabelled=12), Action.TRAIN_AGAIN, 12),
        (facts(POOR, relabelled=12, suspects=doubtful("cat", 40)), Action.LOOK_AT_SUSPECTS, 40),
        (facts(POOR, look_alikes=90, moved=100), Action.TRAIN_AGAIN, 100),
        (facts(POOR, unlabelled=0, given=given(20, 10, 5)), Action.TRAIN_AGAIN, 35),
    ],
)
def test_what_was_asked_for_counts_down_as_it_is_done_and_then_is_to_train_again(
    found: Evidence, action: Action, count: int
) -> None:
    told = step(found, 0.1)
    assert (told.action, told.count) == (action, count)


@pytest.mark.parametrize(
    ("likely", "action", "count", "told_likely"),
    [
        (None, Action.LABEL_CLASS, 20, None),
        (33.0, Action.LABEL_CLASS, 20, None),
        (7.6, Action.LABEL_CLASS, 8, 8),
        (0.2, Action.ADD_CLASS, 20, None),
    ],
)
def test_no_more_of_a_class_are_asked_for_than_are_likely_there(
    likely: float | None, action: Action, count: int, told_likely: int | None
) -> None:
    found = facts(POOR, unlabelled=38)
    told = next_step(found, weakest_of(found), lambda _id, _more: 0.1, lambda _id: likely)
    assert (told.action, told.count, told.likely) == (action, count, told_likely)
    assert told.left == (None if count == 20 and action is Action.LABEL_CLASS else 38)


def test_a_fair_model_is_good_enough_where_more_would_hardly_help() -> None:
    found = facts(FAIR, unlabelled=38)
    assert quality(found.matrix) is Quality.FAIR
    assert step(found, 0.1).action is Action.LABEL_CLASS
    assert step(found, 0.02).action is Action.USE_IT, "a third of the pictures: less than one of 100 in all"
    few = next_step(found, weakest_of(found), lambda _id, more: 0.1 * more / 20, lambda _id: 3.0)
    assert few.action is Action.USE_IT, "the three that are there would hardly help"


@pytest.mark.parametrize("matrix", [FAIR, GOOD])
def test_where_only_the_fastest_recipe_was_tried_a_better_training_is_the_next_step_before_it_is_used(
    matrix: list[list[int]],
) -> None:
    found = facts(matrix, unlabelled=38, only_first=True)
    assert step(found, 0.001).action is Action.TRAIN_BETTER
    assert step(replace(found, only_first=False), 0.001).action is Action.USE_IT
    assert step(facts(POOR, only_first=True), 0.1).action is Action.LABEL_CLASS, "labels help more"
    very_good = facts([[100, 0, 0], [0, 100, 0], [0, 0, 100]], only_first=True)
    assert step(very_good).action is Action.USE_IT


@pytest.mark.parametrize(
    ("matrix", "unlabelled", "new", "action", "count"),
    [
        (FAIR, 500, 0, Action.LABEL_TEACHING, 40),
        (FAIR, 500, 15, Action.LABEL_TEACHING, 25),  # counted down
        (FAIR, 200, 0, Action.USE_IT, 0),  # a few are left beside 900 labelled ones
        (FAIR, 231, 29, Action.LABEL_TEACHING, 11),  # 260 were, of which 40 were asked for
        (FAIR, None, 0, Action.USE_IT, 0),
        (GOOD, 500, 0, Action.USE_IT, 0),  # giraffe: 90 of 100
        ([[98, 2, 0], [2, 98, 0], [10, 15, 75]], 500, 0, Action.LABEL_TEACHING, 40),  # good, but for its giraffes
        ([[98, 2, 0], [2, 98, 0], [10, 15, 75]], 200, 0, Action.USE_IT, 0),
    ],
)
def test_where_many_pictures_have_no_label_nothing_is_good_enough_that_is_only_fair_or_has_a_weak_class(
    matrix: list[list[int]], unlabelled: int | None, new: int, action: Action, count: int
) -> None:
    found = facts(matrix, unlabelled=unlabelled, given=given(new, 0, 0))
    told = step(found, 0.001)
    assert (told.action, told.count) == (action, count)


def test_once_the_pictures_that_were_to_be_labelled_have_a_label_it_is_to_train_again() -> None:
    found = facts([[12, 1, 0], [1, 12, 0], [1, 1, 12]], (30, 30, 30), unlabelled=0, given=given(35, 0, 0))
    assert quality(found.matrix) is Quality.FAIR
    told = step(found, 0.001)
    assert (told.action, told.count) == (Action.TRAIN_AGAIN, 35), "where none had come since, it was to label all 35"


def test_the_class_to_label_is_named_with_the_gain_to_expect_and_suspects_with_their_images() -> None:
    told = step(facts(GOOD), 0.02)
    assert (told.class_name, told.class_id, told.gain) == ("giraffe", 13, 0.02)
    told = step(replace(facts(GOOD), suspects=doubtful("cat", 40)))
    assert told.image_ids == tuple(range(40))


@pytest.mark.parametrize(
    ("evident", "likely", "mistakes", "comes_first"),
    [
        (1, 13, 2.8, False),  # 800 photographs of flowers as they are: 22 suspects, nearly all right
        (3, 11, 1.6, False),  # 434 digits as they are, which are always right
        (3, 11, 3.1, False),  # 852 of them
        (0, 2, 0.6, False),  # 400 cats and dogs
        (7, 18, 2.9, True),  # the same flowers, digits, cats and dogs with 2 % of the labels made wrong
        (14, 20, 3.6, True),
        (7, 8, 2.8, True),
    ],
)
def test_suspects_are_the_next_step_only_where_more_are_evidently_wrong_than_right_labels_would_be(
    evident: int, likely: int, mistakes: float, comes_first: bool
) -> None:
    found = [*doubtful("cat", evident, 0.01), *doubtful("cat", likely - evident, 0.07), *doubtful("cat", 9, 0.15)]
    told = step(facts(POOR, suspects=found, sure_mistakes=mistakes))
    if comes_first:
        assert (told.action, told.count) == (Action.LOOK_AT_SUSPECTS, likely), "those of which most are wrong"
    else:
        assert told.action is Action.LABEL_CLASS
    weakest = weakest_of(facts(GOOD, suspects=doubtful("giraffe", 9, 0.07)))
    assert weakest is not None
    assert weakest.why is Weakness.CONFUSED


def test_a_run_is_assessed_on_its_check_images(setting: Setting, capsys: pytest.CaptureFixture[str]) -> None:
    found = assess(AssessParams(str(setting.folder)), emit=lambda event: None, cancel=Cancel())
    assert (found.run, found.split, found.images, found.right) == (setting.run().name, "validation", 6, 6)
    assert (found.quality, found.weakest) == (Quality.TOO_FEW, None)
    assert found.next.action is Action.ADD_ANY, "all pictures have a label"
    assert main(["assess", str(setting.folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["next"]["action"] == "add more pictures"
    assert main(["assess", str(setting.folder)]) == 0
    shown = capsys.readouterr().out
    assert "too few check images; 6 of 6 images right" in shown
    assert "Next: add more pictures: " in shown


def test_labels_that_came_since_the_training_are_told_and_then_it_is_to_train_again(
    setting: Setting, empty_home: Path
) -> None:
    for number in range(24):
        picture = setting.pictures / "more" / "validation" / ("dark", "light")[number % 2] / f"more {number}.png"
        save(picture, 10 + 200 * (number % 2) + number)
    params = ImportParams(str(setting.folder), (str(setting.pictures / "more"),), labels="folders", split="auto")
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    told = assess(AssessParams(str(setting.folder)), emit=lambda event: None, cancel=Cancel()).next
    assert (told.action, told.count) == (Action.TRAIN_AGAIN, 24), "6 check images and 24 more"


def test_check_images_that_look_like_ones_it_learnt_from_are_told_before_the_figure_is_believed(
    setting: Setting, empty_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet = {"emit": lambda event: None, "cancel": Cancel()}
    for number, name in enumerate(("dark", "light")):
        for place in range(4):
            pixels = np.random.default_rng(10 * number + place).integers(0, 256, (8, 8, 3)).astype(np.uint8)
            scene = Image.fromarray(pixels).resize((64, 64), Image.Resampling.BICUBIC)
            scene.save(setting.pictures / "train" / name / f"train {name} {place}.png")
            if place < 3:
                scene.save(setting.pictures / "validation" / name / f"validation {name} {place}.png")
    rescan(RescanParams(str(setting.folder)), **quiet)
    compute_features(FeatureParams(str(setting.folder)), **quiet)
    found = assess(AssessParams(str(setting.folder)), **quiet)
    assert (found.look_alikes, found.images) == (6, 6)
    assert not found.has_few_look_alikes
    assert main(["assess", str(setting.folder)]) == 0
    assert "6 of 6 check images have look-alikes among those learnt from" in capsys.readouterr().out
