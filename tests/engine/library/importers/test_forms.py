"""One small tree for each kind of labelled folder, table and export that people have: the classes are the intended
ones, or a Note says why there are none.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from engine.errors import JobCancelled, SourceError, UsageError
from engine.jobs.job import Cancel
from engine.library import edits
from engine.library.importers.detect import ImportOptions, ImportPreviewData, detect, import_rows
from engine.library.importers.note import NoteKind
from engine.library.importers.registry import IMPORTERS
from engine.library.listing import list_images
from engine.library.project import Project
from engine.library.query import Filter, classes, image_ids, images
from engine.library.scan import ImportParams, import_sources

Build = Callable[..., Path]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Write a tree below a folder called `set`: names of pictures, and texts (or bytes) by the names of other files."""

    def _build(*pictures: str, **texts: str | bytes | dict[str, str | bytes]) -> Path:
        root = tmp_path / "set"
        root.mkdir(exist_ok=True)
        for path in pictures:
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (2, 2)).save(file, "PNG")
        files = texts.get("files", {})
        assert isinstance(files, dict)
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(text.encode() if isinstance(text, str) else text)
        return root

    return _build


@dataclass(frozen=True)
class Tree:
    """Pictures and other files; then what is right."""

    pictures: tuple[str, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)
    splits: Mapping[str, int] | None = None
    notes: frozenset[NoteKind] = frozenset()
    kind: str = ""


def many(pattern: str, count: int, start: int = 0) -> tuple[str, ...]:
    return tuple(pattern.format(n) for n in range(start, start + count))


def each(count: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, count)


def listed(header: str, rows: list[str]) -> str:
    return "\n".join([header, *rows]) + "\n"


def animals(pattern: str, count: int = 6, columns: str = "filename,label") -> str:
    """A table of pictures that are cats and dogs in turn."""
    return listed(columns, [f"{pattern.format(n)},{'dog' if n % 2 else 'cat'}" for n in range(count)])


