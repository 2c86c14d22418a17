"""An import lists, labels, splits and checks; it says what it does, and stopped it was never there."""

import os
import shutil

import pytest

from engine.errors import EngineError, SourceError, UsageError
from engine.events import ImagesAdded, Log, ProblemFound, Progress
from engine.jobs.job import Cancel
from engine.library import edits
from engine.library.importers.note import NoteKind
from engine.library.project import Project
from engine.library.query import Filter, class_counts, classes, image_ids, images, problems, sources, summary
from engine.library.scan import ImportParams, import_sources
from tests.engine.library.conftest import contents, labels_of, splits_of


def many(*prefixes, count=20):
    return [f"{prefix}/{n}.png" for prefix in prefixes for n in range(count)]


def test_class_folders_come_in_with_labels_splits_and_sizes(project, add, pictures):
    result = add(pictures(*many("cat", "dog")))

    assert {k: result[k] for k in ("images", "classes", "problems", "kind")} == {
        "images": 40,
        "classes": {"cat": 20, "dog": 20},
        "problems": 0,
        "kind": "class-folders",
    }
    assert [(c.cls.name, c.training, c.validation, c.test, c.unassigned) for c in class_counts(project)] == [
        ("cat", 16, 4, 0, 0),
        ("dog", 16, 4, 0, 0),
    ]
    assert {(i.width, i.height) for i in images(project, image_ids(project, Filter()))} == {(8, 6)}
    assert summary(project).unchecked == 0


def test_the_job_says_what_it_does(add, pictures):
    events = []

    add(pictures(*many("cat", "dog")), events=events)

    phases = [event.phase for event in events if isinstance(event, Progress)]
    assert phases == sorted(phases, key=["Listing", "Checking"].index)
    assert set(phases) == {"Listing", "Checking"}
    assert [event.images for event in events if isinstance(event, ImagesAdded)][-1] == 40
    last = [event for event in events if isinstance(event, Progress)][-1]
    assert (last.phase, last.done, last.total) == ("Checking", 40, 40)


def test_bad_files_are_listed_with_their_reasons_and_the_rest_comes_in(project, add, pictures):
    folder = pictures(*many("cat", "dog", count=5))
    (folder / "cat" / "empty.jpg").write_bytes(b"")
    (folder / "cat" / "text.jpg").write_bytes(b"this is no picture")
    whole = (folder / "cat" / "0.png").read_bytes()
    (folder / "cat" / "truncated.jpg").write_bytes(whole[: len(whole) - 30])
    (folder / "cat" / "unreadable.jpg").symlink_to(folder / "nowhere")
    events = []

    result = add(folder, events=events)

    reasons = {record.path: record.problem for record in problems(project)}
    assert reasons == {
        "cat/empty.jpg": "empty file",
        "cat/text.jpg": "not an image",
        "cat/truncated.jpg": "truncated: the PNG data ends before the picture does",
        "cat/unreadable.jpg": "missing: the file is not there any more",
    }
    assert {e.path: e.reason for e in events if isinstance(e, ProblemFound)} == {
        str(folder / path): reason for path, reason in reasons.items()
    }
    assert (result["images"], result["problems"]) == (14, 4)
    assert [c.total for c in class_counts(project)] == [5, 5], "problems count for no class"
    assert (summary(project).images, summary(project).problems) == (14, 4)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="no permission binds this user")
def test_a_file_without_permission_becomes_a_problem(project, add, pictures):
    folder = pictures("cat/1.png", "cat/2.png")
    (folder / "cat/2.png").chmod(0)

    add(folder)

    assert [record.problem for record in problems(project)] == ["cannot be read: permission denied"]


def test_folders_named_after_splits_decide(project, add, pictures):
    add(pictures("train/a/1.png", "train/a/2.png", "validation/a/3.png", "test/a/4.png"))

    assert list(splits_of(project).values()) == ["test", "training", "training", "validation"]


def test_a_train_folder_without_a_validation_folder_is_divided(project, add, pictures):
    add(pictures(*many("train/a", "train/b"), *many("test/a", "test/b", count=5)))

    assert [(c.training, c.validation, c.test) for c in class_counts(project)] == [(16, 4, 5)] * 2


def test_a_test_split_is_made_only_when_asked_for(project, add, pictures):
    add(pictures(*many("a", "b")), test_fraction=0.1, validation_fraction=0.3)

    assert [(c.training, c.validation, c.test) for c in class_counts(project)] == [(12, 6, 2)] * 2


def test_one_split_for_all_may_be_given(project, add, pictures):
    add(pictures(*many("a", "b", count=3)), split="test")

    assert set(splits_of(project).values()) == {"test"}


def test_unlabelled_images_stay_unassigned(project, add, pictures):
    add(pictures("1.png", "2.png"))

    assert set(splits_of(project).values()) == {"unassigned"}


def test_the_same_seed_divides_alike(tmp_path, pictures):
    folder = pictures(*many("a", "b"))
    found = []
    for number, seed in enumerate((1, 1, 2)):
        params = ImportParams(str(tmp_path / f"p{number}"), (str(folder),), seed=seed)
        import_sources(params, emit=lambda _: None, cancel=Cancel())
        with Project.open(tmp_path / f"p{number}", read_only=True) as project:
            found.append(splits_of(project))

    assert found[0] == found[1]
    assert found[0] != found[2]


