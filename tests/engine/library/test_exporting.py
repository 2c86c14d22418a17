"""Labels go out in every form, and in again without loss."""

import csv
import hashlib

import pytest
from PIL import Image

from engine.errors import JobCancelled, SourceError, UsageError
from engine.events import Log, ProblemFound
from engine.jobs.job import Cancel
from engine.library import edits
from engine.library.exporting import ExportLabelsParams, export_labels
from engine.library.project import Project
from engine.library.query import Filter, classes, image_ids, images
from engine.library.records import Flag, Split
from engine.library.scan import ImportParams, import_sources

ODD = ["cat", 'a/b: "x" 100%?', "test", "TEST", " dots. ", "CON", "고양이 🐱", "long " * 60]


@pytest.fixture
def filled(project, add, tmp_path):
    """Sixteen different pictures in three folders with shared names; odd classes, every split, flags and notes."""
    folder = tmp_path / "pictures"
    for number in range(17):
        file = folder / "abc"[number % 3] / f"{number // 3}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 6), (number * 9, 50, 200)).save(file)
    add(folder, labels="none", group_by=r"(\d)\.png")
    ids = list(image_ids(project, Filter()))
    for number, name in enumerate(ODD):
        edits.add_class(project, name)
        edits.set_label(project, ids[number * 2 : number * 2 + 2], classes(project)[number].id)
    for number, split in enumerate(Split):
        edits.set_split(project, ids[number * 4 : number * 4 + 4], split)
    edits.set_flag(project, ids[::5], Flag.UNSURE)
    edits.set_note(project, ids[1:3], 'dark, "very"\nsecond line')
    edits.set_flag(project, ids[::3], Flag.CONFIRMED)
    edits.set_flag(project, ids[1::4], Flag.UNSEEN)
    return project


def export(project, out, format="csv", *, events=None, cancel=None, **options):
    params = ExportLabelsParams(str(project.folder), str(out), format, **options)
    emit = events.append if events is not None else lambda _: None
    return export_labels(params, emit=emit, cancel=cancel or Cancel(), project=project)


def known(project, *, key, fields):
    """What is known of each image by the content of its file."""
    names = {cls.id: cls.name for cls in classes(project)}
    found = images(project, image_ids(project, Filter(problems=None)))
    facts = {
        key(i): (names.get(i.class_id), i.split, i.unsure, i.excluded, i.note, i.group, i.confirmed, i.unseen)[:fields]
        for i in found
    }
    assert len(facts) == len(found)
    return facts


def content(image):
    return hashlib.sha256(image.file.read_bytes()).hexdigest()


def imported(tmp_path, source, **options):
    params = ImportParams(str(tmp_path / "again"), (str(source),), split="named", **options)
    import_sources(params, emit=lambda _: None, cancel=Cancel())
    return Project.open(tmp_path / "again", read_only=True)


def test_a_table_out_and_in_again_loses_nothing(filled, tmp_path):
    edits.set_flag(filled, list(image_ids(filled, Filter()))[3:6], Flag.EXCLUDED)
    result = export(filled, tmp_path / "labels.csv")
    assert result["images"] == 17
    assert sum(result["classes"].values()) == 16

    with imported(tmp_path, tmp_path / "pictures", csv=str(tmp_path / "labels.csv")) as again:
        before = known(filled, key=lambda i: i.path, fields=8)
        after = known(again, key=lambda i: i.path, fields=8)
        # Names of classes are compared as they are shown: without spaces around them.
        assert after == {path: ((fact[0] or "").strip() or None, *fact[1:]) for path, fact in before.items()}


@pytest.mark.parametrize(("format", "fields"), [("tree", 2), ("folders", 1), ("imagefolder", 8)])
@pytest.mark.parametrize("hard_links", [False, True])
def test_pictures_out_and_in_again_have_the_same_labels(filled, tmp_path, format, fields, hard_links):
    result = export(filled, tmp_path / "out", format, hard_links=hard_links)
    assert (result["images"], result["problems"], result["converted"]) == (16, 0, 0)

    with imported(tmp_path, tmp_path / "out") as again:
        before = known(filled, key=content, fields=fields)
        assert known(again, key=content, fields=fields) == {
            k: fact for k, fact in before.items() if fact[0] is not None
        }


