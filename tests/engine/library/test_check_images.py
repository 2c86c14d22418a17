"""Which labels are set aside to check models, and that they stay there."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from engine.jobs.job import Cancel
from engine.library import check_images, edits, query
from engine.library.project import Project
from engine.library.records import Flag, Split
from engine.library.scan import ImportParams, import_sources
from engine.training.frozen import freeze
from engine.training.options import TrainOptions
from tests.engine.library.labelling_in_rounds import label_in_rounds, make_digits

COUNT = 60


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of pictures without a label."""
    folder = tmp_path_factory.mktemp("check")
    for number in range(COUNT):
        file = folder / "pictures" / f"{number:03d}.png"
        file.parent.mkdir(exist_ok=True)
        Image.new("L", (4, 4), number).save(file)
    params = ImportParams(str(folder / "p"), (str(folder / "pictures"),), labels="none")
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    return folder / "p.pigeonhole"


@pytest.fixture
def project(pictures: Path, tmp_path: Path) -> Iterator[Project]:
    """A copy of the project."""
    with Project.open(shutil.copytree(pictures, tmp_path / "p.pigeonhole")) as opened:
        yield opened


def splits(project: Project) -> dict[int, Split]:
    return {image.id: image.split for image in query.labelled_images(project)}


def checked(project: Project) -> set[int]:
    return {image for image, split in splits(project).items() if split is Split.VALIDATION}


def ids(project: Project) -> list[int]:
    return query.image_ids(project, query.Filter())


def test_the_second_label_of_a_class_is_set_aside_and_then_one_of_five(project: Project) -> None:
    edits.add_class(project, "cat")
    found = []
    for image in ids(project)[:20]:
        edits.set_label(project, [image], query.classes(project)[0].id)
        found.append(splits(project)[image])
    assert [n for n, split in enumerate(found, 1) if split is Split.VALIDATION] == [2, 8, 13, 18]
    assert set(found) == {Split.TRAINING, Split.VALIDATION}


def test_many_labels_at_once_are_divided_by_class(project: Project) -> None:
    images = ids(project)
    for name, part in {"a": images[:40], "b": images[40:]}.items():
        edits.make_class(project, part, name)
    counts = Counter((i.class_id, i.split) for i in query.labelled_images(project))
    one, other = (c.id for c in query.classes(project))
    assert counts == {
        (one, Split.TRAINING): 32,
        (one, Split.VALIDATION): 8,
        (other, Split.TRAINING): 16,
        (other, Split.VALIDATION): 4,
    }


def test_a_label_that_is_changed_or_taken_away_and_given_again_stays_where_it_is(project: Project) -> None:
    images = ids(project)[:20]
    edits.make_class(project, images, "a")
    edits.add_class(project, "b")
    one, other = (c.id for c in query.classes(project))
    before = splits(project)
    edits.set_label(project, images[:10], other)
    edits.set_label(project, images[5:], None)
    edits.set_label(project, images, one)
    assert splits(project) == before


def test_undo_takes_the_split_back_with_the_label(project: Project) -> None:
    image = ids(project)[0]
    edits.make_class(project, ids(project)[:5], "a")
    edits.undo(project)
    (record,) = query.images(project, [image])
    assert (record.class_id, record.split) == (None, Split.UNASSIGNED)
    edits.redo(project)
    assert len(checked(project)) == 1


def test_what_was_accepted_unseen_checks_nothing_until_somebody_has_looked_at_it(project: Project) -> None:
    images = ids(project)
    edits.make_class(project, images[:5], "a")
    a = query.classes(project)[0].id
    edits.accept_unseen(project, dict.fromkeys(images[5:], a))
    assert all(splits(project)[image] is Split.UNASSIGNED for image in images[5:])
    before = checked(project)
    edits.look_at(project, images[5:30])
    edits.set_flag(project, images[30:40], Flag.UNSEEN, False)
    edits.set_label(project, images[40:50], a)
    assert len(checked(project)) == 10, "a fifth of the 50 that somebody has looked at"
    assert before < checked(project)
    assert all(splits(project)[image] is Split.UNASSIGNED for image in images[50:])


def test_a_group_is_on_one_side_also_where_it_is_labelled_bit_by_bit(project: Project) -> None:
    images = ids(project)
    edits.set_grouping(project, {image: f"film {place // 5}" for place, image in enumerate(images)})
    edits.add_class(project, "a")
    a = query.classes(project)[0].id
    order = random.Random(1).sample(images, COUNT)
    for start in range(0, COUNT, 4):
        edits.set_label(project, order[start : start + 4], a)
    found = splits(project)
    for place in range(0, COUNT, 5):
        assert len({found[image] for image in images[place : place + 5]}) == 1
    assert 5 <= len(checked(project)) <= 20


def test_a_label_beside_imported_training_images_does_not_become_the_only_check_image(project: Project) -> None:
    images = ids(project)
    for name, part in {"a": images[:20], "b": images[20:40]}.items():
        edits.make_class(project, part, name)
    edits.set_split(project, images, Split.TRAINING)
    edits.set_split(project, images[40:], Split.UNASSIGNED)
    options = TrainOptions()
    before = freeze(project, options, lambda event: None)
    for image in images[40:44]:
        edits.set_label(project, [image], query.classes(project)[0].id)
    after = freeze(project, options, lambda event: None)
    assert len(after.of(Split.VALIDATION)) >= len(before.of(Split.VALIDATION)) == 8


def test_a_label_of_many_groups_looks_through_the_images_once(project: Project) -> None:
    images = ids(project)
    edits.set_grouping(project, {image: f"film {place // 2}" for place, image in enumerate(images)})
    edits.add_class(project, "a")
    with project.store.write() as db:
        asked: list[str] = []
        db.set_trace_callback(asked.append)
        db.execute("UPDATE images SET class_id = ?", (query.classes(project)[0].id,))
        check_images.divided(db, images)
        db.set_trace_callback(None)
    assert len(asked) < 10, "not one for each of 30 groups"


def test_check_images_stay_and_hold_no_unseen_acceptance_in_whatever_order_people_label(tmp_path: Path) -> None:
    made = make_digits(tmp_path, 300)
    found = []
    for seed in range(6):
        copy = shutil.copytree(made, tmp_path / f"{seed}.pigeonhole")
        found.append(label_in_rounds(copy, seed, rounds=4, most=50))
    assert all(f.check_images > 15 for f in found)
    assert [f.moved for f in found] == [0] * len(found)
    assert [f.unseen for f in found] == [0] * len(found)
    assert sum(f.low <= f.truth <= f.high for f in found) >= len(found) - 1, "the long form is in tests/stress"
