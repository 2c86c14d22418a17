from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import DataError
from engine.events import Event, Log
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Flag, Split
from engine.training.frozen import FrozenSplit, at_most, fold_of_split, freeze, thaw
from engine.training.options import TrainOptions
from engine.training.readiness import Obstacle, readiness
from engine.training.runs.changes import changes_since
from engine.training.runs.folder import RunFolder
from engine.training.runs.records import RunRecord, read_record, read_run
from engine.training.runs.retrain import touches_training, with_current_labels
from tests.engine.training.conftest import MakeProject, remove_and_add_anew

TRAINING, VALIDATION, TEST, OPEN = Split.TRAINING, Split.VALIDATION, Split.TEST, Split.UNASSIGNED


def frozen(folder: Path, events: list[Event] | None = None, **options: object) -> FrozenSplit:
    emit = (events if events is not None else []).append
    with Project.open(folder, read_only=True) as project:
        return freeze(project, TrainOptions(**options), emit)


def counts(split: FrozenSplit) -> dict[str, list[int]]:
    """Images of each class in training, validation, test."""
    return {
        name: [sum(m.label == label and m.split is s for m in split.images) for s in (TRAINING, VALIDATION, TEST)]
        for label, name in enumerate(split.classes)
    }


def test_splits_of_the_project_are_taken_as_they_are(make_project: MakeProject) -> None:
    folder = make_project(
        {"b": {TRAINING: 4, VALIDATION: 2, TEST: 1}, "a": {TRAINING: 3, VALIDATION: 1}},
    )
    assert counts(frozen(folder)) == {"a": [3, 1, 0], "b": [4, 2, 1]}


def test_without_a_validation_split_a_stratified_share_is_held_out(make_project: MakeProject) -> None:
    folder = make_project({"a": {TRAINING: 30, TEST: 5}, "b": {TRAINING: 10}})
    assert counts(frozen(folder, validation_fraction=0.2)) == {"a": [24, 6, 5], "b": [8, 2, 0]}


def test_the_share_held_out_depends_on_the_seed_alone(make_project: MakeProject) -> None:
    folder = make_project({"a": {TRAINING: 20}, "b": {TRAINING: 20}})
    assert frozen(folder, seed=1) == frozen(folder, seed=1)
    assert frozen(folder, seed=1) != frozen(folder, seed=2)
    assert frozen(folder, seed=1).fingerprint() != frozen(folder, seed=2).fingerprint()


def test_labelled_images_without_a_split_are_divided(make_project: MakeProject) -> None:
    folder = make_project({"a": {OPEN: 10, VALIDATION: 1, TRAINING: 1}, "b": {OPEN: 10}})
    assert counts(frozen(folder, validation_fraction=0.2)) == {"a": [9, 3, 0], "b": [8, 2, 0]}


def test_the_projects_own_splits_are_not_changed(make_project: MakeProject) -> None:
    folder = make_project({"a": {OPEN: 4}, "b": {OPEN: 4}})
    frozen(folder)
    with Project.open(folder, read_only=True) as project:
        assert {r.split for r in query.labelled_images(project)} == {OPEN}


def test_a_first_model_learns_evenly_from_the_classes_and_is_checked_by_what_stands_for_all(
    make_project: MakeProject,
) -> None:
    split = frozen(make_project({"a": {TRAINING: 40, VALIDATION: 32}, "b": {TRAINING: 8, VALIDATION: 4, TEST: 3}}))
    assert counts(at_most(split, 24)) == {"a": [12, 5, 0], "b": [8, 2, 0]}
    assert counts(at_most(split, 48)) == {"a": [40, 11, 0], "b": [8, 2, 0]}


def test_unlabelled_images_take_no_part(make_project: MakeProject) -> None:
    folder = make_project({"a": {TRAINING: 4}, "b": {TRAINING: 4}})
    with Project.open(folder) as project:
        edits.set_label(project, [query.labelled_images(project)[0].id], None)
    assert len(frozen(folder).images) == 7


def test_no_labels_at_all_is_told_in_a_sentence(make_project: MakeProject) -> None:
    folder = make_project({"a": {TRAINING: 2}})
    with Project.open(folder) as project:
        edits.set_label(project, [r.id for r in query.labelled_images(project)], None)
    with pytest.raises(DataError, match="no labelled images"):
        frozen(folder)


def test_one_class_is_told_in_a_sentence(make_project: MakeProject) -> None:
    with pytest.raises(DataError, match="at least two classes, found only “a”"):
        frozen(make_project({"a": {TRAINING: 5}}))


