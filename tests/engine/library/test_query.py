"""Questions: filters, orders, counts."""

import os

import pytest
from PIL import Image

from engine.errors import UsageError
from engine.library import edits
from engine.library.ordering import Heading
from engine.library.query import (
    Filter,
    class_counts,
    classes,
    grouped_ids,
    image_ids,
    images,
    labelled_images,
    learnt,
    problems,
    summary,
)
from engine.library.records import Flag, Split


@pytest.fixture
def filled(project, add, pictures):
    """a/1, a/2, a/10, b/1 labelled by folder, c.png unlabelled, a/bad.png a problem."""
    folder = pictures("a/10.png", "a/2.png", "a/1.png", "b/1.png", "c.png")
    (folder / "a" / "bad.png").write_bytes(b"bad")
    add(folder)
    return project


def found(project, **conditions):
    return [image.path for image in images(project, image_ids(project, Filter(**conditions)))]


def test_images_come_in_natural_order_of_their_paths(filled):
    assert found(filled) == ["a/1.png", "a/2.png", "a/10.png", "b/1.png", "c.png"]


def test_problems_are_shown_apart_or_with_the_rest(filled):
    assert found(filled, problems=True) == ["a/bad.png"]
    assert "a/bad.png" in found(filled, problems=None)
    assert [record.problem for record in problems(filled)] == ["not an image"]


def test_each_condition_restricts_and_together_they_restrict_more(filled):
    a, b = (cls.id for cls in classes(filled))
    edits.set_split(filled, image_ids(filled, Filter())[:2], Split.TEST)

    assert found(filled, class_ids=frozenset({b})) == ["b/1.png"]
    assert len(found(filled, class_ids=frozenset({a, b}))) == 4
    assert found(filled, labelled=False) == ["c.png"]
    assert len(found(filled, labelled=True)) == 4
    assert found(filled, splits=frozenset({Split.TEST})) == ["a/1.png", "a/2.png"]
    assert found(filled, splits=frozenset({Split.TEST, Split.UNASSIGNED})) == ["a/1.png", "a/2.png", "c.png"]
    assert found(filled, class_ids=frozenset({a}), splits=frozenset({Split.TEST}), text="2") == ["a/2.png"]


@pytest.mark.parametrize(("text", "count"), [("A/", 3), ("%", 0), ("_", 0), ("!", 0), (".PNG", 5), ("zzz", 0)])
def test_text_is_sought_as_it_stands_in_any_case(filled, text, count):
    assert len(found(filled, text=text)) == count


def test_orders(filled):
    a, b = (cls.id for cls in classes(filled))
    records = images(filled, image_ids(filled, Filter()))
    for age, record in enumerate(records):
        os.utime(record.file, ns=(age, age))

    by_class = images(filled, image_ids(filled, Filter(sort="class")))
    assert [record.class_id for record in by_class] == [a, a, a, b, None]
    sizes = [record.size_bytes for record in images(filled, image_ids(filled, Filter(sort="size")))]
    assert sizes == sorted(sizes, reverse=True)
    dates = [record.modified_ns for record in images(filled, image_ids(filled, Filter(sort="date")))]
    assert dates == sorted(dates, reverse=True)


def test_orders_agree_with_sorting_the_records(project, add, pictures):
    folder = pictures(*(f"{'ab'[n % 2]}/{n % 7}-{n}.png" for n in range(40)))
    for n, file in enumerate(sorted(folder.rglob("*.png"))):
        Image.new("RGB", (n * 13 % 7 + 1, n * 5 % 11 + 1)).save(file)
        os.utime(file, ns=(n * 37 % 11, n * 37 % 11))
    add(folder)
    edits.set_split(project, image_ids(project, Filter())[::3], Split.TEST)
    records = images(project, image_ids(project, Filter()))
    splits = list(Split)
    keys = {
        "class": lambda r: r.class_id,
        "split": lambda r: splits.index(r.split),
        "size": lambda r: (-r.size_bytes, r.id),
        "date": lambda r: (-r.modified_ns, r.id),
        "dimensions": lambda r: (-r.width * r.height, r.id),
    }

    for sort, key in keys.items():
        expected = [r.id for r in sorted(records, key=key)]
        assert list(image_ids(project, Filter(sort=sort))) == expected, sort
        assert list(image_ids(project, Filter(sort=sort, descending=True))) == expected[::-1], sort


def test_classes_stand_in_their_own_order_with_the_unlabelled_last(filled):
    edits.reorder_classes(filled, [classes(filled)[1].id])

    assert found(filled, sort="class") == ["b/1.png", "a/1.png", "a/2.png", "a/10.png", "c.png"]


def test_flags_notes_folders_and_sizes_restrict(filled):
    one, two, _, b, c = image_ids(filled, Filter())
    edits.set_flag(filled, [one, two], Flag.UNSURE)
    edits.set_flag(filled, [two, b], Flag.EXCLUDED)
    edits.set_note(filled, [c], "50 % sky")

    assert found(filled, flags=frozenset({Flag.UNSURE})) == ["a/1.png", "a/2.png"]
    assert found(filled, flags=frozenset(Flag)) == ["a/1.png", "a/2.png", "b/1.png"]
    assert found(filled, noted=True) == ["c.png"]
    assert len(found(filled, noted=False)) == 4
    assert found(filled, folder="a") == found(filled, folder="a/") == ["a/1.png", "a/2.png", "a/10.png"]
    assert found(filled, folder="%") == []
    assert len(found(filled, sides=(6, 6))) == 5
    assert found(filled, sides=(7, None)) == []
    assert found(filled, bytes=(None, 10)) == []
    assert len(found(filled, bytes=(10, None))) == 5