ANIMALS = each(3, "cat", "dog")
TREES = {
    # Weighing
    "a table a level below the root": Tree(
        many("set1/images/{}.jpg", 6), {"set1/labels.csv": animals("{}.jpg")}, classes=ANIMALS
    ),
    "a table in its own folder beside the pictures": Tree(
        many("photos/{}.jpg", 6), {"annotations/labels.csv": animals("{}.jpg")}, classes=ANIMALS
    ),
    "a table beats folders of places": Tree(
        (*many("loc00/{}.jpg", 3), *many("loc01/{}.jpg", 3, 3)),
        {"labels.csv": listed("file,species", [f"loc0{n // 3}/{n}.jpg,{'fox' if n % 2 else 'owl'}" for n in range(6)])},
        classes=each(3, "fox", "owl"),
    ),
    "class folders beat a table of something else": Tree(
        (*many("cat/{}.jpg", 3), *many("dog/{}.jpg", 3, 3)),
        {
            "sizes.csv": listed(
                "file,width,height", [f"{'dog' if n > 2 else 'cat'}/{n}.jpg,640,480" for n in range(6)]
            )
        },
        classes=ANIMALS,
    ),
    "class folders beat a table of one picture of them": Tree(
        (*many("cat/{}.jpg", 3), *many("dog/{}.jpg", 3, 3)),
        {"labels.csv": "file,label\ncat/0.jpg,odd\ncat/1.jpg,even\n"},
        classes=ANIMALS,
    ),
    "a table of names gives no class the name of another": Tree(
        (*many("0/{}.jpg", 2), *many("1/{}.jpg", 2)),
        {"names.csv": "id,name\n0,cat\n1,cat\n"},
        classes=each(2, "0", "1"),
    ),
    "a table of names names numbered folders": Tree(
        (*many("0/{}.jpg", 2), *many("1/{}.jpg", 2)),
        {"classes_names.csv": "id,name\n0,cat\n1,dog\n"},
        classes=each(2, "cat", "dog"),
        notes=frozenset({NoteKind.NAMED_BY}),
    ),
    "one folder is no classification": Tree(many("images/{}.jpg", 4), notes=frozenset({NoteKind.ONE_FOLDER})),
    "JPEGImages alone are no class": Tree(many("VOC/JPEGImages/{}.jpg", 4), notes=frozenset({NoteKind.ONE_FOLDER})),
    "images and data are no classes": Tree(
        (*many("images/{}.jpg", 4), *many("data/{}.jpg", 4)), notes=frozenset({NoteKind.ONE_FOLDER})
    ),
    "folders of days are no classes": Tree(
        (*many("2023-01-01/{}.jpg", 4), *many("2023-01-02/{}.jpg", 4)), notes=frozenset({NoteKind.DATES})
    ),
    "names that begin with splits are no classes, which is said": Tree(
        (*many("train_{:04}.jpg", 4), *many("test_{:04}.jpg", 4)), notes=frozenset({NoteKind.SPLITS_IN_NAMES})
    ),
    "names that end in splits are no classes, which is said": Tree(
        (*many("{:04}_train.jpg", 4), *many("{:04}_test.jpg", 4, 4)), notes=frozenset({NoteKind.SPLITS_IN_NAMES})
    ),
    "folders of a camera are no classes": Tree(
        (*many("DCIM/100CANON/IMG_{:04}.JPG", 4), *many("DCIM/101CANON/IMG_{:04}.JPG", 4, 4)),
        notes=frozenset({NoteKind.ONE_FOLDER}),
    ),
    # Splits
    "seg_train and seg_test twice": Tree(
        tuple(f"seg_{s}/seg_{s}/{c}/{n}.jpg" for s in ("train", "test") for c in ("sea", "street") for n in range(2)),
        classes=each(4, "sea", "street"),
        splits={"training": 4, "test": 4},
    ),
    "train, val_set and dev": Tree(
        ("train/a/1.jpg", "train/b/2.jpg", "val_set/a/3.jpg", "dev/b/4.jpg"),
        classes=each(2, "a", "b"),
        splits={"training": 2, "validation": 2},
    ),
    "PublicTest and PrivateTest": Tree(
        tuple(f"{s}/{c}/1.jpg" for s in ("Training", "PublicTest", "PrivateTest") for c in ("happy", "sad")),
        classes=each(3, "happy", "sad"),
        splits={"training": 2, "validation": 2, "test": 2},
    ),
    "splits below the classes": Tree(
        tuple(f"{c}/{s}/{n}.jpg" for c in ("cat", "dog") for s in ("train", "test") for n in range(2)),
        classes=each(4, "cat", "dog"),
        splits={"training": 4, "test": 4},
    ),
    "a class that is called test": Tree(
        (*many("test/{}.jpg", 4), *many("control/{}.jpg", 4)), classes=each(4, "test", "control"), splits={}
    ),
    "a class that is called train, inside splits": Tree(
        tuple(f"{s}/{c}/{n}.jpg" for s in ("train", "val") for c in ("train", "bus") for n in range(3)),
        classes=each(6, "train", "bus"),
        splits={"training": 6, "validation": 6},
    ),
    "one stray picture changes nothing": Tree(
        (*many("train/cat/{}.jpg", 20), *many("train/dog/{}.jpg", 20), *many("test/cat/{}.jpg", 5), "logo.png"),
        classes={"cat": 25, "dog": 20},
        splits={"training": 40, "test": 5},
    ),
    "one stray picture beside class folders": Tree(
        (*many("set1/cat/{}.jpg", 20), *many("set1/dog/{}.jpg", 20), "cover.png"), classes=each(20, "cat", "dog")
    ),
    "three tables, one for each split": Tree(
        many("images/{}.jpg", 9),
        {
            f"{split}.csv": listed("path,class", [f"images/{n}.jpg,{'dog' if n % 2 else 'cat'}" for n in numbers])
            for split, numbers in {"train": range(5), "val": range(5, 7), "test": range(7, 9)}.items()
        },
        classes={"cat": 5, "dog": 4},
        splits={"training": 5, "validation": 2, "test": 2},
    ),
    "a column Usage": Tree(
        many("{}.jpg", 6),
        {
            "fer.csv": listed(
                "image,emotion,Usage",
                [f"{n}.jpg,{n % 2},{('Training', 'PublicTest', 'PrivateTest')[n // 2]}" for n in range(6)],
            )
        },
        classes=each(3, "0", "1"),
        splits={"training": 2, "validation": 2, "test": 2},
    ),
    "a column is_valid": Tree(
        many("{}.jpg", 6),
        {"labels.csv": listed("name,label,is_valid", [f"{n}.jpg,{'ab'[n % 2]},{n > 3}" for n in range(6)])},
        classes=each(3, "a", "b"),
        splits={"training": 4, "validation": 2},
    ),
    "a column fold of numbers is no split": Tree(
        many("{}.jpg", 6),
        {"labels.csv": listed("name,label,fold", [f"{n}.jpg,{'ab'[n % 2]},{n % 3}" for n in range(6)])},
        classes=each(3, "a", "b"),
        splits={},
    ),
    # Tables
    "a list with spaces": Tree(
        many("images/cat and dog/{}.jpg", 4),
        {"list.txt": "".join(f"images/cat and dog/{n}.jpg {n % 2}\n" for n in range(4))},
        classes=each(2, "0", "1"),
    ),
    "train.txt and test.txt of folder and number": Tree(
        (*many("images/a_{}.jpg", 4), *many("images/b_{}.jpg", 4)),
        {
            "train.txt": "".join(f"images/{c}_{n}.jpg {k}\n" for k, c in enumerate("ab") for n in range(3)),
            "test.txt": "".join(f"images/{c}_3.jpg {k}\n" for k, c in enumerate("ab")),
        },
        classes=each(4, "0", "1"),
        splits={"training": 6, "test": 2},
    ),
    "one-hot columns": Tree(
        many("{}.jpg", 4),
        {"train.csv": "image_id,cat,dog\n0,1,0\n1,0,1\n2,1.0,0.0\n3,0.0,1.0\n"},
        classes=each(2, "cat", "dog"),
    ),
    "Roboflow's _classes.csv": Tree(
        ("train/a.jpg", "train/b.jpg", "valid/c.jpg"),
        {
            "train/_classes.csv": "filename, cat, dog\na.jpg, 1, 0\nb.jpg, 0, 1\n",
            "valid/_classes.csv": "filename, cat, dog\nc.jpg, 1, 0\n",
        },
        classes={"cat": 2, "dog": 1},
        splits={"training": 2, "validation": 1},
    ),
    "several columns of one are told": Tree(
        many("{}.jpg", 3),
        {"attributes.csv": "image_id,smiling,young\n0.jpg,1,1\n1.jpg,1,1\n2.jpg,0,1\n"},
        notes=frozenset({NoteKind.SEVERAL_COLUMNS}),
    ),
    "one of several columns as yes and no": Tree(
        many("{}.jpg", 3),
        {"attributes.csv": "image_id,smiling,young\n0.jpg,1,1\n1.jpg,1,1\n2.jpg,0,1\n"},
        {"labels": "csv", "class_column": "smiling"},
        classes={"smiling": 2, "not smiling": 1},
    ),
    "number labels with a table of names": Tree(
        many("{}.jpg", 4),
        {
            "labels.csv": listed("file,class_id", [f"{n}.jpg,{n % 2}" for n in range(4)]),
            "class_names.csv": "class_id,name\n0,cat\n1,dog\n",
        },
        classes=each(2, "cat", "dog"),
        notes=frozenset({NoteKind.NAMED_BY}),
    ),
    "nan among words": Tree(
        many("{}.jpg", 5),
        {"labels.csv": "file,label\n0.jpg,cat\n1.jpg,dog\n2.jpg,nan\n3.jpg,\n4.jpg,NaN\n"},
        classes=each(1, "cat", "dog"),
        notes=frozenset({NoteKind.NO_VALUE}),
    ),
    "None is a class among words": Tree(
        many("{}.jpg", 4),
        {"labels.csv": "file,label\n0.jpg,none\n1.jpg,none\n2.jpg,rust\n3.jpg,rust\n"},
        classes=each(2, "none", "rust"),
    ),
    "contradictory rows": Tree(
        many("{}.jpg", 3),
        {"labels.csv": "file,label\n0.jpg,cat\n0.jpg,dog\n1.jpg,cat\n2.jpg,dog\n2.jpg,dog\n"},
        classes=each(1, "cat", "dog"),
        notes=frozenset({NoteKind.CONTRADICTED}),
    ),
    "addresses": Tree(
        ("pic 0.jpg", "pic 1.jpg"),
        {"labels.csv": "url,label\nhttps://x.org/b/pic%200.jpg?sig=a,cat\nhttps://x.org/b/pic%201.jpg#c,dog\n"},
        classes=each(1, "cat", "dog"),
    ),
    "another suffix": Tree(
        many("{}.png", 4),
        {"labels.csv": animals("{}.jpg", 4)},
        classes=each(2, "cat", "dog"),
        notes=frozenset({NoteKind.MATCHED_OTHERWISE}),
    ),
    "lost leading zeros": Tree(
        many("{:06}.png", 4),
        {"labels.csv": listed("id,label", [f"{n},{'ab'[n % 2]}" for n in range(4)])},
        classes=each(2, "a", "b"),
        notes=frozenset({NoteKind.MATCHED_OTHERWISE}),
    ),
    "composed and decomposed accents": Tree(
        ("e\u0301te\u0301 0.jpg", "e\u0301te\u0301 1.jpg"),
        {"labels.csv": "file,label\n\u00e9t\u00e9 0.jpg,ch\u00eane\n\u00e9t\u00e9 1.jpg,h\u00eatre\n"},
        classes=each(1, "chêne", "hêtre"),
    ),
    "bare names in several folders": Tree(
        ("cam1/0.jpg", "cam2/0.jpg", "cam1/1.jpg", "cam2/2.jpg"),
        {"labels.csv": "file,label\n0.jpg,cat\n1.jpg,cat\n2.jpg,dog\n"},
        {"csv": "labels.csv"},
        classes=each(1, "cat", "dog"),
        notes=frozenset({NoteKind.SEVERAL_PLACES}),
    ),
    "a table without folders beside class folders": Tree(
        ("cat/0.jpg", "dog/0.jpg", "cat/1.jpg", "dog/1.jpg"),
        {"labels.csv": "file,label\n0.jpg,young\n1.jpg,old\n"},
        classes=each(2, "cat", "dog"),
        notes=frozenset({NoteKind.TABLE_NOT_USED}),
    ),
    "Label Studio's CSV": Tree(
        ("a.jpg", "b.jpg"),
        {
            "project-1.csv": listed(
                "annotation_id,annotator,choice,created_at,id,image,lead_time,updated_at",
                [
                    "1,1,Cat,2024-01-01T00:00:00Z,1,/data/upload/1/0a1b2c3d-a.jpg,3.2,2024-01-01T00:00:00Z",
                    "2,1,Dog,2024-01-01T00:00:00Z,2,/data/upload/1/4e5f6a7b-b.jpg,3.2,2024-01-01T00:00:00Z",
                ],
            )
        },
        classes=each(1, "Cat", "Dog"),
    ),
    "a sample submission is no table of labels": Tree(
        (*many("train/{}.jpg", 4), *many("test/{}.jpg", 4, 4)),
        {
            "train.csv": listed("id,label", [f"{n},{'ab'[n % 2]}" for n in range(4)]),
            "sampleSubmission.csv": listed("id,label", [f"{n},a" for n in range(4, 8)]),
        },
        classes=each(2, "a", "b"),
        notes=frozenset({NoteKind.EXAMPLE_TABLE}),
    ),
    "several labels in a cell": Tree(
        many("{}.jpg", 5),
        {"train.csv": "image,labels\n0.jpg,scab\n1.jpg,rust\n2.jpg,scab rust\n3.jpg,scab\n4.jpg,powdery mildew\n"},
        classes={"scab": 2, "rust": 1, "powdery mildew": 1},
    ),
    "NIH chest X-rays": Tree(
        (*many("images_001/images/0000000{}_000.png", 3), *many("images_002/images/0000000{}_000.png", 3, 3)),
        {
            "Data_Entry_2017.csv": listed(
                "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age",
                [
                    f"0000000{n}_000.png,{('Mass', 'Edema', 'Edema|Mass')[n % 3]},{n},{n // 2},{50 + n}"
                    for n in range(6)
                ],
            )
        },
        classes=each(2, "Edema", "Mass"),
        notes=frozenset({NoteKind.SEVERAL_LABELS}),
    ),
    "an index column of pandas": Tree(
        many("{}.jpg", 4),
        {"a.csv": ",file,what\n0,0.jpg,x\n1,1.jpg,y\n2,2.jpg,x\n3,3.jpg,y\n"},
        classes=each(2, "x", "y"),
    ),
    "ages are no classes": Tree(
        many("{}.jpg", 4),
        {"a.csv": "file,target\n0.jpg,23.5\n1.jpg,30.25\n2.jpg,41.1\n3.jpg,18.9\n"},
        notes=frozenset({NoteKind.CHOOSE_COLUMN}),
    ),
    "a name beats a number": Tree(
        many("{}.jpg", 4),
        {"a.csv": "file,label,label_name\n0.jpg,0,cat\n1.jpg,1,dog\n2.jpg,0,cat\n3.jpg,1,dog\n"},
        classes=each(2, "cat", "dog"),
    ),
    "a column of splits with gaps": Tree(
        many("{}.jpg", 5),
        {"a.csv": "file,label,split\n0.jpg,x,train\n1.jpg,y,train\n2.jpg,x,\n3.jpg,y,test\n4.jpg,y,extra\n"},
        classes={"x": 2, "y": 3},
        splits={"training": 2, "test": 1},
    ),
    "folds around class folders": Tree(
        tuple(f"fold_{k}/{c}/{n}.jpg" for k in range(3) for c in ("cat", "dog") for n in range(2)),
        classes=each(6, "cat", "dog"),
    ),
    "days around class folders": Tree(
        tuple(f"2023-01-0{k}/{c}/{n}.jpg" for k in (1, 2) for c in ("good", "bad") for n in range(2)),
        classes=each(4, "good", "bad"),
    ),
    "the same folders in each class are told": Tree(
        tuple(f"{c}/{view}/{n}.jpg" for c in ("cat", "dog") for view in ("front", "back") for n in range(2)),
        classes=each(4, "cat", "dog"),
        notes=frozenset({NoteKind.SAME_INSIDE}),
    ),
    # Exports
    "Create ML": Tree(
        ("a.jpg", "b.jpg", "c.jpg"),
        {
            "_annotations.createml.json": json.dumps(
                [
                    {"image": "a.jpg", "annotations": [{"label": "cat", "coordinates": {"x": 1}}]},
                    {"image": "b.jpg", "annotations": [{"label": "dog", "coordinates": {"x": 1}}]},
                    {"image": "c.jpg", "annotations": [{"label": "cat"}, {"label": "dog"}]},
                ]
            )
        },
        classes=each(1, "cat", "dog"),
        notes=frozenset({NoteKind.BOXES, NoteKind.MIXED_BOXES}),
    ),
    "Create ML without boxes": Tree(
        ("a.jpg", "b.jpg"),
        {"labels.json": json.dumps([{"image": "a.jpg", "label": "cat"}, {"image": "b.jpg", "label": "dog"}])},
        classes=each(1, "cat", "dog"),
    ),
    "FiftyOne": Tree(
        ("data/a.jpg", "data/b.jpg"),
        {"labels.json": json.dumps({"classes": ["cat", "dog"], "labels": {"a": 0, "b": 1}})},
        classes=each(1, "cat", "dog"),
    ),
    "COCO for Cameras": Tree(
        ("loc00/a.jpg", "loc00/b.jpg", "loc01/c.jpg"),
        {
            "annotations.json": json.dumps(
                {
                    "info": {"version": "1"},
                    "images": [
                        {"id": "x", "file_name": "loc00/a.jpg", "seq_id": "s1", "location": "0"},
                        {"id": "y", "file_name": "loc00/b.jpg", "seq_id": "s1", "location": "0"},
                        {"id": "z", "file_name": "loc01/c.jpg", "seq_id": "s2", "location": "1"},
                    ],
                    "annotations": [
                        {"id": "1", "image_id": "x", "category_id": 1},
                        {"id": "2", "image_id": "y", "category_id": 1},
                        {"id": "3", "image_id": "z", "category_id": 0},
                    ],
                    "categories": [{"id": 0, "name": "empty"}, {"id": 1, "name": "deer"}],
                }
            )
        },
        classes={"deer": 2, "empty": 1},
    ),
    "COCO with boxes": Tree(
        ("images/a.jpg", "images/b.jpg"),
        {
            "annotations/instances_train.json": json.dumps(
                {
                    "images": [{"id": 1, "file_name": "a.jpg"}, {"id": 2, "file_name": "b.jpg"}],
                    "annotations": [
                        {"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1]},
                        {"id": 2, "image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1]},
                        {"id": 3, "image_id": 2, "category_id": 1, "bbox": [0, 0, 1, 1]},
                        {"id": 4, "image_id": 2, "category_id": 2, "bbox": [0, 0, 1, 1]},
                    ],
                    "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}],
                }
            )
        },
        classes={"cat": 1},
        notes=frozenset({NoteKind.BOXES, NoteKind.MIXED_BOXES}),
    ),
    "YOLO": Tree(
        ("train/images/a.jpg", "train/images/b.jpg", "valid/images/c.jpg"),
        {
            "data.yaml": "train: ../train/images\nnames:\n  0: cat\n  1: dog\n",
            "train/labels/a.txt": "0 0.5 0.5 0.2 0.2\n",
            "train/labels/b.txt": "1 0.5 0.5 0.2 0.2\n1 0.1 0.1 0.2 0.2\n",
            "valid/labels/c.txt": "0 0.5 0.5 0.2 0.2\n1 0.1 0.1 0.2 0.2\n",
        },
        classes=each(1, "cat", "dog"),
        splits={"training": 2, "validation": 1},
        notes=frozenset({NoteKind.BOXES, NoteKind.MIXED_BOXES}),
    ),
    "YOLO with splits inside": Tree(
        ("images/train/a.jpg", "images/train/b.jpg", "images/val/c.jpg"),
        {
            "data.yaml": "names: [cat, dog]\n",
            "labels/train/a.txt": "0 0.5 0.5 0.2 0.2\n",
            "labels/train/b.txt": "1 0.5 0.5 0.2 0.2\n",
            "labels/val/c.txt": "1 0.5 0.5 0.2 0.2\n",
        },
        classes={"cat": 1, "dog": 2},
        splits={"training": 2, "validation": 1},
        notes=frozenset({NoteKind.BOXES}),
    ),
    "YOLO classification": Tree(
        ("train/cat/a.jpg", "train/dog/b.jpg", "val/cat/c.jpg", "test/dog/d.jpg"),
        classes=each(2, "cat", "dog"),
        splits={"training": 2, "validation": 1, "test": 1},
    ),
    "Pascal VOC": Tree(
        ("JPEGImages/a.jpg", "JPEGImages/b.jpg"),
        {
            "Annotations/a.xml": "<annotation><object><name>cat</name></object></annotation>",
            "Annotations/b.xml": "<annotation><object><name>dog</name><part><name>head</name></part></object>"
            "<object><name>dog</name></object></annotation>",
        },
        classes=each(1, "cat", "dog"),
        notes=frozenset({NoteKind.BOXES}),
    ),
    "a table of boxes": Tree(
        ("a.jpg", "b.jpg"),
        {
            "train_labels.csv": "filename,width,height,class,xmin,ymin,xmax,ymax\n"
            "a.jpg,2,2,cat,0,0,1,1\na.jpg,2,2,cat,0,0,2,2\nb.jpg,2,2,cat,0,0,1,1\nb.jpg,2,2,dog,0,0,1,1\n"
        },
        classes={"cat": 1},
        notes=frozenset({NoteKind.BOXES, NoteKind.MIXED_BOXES}),
    ),
    "Oxford pets: the class before the number, masks and lists beside": Tree(
        tuple(f"images/{c}_{n}.jpg" for c in ("Abyssinian", "great_pyrenees") for n in range(6))
        + tuple(f"annotations/trimaps/{c}_{n}.png" for c in ("Abyssinian", "great_pyrenees") for n in range(6)),
        {
            "annotations/trainval.txt": "".join(
                f"{c}_{n} {k} 1 1\n" for k, c in enumerate(("Abyssinian", "great_pyrenees"), 1) for n in range(4)
            ),
            "annotations/test.txt": "".join(
                f"{c}_{n} {k} 1 1\n" for k, c in enumerate(("Abyssinian", "great_pyrenees"), 1) for n in range(4, 6)
            ),
        },
        classes=each(6, "Abyssinian", "great_pyrenees"),
        notes=frozenset({NoteKind.MASKS}),
    ),
    "Food-101: lists of splits beside class folders": Tree(
        tuple(f"images/{c}/{n}.jpg" for c in ("pizza", "sushi") for n in range(5)),
        {
            "meta/train.txt": "".join(f"{c}/{n}\n" for c in ("pizza", "sushi") for n in range(4)),
            "meta/test.txt": "".join(f"{c}/4\n" for c in ("pizza", "sushi")),
            "meta/classes.txt": "pizza\nsushi\n",
        },
        classes=each(5, "pizza", "sushi"),
        splits={"training": 8, "test": 2},
        notes=frozenset({NoteKind.SPLITS_FROM}),
    ),
    "Tiny ImageNet: folders to train, a table to validate": Tree(
        (
            *(f"train/{c}/images/{c}_{n}.JPEG" for c in ("n01", "n02") for n in range(4)),
            *many("val/images/val_{}.JPEG", 4),
        ),
        {"val/val_annotations.txt": "".join(f"val_{n}.JPEG\tn0{n % 2 + 1}\t0\t32\t44\t62\n" for n in range(4))},
        classes=each(6, "n01", "n02"),
        splits={"training": 8, "validation": 4},
        notes=frozenset({NoteKind.LABELLED_BESIDE}),
    ),
    "GTSRB as published": Tree(
        tuple(f"GTSRB/Final_Training/Images/0000{c}/0000{n}_00000.ppm" for c in range(2) for n in range(3))
        + many("GTSRB/Final_Test/Images/0000{}.ppm", 2),
        {"GT-final_test.csv": "Filename;Width;Height;ClassId\n00000.ppm;5;5;0\n00001.ppm;5;5;1\n"},
        splits={"training": 6, "test": 2},
        classes={"00000": 4, "00001": 4},
    ),
    "HAM10000: two folders of parts, a table with lesions": Tree(
        (*many("HAM10000_images_part_1/ISIC_{:07}.jpg", 3), *many("HAM10000_images_part_2/ISIC_{:07}.jpg", 3, 3)),
        {
            "HAM10000_metadata.csv": listed(
                "lesion_id,image_id,dx,dx_type,age,sex,localization",
                [f"HAM_{n // 2},ISIC_{n:07},{'nv' if n % 2 else 'mel'},histo,80.0,male,scalp" for n in range(6)],
            )
        },
        classes=each(3, "mel", "nv"),
    ),
    "a table without a column that is called like a class": Tree(
        many("images/{}.jpg", 6),
        {"styles.csv": listed("id,gender,colour", [f"{n},{'mw'[n % 2]},{'rgb'[n % 3]}" for n in range(6)])},
        notes=frozenset({NoteKind.CHOOSE_COLUMN}),
    ),
    # Damaged
    "a damaged export is told": Tree(
        many("{}.jpg", 4), {"result.json": '[{"image": "0.jpg", "choice": '}, notes=frozenset({NoteKind.DAMAGED})
    ),
    "a damaged file of labelme is told": Tree(
        many("{}.jpg", 4),
        {"0.json": '{"flags": {"cat": true}}', "1.json": '{"flags": {"dog": true}}', "2.json": '{"flags": {"do'},
        classes=each(1, "cat", "dog"),
        notes=frozenset({NoteKind.DAMAGED}),
    ),
    "a damaged table is told": Tree(
        (*many("cat/{}.jpg", 3), *many("dog/{}.jpg", 3)),
        {"labels.csv": 'file,label\n"cat/0.jpg,cat\n'},
        classes=ANIMALS,
        notes=frozenset({NoteKind.DAMAGED}),
    ),
    # Passed over
    "masks of the same folder": Tree(
        tuple(f"{c}/{n}{m}.png" for c in ("benign", "malignant") for n in range(3) for m in ("", "_mask")),
        classes=each(3, "benign", "malignant"),
        notes=frozenset({NoteKind.MASKS}),
    ),
    "masks in a folder of their own": Tree(
        tuple(f"{c}/{k}/{n}.png" for c in ("benign", "malignant") for k in ("images", "masks") for n in range(3)),
        classes=each(3, "benign", "malignant"),
        notes=frozenset({NoteKind.MASKS}),
    ),
    "what network drives keep": Tree(
        (*many("cat/{}.jpg", 2), *many("dog/{}.jpg", 2), "cat/@eaDir/0.jpg/THUMB.jpg", "#recycle/1.jpg",
         ".thumbnails/2.jpg", "lost+found/3.jpg"),
        classes=each(2, "cat", "dog"),
        notes=frozenset({NoteKind.FOLDERS_PASSED_OVER}),
    ),
    "recordings and raw pictures": Tree(
        (*many("cat/{}.jpg", 2), *many("dog/{}.jpg", 2)),
        {"cat/0.CR2": "x", "cat/5.mp4": "x", "dog/2.nef": "x"},
        classes=each(2, "cat", "dog"),
        notes=frozenset({NoteKind.SAME_PICTURES, NoteKind.RECORDINGS, NoteKind.UNREADABLE_PICTURES}),
    ),
}  # fmt: skip


def assert_right(found: ImportPreviewData, tree: Tree) -> None:
    assert dict(found.classes) == dict(tree.classes), [str(note) for note in found.notes]
    if tree.splits is not None:
        assert found.splits == tree.splits
    assert tree.notes <= {note.kind for note in found.notes}, [str(note) for note in found.notes]


@pytest.mark.parametrize("name", TREES)
def test_each_kind_of_tree_gives_its_classes_or_says_why_not(name: str, build: Build) -> None:
    tree = TREES[name]
    folder = build(*tree.pictures, files=dict(tree.files))
    options = {key: str(folder / value) if key == "csv" else value for key, value in tree.options.items()}

    assert_right(detect(folder, ImportOptions(**options)), tree)


CAMERAS = (
    *(
        "IMG_{:04}.JPG",
        "DSC{:05}.JPG",
        "IMG-20230101-WA{:04}.jpg",
        "20230101_1200{:02}.jpg",
        "PXL_20230101_1200{:05}.jpg",
    ),
    *("Screenshot_2023-01-01-12-00-{:02}.png", "Screenshot 2023-01-01 at 12.00.{:02}.png", "P10100{:02}.JPG"),
    *("WhatsApp Image 2023-01-01 at 12.00.{:02}.jpeg", "signal-2023-01-01-12-00-{:02}.jpg", "DJI_{:04}.JPG"),
    *("photo_2023-01-01_12-00-{:02}.jpg", "KakaoTalk_20230101_1200000{:02}.jpg", "2023-01-01 12.00.{:02}.jpg"),
    *("FB_IMG_16725312000{:02}.jpg", "received_123456789{:02}.jpeg", "GOPR{:04}.JPG", "image_5041203{:02}.JPG"),
    *("Snapchat-1234567{:02}.jpg", "RCNX{:04}.JPG", "Untitled {}.png", "Bildschirmfoto 2023-01-01 um 12.00.{:02}.png"),
    *(
        "Scan{:04}.jpg",
        "IMAG{:04}.jpg",
        "MVIMG_20230101_1200{:02}.jpg",
        "line_16725312{:02}.jpg",
        "mmexport16725312{:02}.jpg",
    ),
    *(
        "telegram-cloud-photo-size-2-{}.jpg",
        "2023-01-01-{:03}.jpg",
        "1 ({}).jpg",
        "image ({}).png",
        "download ({}).jpg",
    ),
)


@pytest.mark.parametrize("pattern", CAMERAS)
def test_what_cameras_telephones_and_messengers_write_is_no_class(pattern: str, build: Build) -> None:
    """Beside pictures of another telephone, since one name alone is no classification anyway."""
    found = detect(build(*many(pattern, 12), *many("IMG_{:04}.JPG", 12, 100)))

    assert (found.kind, dict(found.classes)) == ("none", {})


TABLE = "file;label\n0.jpg;Löwe\n1.jpg;cat\n"


@pytest.mark.parametrize(
    "data",
    [
        f"sep=;\r\n{TABLE}".encode(),
        f"\ufeffsep=;\n{TABLE}".encode(),
        f'"sep=;"\n{TABLE}'.encode("cp1252"),
        TABLE.encode("utf-16-le"),
        TABLE.encode("utf-16-be"),
        TABLE.encode("utf-16"),
        TABLE.replace(";", "\t").encode(),
    ],
    ids=["sep", "mark and sep", "quoted sep", "utf-16-le", "utf-16-be", "utf-16", "tabs"],
)
def test_tables_are_read_as_spreadsheets_write_them(data: bytes, build: Build) -> None:
    found = detect(build("0.jpg", "1.jpg", files={"labels.csv": data}))

    assert found.classes == {"cat": 1, "Löwe": 1}


def workbook(file: Path, rows: list[list[object]], *, first_empty: bool = False) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    if first_empty:
        sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    book.save(file)


@pytest.mark.parametrize("first_empty", [False, True])
@pytest.mark.parametrize("named", [False, True])
def test_a_workbook_of_excel_is_read(first_empty: bool, named: bool, build: Build) -> None:
    """The first sheet that has cells; numbers are no fractions."""
    folder = build("7.jpg", "8.jpg", "9.jpg")
    workbook(folder / "labels.xlsx", [["id", "label"], [7, 1], [8, 2.0], [9, None]], first_empty=first_empty)

    found = detect(folder, ImportOptions(csv=str(folder / "labels.xlsx") if named else None))

    assert (found.kind, found.classes, found.images) == ("csv", {"1": 1, "2": 1}, 3)


def test_a_workbook_of_an_old_excel_says_what_to_do(build: Build) -> None:
    folder = build("0.jpg", files={"labels.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)})

    with pytest.raises(SourceError, match=r"labels.xls is a workbook of an old Excel; save it as .xlsx or as CSV"):
        detect(folder, ImportOptions(csv=str(folder / "labels.xls")))


def test_a_damaged_workbook_says_what_to_do(build: Build) -> None:
    folder = build("0.jpg", files={"labels.xlsx": b"PK\x03\x04" + bytes(50)})

    with pytest.raises(SourceError, match=r"labels.xlsx cannot be read as a workbook; save it as CSV"):
        detect(folder, ImportOptions(csv=str(folder / "labels.xlsx")))
    assert NoteKind.DAMAGED in {note.kind for note in detect(folder).notes}


@pytest.mark.parametrize(
    "column", ["group", "patient_id", "PatientID", "lesion_id", "site", "seq_id", "burst", "subject", "slide_id"]
)
def test_columns_that_people_call_groups_keep_pictures_together(column: str, build: Build) -> None:
    rows = [f"{n}.jpg,{'ab'[n % 2]},g{n // 2}" for n in range(6)]
    folder = build(*many("{}.jpg", 6), files={"labels.csv": listed(f"file,label,{column}", rows)})

    found = detect(folder).found

    assert found is not None
    groups = dict(zip(found.import_rows.rows.paths, found.import_rows.rows.groups(), strict=True))
    assert groups == {f"{n}.jpg": f"g{n // 2}" for n in range(6)}


def test_sequences_of_camera_traps_are_groups(build: Build) -> None:
    tree = TREES["COCO for Cameras"]
    found = detect(build(*tree.pictures, files=dict(tree.files))).found

    assert found is not None
    assert dict(zip(found.import_rows.rows.paths, found.import_rows.rows.groups(), strict=True)) == {
        "loc00/a.jpg": "s1",
        "loc00/b.jpg": "s1",
        "loc01/c.jpg": "s2",
    }


@pytest.mark.parametrize("inside", ["", "set1/"])
def test_a_table_in_an_archive_beats_its_folders(inside: str, build: Build, tmp_path: Path) -> None:
    folder = build(*many(f"{inside}images/{{}}.jpg", 6), files={f"{inside}labels.csv": animals("{}.jpg")})
    archive = tmp_path / "set.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(folder.rglob("*.*")):
            file.write(path, path.relative_to(folder).as_posix())

    found = detect(archive)

    assert (found.kind, found.classes) == ("csv", ANIMALS)
    assert found.notes[0].kind is NoteKind.UNPACKED


def test_the_other_forms_are_offered_with_their_classes(build: Build) -> None:
    folder = build(
        *many("north/cat_{}.jpg", 4),
        *many("south/dog_{}.jpg", 4),
        files={
            "labels.csv": listed(
                "file,label",
                [
                    f"{('north', 'south')[k]}/{c}_{n}.jpg,{'xy'[n % 2]}"
                    for k, c in enumerate(("cat", "dog"))
                    for n in range(4)
                ],
            )
        },
    )

    found = detect(folder)

    assert (found.kind, found.classes) == ("csv", each(4, "x", "y"))
    assert [(other.flag, other.with_class, other.classes) for other in found.others] == [
        ("folders", 8, each(4, "north", "south")),
        ("prefix", 8, each(4, "cat", "dog")),
    ]
    for other in found.others:
        assert detect(folder, ImportOptions(labels=other.flag)).classes == other.classes


def test_classes_that_differ_by_capitals_alone_are_told(build: Build) -> None:
    found = detect(build("train/Cat/1.jpg", "train/dog/2.jpg", "test/cat/3.jpg"))

    assert NoteKind.SIMILAR_CLASSES in {note.kind for note in found.notes}


def test_names_of_classes_are_compared_with_composed_accents(build: Build) -> None:
    found = detect(build("train/che\u0302ne/1.jpg", "train/if/2.jpg", "test/ch\u00eane/3.jpg"))

    assert found.classes == {"ch\u00eane": 2, "if": 1}


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"encoding": "cp949"}, "The encoding has no effect: no table was read"),
        ({"labels": "folders", "csv": "labels.csv"}, "The table has no effect on labels from folders"),
        ({"labels": "prefix", "class_column": "x"}, "The column of the class has no effect on labels from prefix"),
        ({"labels": "none", "pattern": "x"}, "The pattern has no effect on labels from none"),
        ({"labels": "coco", "separator": ";"}, "The separator has no effect on labels from coco"),
        ({"pattern": "x", "csv": "labels.csv"}, "There is no form that takes the table, the pattern"),
    ],
)
def test_an_option_without_effect_is_an_error(options: dict[str, str], why: str, build: Build) -> None:
    with pytest.raises(UsageError, match=why):
        detect(build("cat/1.jpg", "dog/2.jpg"), ImportOptions(**options))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"labels": "csv"}, r"There is no table .* \(sizes.csv has the columns file, width, height; tell which one"),
        ({"labels": "csv", "split_column": "width"}, r"No cell of the column width .* found 640, 320"),
        ({"labels": "csv", "class_column": "breed"}, r"sizes.csv has no column 'breed'; it has file, width, height"),
        ({"names": "sizes.csv"}, "names none of the classes found"),
    ],
)
def test_options_that_find_nothing_name_what_was_seen(options: dict[str, str], why: str, build: Build) -> None:
    folder = build(
        "cat/1.jpg", "dog/2.jpg", files={"sizes.csv": "file,width,height\ncat/1.jpg,640,1\ndog/2.jpg,320,2\n"}
    )
    options = {key: str(folder / value) if key == "names" else value for key, value in options.items()}

    with pytest.raises(SourceError, match=why):
        detect(folder, ImportOptions(**options))