def test_only_test_images_is_told_in_a_sentence(make_project: MakeProject) -> None:
    with pytest.raises(DataError, match="in the training split"):
        frozen(make_project({"a": {TEST: 5}, "b": {TEST: 5}}))


def test_nothing_to_hold_out_is_told_in_a_sentence(make_project: MakeProject) -> None:
    with pytest.raises(DataError, match="too few images to hold some out"):
        frozen(make_project({"a": {TRAINING: 1}, "b": {TRAINING: 1}}))


def test_a_class_with_one_image_is_trained_on_and_told(make_project: MakeProject) -> None:
    events: list[Event] = []
    split = frozen(make_project({"a": {TRAINING: 5}, "b": {TRAINING: 1}}), events)
    assert counts(split) == {"a": [4, 1, 0], "b": [1, 0, 0]}
    told = [e.message for e in events if isinstance(e, Log)]
    assert any("'b' has a single training image" in message for message in told)
    assert any("No image of the class 'b' validates" in message for message in told)


def test_a_class_without_training_images_is_left_out_and_told(make_project: MakeProject) -> None:
    events: list[Event] = []
    split = frozen(make_project({"a": {TRAINING: 5}, "b": {TRAINING: 5}, "c": {TEST: 2}}), events)
    assert split.classes == ("a", "b")
    assert any(isinstance(e, Log) and "'c' has no training images" in e.message for e in events)


def kept(folder: Path) -> RunRecord:
    """A run with the current split, and without a training."""
    with Project.open(folder) as project:
        run = RunFolder.create(project.runs_folder, "quick", TrainOptions(), freeze(project, TrainOptions(), quiet))
        with run.writing():
            run.update(state="stopped")
    return read_run(run.folder)


def quiet(event: Event) -> None:
    """Nobody listens."""


def thawed(folder: Path, run: RunRecord, events: list[Event] | None = None) -> FrozenSplit:
    ids = [c["id"] for c in read_record(run.folder)["classes"]]
    with Project.open(folder, read_only=True) as project:
        return thaw(project, run, ids, (events if events is not None else []).append)


FEW = {name: {TRAINING: 4, VALIDATION: 2, TEST: 1} for name in ("a", "b")}


def test_a_split_is_the_same_after_its_source_was_removed_and_added_anew(make_project: MakeProject) -> None:
    folder, events = make_project(FEW), []
    run = kept(folder)
    before = thawed(folder, run)
    remove_and_add_anew(folder)
    after = thawed(folder, run, events)
    assert [(m.file, m.label, m.split) for m in after.images] == [(m.file, m.label, m.split) for m in before.images]
    assert events == []
    with Project.open(folder, read_only=True) as project:
        records = query.labelled_images(project)
        changed = changes_since(run, records, query.classes(project))
        touched = touches_training(run, records, query.classes(project))
        classes = {c.id: c.name for c in query.classes(project)}
    assert {m.image_id for m in after.images} == {r.id for r in records}
    assert {m.image_id for m in after.images}.isdisjoint(m.image_id for m in before.images), "else nothing is shown"
    assert tuple(classes[i] for i in after.class_ids) == run.classes
    assert not changed, "nobody gave them another label"
    assert not touched


def test_images_that_left_the_project_are_one_sentence(make_project: MakeProject) -> None:
    folder, events = make_project(FEW), []
    run = kept(folder)
    with Project.open(folder) as project:
        ids = [r.id for r in query.labelled_images(project)]
        edits.set_label(project, ids[:3], None)
    assert len(thawed(folder, run, events).images) == 11
    told = f"3 of the 14 images of the run {run.name} are no longer among the labelled images; they are left out."
    assert events == [Log(told, "warning")]
    with Project.open(folder) as project:
        edits.set_label(project, ids, None)
    with pytest.raises(DataError, match=r"14 of the 14 images .* are no longer .*; add their folder again"):
        thawed(folder, run)


@pytest.mark.parametrize(
    "made",
    [
        {"a": {Split.TRAINING: 5}},
        {"a": {Split.VALIDATION: 5}, "b": {Split.TEST: 5}},
        {"a": {Split.TRAINING: 1}, "b": {Split.TRAINING: 1}},
        {"a": {Split.UNASSIGNED: 5}, "b": {Split.UNASSIGNED: 2}},
        {"a": {Split.TRAINING: 1, Split.VALIDATION: 1}, "b": {Split.TRAINING: 1}},
    ],
)
def test_what_the_window_says_beforehand_is_what_the_training_then_finds(
    make_project: MakeProject, made: dict[str, dict[Split, int]]
) -> None:
    with Project.open(make_project(made), read_only=True) as project:
        ready = readiness(query.class_counts(project))
        try:
            freeze(project, TrainOptions(), quiet)
        except DataError:
            assert ready.obstacle is not None
        else:
            assert ready.obstacle is None


