"""What a training is going to be, decided before a pixel is read. Nothing is trained here."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.errors import RunError, UsageError
from engine.events import Event
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Split
from engine.training.frozen import FrozenSplit
from engine.training.options import specs
from engine.training.plan import TrainingPlan, TrainParams, backend_of, make_plan
from engine.training.recipes.registry import recipe
from engine.training.runs.changes import Changes, changes_since
from engine.training.runs.folder import RunFolder
from engine.training.runs.records import KERAS_MODEL, MODEL, RECORD, find_run, read_record, read_run
from tests.engine.training.conftest import MakeProject

COUNTS = {name: {Split.TRAINING: 7, Split.VALIDATION: 3, Split.TEST: 2} for name in ("ant", "bee")}


def quiet(event: Event) -> None:
    """Nobody listens."""


@pytest.fixture
def folder(make_project: MakeProject) -> Path:
    return make_project(COUNTS)


def planned(folder: Path, **values: Any) -> TrainingPlan:
    """What `train` would do with these params."""
    params = TrainParams(str(folder), **{"recipe": "fashion-cnn", **values})
    chosen = None if params.resume or params.repeat else recipe(params.recipe)
    with Project.open(folder, read_only=True) as project:
        return make_plan(project, params, chosen, quiet)


def left(folder: Path, state: str = "finished", facts: dict[str, Any] | None = None, **values: Any) -> str:
    """The name of the run that such a training leaves; `facts` are of its `run.json`."""
    plan = planned(folder, **values)
    run = RunFolder.create(plan.runs_folder, plan.recipe.name, plan.options, plan.frozen, plan.facts)
    with run.writing():
        run.update(state=state, **(facts or {}))
    for name in (MODEL, KERAS_MODEL):
        (run.folder / name).touch()
    return run.name


def sides(frozen: FrozenSplit) -> dict[int, Split]:
    return {m.image_id: m.split for m in frozen.images}


def test_options_of_a_base_are_refused_by_a_recipe_without_one(folder: Path) -> None:
    with pytest.raises(UsageError) as told:
        planned(folder, overrides={"base": "ResNet50V2", "freeze_base": True, "epochs": 3})
    assert str(told.value) == (
        "The recipe fashion-cnn has no pretrained base, so that base, freeze_base would change nothing; leave that "
        "out, or choose transfer or art-transfer."
    )
    assert planned(folder, overrides={"base": recipe("fashion-cnn").options.base, "epochs": 3}).options.epochs == 3


def test_a_fold_is_repeated_as_that_fold(folder: Path, tmp_path: Path) -> None:
    """By its name, by its file, by a copy of that elsewhere, and with the current labels."""
    name = left(folder, folds=3, fold=2)
    fold, ordinary = planned(folder, folds=3, fold=2), planned(folder)
    assert sides(fold.frozen) != sides(ordinary.frozen), "else this test would show nothing"
    file = folder / "runs" / name / RECORD
    shutil.copyfile(file, tmp_path / RECORD)
    for again in (name, str(file), str(tmp_path / RECORD)):
        plan = planned(folder, repeat=again)
        assert sides(plan.frozen) == sides(fold.frozen)
        assert plan.facts is not None
        assert plan.facts["fold"] == {"number": 2, "of": 3}
    with Project.open(folder) as project:
        ant = next(r for r in query.labelled_images(project) if r.split is Split.TRAINING)
        edits.set_label(project, [ant.id], query.classes(project)[1].id)
    fixed = planned(folder, repeat=name, fixes=True)
    assert sides(fixed.frozen) == sides(fold.frozen)
    assert {m.image_id: m.label for m in fixed.frozen.images}[ant.id] == 1


def test_nothing_has_changed_since_a_fold_was_repeated(folder: Path) -> None:
    name = left(folder, repeat=left(folder, folds=3, fold=2))
    with Project.open(folder, read_only=True) as project:
        assert (
            changes_since(find_run(folder, name), query.labelled_images(project), query.classes(project)) == Changes()
        )


def test_a_fold_with_another_seed_is_the_fold_of_that_seed(folder: Path) -> None:
    name = left(folder, folds=3, fold=2)
    other = planned(folder, repeat=name, overrides={"seed": "7"})
    assert sides(other.frozen) == sides(planned(folder, folds=3, fold=2, overrides={"seed": 7}).frozen)


def test_a_fold_that_is_repeated_on_everything_is_none_any_more(folder: Path) -> None:
    plan = planned(folder, repeat=left(folder, folds=3, fold=2), overrides={"train_on_everything": "true"})
    assert plan.facts is not None
    assert "fold" not in plan.facts
    assert set(sides(plan.frozen).values()) == {Split.TRAINING, Split.TEST}


def test_the_file_of_a_run_of_this_project_is_that_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its split, whatever the splits of the project are now."""
    name = left(folder)
    before = sides(planned(folder).frozen)
    with Project.open(folder) as project:
        moved = [r.id for r in query.labelled_images(project) if r.split is Split.VALIDATION][:2]
        edits.set_split(project, moved, Split.TRAINING)
    monkeypatch.chdir(folder / "runs" / name)
    for file in (str(folder / "runs" / name / RECORD), RECORD):
        plan = planned(folder, repeat=file)
        assert sides(plan.frozen) == before
        assert plan.facts == {"repeats": name}


