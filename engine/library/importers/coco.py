"""COCO and COCO for camera traps: one JSON with images, annotations and categories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.language import _, marked
from engine.library.importers.csv_manifest import Entry, Manifest
from engine.library.importers.exports import OtherForm, json_importer, of_objects
from engine.library.importers.importer import Layout
from engine.library.importers.note import Note, NoteKind

_GROUPS = ("seq_id", "sequence_id", "burst_id", "location")


def parse(file: Path, data: Any) -> Manifest:
    """A line for each image: the category of its annotations where they are all of one; sequences are groups.

    Raises:
        OtherForm: it is another form.
    """
    record = data if isinstance(data, dict) else {}
    images, annotations, categories = (_records(record.get(key)) for key in ("images", "annotations", "categories"))
    names = {_key(c.get("id")): str(c["name"]).strip() for c in categories if c.get("name") is not None}
    files = {_key(i.get("id")): i for i in images if isinstance(i.get("file_name"), str)}
    if not files or not names:
        raise OtherForm(
            _("{file} is no file of COCO; expected images, annotations and categories.").format(file=file.name)
        )
    objects: dict[str, list[str]] = {i["file_name"]: [] for i in files.values()}
    boxes = False
    unknown: list[str] = []
    for annotation in annotations:
        image, name = files.get(_key(annotation.get("image_id"))), names.get(_key(annotation.get("category_id")))
        if image is not None and name is not None:
            objects[image["file_name"]].append(name)
            boxes = boxes or bool(annotation.get("bbox"))
        elif "category_id" in annotation:
            key = "image_id" if image is None else "category_id"
            unknown.append(f"{key} {annotation.get(key)}")
    found = of_objects(objects, file.name, "COCO")
    groups = {i["file_name"]: _group(i) for i in files.values()}
    entries = [Entry(e.path, e.class_name, None, group=groups[e.path]) for e in found.entries]
    notes = (
        found.notes if boxes else tuple(_of_pictures(note) for note in found.notes if note.kind is not NoteKind.BOXES)
    )
    if unknown:
        notes = (*notes, Note(NoteKind.UNKNOWN_IDS, len(unknown), unknown[0], file.name))
    return Manifest(entries, "", notes, boxes=True)


def _of_pictures(note: Note) -> Note:
    return Note(NoteKind.SEVERAL_LABELS, note.count, note.example, note.file)


def _records(value: Any) -> list[dict[str, Any]]:
    return [record for record in value if isinstance(record, dict)] if isinstance(value, list) else []


def _key(value: Any) -> str:
    return str(value)


def _group(image: dict[str, Any]) -> str | None:
    return next((str(image[key]) for key in _GROUPS if isinstance(image.get(key), str | int)), None)


IMPORTER = json_importer(
    "coco",
    marked("JSON file of COCO"),
    "classes from COCO annotations",
    "COCO annotations, also of camera traps (JSON)…",
    parse,
    Layout(
        "COCO, COCO for camera traps",
        ('annotations.json: {"images": [...], "annotations": [...], "categories": [...]}', "loc00/1.jpg"),
        classes="the category, where all annotations of a picture are of one",
        split="the name or folder of the file (train.json, valid/_annotations.coco.json)",
        group="seq_id, else location",
        not_read="boxes and outlines; pictures with objects of several classes get no class",
    ),
)
