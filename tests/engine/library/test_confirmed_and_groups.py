"""Labels that a person keeps against a model, and groups that stay in one split: both edits like any other."""

import pytest

from engine.library import edits
from engine.library.dividing import Division, divide
from engine.library.query import Filter, classes, image_ids, images
from engine.library.records import Flag, Split
from engine.library.timeline import history


@pytest.fixture
def filled(project, add, pictures):
    """Six images; the first four are cats, the last two dogs."""
    add(pictures(*(f"{n}.png" for n in range(6))), labels="none")
    for name, some in (("cat", slice(0, 4)), ("dog", slice(4, 6))):
        edits.add_class(project, name)
        edits.set_label(project, ids(project)[some], classes(project)[-1].id)
    return project


def ids(project, **wanted):
    return list(image_ids(project, Filter(**wanted)))


def confirmed(project):
    return ids(project, flags=frozenset({Flag.CONFIRMED}))


def test_a_label_is_confirmed_until_it_is_another_one(filled):
    one, two, three, *_ = ids(filled)
    cat, dog = (cls.id for cls in classes(filled))

    assert edits.set_flag(filled, [one, two, three], Flag.CONFIRMED).name == "Confirm the label of 3 images"
    assert edits.set_label(filled, [one, three], cat).id == 0, "it has that label: nothing changes"
    assert confirmed(filled) == [one, two, three]
    edits.set_label(filled, [one], dog)
    edits.set_labels(filled, {two: None})

    assert confirmed(filled) == [three]
    assert [image.confirmed for image in images(filled, [one, two, three])] == [False, False, True]
    edits.undo(filled)
    edits.undo(filled)
    assert confirmed(filled) == [one, two, three]
    assert {image.class_id for image in images(filled, [one, two])} == {cat}
    edits.redo(filled)
    assert confirmed(filled) == [two, three]
    edits.undo(filled)
    assert edits.set_flag(filled, [one], Flag.CONFIRMED, False).name == "Take back the confirmation of 1 image"


def test_only_a_label_can_be_confirmed(filled):
    one, two, *_ = ids(filled)
    edits.set_label(filled, [one], None)

    assert edits.set_flag(filled, [one, two], Flag.CONFIRMED).image_ids == (two,)


def test_a_confirmation_ends_with_its_class_and_outlives_a_merge(filled):
    cat, dog = (cls.id for cls in classes(filled))
    edits.set_flag(filled, ids(filled), Flag.CONFIRMED)

    edits.merge_classes(filled, [dog], cat)
    assert len(confirmed(filled)) == 6
    edits.delete_class(filled, cat)
    assert confirmed(filled) == []
    edits.undo(filled)
    assert len(confirmed(filled)) == 6


def test_images_are_put_into_groups_and_taken_out_in_one_edit(filled):
    one, two, three, *_ = ids(filled)

    edit = edits.set_grouping(filled, {one: "a", two: "a", three: None, 12345: "b"})
    assert (edit.name, edit.image_ids) == ("Group 2 images", (one, two))
    assert [image.group for image in images(filled, [one, two, three])] == ["a", "a", None]
    assert edits.set_grouping(filled, {one: "a"}).id == 0

    assert edits.set_grouping(filled, {two: None}).name == "Ungroup 1 image"
    edits.undo(filled)
    edits.undo(filled)
    assert [image.group for image in images(filled, [one, two])] == [None, None]
    edits.redo(filled)
    assert [image.group for image in images(filled, [one, two])] == ["a", "a"]
    assert [edit.name for edit in history(filled)][-2:] == ["Group 2 images", "Ungroup 1 image"]


def test_a_group_whose_name_is_not_unicode_is_kept_apart_from_others(filled):
    one, two, *_ = ids(filled)

    edits.set_grouping(filled, {one: "t\udcff", two: "t\udcfe"})

    groups = [image.group for image in images(filled, [one, two])]
    assert None not in groups
    assert groups[0] != groups[1]


def test_the_next_division_keeps_groups_together(filled):
    some = ids(filled)[:4]
    edits.set_grouping(filled, {some[0]: "a", some[1]: "a", some[2]: "b", some[3]: "b"})
    again = frozenset(Split)

    for seed in range(5):
        wanted = divide(filled, Division(0.5, seed=seed, again=again)).splits
        after = [wanted.get(image.id, image.split) for image in images(filled, some)]
        assert after[0] == after[1] != after[2] == after[3]


def test_importing_a_table_again_can_be_undone_with_its_groups(filled, add, tmp_path):
    table = tmp_path / "labels.csv"
    table.write_text("path,class,group,confirmed\n0.png,cat,a,1\n5.png,cat,a,1\n")

    add(tmp_path / "pictures", csv=str(table))
    first, last = images(filled, [ids(filled)[0], ids(filled)[5]])
    assert (first.group, last.group) == ("a", "a")
    assert (first.confirmed, last.confirmed) == (True, False), "the last one is a dog here"
    edits.undo(filled)
    assert [image.group for image in images(filled, ids(filled))] == [None] * 6