def test_frames_of_one_physical_object_stay_on_one_side(project, add, pictures):
    names = [f"{c}/{c:05d}_{track:05d}_{frame:05d}.png" for c in range(3) for track in range(10) for frame in range(4)]

    add(pictures(*names), group_by=r"^(\d+_\d+)_")

    sides: dict[str, set[str]] = {}
    for path, split in splits_of(project).items():
        sides.setdefault(path.rpartition("_")[0], set()).add(split)
    assert len(sides) == 30
    assert all(len(side) == 1 for side in sides.values())
    assert [(c.training, c.validation) for c in class_counts(project)] == [(32, 8)] * 3


def test_tracks_that_are_numbered_anew_in_each_class_are_told_apart(project, add, pictures):
    names = [f"{c}/{track}_{frame}.png" for c in "ab" for track in range(5) for frame in range(4)]

    add(pictures(*names), group_by=r"^\d+_")

    assert {image.group for image in images(project, image_ids(project, Filter()))} == {
        f"{c}/{track}_" for c in "ab" for track in range(5)
    }
    assert [(c.training, c.validation) for c in class_counts(project)] == [(16, 4)] * 2


def test_more_frames_of_a_known_object_follow_it(project, add, pictures):
    folder = pictures(*(f"a/{track}_{frame}.png" for track in range(10) for frame in range(4)))
    add(folder, group_by=r"^(\d+)_")
    before = splits_of(project)

    pictures(*(f"a/{track}_{frame}.png" for track in range(10) for frame in range(4, 8)))
    add(folder, group_by=r"^(\d+)_", seed=99)

    after = splits_of(project)
    assert len(after) == 80
    for path, split in after.items():
        assert split == before[f"{path.rpartition('_')[0]}_0.png"]


def test_importing_again_adds_what_is_new_and_keeps_what_was_decided(project, add, pictures):
    folder = pictures(*many("cat", "dog", count=10))
    add(folder)
    first = image_ids(project, Filter())[0]
    cat, dog = (cls.id for cls in classes(project))
    edits.set_label(project, [first], dog)
    before, ids = contents(project), set(image_ids(project, Filter()))
    pictures(*many("cat", count=12))

    assert add(folder)["images"] == 2

    kept = [row for row in contents(project)["images"] if row[0] in ids]
    assert kept == before["images"]
    assert [cls.id for cls in classes(project)] == [cat, dog]
    assert len(sources(project)) == 1


def test_importing_again_without_anything_new_is_no_change(project, add, pictures):
    folder = pictures(*many("cat", "dog", count=3))
    add(folder)
    events = []

    assert add(folder, events=events)["images"] == 0

    assert edits.undo_name(project) == "Import 6 images"
    assert any(isinstance(e, Log) and "Nothing new" in e.message for e in events)


def test_images_that_had_no_label_get_one_from_a_later_import_which_can_be_undone(project, add, pictures):
    folder = pictures("1.png", "2.png", "3.png")
    add(folder, labels="none")
    (folder / "labels.csv").write_text("path,class\n1.png,cat\n2.png,dog\n")

    assert add(folder, labels="csv")["images"] == 0

    assert labels_of(project) == {"1.png": "cat", "2.png": "dog", "3.png": None}
    edits.undo(project)
    assert set(labels_of(project).values()) == {None}
    assert classes(project) == []
    edits.redo(project)
    assert labels_of(project) == {"1.png": "cat", "2.png": "dog", "3.png": None}


def test_a_file_that_changed_is_looked_at_again(project, add, pictures):
    folder = pictures("cat/1.png", "cat/2.png")
    add(folder)
    (folder / "cat" / "1.png").write_bytes(b"now it is text")

    assert add(folder)["problems"] == 1
    shutil.copy(folder / "cat" / "2.png", folder / "cat" / "1.png")
    assert add(folder)["problems"] == 0
    assert summary(project).problems == 0


def test_a_folder_inside_a_source_brings_no_image_twice(project, add, pictures):
    folder = pictures(*many("Train/a", "Train/b", count=3))

    add(folder / "Train" / "a")
    add(folder / "Train")
    add(folder)

    assert summary(project).images == 6
    files = [image.file for image in images(project, image_ids(project, Filter()))]
    assert len(set(files)) == 6
    assert all(file.exists() for file in files)


def test_several_sources_come_in_together(project, add, pictures):
    result = add(
        pictures(*many("cat", count=5), root="one"), pictures(*many("dog", count=5), root="two"), labels="folders"
    )

    assert result["classes"] == {"cat": 5, "dog": 5}
    assert [(c.training, c.validation) for c in class_counts(project)] == [(4, 1)] * 2
    assert len(sources(project)) == 2


def test_nothing_is_written_into_a_source(add, pictures):
    folder = pictures(*many("cat", "dog", count=3))
    before = {f: f.stat().st_mtime_ns for f in folder.rglob("*")}

    add(folder)

    assert {f: f.stat().st_mtime_ns for f in folder.rglob("*")} == before


