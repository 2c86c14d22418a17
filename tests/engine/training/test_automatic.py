"""Training without a chosen recipe: the choice by the pictures, the plan, and which run is the result."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.cli.main import main
from engine.errors import DataError, JobCancelled, ModelError
from engine.events import BetterModel, EpochEnded, Event, Log, RunStarted, TrainingEnds, TrainingPlanned
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Flag, Split
from engine.library.scan import ImportParams, import_sources
from engine.review.assessment import AssessParams, assess
from engine.similarity.feature_job import FeatureParams, compute_features
from engine.similarity.feature_store import store_folder
from engine.similarity.learner import Estimate
from engine.similarity.learning_curve import LearningCurve
from engine.statistics import Paired
from engine.training.automatic import pace
from engine.training.automatic.choice import Reason, choose, later_is_better, second_choice
from engine.training.automatic.duration import expected_seconds, features_seconds, first_images, measured_seconds
from engine.training.automatic.earlier import earlier_run
from engine.training.automatic.first_look import FirstLook
from engine.training.automatic.job import AutomaticallyTrained, train_automatically
from engine.training.automatic.plan import AutomaticParams, make_automatic_plan
from engine.training.options import TrainOptions
from engine.training.plan import TrainParams
from engine.training.recipes.registry import RECIPES, recipe
from engine.training.runs.notes_and_trash import discard
from engine.training.runs.records import find_run, history, list_runs, read_split
from engine.training.trainer import train
from tests.engine.training.conftest import MakeProject, build_project, steps_as_written
from tests.flowers import write_photographs

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")

COUNTS = {
    "a low": {Split.TRAINING: 24, Split.VALIDATION: 10, Split.TEST: 3},
    "b high": {Split.TRAINING: 24, Split.VALIDATION: 10, Split.TEST: 3},
}
UNDIVIDED = {name: {Split.UNASSIGNED: 30} for name in COUNTS}


def estimate(accuracy: float, images: int = 400) -> Estimate:
    found = Estimate.of(np.ones(images, np.float32), np.arange(images) < round(accuracy * images))
    assert found is not None
    return found


def look(side: int = 32, **facts: Any) -> FirstLook:
    return FirstLook(side=side, **({"grey": False, "training": 4000, "check": 1000, "classes": 10} | facts))


@pytest.mark.parametrize(
    ("seen", "recipe_name", "reason"),
    [
        (look(240), "transfer", Reason.PHOTOGRAPHS),
        (look(240, grey=True), "transfer", Reason.PHOTOGRAPHS),
        (look(28, grey=True), "quick", Reason.SMALL_GREY),
        (look(32), "quick", Reason.SMALL_COLOUR),
        (look(8, grey=True, training=50, by_features=estimate(0.8, 60)), "quick", Reason.SMALL_GREY),
        (look(32, training=0, check=0, classes=0), "quick", Reason.SMALL_COLOUR),
        (look(32, by_features=estimate(1.0)), "quick", Reason.SMALL_COLOUR),
    ],
)
def test_the_recipe_is_chosen_by_the_pictures(seen: FirstLook, recipe_name: str, reason: Reason) -> None:
    assert (choose(seen).recipe, choose(seen).reason) == (recipe_name, reason)


CURVE = LearningCurve((80.0, 320.0), (0.6, 0.8), 400)  # half the mistakes with four times the images


def test_small_pictures_go_on_from_the_base_where_it_promises_more_enlarged_where_that_takes_minutes() -> None:
    known = {"by_features": estimate(0.8), "curve": CURVE}
    found = second_choice(look(32, training=1280, check=320, **known))
    assert found is not None
    assert (found.recipe, found.image_size, found.expected) == ("transfer", 224, pytest.approx(0.9))
    found = second_choice(look(32, training=40_000, check=10_000, **known))
    assert found is not None
    assert found.image_size is None
    assert second_choice(look(240, **known)) is None, "the first model had all photographs"
    slow = {"missing": 1600, "rate": 10.0}  # features of all would take longer than a first model may
    found = second_choice(look(240, training=1280, check=320, **known, **slow))
    assert found is not None, "the regression on all photographs, where the first model had some"
    assert (found.recipe, found.image_size, found.expected) == ("instant", None, pytest.approx(0.9))
    assert second_choice(look(240, training=1280, check=320, **slow)) is None, "nothing is promised"
    assert second_choice(look(28)) is None
    assert second_choice(look(28, by_features=estimate(0.8, 20), curve=CURVE)) is None, "20 images promise nothing"


@pytest.mark.parametrize(
    ("earlier", "later", "fixed", "made", "later_is_used"),
    [
        ("instant", "quick", 10, 10, True),
        ("instant", "quick", 9, 10, False),
        ("instant", "transfer", 8, 12, True),  # 4 fewer, within the standard error of 4.5
        ("instant", "transfer", 7, 12, False),  # 5 fewer, and one of 4.4
        ("transfer", "instant", 12, 8, False),
        ("transfer", "instant", 12, 7, True),
        ("transfer", "instant", 0, 0, False),
        ("transfer", "ensemble", 5, 5, True),
        ("quick", "transfer", 8, 12, False),
    ],
)
def test_between_instant_and_transfer_a_difference_that_is_chance_decides_nothing(
    earlier: str, later: str, fixed: int, made: int, later_is_used: bool
) -> None:
    assert later_is_better(earlier, later, Paired(100, fixed, made)) is later_is_used


def test_what_is_expected_of_easier_pictures_is_never_more_than_all_of_them() -> None:
    curve = LearningCurve((80.0, 160.0, 320.0), (0.5, 0.62, 0.75), 400)
    found = look(240, training=400, check=100, by_features=estimate(0.75), of_all=estimate(0.95), curve=curve)
    checked, new = found.on_check_images, found.of_new_pictures
    assert checked is not None
    assert new is not None
    assert 0.75 < checked.accuracy < 0.85
    assert 0.95 < new.accuracy < 0.97, "the same share of the mistakes goes"
    assert estimate(0.95).low < new.low < new.accuracy < new.high < 1


def test_the_time_that_is_expected_is_that_which_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    flowers = look(224, training=640, check=160, classes=5)
    transfer = measured_seconds("transfer", recipe("transfer").options, flowers)
    assert transfer == pytest.approx(111, rel=0.25), "122 and 111 s by the clock (docs/benchmarks.md)"
    signs = look(32, training=35_288, check=3_921, classes=43)
    nine = replace(recipe("quick").options, epochs=9)
    assert measured_seconds("quick", nine, signs) == pytest.approx(387 / 1.44, rel=0.25)
    accurate = replace(recipe("accurate").options, epochs=13, image_size=48)
    assert measured_seconds("accurate", accurate, signs) == pytest.approx(1392 / 1.44, rel=0.25)
    clothes = look(28, training=54_000, check=6_000, classes=10, grey=True)
    small = replace(accurate, image_size=28)
    assert measured_seconds("accurate", small, clothes) == pytest.approx(1403 / 1.44, rel=0.25)


def test_the_time_is_told_from_trainings_before_it_on_this_machine_and_its_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIGEONHOLE_HOME", str(tmp_path))
    assert pace.finishing("quick", on_card=False) == 10.0, "as measured, before the first"
    for took in (70.0, 66.0, 80.0):
        pace.remember_finishing("quick", on_card=False, took=took)
    assert pace.finishing("quick", on_card=False) == 70.0, "the median"
    assert expected_seconds("quick", 100.0, on_card=False) == 100.0, "as measured, before the first"
    assert expected_seconds("quick", 100.0, on_card=True) is None, "no card was measured"
    for took in (90.0, 300.0, 320.0):
        pace.remember("quick", on_card=False, measured=100.0, took=took)
    pace.remember("quick", on_card=True, measured=100.0, took=10.0)
    pace.remember("transfer", on_card=False, measured=50.0, took=1.0)
    assert expected_seconds("quick", 50.0, on_card=False) == 150.0, "the median"
    assert expected_seconds("quick", 50.0, on_card=True) == 5.0
    assert expected_seconds("transfer", 50.0, on_card=False) == 50.0, "a second tells nothing"
    (tmp_path / "cache" / "training-times.json").write_text('{"quick on processor": "fast"}', encoding="utf-8")
    assert expected_seconds("quick", 100.0, on_card=False) == 100.0, "a damaged file is none"


def build_knowing(options: TrainOptions, classes: int) -> Any:
    """A network that tells dark pictures from bright ones before it has learnt anything."""
    return _network(options, classes, 20.0)


def build_ignorant(options: TrainOptions, classes: int) -> Any:
    """A network that takes every picture for the first class, whatever it learns in two epochs."""
    return _network(options, classes, 0.0)


def _network(options: TrainOptions, classes: int, slope: float) -> Any:
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((options.image_size, options.image_size, 1), dtype="uint8"),
            layers.Rescaling(1 / 255),
            layers.GlobalAveragePooling2D(),
            layers.Dense(classes, activation="softmax"),
        ]
    )
    offsets = [slope / 2, -slope / 2] if slope else [9.0, -9.0]
    others = [0.0] * (classes - 2)
    model.layers[-1].set_weights([np.array([[-slope, slope, *others]]), np.array(offsets + others)])
    return model


SetNetwork = Callable[..., None]


@contextmanager
def networks_known_beforehand() -> Iterator[SetNetwork]:
    """A function that lets the recipe quick have another network, and two epochs that change next to nothing of it.

    The recipe transfer is one of that kind too, which takes every picture for the first class.
    """
    with pytest.MonkeyPatch.context() as patch, steps_as_written():

        def change(build: Callable[[TrainOptions, int], Any], name: str = "quick") -> None:
            options = replace(
                RECIPES["quick"].options,
                epochs=2,
                image_size=24,
                channels="grey",
                batch_size=16,
                learning_rate=1e-6,
            )
            patch.setitem(RECIPES, name, replace(RECIPES["quick"], name=name, build=build, adapt=None, options=options))

        change(build_knowing)
        change(build_ignorant, "transfer")
        change(build_knowing, "accurate")
        yield change


@pytest.fixture(scope="module")
def features_of_pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `store_folder` gives, with the features of the projects here: to compute them takes a second."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("home of features")
        patch.setenv("PIGEONHOLE_HOME", str(home))
        for number, counts in enumerate((COUNTS, UNDIVIDED)):
            folder = build_project(home / f"project {number}", counts)
            compute_features(FeatureParams(str(folder)), emit=lambda _: None, cancel=Cancel())
        return store_folder()


@pytest.fixture
def quick_is(features_of_pictures: Path, empty_home: Path) -> Iterator[SetNetwork]:
    """As `networks_known_beforehand`, with the features of the pictures there."""
    shutil.copytree(features_of_pictures, store_folder())
    with networks_known_beforehand() as change:
        yield change


def trained(
    folder: Path,
    *,
    cancel: Cancel | None = None,
    see: Callable[[Event], None] = lambda event: None,
    take_longer: bool = False,
    **overrides: Any,
) -> tuple[AutomaticallyTrained, list[Event]]:
    events: list[Event] = []

    def emit(event: Event) -> None:
        events.append(event)
        see(event)

    params = AutomaticParams(str(folder), overrides, take_longer)
    return train_automatically(params, emit=emit, cancel=cancel or Cancel()), events


@dataclass(frozen=True)
class Ordinary:
    """A training without anything chosen, which several tests look at and none changes."""

    folder: Path
    result: AutomaticallyTrained
    events: list[Event]
    remembered: list[tuple[str, bool]] = field(default_factory=list)
    """What was kept of each recipe's time: its name, and whether it was measured."""


