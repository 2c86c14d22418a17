"""Every change is saved at once, can be undone and redone, and survives a restart."""

import json
import unicodedata

import pytest

from engine.errors import ProjectError, UsageError
from engine.library import edits, timeline
from engine.library.edit_kinds import IMPORT, OTHER, edit_kind
from engine.library.history import change_fields
from engine.library.project import Project
from engine.library.query import Filter, class_counts, classes, image_ids, images, labelled_images, summary
from engine.library.records import Flag, Split
from tests.engine.library.conftest import contents, labels_of, splits_of


@pytest.fixture
def filled(project, add, pictures):
    """Six unlabelled images and the classes cat and dog."""
    add(pictures(*(f"{n}.png" for n in range(6))), labels="none")
    edits.add_class(project, "cat")
    edits.add_class(project, "dog")
    return project


def ids(project):
    return list(image_ids(project, Filter()))


def cat_and_dog(project):
    return [cls.id for cls in classes(project)]


def test_a_label_is_set_changed_and_taken_away(filled):
    cat, dog = cat_and_dog(filled)
    first, second, *_ = ids(filled)

    assert edits.set_label(filled, [first, second], cat).image_ids == (first, second)
    edits.set_label(filled, [first], dog)
    edits.set_label(filled, [second], None)

    assert list(labels_of(filled).values())[:2] == ["dog", None]


def test_an_edit_tells_only_what_it_changed(filled):
    cat, _ = cat_and_dog(filled)
    first, second, *_ = ids(filled)
    edits.set_label(filled, [first], cat)

    edit = edits.set_label(filled, [first, second, 10_000], cat)

    assert edit.image_ids == (second,)
    assert edit.name == "Label 1 image as cat"
    assert not edit.classes_changed


def test_a_change_that_changes_nothing_is_not_recorded(filled):
    cat, _ = cat_and_dog(filled)
    edits.set_label(filled, ids(filled), cat)
    edits.undo(filled)
    before = edits.undo_name(filled), edits.redo_name(filled)

    edit = edits.set_label(filled, ids(filled), None)

    assert (edit.id, edit.image_ids) == (0, ())
    assert (edits.undo_name(filled), edits.redo_name(filled)) == before, "what could be redone still can"


def test_images_become_a_class_of_their_own_in_one_edit(filled):
    some, before = ids(filled)[1:4], contents(filled)

    edit = edits.make_class(filled, some, "  red   panda ")

    assert (edit.name, edit.image_ids, edit.classes_changed) == ("Make 3 images the class red panda", tuple(some), True)
    assert [cls.name for cls in classes(filled)] == ["cat", "dog", "red panda"]
    assert list(labels_of(filled).values()) == [None, *["red panda"] * 3, None, None]
    edits.undo(filled)
    assert contents(filled) == before
    edits.redo(filled)
    assert list(labels_of(filled).values())[1:4] == ["red panda"] * 3


def test_no_class_is_made_of_no_images_or_with_the_name_of_another(filled):
    before = contents(filled)
    with pytest.raises(UsageError, match="called cat already"):
        edits.make_class(filled, ids(filled), "cat")
    with pytest.raises(UsageError, match="no images"):
        edits.make_class(filled, [10_000], "bird")
    assert contents(filled) == before


def test_a_name_pasted_with_its_accents_or_letters_apart_is_that_of_the_class(filled):
    """File names of macOS hold 고양이 as eight letters, which look the same as the three syllables that are typed."""
    typed, pasted = (unicodedata.normalize(form, "고양이 é") for form in ("NFC", "NFD"))
    edits.add_class(filled, pasted)
    assert [cls.name for cls in classes(filled)][-1] == typed
    for change in (lambda: edits.add_class(filled, pasted), lambda: edits.rename_class(filled, 1, pasted)):
        with pytest.raises(UsageError, match=f"called {typed} already"):
            change()