def test_another_question_may_give_the_images_and_their_order(filled):
    one, two, ten, b, _ = image_ids(filled, Filter())
    given = (b, two, 12345, one, two)

    assert list(image_ids(filled, Filter(among=given, sort="given"))) == [b, two, one]
    assert list(image_ids(filled, Filter(among=given))) == [one, two, b]
    assert list(image_ids(filled, Filter(among=given, sort="given", text="a/"))) == [two, one]
    assert list(image_ids(filled, Filter(among=()))) == []
    assert ten in image_ids(filled, Filter(sort="given"))


def test_images_stand_under_headings_of_class_split_and_folder(filled):
    one, two, ten, b, c = image_ids(filled, Filter())
    edits.reorder_classes(filled, [classes(filled)[1].id])

    ids, headings = grouped_ids(filled, Filter(descending=True), "class")
    assert list(ids) == [b, ten, two, one, c]
    assert headings == [Heading("b", 0, 1), Heading("a", 1, 3), Heading("", 4, 1)]

    ids, headings = grouped_ids(filled, Filter(), "folder")
    assert [(heading.title, heading.count) for heading in headings] == [("", 1), ("a", 3), ("b", 1)]
    assert list(ids) == [c, one, two, ten, b]

    edits.set_split(filled, [ten], Split.TEST)
    _, headings = grouped_ids(filled, Filter(), "split")
    assert {heading.title: heading.count for heading in headings} == {"training": 3, "test": 1, "unassigned": 1}
    empty, headings = grouped_ids(filled, Filter(text="zzz"), "folder")
    assert (list(empty), headings) == ([], [])
    with pytest.raises(UsageError, match="grouped by class, split, folder, not by 'mood'"):
        grouped_ids(filled, Filter(), "mood")


def test_subfolders_do_not_cut_their_folder_in_two(project, add, pictures):
    add(pictures("a/1.png", "a/10/x.png", "a/2.png", "a/20.png", "a/2/y.png"), labels="none")

    _, headings = grouped_ids(project, Filter(), "folder")

    assert [(heading.title, heading.count) for heading in headings] == [("a", 3), ("a/2", 1), ("a/10", 1)]


def test_a_random_order_is_another_one_but_stays(project, add, pictures):
    add(pictures(*(f"{n}.png" for n in range(50))), labels="none")
    first = found(project, sort="random")
    edits.add_class(project, "cat")
    edits.set_label(project, image_ids(project, Filter())[:9], classes(project)[0].id)

    assert found(project, sort="random") == first
    assert sorted(first) == sorted(found(project))
    assert first != found(project)


def test_an_unknown_order_is_refused(filled):
    with pytest.raises(UsageError, match=r"Images can be sorted by path, class, .*, random, given, not by 'mood'"):
        image_ids(filled, Filter(sort="mood"))


def test_counts_add_up(filled):
    assert [(c.cls.name, c.total) for c in class_counts(filled)] == [("a", 3), ("b", 1)]
    counted = summary(filled)
    assert (counted.images, counted.labelled, counted.problems, counted.unchecked) == (6, 4, 1, 0)
    assert [record.path for record in labelled_images(filled)] == ["a/1.png", "a/2.png", "a/10.png", "b/1.png"]


def test_excluded_images_are_counted_apart_from_those_that_are_trained_on(filled):
    one, two, *_ = image_ids(filled, Filter(class_ids=frozenset({classes(filled)[0].id})))
    before = class_counts(filled)[0]
    edits.set_splits(filled, {one: Split.TRAINING, two: Split.TEST})
    edits.set_flag(filled, [one, two], Flag.EXCLUDED)

    after = class_counts(filled)[0]
    assert (before.excluded, before.total, before.labelled) == (0, 3, 3)
    assert (after.excluded, after.total, after.labelled) == (2, 1, 3)
    assert after.total == len([image for image in labelled_images(filled) if image.class_id == after.cls.id])
    assert after.test == 0


def test_a_class_of_one_image_is_trained_on(filled):
    assert {c.cls.name: (c.training, c.validation) for c in class_counts(filled)}["b"] == (1, 0)


def test_ids_are_a_compact_array(filled):
    ids = image_ids(filled, Filter())

    assert (ids.typecode, len(ids)) == ("q", 5)


def test_labels_that_are_learnt_from_are_those_of_usable_images_that_somebody_looked_at(filled):
    by_path = {image.path: image for image in images(filled, image_ids(filled, Filter(problems=None)))}
    edits.set_flag(filled, [by_path["a/1.png"].id], Flag.EXCLUDED)
    edits.accept_unseen(filled, {by_path["c.png"].id: by_path["b/1.png"].class_id})
    wanted = [by_path[path] for path in ("a/10.png", "a/2.png", "b/1.png")]
    assert learnt(filled) == sorted((image.id, image.class_id, image.group) for image in wanted)