@pytest.fixture(scope="module")
def ordinary(features_of_pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> Ordinary:
    home, kept = tmp_path_factory.mktemp("home of a training"), list[tuple[str, bool]]()
    with pytest.MonkeyPatch.context() as patch, networks_known_beforehand():
        patch.setenv("PIGEONHOLE_HOME", str(home))
        patch.setattr(pace, "remember", lambda recipe, *, on_card, measured, took: kept.append((recipe, measured > 0)))
        shutil.copytree(features_of_pictures, store_folder())
        folder = build_project(tmp_path_factory.mktemp("project"), COUNTS)
        return Ordinary(folder, *trained(folder), kept)


def test_a_training_is_remembered_for_the_next_plan(ordinary: Ordinary) -> None:
    assert ordinary.remembered == [("instant", False), ("quick", True)]


def test_a_usable_run_comes_first_and_a_better_one_takes_over(ordinary: Ordinary) -> None:
    folder, result, events = ordinary.folder, ordinary.result, ordinary.events
    steps = [e for e in events if isinstance(e, TrainingPlanned | RunStarted | BetterModel)]
    assert [type(e).__name__ for e in steps] == [
        *("TrainingPlanned", "RunStarted", "BetterModel"),
        *("RunStarted", "BetterModel"),
    ]
    assert [e.recipe for e in steps if isinstance(e, RunStarted | BetterModel)] == ["instant"] * 2 + ["quick"] * 2
    assert (result.recipe, result.right, result.check_images, result.state) == ("quick", 20, 20, "finished")
    assert result.enough is False, "20 check images are few"
    assert [(t.recipe, t.state) for t in result.tried] == [
        *(("instant", "finished"), ("quick", "finished")),
        ("transfer", "left out"),
    ]
    assert find_run(folder, None).name == result.run
    runs = list_runs(folder)
    assert all(run.state == "finished" and run.has_model for run in runs)
    checked = [{r.image_id for r in read_split(run) if r.split is Split.VALIDATION} for run in runs]
    assert checked[0] == checked[1]
    assert len(checked[0]) == 20


def test_the_plan_tells_what_will_happen_and_what_to_expect(ordinary: Ordinary) -> None:
    folder, result, events = ordinary.folder, ordinary.result, ordinary.events
    (plan,) = [e for e in events if isinstance(e, TrainingPlanned)]
    assert (plan.images, plan.classes, plan.check_images) == (68, 2, 20)
    assert plan.recipes == ("instant", "quick", "transfer")
    assert plan.reason == Reason.SMALL_GREY
    assert plan.looked_at == 68, "test images are looked at by nobody"
    assert plan.low is not None
    assert plan.high is not None
    assert plan.accuracy is not None
    assert 0.7 < plan.low <= plan.accuracy <= plan.high <= 1
    assert plan.seconds is not None
    assert plan.most_seconds is not None
    assert plan.most_seconds > plan.seconds > 0
    assert result.plan == plan
    assert len(plan.each) == 3
    assert plan.seconds == pytest.approx(sum(s for s in plan.each[:2] if s is not None), abs=0.2)
    ends = [type(e) for e in events if isinstance(e, EpochEnded | TrainingEnds)]
    assert ends == [*([EpochEnded, TrainingEnds]), *([EpochEnded] * 2), TrainingEnds]
    run = find_run(folder, result.run)
    assert run.seconds > sum(e.seconds for e in history(run)), "with reading, proof and writing"


def test_the_better_on_the_same_check_images_is_the_result_though_it_is_older(
    make_project: MakeProject, quick_is: SetNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares = iter((0.4, 0.5))  # that each network finds of look-alikes, at its own size
    monkeypatch.setattr("engine.similarity.leaks.leaking_share", lambda *_: next(shares))
    quick_is(build_ignorant)
    folder = make_project(COUNTS)
    result, events = trained(folder)
    warned = [
        e.message for e in events if isinstance(e, Log) and "look almost like one that is trained on" in e.message
    ]
    assert len(warned) == 1, "once, not for each recipe"
    assert result.recipe == "instant"
    assert result.right > 10
    assert result.trend == "worse"
    assert [e.recipe for e in events if isinstance(e, BetterModel)] == ["instant"]
    newest, quick, first = list_runs(folder)
    assert [(r.recipe, r.outdone_by) for r in (newest, quick, first)] == [
        *(("transfer", first.name), ("quick", first.name)),
        ("instant", None),
    ]
    assert find_run(folder, None).name == result.run == first.name, "whoever asks for no run gets the better"
    discard(folder, first.name)
    assert find_run(folder, None).name == newest.name, "what is left when the better is gone"


def test_transfer_is_used_where_instant_has_hardly_more_check_images_right_and_it_is_said(
    make_project: MakeProject, quick_is: SetNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {"instant": range(2), "quick": range(20), "transfer": range(1, 4)}  # 3 for 2 mistakes, one in common

    def checked(folder: Path, run: str) -> dict[int, bool]:
        return {i: i not in wrong[find_run(folder, run).recipe] for i in range(20)}

    monkeypatch.setattr("engine.training.automatic.job._checked", checked)
    quick_is(build_ignorant)
    quick_is(build_knowing, "transfer")
    folder = make_project(COUNTS)
    result, events = trained(folder)
    assert (result.recipe, result.right, result.trend) == ("transfer", 17, "can't tell")
    assert find_run(folder, None).name == result.run
    sentence = "transfer is used: instant has 1 more of 20 check images right, which is too few to tell"
    assert sum(sentence in str(e) for e in events) == 1


def test_small_pictures_go_on_from_the_base_where_the_network_of_their_own_stays_behind(
    make_project: MakeProject, quick_is: SetNetwork
) -> None:
    quick_is(build_ignorant)
    quick_is(build_knowing, "transfer")
    result, events = trained(make_project(COUNTS))
    assert [(t.recipe, t.state) for t in result.tried][1:] == [("quick", "finished"), ("transfer", "finished")]
    assert (result.recipe, result.right) == ("transfer", 20)
    assert [e.recipe for e in events if isinstance(e, BetterModel)] == ["instant", "transfer"]


def test_stopping_keeps_the_best(make_project: MakeProject, quick_is: SetNetwork) -> None:
    folder, cancel = make_project(COUNTS), Cancel()

    def stop(event: Event) -> None:
        if isinstance(event, EpochEnded) and event.epochs == 2:
            cancel.set()

    with pytest.raises(JobCancelled) as stopped:
        trained(folder, cancel=cancel, see=stop)
    result = AutomaticallyTrained.of(stopped.value.result)
    assert (result.recipe, result.epochs, result.state) == ("quick", 1, "stopped")
    assert find_run(folder, result.run).has_model


def test_stopping_before_the_second_has_an_epoch_keeps_the_first(
    make_project: MakeProject, quick_is: SetNetwork
) -> None:
    folder, cancel = make_project(COUNTS), Cancel()
    with pytest.raises(JobCancelled) as stopped:
        trained(folder, cancel=cancel, see=lambda e: cancel.set() if isinstance(e, BetterModel) else None)
    assert stopped.value.result["recipe"] == "instant"
    assert find_run(folder, None).name == stopped.value.result["run"]


def test_a_recipe_that_fails_leaves_the_first_and_says_so(make_project: MakeProject, quick_is: SetNetwork) -> None:
    def build(options: TrainOptions, classes: int) -> Any:
        raise ModelError("No network today.")

    quick_is(build)
    folder = make_project(COUNTS)
    result, events = trained(folder)
    assert (result.recipe, result.state) == ("instant", "finished")
    assert [(t.recipe, t.state, t.error) for t in result.tried][1] == ("quick", "failed", "No network today.")
    assert [(t.recipe, t.state) for t in result.tried][2] == ("transfer", "finished"), "nobody knows what quick reached"
    assert any("quick could not be trained: No network today." in str(e) for e in events)


def test_a_first_run_that_a_person_deletes_meanwhile_takes_the_second_with_it_no_more(
    make_project: MakeProject, quick_is: SetNetwork
) -> None:
    folder = make_project(COUNTS)

    def delete_first(event: Event) -> None:
        if isinstance(event, RunStarted) and event.recipe == "quick":
            discard(folder, next(run.name for run in list_runs(folder) if run.recipe == "instant"))

    result, _ = trained(folder, see=delete_first)
    assert [(t.recipe, t.state) for t in result.tried][:2] == [("instant", "finished"), ("quick", "finished")]
    assert (result.recipe, result.right, result.trend) == ("quick", 20, None)
    assert find_run(folder, result.run).has_model


def test_without_a_division_all_recipes_are_checked_on_the_same_images(tmp_path: Path, quick_is: SetNetwork) -> None:
    folder = build_project(tmp_path, UNDIVIDED)
    trained(folder, seed=5)
    checked = [{r.image_id for r in read_split(run) if r.split is Split.VALIDATION} for run in list_runs(folder)]
    assert checked[0] == checked[1]
    assert len(checked[0]) == 12
    assert [run.options["seed"] for run in list_runs(folder)] == [5, 5]


def test_labels_that_nobody_has_looked_at_tell_nothing_beforehand(
    make_project: MakeProject, quick_is: SetNetwork
) -> None:
    folder = make_project(COUNTS)
    with Project.open(folder) as project:
        training = [i.id for i in query.labelled_images(project) if i.split is Split.TRAINING]
        edits.set_flag(project, training[:8], Flag.UNSEEN)
        plan = make_automatic_plan(project, {}, emit=lambda event: None, cancel=Cancel()).told
        assert (plan.images, plan.looked_at) == (68, 60)
        assert (plan.not_shown, plan.accuracy is None) == ((), False)
        edits.add_class(project, "c higher")
        plan = make_automatic_plan(project, {}, emit=lambda event: None, cancel=Cancel()).told
    assert (plan.not_shown, plan.accuracy) == (("c higher",), None), "all of its pictures will be mistaken"


def test_of_very_many_pictures_the_first_model_learns_from_some_so_that_it_is_there_soon(
    make_project: MakeProject, quick_is: SetNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = look(32, training=40_000, check=10_000, missing=50_000, rate=80.0)
    assert first_images(many) == 1600
    assert features_seconds(many, first_images(many)) < 30
    assert first_images(look(32, missing=300, rate=80.0)) == 0
    monkeypatch.setattr("engine.training.automatic.plan.first_images", lambda _: 16)
    folder = make_project(COUNTS)
    result, _ = trained(folder)
    sizes = {
        run.recipe: [sum(r.split is part for r in read_split(run)) for part in (Split.TRAINING, Split.VALIDATION)]
        for run in list_runs(folder)
    }
    assert sizes == {"instant": [16, 4], "quick": [48, 20]}
    assert (result.recipe, result.check_images) == ("quick", 20), "all of its own"
    assert result.trend == "can't tell", "compared on four"


def test_the_regression_on_all_photographs_follows_where_the_first_had_some_and_the_recipe_did_not_do_better(
    shared_data: Path, tmp_path: Path, quick_is: SetNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick_is(build_ignorant, "transfer")
    for place in ("plan", "choice"):
        monkeypatch.setattr(f"engine.training.automatic.{place}.first_images", lambda _: 15)
    folder = flowers(shared_data, tmp_path, 24)
    result, events = trained(folder)
    (plan,) = [e for e in events if isinstance(e, TrainingPlanned)]
    assert plan.recipes == ("instant", "transfer", "instant")
    assert plan.chosen == "transfer"
    assert plan.most_seconds is not None
    assert plan.seconds is not None
    assert plan.most_seconds > plan.seconds
    assert [(t.recipe, t.state) for t in result.tried] == [(name, "finished") for name in plan.recipes]
    assert [sum(r.split is Split.TRAINING for r in read_split(run)) for run in reversed(list_runs(folder))] == [
        *(15, 36),
        36,
    ]
    assert (result.recipe, result.run) == ("instant", list_runs(folder)[0].name)
    assert result.check_images == 36, "all of them, where the first had some"


def test_what_cannot_be_trained_on_is_said_before_anything_is_computed(make_project: MakeProject) -> None:
    with pytest.raises(DataError, match="at least two classes"):
        trained(make_project({"only": {Split.TRAINING: 3, Split.VALIDATION: 2}}))


def test_the_command_needs_no_recipe_and_names_the_one_it_took(
    make_project: MakeProject, quick_is: SetNetwork, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_project(COUNTS)
    assert main(["train", str(folder), "--seed", "3", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert next(e for e in lines if e.get("event") == "training_planned")["recipes"] == ["instant", "quick", "transfer"]
    assert (lines[-1]["recipe"], lines[-1]["trend"]) == ("quick", "can't tell")
    assert main(["train", str(folder)]) == 0
    shown = capsys.readouterr()
    assert "Learns from 48 pictures of 2 classes and checks with 20 others" in shown.err
    assert "20 of 20 check images right, 100 %" in shown.out
    assert "These are few" in shown.out


def flowers(shared_data: Path, folder: Path, of_each: int) -> Path:
    """A project of photographs of three kinds of flowers, divided in halves."""
    counts = dict.fromkeys(("daisy", "roses", "tulips"), of_each)
    pictures = write_photographs(folder / "flowers", shared_data, counts)
    params = ImportParams(str(folder / "flowers"), (str(pictures),), validation_fraction=0.5)
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    return folder / "flowers.pigeonhole"


def test_photographs_go_on_from_the_base_and_the_assessment_tells_the_next_step(
    shared_data: Path, tmp_path: Path
) -> None:
    folder = flowers(shared_data, tmp_path, 24)
    with Project.open(folder) as project:
        plan = make_automatic_plan(project, {}, emit=lambda event: None, cancel=Cancel()).told
        assert (plan.recipes, plan.reason) == (("instant", "transfer"), "photographs")
        assert (plan.images, plan.check_images, plan.looked_at) == (72, 36, 72)
        kept: dict[int | None, int] = {}
        for image in [i for i in query.labelled_images(project) if i.split is Split.TRAINING]:
            kept[image.class_id] = kept.get(image.class_id, 0) + 1
            if kept[image.class_id] > 3:
                edits.set_split(project, [image.id], Split.TEST)
    run = train(TrainParams(str(folder), "instant"), emit=lambda event: None, cancel=Cancel()).run
    found = assess(AssessParams(str(folder)), emit=lambda event: None, cancel=Cancel())
    assert (found.run, found.images) == (run, 36)
    assert found.weakest is not None
    assert (found.weakest.training, found.weakest.why) == (3, "few pictures")
    assert (found.next.action, found.next.class_name) == ("add more pictures of a class", found.weakest.name)
    assert found.next.gain is not None
    assert 0 <= found.next.gain < 1


def states(result: AutomaticallyTrained) -> list[tuple[str, str]]:
    return [(t.recipe, t.state) for t in result.tried]


def test_taking_longer_adds_accurate_and_the_mean_of_both_of_small_pictures(
    make_project: MakeProject, quick_is: SetNetwork, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_project(COUNTS)
    first, events = trained(folder)
    (short,) = [e for e in events if isinstance(e, TrainingPlanned)]
    assert main(["train", str(folder), "--take-longer", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    plan = next(e for e in lines if e.get("event") == "training_planned")
    assert plan["longer"] == ["accurate", "ensemble"]
    assert [e["recipe"] for e in lines if e.get("event") == "run_started"] == ["accurate"], "nothing is trained twice"
    last = lines[-1]
    assert [(t["recipe"], t["state"]) for t in last["tried"]] == [
        *(("instant", "finished"), ("quick", "finished"), ("transfer", "left out")),
        *(("accurate", "finished"), ("ensemble", "finished")),
    ]
    assert (last["recipe"], last["recipes"], last["right"]) == ("ensemble", ["quick", "accurate"], 20)
    assert find_run(folder, None).name == last["run"], "whoever names no run gets the ensemble"
    assert {t["run"] for t in last["tried"]} > {t.run for t in first.tried} - {None}
    assert short.seconds is not None
    longer = measured_seconds("accurate", RECIPES["accurate"].options, look(training=48, check=20))
    assert plan["seconds"] == pytest.approx(longer, rel=0.3), "what is there takes no time"
    again, events = trained(folder, take_longer=True)
    assert not [e for e in events if isinstance(e, RunStarted)]
    assert again.run == last["run"], "also the ensemble is there"
    with Project.open(folder) as project:
        quick = TrainParams(str(folder), "quick", {"validation_fraction": 0.2})
        assert earlier_run(project, quick) is not None
        edits.set_flag(project, [query.labelled_images(project)[0].id], Flag.EXCLUDED)
        assert earlier_run(project, quick) is None, "other images"


@pytest.mark.parametrize("is_divided", [True, False])
def test_taking_longer_trains_what_goes_on_from_the_base_from_another_seed_on_the_same_check_images(
    tmp_path: Path, quick_is: SetNetwork, is_divided: bool
) -> None:
    folder = build_project(tmp_path, COUNTS if is_divided else UNDIVIDED)
    quick_is(build_ignorant)
    quick_is(build_knowing, "transfer")
    result, _ = trained(folder, take_longer=True)
    assert [name for name, _ in states(result)] == ["instant", "quick", "transfer", "transfer", "ensemble"]
    assert (result.recipe, result.recipes) == ("ensemble", ("transfer", "transfer"))
    networks = [run for run in list_runs(folder) if run.recipe == "transfer"]
    assert len({run.options["seed"] for run in networks}) == 2
    checked = [{r.image_id for r in read_split(run) if r.split is Split.VALIDATION} for run in list_runs(folder)]
    assert all(images == checked[0] for images in checked)


def test_taking_longer_keeps_the_model_so_far_where_it_does_no_better(
    make_project: MakeProject, quick_is: SetNetwork
) -> None:
    quick_is(build_ignorant, "accurate")
    folder = make_project(COUNTS)
    result, events = trained(folder, take_longer=True)
    assert [e.recipe for e in events if isinstance(e, BetterModel)][:2] == ["instant", "quick"]
    assert result.right == 20
    newest = next(run for run in list_runs(folder) if run.recipe == "accurate")
    assert newest.outdone_by is not None


def test_stopping_while_it_takes_longer_keeps_the_best(make_project: MakeProject, quick_is: SetNetwork) -> None:
    folder, cancel = make_project(COUNTS), Cancel()
    with pytest.raises(JobCancelled) as stopped:
        trained(
            folder,
            cancel=cancel,
            take_longer=True,
            see=lambda e: cancel.set() if isinstance(e, RunStarted) and e.recipe == "accurate" else None,
        )
    result = AutomaticallyTrained.of(stopped.value.result)
    assert (result.recipe, result.state) == ("quick", "stopped")
    assert find_run(folder, None).name == result.run


def test_networks_that_see_their_pictures_otherwise_are_not_joined(
    make_project: MakeProject, quick_is: SetNetwork
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        larger = replace(RECIPES["accurate"], options=replace(RECIPES["accurate"].options, image_size=32))
        patch.setitem(RECIPES, "accurate", larger)
        result, events = trained(make_project(COUNTS), take_longer=True)
    assert states(result)[-2:] == [("accurate", "finished"), ("ensemble", "left out")]
    assert any("ensemble is left out" in str(e) and "24 × 24" in str(e) for e in events)


def test_a_recipe_whose_run_cannot_be_read_is_listed_once(make_project: MakeProject, quick_is: SetNetwork) -> None:
    folder = make_project(COUNTS)

    def damage(event: Event) -> None:
        if isinstance(event, EpochEnded) and event.epochs == 2:
            run = next(run for run in list_runs(folder) if run.recipe == "quick")
            (run.folder / "predictions.npz").mkdir(exist_ok=True)

    result, _ = trained(folder, see=damage)
    assert [name for name, _ in states(result)] == ["instant", "quick", "transfer"]
    assert states(result)[1] == ("quick", "failed")


def test_what_takes_longer_is_not_asked_of_a_recipe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(tmp_path), "--take-longer", "--recipe", "quick"]) == 2
    assert "leave out --recipe" in capsys.readouterr().err