def test_undo_and_redo_walk_through_every_kind_of_change(filled):
    cat, dog = cat_and_dog(filled)
    states = [contents(filled)]
    for change in (
        lambda: edits.set_label(filled, ids(filled)[:3], cat),
        lambda: edits.set_label(filled, ids(filled)[2:5], dog),
        lambda: edits.set_split(filled, ids(filled)[:4], Split.TEST),
        lambda: edits.add_class(filled, "bird", key="1"),
        lambda: edits.rename_class(filled, cat, "kitten"),
        lambda: edits.recolour_class(filled, dog, "#123456"),
        lambda: edits.set_class_key(filled, dog, "d"),
        lambda: edits.set_flag(filled, ids(filled)[:3], Flag.UNSURE),
        lambda: edits.set_flag(filled, ids(filled)[1:], Flag.EXCLUDED),
        lambda: edits.set_flag(filled, ids(filled)[2:4], Flag.EXCLUDED, False),
        lambda: edits.set_note(filled, ids(filled)[:2], "blurred"),
        lambda: edits.set_note(filled, ids(filled)[:1], ""),
        lambda: edits.set_labels(filled, dict(zip(ids(filled), (dog, None, cat), strict=False))),
        lambda: edits.set_splits(filled, dict(zip(ids(filled), (Split.TEST, Split.TRAINING), strict=False))),
        lambda: edits.reorder_classes(filled, [dog]),
        lambda: edits.merge_classes(filled, [cat], dog),
        lambda: edits.delete_class(filled, dog),
    ):
        change()
        states.append(contents(filled))
        assert states[-1] != states[-2]

    for expected in reversed(states[:-1]):
        assert edits.undo(filled) is not None
        assert contents(filled) == expected
    for expected in states[1:]:
        assert edits.redo(filled) is not None
        assert contents(filled) == expected
    assert edits.redo(filled) is None


def test_history_survives_closing_and_opening(tmp_path, filled):
    cat, _ = cat_and_dog(filled)
    edits.set_label(filled, ids(filled), cat)
    labelled = contents(filled)
    edits.set_label(filled, ids(filled)[:1], None)
    edits.undo(filled)
    filled.close()

    with Project.open(tmp_path / "work") as again:
        assert contents(again) == labelled
        assert edits.undo_name(again) == "Label 6 images as cat"
        assert edits.redo_name(again) == "Remove the label of 1 image"
        edits.undo(again)
        assert set(labels_of(again).values()) == {None}
        edits.redo(again)
        edits.redo(again)
        assert list(labels_of(again).values()) == [None] + ["cat"] * 5


def test_a_new_change_ends_what_could_be_redone(filled):
    cat, dog = cat_and_dog(filled)
    edits.set_label(filled, ids(filled)[:1], cat)
    edits.undo(filled)

    edits.set_label(filled, ids(filled)[1:2], dog)

    assert edits.redo(filled) is None
    assert list(labels_of(filled).values())[:2] == [None, "dog"]


def test_an_import_is_one_change_that_can_be_undone_and_redone(project, add, pictures):
    folder = pictures("cat/1.png", "dog/2.png")
    add(folder)
    imported = contents(project)

    undone = edits.undo(project)

    assert contents(project) == {"images": [], "classes": []}
    assert len(undone.image_ids) == 2
    assert undone.classes_changed
    assert summary(project).images == 0
    edits.redo(project)
    assert contents(project) == imported
    assert [c.total for c in class_counts(project)] == [1, 1]


def test_an_import_that_can_be_redone_is_told_by_the_number_of_its_images(project, add, pictures):
    add(pictures("cat/1.png", "dog/2.png"))
    assert edits.redo_import(project) is None, "nothing was undone"
    edits.add_class(project, "Import 3 images")
    edits.undo(project)
    assert edits.redo_name(project) is not None
    assert edits.redo_import(project) is None, "what an edit is called does not matter"
    edits.undo(project)
    assert edits.redo_import(project) == 2


def test_an_undone_import_can_be_imported_again(project, add, pictures):
    folder = pictures("cat/1.png", "dog/2.png")
    add(folder)
    edits.undo(project)

    assert add(folder)["images"] == 2
    assert edits.redo(project) is None
    assert labels_of(project) == {"cat/1.png": "cat", "dog/2.png": "dog"}


def test_deleting_a_class_takes_the_label_of_its_images_and_undo_gives_it_back(filled):
    cat, _ = cat_and_dog(filled)
    edits.set_label(filled, ids(filled)[:2], cat)

    edit = edits.delete_class(filled, cat)

    assert edit.image_ids == tuple(ids(filled)[:2])
    assert edit.classes_changed
    assert set(labels_of(filled).values()) == {None}
    edits.undo(filled)
    assert [c.total for c in class_counts(filled)] == [2, 0]


def test_the_name_of_a_deleted_class_is_free_again(filled):
    cat, _ = cat_and_dog(filled)
    edits.delete_class(filled, cat)

    edits.add_class(filled, "cat")
    edits.undo(filled)
    edits.undo(filled)

    assert [cls.id for cls in classes(filled) if cls.name == "cat"] == [cat]


