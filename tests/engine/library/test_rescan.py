"""The files of a project change behind its back, and no label is lost."""

import os
import shutil

import pytest
from PIL import Image

from engine.errors import JobCancelled
from engine.events import Log
from engine.jobs.job import Cancel
from engine.library import edits
from engine.library.query import Filter, classes, image_ids, images, labelled_images, problems, sources
from engine.library.rechecking import RecheckParams, recheck
from engine.library.records import Flag
from engine.library.rescan import RescanParams, rescan
from engine.library.timeline import history
from engine.problems import FILE_GONE
from tests.engine.library.conftest import contents, labels_of


@pytest.fixture
def folder(pictures, add):
    """Three cats and two dogs, all different, imported by their folders."""
    folder = pictures("cat/1.png", "cat/2.png", "cat/3.png", "dog/1.png", "dog/2.png")
    add(folder)
    return folder


@pytest.fixture
def again(project):
    def _again(*, events=None, cancel=None, **options):
        emit = events.append if events is not None else lambda _: None
        params = RescanParams(str(project.folder), **options)
        result = rescan(params, emit=emit, cancel=cancel or Cancel(), project=project)
        return {name: count for name, count in result.items() if count}

    return _again


def paint(file, colour):
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (8, 6), colour).save(file, "PNG")


def test_nothing_changed_changes_nothing(project, folder, again):
    before = contents(project)

    assert again() == {}
    assert contents(project) == before


def test_new_pictures_get_the_class_of_their_folder_in_one_edit(project, folder, again):
    paint(folder / "cat/10.png", "red")
    paint(folder / "bird/1.png", "blue")

    assert again() == {"new": 2}
    assert labels_of(project)["cat/10.png"] == "cat"
    assert labels_of(project)["bird/1.png"] == "bird"
    assert edits.undo(project).name == "Import 2 images"
    assert len(labels_of(project)) == 5


def test_new_pictures_get_the_split_that_was_chosen_for_their_source(project, pictures, add, again):
    folder = pictures("cat/1.png", "cat/2.png", "dog/1.png")
    add(folder, split="test")
    for n in range(10, 16):
        paint(folder / f"cat/{n}.png", "red")

    assert again() == {"new": 6}
    assert {image.split.value for image in images(project, image_ids(project, Filter()))} == {"test"}


def test_new_pictures_go_by_the_division_that_was_chosen_as_long_as_it_is_there(project, pictures, add, again):
    folder = pictures(*(f"{name}/{name}{n}.png" for name in ("cat", "dog") for n in range(4)))
    for k in (1, 2):
        for split, numbers in (("train", (0, 1)), ("val", (2,)), ("test", (3, 8))):
            lines = [f"{name}/{name}{(n + k) % 4 if n < 8 else n}.png" for name in ("cat", "dog") for n in numbers]
            (folder / f"{split}{k}.txt").write_text("\n".join(lines if k == 2 else lines[:-1]))
    add(folder, division=2)
    paint(folder / "cat/cat8.png", "red")

    assert again() == {"new": 1}
    assert (
        next(i.split.value for i in images(project, image_ids(project, Filter())) if i.path == "cat/cat8.png") == "test"
    )
    for file in folder.glob("*2.txt"):
        file.unlink()
    paint(folder / "cat/cat9.png", "blue")
    assert again() == {"new": 1}


def test_an_import_that_was_undone_stays_away_until_it_is_done_again(project, folder, again, add, pictures):
    add(pictures("x/1.png", "x/2.png", root="more"))
    edits.undo(project)
    assert again() == {}
    assert edits.redo(project).name == "Import 2 images"
    assert again() == {}
    edits.undo(project)
    add(folder.with_name("more"))
    assert len(labels_of(project)) == 7


def test_labels_that_a_person_took_away_stay_away(project, folder, again):
    edits.set_label(project, image_ids(project, Filter()), None)
    paint(folder / "cat/10.png", "red")

    again()

    assert labels_of(project) == dict.fromkeys(labels_of(project)) | {"cat/10.png": "cat"}


