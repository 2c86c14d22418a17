"""Labels that people made with labelme, X-AnyLabeling, Label Studio, or keep as a Hugging Face imagefolder."""

import json
import os

import pytest

from engine.errors import SourceError
from engine.library.importers.detect import ImportOptions, detect
from engine.library.importers.note import NoteKind
from engine.library.query import Filter, image_ids, images
from tests.engine.library.conftest import labels_of
from tests.engine.library.test_importers import rows, table


def annotate(folder, name, **record):
    """As labelme 5 and X-AnyLabeling 3 write it."""
    whole = {"version": "5.4.1", "flags": {}, "shapes": [], "imagePath": "x.png", "imageData": None, **record}
    (folder / name).write_text(json.dumps(whole), encoding="utf-8")


def test_the_one_flag_that_is_set_is_the_class(pictures):
    folder = pictures("a/1.png", "a/2.png", "a/3.png", "a/4.png", "b/5.png")
    annotate(folder / "a", "1.json", flags={"cat": True, "dog": False})
    annotate(folder / "a", "2.json", flags={"cat": False, "dog": True}, shapes=[{"label": "nose"}])
    annotate(folder / "a", "3.json", flags={"cat": True, "dog": True})
    annotate(folder / "b", "5.json", flags={})

    found = detect(folder)

    assert (found.kind, found.classes, found.images) == ("labelme", {"cat": 1, "dog": 1}, 5)
    assert [(note.kind, note.count, note.example) for note in found.notes] == [(NoteKind.SEVERAL_LABELS, 1, "a/3.png")]
    assert rows(folder)["a/1.png"] == ("cat", None)


def test_a_description_becomes_the_note_and_folders_the_split(project, add, pictures):
    folder = pictures("train/1.png", "test/2.png")
    annotate(folder / "train", "1.json", flags={"cat": True}, description=" blurred ")
    annotate(folder / "test", "2.json", flags={"cat": True})
    add(folder, split="named")

    found = images(project, image_ids(project, Filter()))

    assert {i.path: (i.split.value, i.note) for i in found} == {
        "train/1.png": ("training", "blurred"),
        "test/2.png": ("test", ""),
    }


@pytest.mark.parametrize("text", ["", "[]", "{", '{"flags": 3}', '{"flags": {"a": 1}}', "[" * 100_000])
def test_files_that_are_no_annotations_say_nothing(pictures, text):
    folder = pictures("cat/1.png", "dog/2.png")
    (folder / "cat" / "1.json").write_text(text)

    assert detect(folder).kind == "class-folders"
    assert rows(folder, labels="labelme") == {"cat/1.png": (None, None), "dog/2.png": (None, None)}


def choice(name, *, cancelled=False):
    result = [{"type": "choices", "from_name": "c", "to_name": "i", "value": {"choices": [name]}}]
    return {"result": result, "was_cancelled": cancelled}


def task(image, *annotations):
    return {"id": 1, "data": {"text": "hello", "image": image}, "annotations": list(annotations)}


def test_an_export_of_label_studio_is_read(pictures):
    folder = pictures("set/1.png", "set/2.png", "set/3.png", "other/3.png", "set/4.png", "set/5 é.png", "set/6.png")
    tasks = [
        task("/data/upload/7/0a1b2c3d-1.png", choice("cat")),
        task("/data/local-files/?d=pictures/set/2.png", choice("dog"), choice("cat"), choice("dog")),
        task("s3://bucket/set/3.png", choice("cat"), choice("dog", cancelled=True)),
        task("https://example.org/set/4.png?x=1", choice("cat"), choice("dog")),
        task("/data/local-files/?d=set/5%20%C3%A9.png", choice("dog")),
        task("/data/upload/7/4d5e6f70-6.png"),
        task("gone.png", choice("cat")),
    ]
    (folder / "project-1.json").write_text(json.dumps(tasks), encoding="utf-8")

    found = detect(folder, ImportOptions(csv=str(folder / "project-1.json")))

    assert (found.kind, found.classes) == ("label-studio", {"cat": 2, "dog": 2})
    assert [(note.kind, note.count, note.example) for note in found.notes] == [
        (NoteKind.READ_FROM, 1, ""),
        (NoteKind.DISAGREED, 1, "/set/4.png"),
        (NoteKind.NOT_FOUND, 1, "gone.png"),
        (NoteKind.UNLISTED, 1, "other/3.png"),
    ]
    assert rows(folder, labels="label-studio") == {
        "set/1.png": ("cat", None),
        "set/2.png": ("dog", None),
        "set/3.png": ("cat", None),
        "set/4.png": (None, None),
        "set/5 é.png": ("dog", None),
        "set/6.png": (None, None),
        "other/3.png": (None, None),
    }