def test_paths_in_the_table_count_from_it_where_they_can(filled, tmp_path):
    export(filled, tmp_path / "labels.csv")
    export(filled, tmp_path / "elsewhere" / "labels.csv")

    def first(file):
        with file.open(encoding="utf-8", newline="") as table:
            return next(csv.DictReader(table))["path"]

    assert first(tmp_path / "labels.csv") == "pictures/a/0.png"
    assert first(tmp_path / "elsewhere" / "labels.csv") == str(tmp_path / "pictures/a/0.png")


def test_links_share_the_files_and_copies_do_not(filled, tmp_path):
    export(filled, tmp_path / "linked", "folders", hard_links=True)
    export(filled, tmp_path / "copied", "folders")

    assert (tmp_path / "linked/cat/0.png").samefile(tmp_path / "pictures/a/0.png")
    assert not (tmp_path / "copied/cat/0.png").samefile(tmp_path / "pictures/a/0.png")


def test_where_links_cannot_be_made_files_are_copied_and_it_is_told_once(filled, tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr("os.link", refuse)
    events = []

    assert export(filled, tmp_path / "out", "folders", hard_links=True, events=events)["images"] == 16
    assert len([event for event in events if isinstance(event, Log)]) == 1


def test_excluded_images_are_left_out_of_what_is_trained_on_and_kept_elsewhere(filled, tmp_path):
    edits.set_flag(filled, list(image_ids(filled, Filter()))[:3], Flag.EXCLUDED)
    events = []

    assert export(filled, tmp_path / "tree", "tree", events=events)["images"] == 13
    assert "3 images are excluded from training and left out." in [e.message for e in events if isinstance(e, Log)]
    assert export(filled, tmp_path / "imagefolder", "imagefolder")["images"] == 16


def test_files_that_are_gone_are_told_and_the_rest_is_written(filled, tmp_path):
    (tmp_path / "pictures/a/0.png").unlink()
    events = []

    result = export(filled, tmp_path / "out", "tree", events=events)

    assert (result["images"], result["problems"]) == (15, 1)
    assert [event.path for event in events if isinstance(event, ProblemFound)] == [str(tmp_path / "pictures/a/0.png")]


def test_nothing_is_overwritten_and_nothing_left_half_done(filled, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("x")
    (tmp_path / "file.csv").write_text("x")
    before = sorted(tmp_path.rglob("*"))
    cancel = Cancel()
    cancel.set()

    for place, form in (("out", "tree"), ("file.csv", "csv")):
        with pytest.raises(UsageError, match="is there already; choose another name"):
            export(filled, tmp_path / place, form)
    for form in ("csv", "tree", "folders", "imagefolder"):
        with pytest.raises(JobCancelled):
            export(filled, tmp_path / "new", form, cancel=cancel)
    with pytest.raises(SourceError, match="cannot be written"):
        export(filled, tmp_path / "file.csv" / "x.csv")
    with pytest.raises(UsageError, match="Labels can be written as csv, folders, tree, imagefolder, not as 'xml'"):
        export(filled, tmp_path / "new", "xml")
    assert sorted(tmp_path.rglob("*")) == before


def read_by_keras(folder):
    """Return split and class of each file in a tree as Keras reads it."""
    import keras

    found = {}
    for split in ("train", "validation", "test"):
        data = keras.utils.image_dataset_from_directory(folder / split, shuffle=False, image_size=(8, 8), verbose=False)
        labels = [int(label) for _, batch in data for label in batch]
        for path, label in zip(data.file_paths, labels, strict=True):
            found[path] = (split, data.class_names[label])
    return found


@pytest.mark.slow
def test_the_tree_is_read_by_keras_to_the_same_labels(project, add, tmp_path):
    folder = tmp_path / "pictures"
    kinds = [
        ("1.png", "PNG"),
        ("2.jpg", "JPEG"),
        ("3.webp", "WEBP"),
        ("4.tif", "TIFF"),
        ("5.bmp", "BMP"),
        ("6.gif", "GIF"),
    ]
    for cls in ("zebra", "ant"):
        for split in ("train", "validation", "test"):
            (folder / split / cls).mkdir(parents=True)
            for name, kind in kinds:
                Image.new("RGB", (9, 9), (len(cls) * 20, 90, 0)).save(folder / split / cls / name, kind)
    add(folder)

    result = export(project, tmp_path / "out", "tree")

    assert (result["images"], result["converted"]) == (36, 12)
    found = read_by_keras(tmp_path / "out")
    assert len(found) == 36
    for path, (split, cls) in found.items():
        assert path.startswith(f"{tmp_path}/out/{split}/{cls}/")