def test_changed_pictures_are_looked_at_again_and_keep_their_label(project, folder, again):
    Image.new("RGB", (30, 20)).save(folder / "cat/1.png")
    (folder / "dog/1.png").write_bytes(b"broken")

    assert again() == {"changed": 2, "problems": 1}
    found = {image.path: image for image in images(project, image_ids(project, Filter(problems=None)))}
    assert (found["cat/1.png"].width, found["cat/1.png"].height) == (30, 20)
    assert found["dog/1.png"].problem == "not an image"
    assert all(image.class_id is not None for image in found.values())


def test_a_moved_picture_is_found_by_its_content_and_keeps_everything(project, folder, again):
    edits.set_note(project, [next(iter(image_ids(project, Filter())))], "mine")
    before = {image.id: image for image in images(project, image_ids(project, Filter()))}
    (folder / "sorted" / "deep").mkdir(parents=True)
    (folder / "cat/1.png").rename(folder / "sorted/deep/renamed.png")
    (folder / "dog/2.png").rename(folder / "cat/4.png")
    os.utime(folder / "cat/4.png", ns=(1, 1))

    assert again() == {"moved": 2}
    after = {image.id: image for image in images(project, image_ids(project, Filter()))}
    assert {i: (r.class_id, r.split, r.note) for i, r in after.items()} == {
        i: (r.class_id, r.split, r.note) for i, r in before.items()
    }
    assert {image.path for image in after.values()} == {
        "sorted/deep/renamed.png", "cat/2.png", "cat/3.png", "dog/1.png", "cat/4.png",
    }  # fmt: skip
    assert all(image.file.is_file() for image in after.values())


def test_of_equal_pictures_the_one_with_the_same_name_is_meant(project, add, again, pictures):
    folder = pictures("a/x.png", "b/y.png")
    shutil.copy(folder / "a/x.png", folder / "b/y.png")
    add(folder)
    (folder / "c").mkdir()
    (folder / "b/y.png").rename(folder / "c/y.png")
    (folder / "a/x.png").rename(folder / "c/x.png")

    assert again() == {"moved": 2}
    assert labels_of(project) == {"c/x.png": "a", "c/y.png": "b"}


def test_a_copy_is_new_and_not_moved(project, folder, again):
    shutil.copy2(folder / "cat/1.png", folder / "dog/9.png")

    assert again() == {"new": 1}
    assert labels_of(project)["dog/9.png"] == "dog"


def test_missing_pictures_are_listed_with_their_label_and_come_back(project, folder, again, tmp_path):
    (folder / "cat/1.png").rename(tmp_path / "kept.png")

    assert again() == {"missing": 1}
    (gone,) = problems(project)
    assert (gone.path, gone.problem) == ("cat/1.png", str(FILE_GONE))
    assert gone.class_id == classes(project)[0].id
    assert len(labelled_images(project)) == 4
    assert again() == {}, "it is missing still, which is nothing new"
    (tmp_path / "kept.png").rename(folder / "cat/1.png")
    assert again() == {"back": 1}
    assert labels_of(project)["cat/1.png"] == "cat"


def test_a_picture_that_was_missing_may_turn_up_elsewhere(project, folder, again, tmp_path):
    (folder / "cat/1.png").rename(tmp_path / "kept.png")
    again()
    (tmp_path / "kept.png").rename(folder / "dog/7.png")

    assert again() == {"moved": 1}
    assert labels_of(project)["dog/7.png"] == "cat"


def test_a_drive_that_is_not_there_is_shown_and_changes_nothing(project, folder, again):
    before = contents(project)
    folder.rename(folder.with_name("unplugged"))
    events = []

    assert again(events=events) == {"unreachable": [str(folder)]}
    assert contents(project) == before
    assert [source.missing for source in sources(project)] == [True]
    folder.mkdir()
    assert again() == {"unreachable": [str(folder)]}, "an empty folder is where the drive would be"
    folder.rmdir()
    assert any("cannot be reached" in event.message for event in events if isinstance(event, Log))
    folder.with_name("unplugged").rename(folder)
    assert again() == {}


