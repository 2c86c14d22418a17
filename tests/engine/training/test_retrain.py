"""Training again with the fixes: the split of a run with the current labels. Nothing is trained here."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from engine.errors import DataError
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Flag, Split
from engine.library.scan import ImportParams, import_sources
from engine.training.frozen import freeze
from engine.training.options import TrainOptions
from engine.training.plan import TrainParams, make_plan
from engine.training.runs.folder import RunFolder
from engine.training.runs.records import find_run
from engine.training.runs.retrain import touches_training, with_current_labels

OPTIONS = TrainOptions(validation_fraction=0.3)


def quiet(_event):
    pass


@pytest.fixture
def folder(tmp_path):
    """Per class nine pictures without a split and three in the test split, and a run on them."""
    for place, name in enumerate(("ant", "bee")):
        for number in range(12):
            part = "test" if number >= 9 else "train"
            file = tmp_path / "pictures" / part / name / f"{number}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (8, 8), (80 * place, 20 * number, 40)).save(file)
    folder = tmp_path / "some.pigeonhole"
    for part in ("train", "test"):
        source = (str(tmp_path / "pictures" / part),)
        split = "test" if part == "test" else "unassigned"
        import_sources(ImportParams(str(folder), source, labels="folders", split=split), emit=quiet, cancel=Cancel())
    with Project.open(folder) as project:
        RunFolder.create(project.runs_folder, "fashion-cnn", OPTIONS, freeze(project, OPTIONS, quiet))
    return folder


def splits(frozen):
    return {image.image_id: image.split for image in frozen.images}


def labels(frozen):
    return {image.image_id: frozen.classes[image.label] for image in frozen.images}


def fixed(project):
    return with_current_labels(project, find_run(project.folder, None, with_model=False), OPTIONS, quiet)


def then(project):
    """Who was where in the run, by id."""
    from engine.training.runs.records import read_split

    return {row.image_id: row.split for row in read_split(find_run(project.folder, None, with_model=False))}


def test_without_a_change_the_split_is_that_of_the_run(folder: Path):
    with Project.open(folder) as project:
        assert splits(fixed(project)) == then(project)


def test_other_labels_are_learnt_and_no_image_changes_sides(folder: Path):
    with Project.open(folder) as project:
        classes = {c.name: c.id for c in query.classes(project)}
        ants = [i for i in query.labelled_images(project) if i.class_id == classes["ant"]]
        before = then(project)
        edits.set_label(project, [ants[0].id, ants[5].id, ants[-1].id], classes["bee"])
        found = fixed(project)
        assert splits(found) == before
        assert {labels(found)[i.id] for i in (ants[0], ants[5], ants[-1])} == {"bee"}
        fresh = splits(freeze(project, OPTIONS, quiet))
        assert fresh != before, "else this test would show nothing"


def test_excluded_images_leave_and_new_ones_join(folder: Path, tmp_path: Path):
    with Project.open(folder) as project:
        out = query.labelled_images(project)[0].id
        edits.set_flag(project, [out], Flag.EXCLUDED)
    file = tmp_path / "more" / "bee" / "new.png"
    file.parent.mkdir(parents=True)
    Image.new("RGB", (8, 8), (1, 2, 3)).save(file)
    params = ImportParams(str(folder), (str(tmp_path / "more"),), labels="folders", split="training")
    import_sources(params, emit=quiet, cancel=Cancel())
    with Project.open(folder) as project:
        found, before = splits(fixed(project)), then(project)
        assert out not in found
        new = set(found) - set(before)
        assert [found[i] for i in new] == [Split.TRAINING]
        assert {i: split for i, split in before.items() if i != out}.items() <= found.items()


def test_who_moved_an_image_meant_it(folder: Path):
    with Project.open(folder) as project:
        moved = next(i for i, split in then(project).items() if split is Split.TEST)
        edits.set_split(project, [moved], Split.TRAINING)
        assert splits(fixed(project))[moved] is Split.TRAINING


def test_images_that_were_grouped_since_come_together(folder: Path):
    with Project.open(folder) as project:
        before = then(project)
        learnt = [i for i, split in before.items() if split is Split.TRAINING][:2]
        validates = next(i for i, split in before.items() if split is Split.VALIDATION)
        edits.set_grouping(project, dict.fromkeys([*learnt, validates], "duplicates 1"))
        found = splits(fixed(project))
        assert {found[i] for i in (*learnt, validates)} == {Split.TRAINING}


@pytest.mark.parametrize("part", [Split.TRAINING, Split.VALIDATION, Split.TEST])
@pytest.mark.parametrize("change", ["relabel", "exclude", "move"])
def test_only_changes_of_test_images_leave_the_model_as_it_is(folder: Path, part: Split, change: str):
    with Project.open(folder) as project:
        run = find_run(project.folder, None, with_model=False)
        assert not touches_training(run, query.labelled_images(project), query.classes(project))
        one = next(i for i, split in then(project).items() if split is part)
        if change == "relabel":
            edits.set_label(project, [one], query.classes(project)[1].id)
        elif change == "exclude":
            edits.set_flag(project, [one], Flag.EXCLUDED)
        else:
            edits.set_split(project, [one], Split.TRAINING if part is Split.TEST else Split.TEST)
        expected = part is not Split.TEST or change == "move"
        assert touches_training(run, query.labelled_images(project), query.classes(project)) is expected


@pytest.mark.parametrize("split", ["training", "test"])
def test_a_new_image_changes_the_model_unless_it_is_a_test_image(folder: Path, tmp_path: Path, split: str):
    file = tmp_path / "more" / "bee" / "new.png"
    file.parent.mkdir(parents=True)
    Image.new("RGB", (8, 8), (1, 2, 3)).save(file)
    params = ImportParams(str(folder), (str(tmp_path / "more"),), labels="folders", split=split)
    import_sources(params, emit=quiet, cancel=Cancel())
    with Project.open(folder) as project:
        run = find_run(project.folder, None, with_model=False)
        assert touches_training(run, query.labelled_images(project), query.classes(project)) is (split == "training")


def test_a_class_that_nothing_teaches_any_more_is_told(folder: Path):
    with Project.open(folder) as project:
        classes = {c.name: c.id for c in query.classes(project)}
        training = [i for i, split in then(project).items() if split is Split.TRAINING]
        edits.set_label(project, training, classes["bee"])
        with pytest.raises(DataError):
            fixed(project)


def test_the_plan_of_a_repeated_run_takes_the_fixes_only_when_asked(folder: Path):
    with Project.open(folder) as project:
        classes = {c.name: c.id for c in query.classes(project)}
        ant = next(i for i in query.labelled_images(project) if i.class_id == classes["ant"])
        edits.set_label(project, [ant.id], classes["bee"])
        name = find_run(project.folder, None, with_model=False).name
        repeat = TrainParams(str(folder), repeat=name)
        again = TrainParams(str(folder), repeat=name, fixes=True)
        assert labels(make_plan(project, repeat, None, quiet).frozen)[ant.id] == "ant"
        plan = make_plan(project, again, None, quiet)
    assert labels(plan.frozen)[ant.id] == "bee"
    assert plan.options == OPTIONS
    assert plan.facts == {"repeats": name, "fixes": True}