@pytest.mark.parametrize("name", ["YOLO", "Pascal VOC", "a damaged file of labelme is told"])
def test_forms_with_a_file_for_each_picture_stop_at_once(name: str, build: Build) -> None:
    tree = TREES[name]
    folder = build(*tree.pictures, files=dict(tree.files))
    cancel = Cancel()
    listing = list_images(folder, cancel=cancel)
    cancel.set()

    with pytest.raises(JobCancelled):
        import_rows(folder, listing, ImportOptions(), cancel=cancel)


@pytest.mark.parametrize("labels", ["folders", "prefix", "suffix", "labelme"])
def test_a_form_that_was_asked_for_and_finds_nothing_says_so(labels: str, build: Build) -> None:
    found = detect(build("a.jpg", "b.jpg"), ImportOptions(labels=labels))

    assert (found.classes, [note.kind for note in found.notes]) == ({}, [NoteKind.NOTHING_FOUND])


@pytest.mark.parametrize(("pattern", "flag"), [("{word}_{number}.jpg", "prefix"), ("{number}_{word}.jpg", "suffix")])
def test_where_words_for_splits_in_names_are_the_classes_what_is_said_to_choose_gives_them(
    pattern: str, flag: str, build: Build
) -> None:
    folder = build(*(pattern.format(word=word, number=n) for word in ("test", "train") for n in range(4)))
    said = [note for note in detect(folder).notes if note.kind is NoteKind.SPLITS_IN_NAMES]
    assert [str(note) for note in said] == [
        "File names begin or end with test, train, which are words for splits, so that their pictures get no class; if "
        "these are the classes, choose the beginning or the end of file names for the labels."
    ]
    assert detect(folder, ImportOptions(labels=flag)).classes == {"test": 4, "train": 4}