@pytest.mark.parametrize("way", ["resume", "repeat", "file"])
def test_an_ensemble_is_neither_resumed_nor_repeated(way: str, folder: Path) -> None:
    name = left(folder, "interrupted", {"recipe": "ensemble", "members": ["one", "other"]})
    params = {"repeat": str(folder / "runs" / name / RECORD)} if way == "file" else {way: name}
    with pytest.raises(UsageError, match=r"is an ensemble and was not trained; train its runs \(one, other\) and join"):
        planned(folder, **params)


def test_an_ensemble_is_nothing_to_start_from(folder: Path) -> None:
    name = left(folder, facts={"recipe": "ensemble", "members": ["one", "other"]})
    (folder / "runs" / name / KERAS_MODEL).unlink()
    with pytest.raises(RunError, match="is an ensemble, which has no network to start from"):
        planned(folder, overrides={"start_from": name})


def test_the_run_that_is_started_from_is_kept_by_its_whole_name(folder: Path) -> None:
    name = left(folder)
    plan = planned(folder, overrides={"start_from": name[:6]})
    assert plan.options.start_from == name
    assert plan.start == folder / "runs" / name / KERAS_MODEL
    again = left(folder, overrides={"start_from": name[:6]})
    assert planned(folder, repeat=again).options.start_from == name, "though two runs begin so now"


WITHOUT_EFFECT = [  # recipe, what makes the option idle, the option, how the sentence goes on
    ("fashion-cnn", {"optimizer": "adam"}, {"momentum": 0.5}, "with optimizer sgd, and optimizer is adam"),
    ("fashion-cnn", {"schedule": "cosine"}, {"decay": 0.5}, "with schedule inverse-time, and schedule is cosine"),
    ("fashion-cnn", {"channels": "grey"}, {"saturation": 0.5}, "with channels rgb, and channels is grey"),
    ("fashion-cnn", {"early_stop": 0}, {"early_stop_by": "accuracy"}, "with early_stop, and early_stop is 0"),
    ("fashion-cnn", {"plateau": 0}, {"plateau_by": "loss"}, "with plateau, and plateau is 0"),
    ("fashion-cnn", {"plateau": 0}, {"plateau_gain": 0.5}, "with plateau, and plateau is 0"),
    ("fashion-cnn", {"plateau": 0}, {"plateau_factor": 0.7}, "with plateau, and plateau is 0"),
    ("fashion-cnn", {"plateau": 0}, {"minimum_rate": 0.5}, "with plateau, and plateau is 0"),
    ("transfer", {"freeze_base": True}, {"fine_tune_share": 0.7}, "without freeze_base, and freeze_base is on"),
    ("transfer", {"freeze_base": True}, {"fine_tune_rate": 0.7}, "without freeze_base or with cutmix or mixup, and "),
    ("transfer", {"pretrained": "none"}, {"weights": __file__}, "with pretrained imagenet, and pretrained is none"),
]


@pytest.mark.parametrize(("named", "others", "chosen", "reason"), WITHOUT_EFFECT)
def test_an_option_that_has_no_effect_beside_the_others_is_refused(
    folder: Path, named: str, others: dict[str, Any], chosen: dict[str, Any], reason: str
) -> None:
    planned(folder, recipe=named, overrides=others)  # alone they are fine
    with pytest.raises(UsageError) as told:
        planned(folder, recipe=named, overrides={**others, **chosen})
    (name,) = chosen
    assert str(told.value).startswith(f"{name} has an effect only {reason}")
    assert str(told.value).endswith(f", or leave {name} out.")


def test_a_frozen_base_has_a_rate_of_its_own_where_pictures_are_mixed(folder: Path) -> None:
    chosen = {"freeze_base": True, "cutmix": 1.0, "fine_tune_rate": 0.7}
    assert planned(folder, recipe="transfer", overrides=chosen).options.fine_tune_rate == 0.7


def test_every_option_with_a_condition_is_tried_above() -> None:
    assert {name for _, _, chosen, _ in WITHOUT_EFFECT for name in chosen} == {
        spec.name for spec in specs() if spec.only_while
    }