def test_the_short_form_is_read_and_found_by_itself(pictures):
    folder = pictures("1.png", "2.png")
    short = [{"id": 1, "image": "/data/upload/1/00000000-1.png", "choice": "cat"}, {"image": "2.png", "choice": "dog"}]
    (folder / "a.json").write_text("{}")
    (folder / "export.json").write_text(json.dumps(short))

    assert (detect(folder).kind, detect(folder).classes) == ("label-studio", {"cat": 1, "dog": 1})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "is no JSON file"),
        ("{}", "is no export of Label Studio"),
        ("[1, null, [], {}]", "is no export of Label Studio"),
        ('[{"data": 3, "annotations": 4}]', "is no export of Label Studio"),
        ('[{"image": "9.png", "choice": "x"}]', "None of the 1 pictures that e.json lists"),
    ],
)
def test_what_is_no_export_says_so(pictures, text, sentence):
    folder = pictures("1.png")
    (folder / "e.json").write_text(text)

    with pytest.raises(SourceError, match=sentence):
        detect(folder, ImportOptions(labels="label-studio", csv=str(folder / "e.json")))


def test_a_missing_export_says_so(pictures):
    with pytest.raises(SourceError, match="There is no JSON export of Label Studio in"):
        detect(pictures("1.png"), ImportOptions(labels="label-studio"))


def test_an_imagefolder_with_metadata_in_each_split_is_read(pictures):
    folder = pictures("train/1.png", "train/2.png", "validation/1.png", "test/sub/1.png")
    table(folder / "train", "file_name,label\n1.png,cat\n2.png,dog\n", "metadata.csv")
    table(folder / "validation", "file_name,label\n1.png,dog\n", "metadata.csv")
    (folder / "test" / "metadata.jsonl").write_text('{"file_name": "sub/1.png", "label": "cat", "more": [1, 2]}\n\n')

    found = detect(folder)

    assert (found.kind, found.classes) == ("imagefolder", {"cat": 2, "dog": 2})
    assert rows(folder) == {
        "train/1.png": ("cat", "training"),
        "train/2.png": ("dog", "training"),
        "validation/1.png": ("dog", "validation"),
        "test/sub/1.png": ("cat", "test"),
    }


def test_an_imagefolder_with_one_table_is_read(project, add, pictures):
    folder = pictures("data/1.png", "data/2.png")
    (folder / "metadata.jsonl").write_text(
        '{"file_name": "data/1.png", "label": 0}\n{"file_name": "data/2.png", "label": 1}'
    )
    add(folder)

    assert labels_of(project) == {"data/1.png": "0", "data/2.png": "1"}


@pytest.mark.parametrize("text", ["[", "3", "{}\n3", "\n"])
def test_metadata_that_cannot_be_read_says_so_when_it_is_asked_for(pictures, text):
    folder = pictures("1.png")
    (folder / "metadata.jsonl").write_text(text)

    assert detect(folder).kind == "none"
    with pytest.raises(SourceError, match=r"metadata.jsonl cannot be read: expected a JSON object on each line"):
        detect(folder, ImportOptions(labels="imagefolder"))
    with pytest.raises(SourceError, match=r"There is no metadata.csv"):
        detect(pictures("1.png", root="plain"), ImportOptions(labels="imagefolder"))


