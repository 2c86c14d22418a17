"""Labels without a split get one with the first training and keep it, so that all rounds check on the same images."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli.main import main
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Split
from engine.review.rounds import RoundsParams, rounds
from engine.training.frozen import freeze
from engine.training.options import with_overrides
from engine.training.recipes.registry import recipe
from engine.training.setting_aside import set_aside, set_aside_in
from tests.engine.training.conftest import build_project

CLASSES = ("a low", "b high")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An import that named no splits, of which each training would draw its check images anew."""
    return build_project(tmp_path, {name: {Split.UNASSIGNED: 20} for name in CLASSES})


def checked(project: Project) -> set[int]:
    return {image.id for image in query.labelled_images(project) if image.split is Split.VALIDATION}


def by_draw(project: Project, **options: object) -> set[int]:
    frozen = freeze(project, with_overrides(recipe("quick").options, options), lambda _: None)
    return {image.image_id for image in frozen.of(Split.VALIDATION)}


def test_it_is_what_the_training_would_draw_and_one_edit(folder: Path) -> None:
    with Project.open(folder) as project:
        drawn = by_draw(project, validation_fraction=0.25, seed=7)
        done = set_aside(project, "quick", {"validation_fraction": 0.25, "seed": 7})
        assert done is not None
        assert len(done.image_ids) == 40
        assert checked(project) == drawn
        assert by_draw(project, validation_fraction=0.5, seed=1) == drawn, "no later training draws others"
        assert set_aside(project, "quick", {}) is None
        edits.undo(project)
        assert checked(project) == set()


def test_check_images_stay_while_labels_change(folder: Path) -> None:
    with Project.open(folder) as project:
        images = query.labelled_images(project)
        drawn = by_draw(project)
        edits.set_label(project, [i.id for i in images[:3]], None)
        assert by_draw(project) & drawn != drawn - {i.id for i in images[:3]}, "without it the draw is another"
        edits.undo(project)
        set_aside(project, "quick", {})
        first = checked(project)
        edits.set_label(project, [i.id for i in images[:3]], None)
        edits.set_label(project, [i.id for i in images[:3]], images[-1].class_id)
        set_aside(project, "quick", {"seed": 3})
        assert checked(project) == first


def test_turned_off_they_are_set_aside_by_the_next_training_and_stay(folder: Path) -> None:
    with Project.open(folder) as project:
        edits.set_split(project, [i.id for i in query.labelled_images(project)], Split.TRAINING)
        set_aside(project, None, {})
        first = checked(project)
        assert len(first) == 8
        assert set_aside(project, None, {"seed": 5}) is None


def test_nothing_is_divided_for_a_training_that_holds_out_nothing_or_cannot_begin(folder: Path) -> None:
    from engine.errors import DataError

    with Project.open(folder) as project:
        assert set_aside(project, "quick", {"train_on_everything": True}) is None
        edits.delete_class(project, query.classes(project)[0].id)
        with pytest.raises(DataError):
            set_aside(project, "quick", {})
        assert {i.split for i in query.labelled_images(project)} == {Split.UNASSIGNED}


def test_a_command_that_cannot_be_carried_out_divides_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(folder), "--recipe", "fashion-cnn", "--decay", "1e-4"]) == 2
    assert "decay has an effect only" in capsys.readouterr().err
    with Project.open(folder, read_only=True) as project:
        assert checked(project) == set()


def test_a_project_that_another_process_writes_to_is_left_to_it(folder: Path) -> None:
    with Project.open(folder) as project:
        assert set_aside_in(folder, "quick", {}) is None
        assert checked(project) == set()


def test_rounds_of_the_command_line_compare_on_the_same_images(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(folder), "--recipe", "instant"]) == 0
    assert "Divide 40 images for training and checking, from now on." in capsys.readouterr().err
    with Project.open(folder) as project:
        first = checked(project)
        some = [i.id for i in query.labelled_images(project) if i.id not in first][:2]
        edits.set_label(project, some, None)
    assert main(["train", str(folder), "--recipe", "instant"]) == 0
    assert "Divide" not in capsys.readouterr().err
    found = rounds(RoundsParams(str(folder)), emit=lambda _: None, cancel=Cancel())
    assert found.check_images == len(first) == 8
    assert len(found.rounds) == 2