# Labels that were accepted unseen


@pytest.fixture
def partly_unseen(make_project: MakeProject) -> Path:
    """Of each class ten labels that a person gave, and thirty that were accepted unseen, all without a split."""
    folder = make_project({"a": {OPEN: 40}, "b": {OPEN: 40}})
    with Project.open(folder) as project:
        for cls in query.classes(project):
            ids = list(query.image_ids(project, query.Filter(class_ids=frozenset({cls.id}))))
            edits.set_flag(project, ids[10:], Flag.UNSEEN)
    return folder


def test_labels_accepted_unseen_are_trained_on_and_never_held_out(partly_unseen: Path) -> None:
    found = frozen(partly_unseen, validation_fraction=0.2)
    assert counts(found) == {"a": [38, 2, 0], "b": [38, 2, 0]}, "a fifth of the ten that were looked at"
    assert not any(m.unseen for m in found.of(VALIDATION))


def test_no_fold_validates_on_labels_accepted_unseen(partly_unseen: Path) -> None:
    whole = frozen(partly_unseen)
    with Project.open(partly_unseen) as project:
        one = next(m.image_id for m in whole.images if m.unseen)
        other = next(m.image_id for m in whole.images if not m.unseen)
        edits.set_grouping(project, {one: "same", other: "same"})
        folds = [fold_of_split(whole, project, fold, 5, 0) for fold in range(1, 6)]
    for fold in folds:
        assert len(fold.of(VALIDATION)) == 4
        assert not any(m.unseen for m in fold.of(VALIDATION))
        side = {m.image_id: m.split for m in fold.images}
        assert (one in side) == (side[other] is TRAINING), "an image of its group validates: it would leak"


def test_an_unseen_label_leaves_the_check_images_of_an_earlier_run(partly_unseen: Path) -> None:
    with Project.open(partly_unseen) as project:
        before = freeze(project, TrainOptions(), lambda _: None)
        run = RunFolder.create(project.runs_folder, "fashion-cnn", TrainOptions(), before)
        checked = before.of(VALIDATION)[0].image_id
        edits.set_flag(project, [checked], Flag.UNSEEN)
        again = thaw(project, read_run(run.folder), before.class_ids, lambda _: None)
        fixed = with_current_labels(project, read_run(run.folder), TrainOptions(), lambda _: None)
    for found in (again, fixed):
        assert checked not in {m.image_id for m in found.images if m.split is not TRAINING}
        assert {m.image_id for m in found.of(VALIDATION)} == {m.image_id for m in before.of(VALIDATION)} - {checked}


def test_images_that_are_to_check_wait_until_somebody_has_looked(make_project: MakeProject) -> None:
    folder = make_project({"a": {TRAINING: 5, VALIDATION: 3}, "b": {TRAINING: 5, VALIDATION: 2}})
    with Project.open(folder) as project:
        held_out = list(query.image_ids(project, query.Filter(splits=frozenset({VALIDATION}))))
        edits.set_flag(project, held_out[:1], Flag.UNSEEN)
    assert counts(frozen(folder)) == {"a": [5, 2, 0], "b": [5, 2, 0]}
    with Project.open(folder) as project:
        edits.look_at(project, held_out)
    assert counts(frozen(folder)) == {"a": [5, 3, 0], "b": [5, 2, 0]}


@pytest.mark.parametrize("looked_at", [0, 1, 2])
@pytest.mark.parametrize("split", [OPEN, TRAINING, VALIDATION])
def test_the_window_says_beforehand_that_too_few_labels_were_looked_at(
    make_project: MakeProject, looked_at: int, split: Split
) -> None:
    folder = make_project({"a": {split: 5}, "b": {split: 5}})
    with Project.open(folder) as project:
        for cls in query.classes(project):
            ids = list(query.image_ids(project, query.Filter(class_ids=frozenset({cls.id}))))
            edits.set_flag(project, ids[looked_at:], Flag.UNSEEN)
        ready = readiness(query.class_counts(project))
        if looked_at == 2 and split is not VALIDATION:
            assert ready.obstacle is None
            assert ready.unseen == 6
            assert counts(freeze(project, TrainOptions(), lambda _: None)) == {"a": [4, 1, 0], "b": [4, 1, 0]}
            return
        assert ready.obstacle is not None
        assert (ready.obstacle is Obstacle.NOTHING_LOOKED_AT) == (split is not VALIDATION or not looked_at)
        with pytest.raises(DataError):
            freeze(project, TrainOptions(), lambda _: None)