@pytest.mark.parametrize(
    "name", ["한국어 폴더", "a" * 200, "with 'quotes' \"and\" %s {x} [*]?", "emoji 😀", "line\nbreak"]
)
def test_names_of_every_kind_survive(project, add, pictures, name):
    folder = pictures(f"{name}/{name}.png")

    add(folder, labels="folders")

    (image,) = images(project, image_ids(project, Filter()))
    assert image.file == folder / name / f"{name}.png"
    assert image.file.exists()
    assert classes(project)[0].name == " ".join(name.split()), "as the name of a class is shown: in one line"


def test_names_that_are_not_unicode_survive(project, add, pictures):
    folder = pictures("cat/1.png")
    odd = os.fsdecode(b"caf\xe9 \xff.png")
    shutil.copy(folder / "cat" / "1.png", folder / "cat" / odd)

    add(folder, labels="folders")
    project.close()

    with Project.open(project.folder) as again:
        found = images(again, image_ids(again, Filter()))
        assert {image.path for image in found} == {"cat/1.png", f"cat/{odd}"}
        assert all(image.file.exists() and image.problem is None for image in found)
        assert edits.set_label(again, [image.id for image in found], None).image_ids


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        (
            {"split": "later"},
            UsageError,
            "A split is auto, named, training, validation, test, unassigned; found 'later'",
        ),
        ({"group_by": "("}, UsageError, "is not a regular expression"),
        ({"group_by": "a{99999999999999999999}"}, UsageError, "is not a regular expression"),
        ({"labels": "pattern", "pattern": "a{99999999999999999999}"}, UsageError, "is not a regular expression"),
        ({"validation_fraction": 1.0}, UsageError, "must leave something for training"),
        ({"labels": "magic"}, UsageError, "not from 'magic'"),
        ({"csv": "/nowhere/x.csv"}, SourceError, "cannot be read: no such file"),
        ({"names": "/nowhere/x.csv"}, SourceError, "cannot be read: no such file"),
    ],
)
def test_wrong_options_are_told_before_anything_is_made(tmp_path, pictures, options, error, sentence):
    params = ImportParams(str(tmp_path / "new"), (str(pictures("cat/1.png")),), **options)

    with pytest.raises(error, match=sentence):
        import_sources(params, emit=lambda _: None, cancel=Cancel())

    assert not (tmp_path / "new.pigeonhole").exists()


def test_an_empty_folder_leaves_no_project(tmp_path):
    (tmp_path / "empty").mkdir()

    with pytest.raises(SourceError, match="There are no images in"):
        import_sources(ImportParams(str(tmp_path / "new"), (str(tmp_path / "empty"),)), emit=print, cancel=Cancel())

    assert sorted(f.name for f in tmp_path.iterdir()) == ["empty"]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"test_fraction": 0.2, "split": "training"}, "no effect with the split training"),
        ({"test_fraction": 0.2, "labels": "none"}, "no effect, as no image has a label"),
        ({"division": 2}, "no division 2 into splits .* none with a number"),
        ({"page": 2}, "have one page each, so there is no page 2"),
        ({"group_by": "x"}, "keeps nothing together: it matches no file name"),
        ({"bands": (1, 2, 3)}, "none has more than 8 bits"),
    ],
)
def test_an_option_of_an_import_without_effect_is_an_error(options, why, pictures, add):
    folder = pictures("cat/1.png", "cat/2.png", "dog/3.png", "dog/4.png")

    with pytest.raises(EngineError, match=why):
        add(folder, **options)


def test_a_share_for_the_test_beside_a_folder_of_test_images_is_an_error(pictures, add):
    folder = pictures(*(f"{split}/{name}/{n}.png" for split in ("train", "test") for name in "ab" for n in range(2)))

    with pytest.raises(UsageError, match="folders or tables tell the test images"):
        add(folder, test_fraction=0.2)


def test_encoding_and_separator_of_metadata_that_has_none_are_an_error(pictures, add):
    folder = pictures("1.png", "2.png")
    lines = [f'{{"file_name": "{n}.png", "label": "{n}"}}' for n in (1, 2)]
    (folder / "metadata.jsonl").write_text("\n".join(lines))

    for option in ("encoding", "separator"):
        with pytest.raises(UsageError, match=r"have no effect on metadata\.jsonl"):
            add(folder, labels="imagefolder", **{option: "utf-8"})
    with pytest.raises(UsageError, match="The encoding has no effect: no table was read"):
        add(folder, encoding="cp949")
    (folder / "labels.csv").write_text("file;label\n1.png;a\n2.png;b\n")
    assert add(folder, separator=";")["classes"] == {"a": 1, "b": 1}


def test_replacing_labels_where_none_differs_is_told(pictures, add):
    folder = pictures("cat/1.png", "dog/2.png")
    add(folder)

    notes = add(folder, replace_labels=True)["notes"]

    assert [note["kind"] for note in notes if note["kind"] == NoteKind.NOTHING_REPLACED] == ["nothing-replaced"]