def test_new_classes_get_colours_and_keys_of_their_own(project):
    for number in range(40):
        edits.add_class(project, f"class {number}")

    found = classes(project)
    assert len({cls.colour for cls in found}) == 40
    assert [cls.key for cls in found[:12]] == [*"1234567890", None, None]


def test_a_key_is_taken_from_the_class_that_had_it(filled):
    cat, dog = cat_and_dog(filled)

    edits.set_class_key(filled, dog, "1")

    assert {cls.id: cls.key for cls in classes(filled)} == {cat: None, dog: "1"}
    edits.undo(filled)
    assert {cls.id: cls.key for cls in classes(filled)} == {cat: "1", dog: "2"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda p: edits.add_class(p, "  "), "A class needs a name"),
        (lambda p: edits.add_class(p, " cat "), "There is a class called cat already"),
        (lambda p: edits.add_class(p, "x", colour="red"), "A colour is written as #rrggbb, found 'red'"),
        (lambda p: edits.add_class(p, "x", key="12"), "A key is one character, found '12'"),
        (lambda p: edits.rename_class(p, 1, "dog"), "There is a class called dog already"),
        (lambda p: edits.rename_class(p, 99, "x"), "That class is not in the project any more"),
        (lambda p: edits.set_label(p, [1], 99), "That class is not in the project any more"),
        (lambda p: edits.merge_classes(p, [1, 99], 2), "That class is not in the project any more"),
        (lambda p: edits.merge_classes(p, [1], 99), "That class is not in the project any more"),
        (lambda p: edits.reorder_classes(p, [2, 99]), "That class is not in the project any more"),
        (lambda p: edits.set_labels(p, {1: 1, 2: 99}), "That class is not in the project any more"),
        (lambda p: edits.delete_class(p, 99), "That class is not in the project any more"),
    ],
)
def test_a_change_that_cannot_be_says_why_and_changes_nothing(filled, change, sentence):
    before = contents(filled), edits.undo_name(filled)

    with pytest.raises(UsageError, match=sentence):
        change(filled)

    assert (contents(filled), edits.undo_name(filled)) == before


def test_a_project_open_for_reading_cannot_be_changed(tmp_path, filled):
    with (
        Project.open(tmp_path / "work", read_only=True) as reader,
        pytest.raises(ProjectError, match="work is open read-only"),
    ):
        edits.set_label(reader, ids(reader), cat_and_dog(reader)[0])


def test_splits_are_set_by_hand(filled):
    edit = edits.set_split(filled, ids(filled)[:2], Split.VALIDATION)

    assert edit.name == "Set 2 images aside to check"
    assert list(splits_of(filled).values()) == ["validation"] * 2 + ["unassigned"] * 4
    others = (Split.TEST, Split.UNASSIGNED, Split.TRAINING)
    assert [edits.set_split(filled, ids(filled)[:1], split).name for split in others] == [
        "Move 1 image to test",
        "Take 1 image out of the splits",
        "Move 1 image to training",
    ]


def test_flags_and_notes_are_kept_on_the_image(filled):
    first, second, *_ = ids(filled)

    assert edits.set_flag(filled, [first, second], Flag.UNSURE).name == "Mark 2 images as unsure"
    assert edits.set_flag(filled, [first], Flag.EXCLUDED).name == "Exclude 1 image from training"
    assert edits.set_flag(filled, [first, second], Flag.EXCLUDED).image_ids == (second,)
    assert edits.set_note(filled, [second], " too dark ").name == "Write a note on 1 image"
    assert edits.set_note(filled, [second], "too dark").id == 0, "it says that already"

    one, two = images(filled, [first, second])
    assert (one.unsure, one.excluded, one.note) == (True, True, "")
    assert (two.unsure, two.excluded, two.note) == (True, True, "too dark")


def test_excluded_images_keep_their_label_and_are_not_trained_on(filled):
    cat, _ = cat_and_dog(filled)
    first, second, *_ = ids(filled)
    edits.set_label(filled, [first, second], cat)

    edits.set_flag(filled, [first], Flag.EXCLUDED)

    assert [image.id for image in labelled_images(filled)] == [second]
    assert images(filled, [first])[0].class_id == cat
    edits.undo(filled)
    assert [image.id for image in labelled_images(filled)] == [first, second]


def test_merged_classes_give_their_images_to_the_one_that_stays(filled):
    cat, dog = cat_and_dog(filled)
    edits.add_class(filled, "wolf")
    wolf = classes(filled)[2].id
    for image, class_id in zip(ids(filled), (cat, dog, wolf, dog), strict=False):
        edits.set_label(filled, [image], class_id)

    edit = edits.merge_classes(filled, [wolf, dog, dog], dog)

    assert (edit.name, edit.image_ids) == ("Merge wolf into dog", (ids(filled)[2],))
    assert [(c.cls.name, c.total) for c in class_counts(filled)] == [("cat", 1), ("dog", 3)]
    assert edits.merge_classes(filled, [dog], dog).id == 0