def test_new_pictures_beside_those_that_a_table_lists_come_in_without_a_label(project, add, again, pictures, tmp_path):
    folder = pictures("1.png", "2.png")
    (tmp_path / "labels.csv").write_text("path,class\n1.png,cat\n")
    add(folder, csv=str(tmp_path / "labels.csv"))

    (folder / "1.png").rename(folder / "3.png")
    Image.new("RGB", (9, 9), "white").save(folder / "4.png")

    assert again() == {"new": 1, "moved": 1}
    assert labels_of(project) == {"2.png": None, "3.png": "cat", "4.png": None}


def test_an_image_of_an_older_version_is_found_by_name_and_time(project, folder, again):
    with project.store.write() as db:
        db.execute("UPDATE images SET digest = NULL")
    (folder / "new").mkdir()
    (folder / "cat/1.png").rename(folder / "new/1.png")

    assert again() == {"moved": 1}


def test_two_sources_are_one_place_for_moved_pictures(project, folder, again, add, pictures):
    other = pictures("x/1.png", root="other")
    Image.new("RGB", (9, 9), "white").save(other / "x/1.png")
    add(other, labels="none")
    (folder / "cat/1.png").rename(other / "x/2.png")

    assert again() == {"moved": 1}
    assert labels_of(project)["x/2.png"] == "cat"


def test_a_cancelled_rescan_loses_nothing(project, folder, again):
    before = contents(project)
    cancel = Cancel()
    cancel.set()
    with pytest.raises(JobCancelled):
        again(cancel=cancel)

    assert contents(project) == before


def look_again(project, *ids, events=None, cancel=None):
    params = RecheckParams(str(project.folder), ids or None)
    emit = events.append if events is not None else lambda _: None
    return recheck(params, emit=emit, cancel=cancel or Cancel(), project=project)


@pytest.fixture
def broken(project, folder, add):
    """Two of the images are broken; one of them has a label, a flag and a note."""
    (folder / "cat/1.png").write_bytes(b"broken")
    (folder / "dog/1.png").write_bytes(b"broken")
    add(folder)
    bad = problems(project)
    edits.set_flag(project, [bad[0].id], Flag.UNSURE)
    edits.set_note(project, [bad[0].id], "mend it")
    return bad


def test_mended_problems_are_usable_again_with_all_that_was_said_of_them(project, broken, again):
    first, second = broken
    paint(first.file, "green")
    past = history(project)

    assert look_again(project) == {"looked_at": 2, "mended": 1, "problems": 1}
    assert [bad.id for bad in problems(project)] == [second.id]
    (mended,) = images(project, [first.id])
    assert (mended.class_id, mended.unsure, mended.note, mended.width) == (first.class_id, True, "mend it", 8)
    assert history(project) == past, "what is known of files is no edit"
    assert again() == {}, "a rescan finds nothing left to do"
    edits.undo(project)
    assert images(project, [first.id])[0].note == ""


def test_only_the_problems_that_are_meant_are_looked_at(project, broken):
    for bad in broken:
        paint(bad.file, "green")
    good = image_ids(project, Filter())[0]

    assert look_again(project, broken[1].id, good, 12345) == {"looked_at": 1, "mended": 1, "problems": 0}
    assert [bad.id for bad in problems(project)] == [broken[0].id]


def test_problems_that_stay_have_the_reason_of_now(project, broken):
    broken[0].file.write_bytes(b"")
    broken[1].file.unlink()

    assert look_again(project)["problems"] == 2
    assert [bad.problem for bad in problems(project)] == ["empty file", str(FILE_GONE)]


def test_problems_of_a_drive_that_is_away_keep_their_reason(project, folder, broken):
    folder.rename(folder.with_name("away"))
    events = []

    assert look_again(project, events=events)["looked_at"] == 0
    assert [bad.problem for bad in problems(project)] == [bad.problem for bad in broken]
    assert any(isinstance(event, Log) and "cannot be reached" in event.message for event in events)


def test_a_cancelled_look_at_problems_loses_nothing(project, broken):
    before = contents(project)
    cancel = Cancel()
    cancel.set()

    with pytest.raises(JobCancelled):
        look_again(project, cancel=cancel)
    assert contents(project) == before
