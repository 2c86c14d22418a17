"""Apple's Create ML: a JSON list of pictures with annotations, as Roboflow writes it, too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.language import _, marked
from engine.library.importers.csv_manifest import Entry, Manifest
from engine.library.importers.exports import OtherForm, json_importer, of_objects
from engine.library.importers.importer import Layout

_IMAGE = ("image", "imagefilename", "filename", "file")


def parse(file: Path, data: Any) -> Manifest:
    """A line for each picture: its label, or the class of its objects where they are all of one.

    Raises:
        OtherForm: it is another form.
    """
    records = [record for record in data if isinstance(record, dict)] if isinstance(data, list) else []
    objects: dict[str, list[str]] = {}
    labels: list[Entry] = []
    for record in records:
        path = next((record[key] for key in _IMAGE if isinstance(record.get(key), str)), None)
        annotations = record.get("annotations", record.get("annotation"))
        if path is None or "data" in record:
            continue
        if isinstance(annotations, list):
            found = [a.get("label") for a in annotations if isinstance(a, dict)]
            if len(found) == len(annotations) and all(isinstance(label, str) for label in found):
                objects.setdefault(path, []).extend(label.strip() for label in found if isinstance(label, str))
        elif isinstance(label := record.get("label", annotations), str):
            labels.append(Entry(path, label.strip(), None))
    if objects and any(objects.values()):
        return of_objects(objects, file.name, "Create ML")
    if labels:
        return Manifest(labels, "")
    raise OtherForm(
        _("{file} is no file of Create ML; expected a list of images with annotations.").format(file=file.name)
    )


IMPORTER = json_importer(
    "create-ml",
    marked("JSON file of Create ML"),
    "classes from a file of Create ML",
    "A file of Create ML (JSON)…",
    parse,
    Layout(
        "Create ML",
        ('_annotations.createml.json: [{"image": "1.jpg", "annotations": [{"label": "cat"}]}]', "1.jpg"),
        classes="the label, where all of a picture are the same",
        split="the folder of the file",
        not_read="the places of objects; pictures with objects of several classes get no class",
    ),
)