def test_an_option_without_effect_is_refused_of_a_run_that_is_repeated_or_goes_on(folder: Path) -> None:
    name = left(folder, "interrupted", overrides={"optimizer": "adam", "plateau": 0})
    with pytest.raises(UsageError, match="momentum has an effect only with optimizer sgd"):
        planned(folder, repeat=name, overrides={"momentum": 0.5})
    with pytest.raises(UsageError, match="plateau_factor has an effect only with plateau"):
        planned(folder, resume=name, overrides={"plateau_factor": 0.7})


def test_a_run_of_before_that_left_its_weights_file_unread_is_repeated_without_it(folder: Path) -> None:
    name = left(folder)
    chosen = {**read_record(folder / "runs" / name)["options"], "weights": "gone.h5", "pretrained": "none"}
    RunFolder.reopen(folder / "runs" / name).update(options=chosen, format_version=1)
    options = planned(folder, repeat=name).options
    assert (options.weights, options.pretrained) == ("", "none")


def test_folds_and_training_on_everything_exclude_each_other(folder: Path) -> None:
    with pytest.raises(UsageError, match="leave out --folds, or set train_on_everything to false"):
        planned(folder, folds=3, overrides={"train_on_everything": "true"})


@pytest.mark.parametrize(
    ("state", "asked", "message"),
    [
        ("finished", {}, "is finished; to train it further give it more epochs"),
        ("finished", {"epochs": "4"}, r"has trained 4 epochs already, and 4 were asked for; give it more than 4"),
        ("finished", {"epochs": "3"}, r"has trained 4 epochs already, and 3 were asked for"),
        ("stopped", {"epochs": "4"}, r"has trained 4 epochs already"),
        ("interrupted", {"epochs": "2"}, r"has trained 4 epochs already"),
    ],
)
def test_a_resume_that_would_train_nothing_is_refused(
    state: str, asked: dict[str, str], message: str, folder: Path
) -> None:
    name = left(folder, state, {"epochs": 4}, overrides={"epochs": 60})
    with pytest.raises((RunError, UsageError), match=message):
        planned(folder, resume=name, overrides=asked)


@pytest.mark.parametrize(
    ("state", "asked", "changed"),
    [
        ("finished", {"epochs": "60"}, True),  # it had stopped early
        ("finished", {"early_stop": "9"}, True),
        ("interrupted", {"epochs": "60"}, False),
        ("interrupted", {}, False),
        ("stopped", {"epochs": "70"}, True),
    ],
)
def test_a_resume_knows_whether_it_asks_for_more_than_the_run_was_to_be(
    state: str, asked: dict[str, str], changed: bool, folder: Path
) -> None:
    name = left(folder, state, {"epochs": 4}, overrides={"epochs": 60, "early_stop": 3})
    assert planned(folder, resume=name, overrides=asked).changed is changed


def test_a_run_that_was_killed_after_its_last_epoch_still_leaves_its_model(folder: Path) -> None:
    name = left(folder, "interrupted", {"epochs": 4}, overrides={"epochs": 4})
    assert not planned(folder, resume=name).changed
    assert planned(folder, resume=name, overrides={"epochs": 4}).options.epochs == 4


def test_the_backend_is_that_of_the_run_which_is_taken_up(folder: Path) -> None:
    name = left(folder, overrides={"backend": "jax"})
    file = str(folder / "runs" / name / RECORD)

    def asked(**values: Any) -> str:
        return backend_of(TrainParams(str(folder), **values))

    assert [asked(resume=name), asked(repeat=name), asked(repeat=file)] == ["jax"] * 3
    assert asked(repeat=name, overrides={"backend": "torch"}) == "torch"
    assert asked() == asked(overrides={"epochs": 3}) == "auto"
    assert asked(resume="nowhere") == asked(repeat=str(folder / "none.json")) == "auto"
    assert backend_of(TrainParams(str(folder / "nowhere"), resume=name)) == "auto"


def test_what_was_trained_on_everything_has_no_figures_of_validation(folder: Path) -> None:
    """Also as earlier versions left it, which did not say what they had measured."""
    name = left(folder, facts={"validation_accuracy": 0.99, "validation_loss": 0.1})
    assert (find_run(folder, name).validation_accuracy, find_run(folder, name).validated_on) == (0.99, "validation")
    for said in ("training", None):
        facts = {"validation_accuracy": 0.99, "validation_loss": 0.1, "validated_on": said}
        run = read_run(folder / "runs" / left(folder, facts=facts, overrides={"train_on_everything": True}))
        assert (run.validation_accuracy, run.validation_loss, run.validated_on) == (None, None, "training")