def test_classes_are_put_in_order(filled):
    edits.add_class(filled, "wolf")
    cat, dog, wolf = (cls.id for cls in classes(filled))

    edits.reorder_classes(filled, [wolf, cat])

    assert [cls.name for cls in classes(filled)] == ["wolf", "cat", "dog"]
    assert [cls.position for cls in classes(filled)] == [0, 1, 2]
    assert edits.reorder_classes(filled, [wolf, cat, dog]).id == 0
    edits.undo(filled)
    assert [cls.id for cls in classes(filled)] == [cat, dog, wolf]


def test_each_image_may_get_a_label_and_a_split_of_its_own_in_one_change(filled):
    cat, dog = cat_and_dog(filled)
    one, two, three, *_ = ids(filled)
    edits.set_label(filled, [three], dog)

    edit = edits.set_labels(filled, {one: cat, two: dog, three: None, 12345: cat}, edits.ACCEPT_SUGGESTIONS)
    edits.set_splits(filled, {one: Split.TEST, two: Split.UNASSIGNED, three: Split.TRAINING})

    assert (edit.name, edit.image_ids) == ("Accept suggestions for 3 images", (one, two, three))
    assert list(labels_of(filled).values())[:3] == ["cat", "dog", None]
    assert list(splits_of(filled).values())[:3] == ["test", "unassigned", "training"]
    edits.undo(filled)
    edits.undo(filled)
    assert list(labels_of(filled).values())[:3] == [None, None, "dog"]


def test_labelling_ten_thousand_images_is_one_change(project, add):
    with project.store.write() as db:
        db.execute("INSERT INTO sources (folder, kind) VALUES ('/nowhere', 'none')")
        db.executemany(
            "INSERT INTO images (source_id, path, sort_key, split, state, size_bytes, modified_ns, import_id)"
            " VALUES (1, ?, ?, 3, 1, 1, 1, 0)",
            [(f"{n}.png", f"{n:06d}") for n in range(10_000)],
        )
    edits.add_class(project, "cat")

    edit = edits.set_label(project, ids(project), classes(project)[0].id)

    assert edit.name == "Label 10,000 images as cat"
    assert summary(project).labelled == 10_000
    assert len(edits.undo(project).image_ids) == 10_000
    assert summary(project).labelled == 0


def test_images_keep_their_place_in_the_records(filled):
    some = ids(filled)[::-1]

    assert [image.id for image in images(filled, [*some, 12345])] == some


def test_the_kind_of_an_edit_is_known_without_its_words(filled):
    one, two, *_ = image_ids(filled, Filter())
    done = [
        edits.set_flag(filled, [one], Flag.UNSURE),
        edits.add_class(filled, "Import 3 images"),
        edits.set_labels(filled, {two: classes(filled)[0].id}, edits.TAKE_PREDICTION),
    ]
    assert [edit.kind.name for edit in done] == ["mark unsure", "add class", "take prediction"]
    assert [edit.kind for edit in timeline.history(filled)[-3:]] == [edit.kind for edit in done]
    assert timeline.history(filled)[0].kind is IMPORT
    undone = edits.undo(filled)
    assert undone is not None
    assert undone.kind is edits.TAKE_PREDICTION
    with filled.store.write() as db:
        db.execute("UPDATE edits SET kind = 'of a newer program'")
    assert {edit.kind for edit in timeline.history(filled)} == {OTHER}


def test_a_new_kind_of_edit_is_one_function_with_its_words(filled):
    swap = edit_kind("swap halves", "Swap the halves of {images} by {name}")

    def swap_halves(project, ids, name):
        picked = json.dumps(ids)
        with project.store.write() as db:
            return edits.on_images(db, swap, lambda edit: change_fields(db, edit, picked, "note", "swapped"), name=name)

    one, two, *_ = image_ids(filled, Filter())
    assert swap_halves(filled, [one, two], "hand").image_ids == (one, two)
    assert edits.undo_name(filled) == "Swap the halves of 2 images by hand"
    assert timeline.history(filled)[-1].kind is swap
    edits.undo(filled)
    assert [image.note for image in images(filled, [one, two])] == ["", ""]
    assert edits.redo_name(filled) == "Swap the halves of 2 images by hand"