def test_captions_are_no_classes(pictures):
    folder = pictures("cat/1.png", "dog/2.png")
    table(folder, "file_name,text\ncat/1.png,a cat\ndog/2.png,a dog\n", "metadata.csv")

    assert detect(folder).kind == "class-folders"
    assert rows(folder, labels="imagefolder", class_column="text")["cat/1.png"] == ("a cat", None)


def damaged(found):
    """What the import says of files that it could not read: how many, and the example."""
    return [(note.count, note.example) for note in found.notes if note.kind is NoteKind.DAMAGED]


def test_annotations_that_cannot_be_read_are_told_and_their_pictures_get_no_class(pictures):
    folder = pictures("a/1.png", "a/2.png", "a/3.png")
    annotate(folder / "a", "1.json", flags={"cat": True})
    annotate(folder / "a", "2.json", flags={"dog": True})
    whole = (folder / "a" / "2.json").read_text()
    (folder / "a" / "2.json").write_text(whole[: len(whole) // 2])
    (folder / "a" / "3.json").write_bytes(b"\xff\xfe\x00")

    found = detect(folder)

    assert found.classes == {"cat": 1}
    ((count, example),) = damaged(found)
    assert count == 2
    assert example.startswith("2.json is no JSON file")


def test_where_all_annotations_are_damaged_the_import_is_not_silent(pictures):
    names = [f"{number}.png" for number in range(60)]
    folder = pictures(*names)
    for name in names:
        (folder / name).with_suffix(".json").write_text("{")

    ((count, example),) = damaged(detect(folder))
    assert count == 60
    assert example.startswith("0.json is no JSON file")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("_annotations.coco.json", '{"images": [{"id": 1, "file_name": "1.png"}], "annot'),
        ("_annotations.createml.json", '[{"image": "1.png", "annotations": [{"label": "cat"}]}'),
        ("project-1.json", '[{"image": "1.png", "choice": "cat"'),
        ("labels.json", '{"labels": {"1": '),
        ("metadata.jsonl", '{"file_name": "1.png", "label": "cat"}\n{"file_na'),
        ("metadata.csv", ""),
        ("labels.xlsx", "PK\x03\x04 and nothing more"),
    ],
)
def test_a_damaged_export_beside_pictures_is_told_and_an_error_where_it_is_named(pictures, name, text):
    folder = pictures("1.png", "2.png")
    (folder / name).write_text(text)

    found = detect(folder)

    assert found.classes == {}
    ((count, example),) = damaged(found)
    assert count == 1
    assert name in example
    if name.endswith(".json"):
        for flag in ("auto", "coco", "create-ml", "label-studio", "fiftyone"):
            with pytest.raises(SourceError, match="is no JSON file: expected JSON"):
                detect(folder, ImportOptions(labels=flag, csv=str(folder / name)))


def test_a_file_of_objects_that_ends_too_early_gives_no_class(pictures):
    """The object that is missing may be of another class."""
    folder = pictures("JPEGImages/1.png", "JPEGImages/2.png")
    (folder / "Annotations").mkdir()
    for number, end in ((1, "</annotation>"), (2, "<object><na")):
        text = f"<annotation><object><name>cat</name></object>{end}"
        (folder / "Annotations" / f"{number}.xml").write_text(text)

    found = detect(folder)

    assert (found.kind, found.classes) == ("pascal-voc", {"cat": 1})
    assert damaged(found) == [(1, "2.xml ends too early")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders on this system")
def test_a_pipe_in_the_place_of_labels_is_told(pictures):
    folder = pictures("1.png", "2.png")
    for name in ("1.json", "all.json", "table.csv"):
        os.mkfifo(folder / name)

    ((count, example),) = damaged(detect(folder))

    assert count == 3
    assert "it is a pipe, not a file" in example