def test_two_names_that_begin_with_splits_say_nothing_of_all_others(build: Build) -> None:
    found = detect(build("train_1.jpg", "test_1.jpg", *(f"{letter}.jpg" for letter in "abcdefgh")))
    assert NoteKind.SPLITS_IN_NAMES not in {note.kind for note in found.notes}


def test_a_folder_of_archives_alone_names_them(build: Build) -> None:
    folder = build(files={"train.zip": b"", "test.zip": b"", "labels.csv": "id,label\n"})

    with pytest.raises(SourceError, match=r"It holds test.zip and train.zip: import these, or unpack them there"):
        detect(folder)


def test_a_pattern_of_groups_that_fits_no_name_is_an_error(build: Build, tmp_path: Path) -> None:
    params = ImportParams(str(tmp_path / "p"), (str(build("cat/a.jpg", "dog/b.jpg")),), group_by=r"^(\d+)_")

    with pytest.raises(UsageError, match=r"The expression .* keeps nothing together: it matches no file name"):
        import_sources(params, emit=lambda _: None, cancel=Cancel())


def test_labels_are_kept_and_told_or_replaced_with_what_was_said_of_them(build: Build, tmp_path: Path) -> None:
    folder = build(*many("{}.jpg", 4), files={"old.csv": "file,label,unsure,confirmed\n0.jpg,a,0,1\n1.jpg,b,1,0\n"})
    (tmp_path / "new.csv").write_text("file,label\n0.jpg,c\n1.jpg,b\n")

    def add(**options: Any) -> dict[str, Any]:
        params = ImportParams(str(tmp_path / "p"), (str(folder),), csv=str(tmp_path / "new.csv"), **options)
        return import_sources(params, emit=lambda _: None, cancel=Cancel())

    import_sources(ImportParams(str(tmp_path / "p"), (str(folder),)), emit=lambda _: None, cancel=Cancel())
    kept = [note for note in add()["notes"] if note["kind"] == "other-label-kept"]
    assert [(note["count"], note["example"]) for note in kept] == [(1, "0.jpg")]
    replaced = [note for note in add(replace_labels=True)["notes"] if note["kind"] == "labels-replaced"]
    assert [(note["count"], note["example"]) for note in replaced] == [(1, "0.jpg")]
    with Project.open(tmp_path / "p") as project:
        names = {cls.id: cls.name for cls in classes(project)}
        found = {i.path: i for i in images(project, image_ids(project, Filter()))}
        assert [names.get(found[f"{n}.jpg"].class_id or 0) for n in range(4)] == ["c", "b", None, None]
        assert not found["0.jpg"].confirmed, "it was the label before that somebody had confirmed"
        assert found["1.jpg"].unsure
        edits.undo(project)
        found = {i.path: i for i in images(project, image_ids(project, Filter()))}
        assert names[found["0.jpg"].class_id or 0] == "a"
        assert found["0.jpg"].confirmed


def test_each_form_that_reads_labels_has_a_layout_and_words() -> None:
    for importer in IMPORTERS:
        assert importer.menu
        assert importer.kinds
        assert bool(importer.layouts) == (importer.flag != "none")
        assert all(layout.example and layout.classes and layout.split for layout in importer.layouts)
