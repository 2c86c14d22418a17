"""Labels that were accepted unseen: marked until somebody has looked at them, and never held out before."""

from __future__ import annotations

import pytest

from engine.errors import UsageError
from engine.library import edits
from engine.library.dividing import Division, divide
from engine.library.query import (
    Filter,
    class_counts,
    classes,
    fitting,
    image_ids,
    images,
    labelled,
    labelled_images,
    summary,
)
from engine.library.records import Flag, Split
from engine.library.splits import stratified
from engine.library.timeline import history


@pytest.fixture
def some(project, add, pictures):
    """Forty images without a label; two classes, cat and dog."""
    add(pictures(*(f"{n:02}.png" for n in range(40))), labels="none")
    edits.add_class(project, "cat")
    edits.add_class(project, "dog")
    return project


def ids(project, **wanted):
    return list(image_ids(project, Filter(**wanted)))


def unseen(project):
    return ids(project, flags=frozenset({Flag.UNSEEN}))


def class_ids(project):
    return [cls.id for cls in classes(project)]


def label_of(project, image):
    return images(project, [image])[0].class_id


def test_accepting_is_one_edit_of_its_own_kind_that_marks_what_it_labels_and_nothing_else(some):
    one, two, three, *_ = ids(some)
    cat, dog = class_ids(some)
    edits.set_label(some, [one], cat)

    edit = edits.accept_unseen(some, {one: dog, two: dog, three: cat})

    assert (edit.name, edit.image_ids, edit.kind) == (
        *("Accept suggestions for 2 images unseen", (two, three)),
        edits.ACCEPT_UNSEEN,
    )
    assert [(i.class_id, i.unseen) for i in images(some, [one, two, three])] == [
        *((cat, False), (dog, True)),
        (cat, True),
    ], "who has a label keeps it"
    assert history(some)[-1].kind is edits.ACCEPT_UNSEEN
    with pytest.raises(UsageError):
        edits.accept_unseen(some, {three: 99})


def test_undo_and_redo_bring_back_labels_and_marks(some):
    cat, dog = class_ids(some)
    first, *rest = ids(some)[:10]
    edits.accept_unseen(some, dict.fromkeys([first, *rest], cat))
    edits.set_label(some, [first], dog)
    assert unseen(some) == rest

    edits.undo(some)
    assert unseen(some) == [first, *rest]
    edits.undo(some)
    assert unseen(some) == []
    assert ids(some, labelled=True) == []
    edits.redo(some)
    assert unseen(some) == [first, *rest]
    edits.redo(some)
    assert unseen(some) == rest


@pytest.mark.parametrize(
    "look",
    [
        lambda p, i: edits.look_at(p, [i]),
        lambda p, i: edits.set_label(p, [i], label_of(p, i)),
        lambda p, i: edits.set_label(p, [i], class_ids(p)[1]),
        lambda p, i: edits.set_label(p, [i], None),
        lambda p, i: edits.set_labels(p, {i: label_of(p, i)}),
        lambda p, i: edits.set_flag(p, [i], Flag.CONFIRMED),
        lambda p, i: edits.set_flag(p, [i], Flag.UNSEEN, False),
    ],
    ids=["looked", "same label", "other label", "no label", "labels", "confirmed", "said so"],
)
def test_the_mark_goes_when_a_person_has_looked(some, look):
    one, two, *_ = ids(some)
    edits.accept_unseen(some, dict.fromkeys([one, two], class_ids(some)[0]))

    edit = look(some, one)

    assert edit.image_ids == (one,)
    assert unseen(some) == [two]
    assert not edit.kind.is_mark, "it may be held out now"


def test_a_look_is_a_fact_that_the_history_does_not_list(some):
    one, two, *_ = ids(some)
    edits.accept_unseen(some, dict.fromkeys([one, two], class_ids(some)[0]))
    before = history(some)

    assert edits.look_at(some, [one, 12345]).id == 0
    assert edits.look_at(some, [one]).image_ids == ()
    assert history(some) == before
    assert edits.undo(some).kind is edits.ACCEPT_UNSEEN
    assert ids(some, labelled=True) == []


def test_a_merge_keeps_the_mark_and_the_end_of_a_class_takes_it(some):
    cat, dog = class_ids(some)
    edits.accept_unseen(some, dict.fromkeys(ids(some)[:3], cat))

    edits.merge_classes(some, [cat], dog)
    assert len(unseen(some)) == 3
    edits.delete_class(some, dog)
    assert unseen(some) == []
    edits.undo(some)
    assert len(unseen(some)) == 3


def test_only_a_label_can_be_marked(some):
    one, two, *_ = ids(some)
    edits.set_label(some, [one], class_ids(some)[0])

    assert edits.set_flag(some, [one, two], Flag.UNSEEN).image_ids == (one,)


def test_those_still_unseen_are_taken_back_together_also_later(some):
    cat, dog = class_ids(some)
    one, two, three, four, *_ = ids(some)
    edits.accept_unseen(some, {one: cat, two: dog, three: dog})
    edits.set_label(some, [four], dog)
    edits.look_at(some, [two])

    edit = edits.take_back_unseen(some)

    assert edit.image_ids == (one, three)
    assert edit.kind is edits.TAKE_BACK_UNSEEN
    assert ids(some, labelled=True) == [two, four]
    edits.undo(some)
    assert unseen(some) == [one, three]
    assert edits.take_back_unseen(some, [three, four]).image_ids == (three,)
    assert edits.take_back_unseen(some, [four]).id == 0


def test_they_are_counted_and_found(some):
    cat, dog = class_ids(some)
    found = ids(some)
    edits.accept_unseen(some, {found[0]: cat, found[1]: cat, found[2]: dog})
    edits.set_label(some, found[3:5], cat)
    edits.set_flag(some, found[1:2], Flag.EXCLUDED)

    assert summary(some).unseen == 3
    counts = [(c.accepted_unseen, c.labelled, c.total, c.excluded) for c in class_counts(some)]
    assert counts == [(1, 4, 3, 1), (1, 1, 1, 0)]
    wanted = Filter(flags=frozenset({Flag.UNSEEN}))
    assert fitting(wanted, images(some, found)) == set(found[:3])


def test_in_a_held_out_split_such_a_label_counts_for_nothing_until_it_was_looked_at(some):
    (cat, _), found = class_ids(some), ids(some)
    edits.set_split(some, found[:1], Split.VALIDATION)
    edits.set_split(some, found[1:2], Split.TEST)
    edits.set_split(some, found[2:3], Split.TRAINING)
    edits.accept_unseen(some, dict.fromkeys(found[:4], cat))
    edits.set_split(some, found[3:4], Split.VALIDATION)

    assert [i.id for i in labelled_images(some)] == found[2:3]
    assert [r.id for r in labelled(some)] == found[2:3]
    count = class_counts(some)[0]
    assert (count.training, count.validation, count.test, count.waiting, count.labelled) == (1, 0, 0, 3, 4)
    assert (count.unseen, count.accepted_unseen) == (1, 4)

    edits.look_at(some, found[:1])
    assert [i.id for i in labelled_images(some)] == [found[0], found[2]]
    count = class_counts(some)[0]
    assert (count.training, count.validation, count.test, count.waiting, count.labelled) == (1, 1, 0, 2, 4)


@pytest.mark.parametrize("seed", range(6))
def test_no_division_holds_one_out(some, seed):
    (cat, dog), found = class_ids(some), ids(some)
    edits.set_labels(some, {image: (cat, dog)[image % 2] for image in found[:20]})
    edits.accept_unseen(some, {image: (cat, dog)[image % 2] for image in found[20:]})
    edits.set_grouping(some, {found[0]: "a", found[30]: "a", found[1]: "b", found[31]: "b"})

    again = frozenset({Split.UNASSIGNED, Split.TRAINING, Split.VALIDATION})
    drawn = divide(some, Division(validation_fraction=0.3, test_fraction=0.2, seed=seed, again=again)).splits
    edits.set_splits(some, drawn)

    assert {i.split for i in images(some, found[20:])} <= {Split.TRAINING, Split.UNASSIGNED}
    sides = {i.id: i.split for i in images(some, found)}
    assert sum(sides[image] is Split.VALIDATION for image in found[:20]) == 6, "a share of those that were looked at"
    for seen, other in ((0, 30), (1, 31)):
        held_out = sides[found[seen]] is not Split.TRAINING
        assert sides[found[other]] is (Split.UNASSIGNED if held_out else Split.TRAINING), "nothing leaks"


def test_folders_named_after_splits_hold_none_out(project, add, pictures):
    add(pictures("val/1.png", "val/2.png", "train/3.png"), labels="none", split="unassigned")
    edits.add_class(project, "cat")
    by_path = {i.path: i.id for i in images(project, ids(project))}
    edits.accept_unseen(project, dict.fromkeys([by_path["val/1.png"], by_path["train/3.png"]], 1))
    edits.set_label(project, [by_path["val/2.png"]], 1)

    found = divide(project, Division(by_folder=True, again=frozenset(Split))).splits

    assert found == {by_path["val/2.png"]: Split.VALIDATION, by_path["train/3.png"]: Split.TRAINING}


def test_a_draw_without_such_labels_is_what_it_was():
    classes_, fractions = ["a", "b"] * 30, {Split.VALIDATION: 0.2}
    assert stratified(classes_, fractions, 3, None, [False] * 60) == stratified(classes_, fractions, 3)


def test_an_acceptance_that_is_undone_after_a_look_leaves_the_split_for_the_next_label(some):
    """Decided: check images stay check images, also where their label is taken away; without one they count nowhere."""
    cat, dog = class_ids(some)
    accepted = ids(some)[:10]
    edits.accept_unseen(some, dict.fromkeys(accepted, cat))
    edits.look_at(some, accepted)
    looked_at = {i.id: i.split for i in images(some, accepted)}
    assert set(looked_at.values()) == {Split.TRAINING, Split.VALIDATION}

    edits.undo(some)

    assert {i.id: i.split for i in images(some, accepted)} == looked_at
    assert ids(some, labelled=True) == []
    assert sum(count.validation + count.training for count in class_counts(some)) == 0
    edits.set_label(some, accepted, dog)
    assert {i.id: i.split for i in images(some, accepted)} == looked_at
