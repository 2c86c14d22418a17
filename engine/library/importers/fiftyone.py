"""FiftyOne's image classification dataset: `data/` and `labels.json` with the classes by file name without suffix."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.language import _, marked
from engine.library.importers.csv_manifest import Entry, Manifest
from engine.library.importers.exports import OtherForm, json_importer
from engine.library.importers.importer import Layout
from engine.library.importers.note import Note, NoteKind


def parse(file: Path, data: Any) -> Manifest:
    """A line for each picture.

    Raises:
        OtherForm: it is another form.
    """
    labels = data.get("labels") if isinstance(data, dict) else None
    if not isinstance(labels, dict) or not labels:
        raise OtherForm(_("{file} is no labels.json of FiftyOne; expected classes and labels.").format(file=file.name))
    classes = data.get("classes")
    names = classes if isinstance(classes, list) else []
    several = [str(path) for path, label in labels.items() if isinstance(label, list) and len(label) > 1]
    notes = (Note(NoteKind.SEVERAL_LABELS, len(several), several[0], file.name),) if several else ()
    return Manifest([Entry(str(path), _class(label, names), None) for path, label in labels.items()], "", notes)


def _class(label: Any, names: list[Any]) -> str:
    if isinstance(label, list) and len(label) == 1:
        (label,) = label
    if isinstance(label, dict):
        label = label.get("label")
    if isinstance(label, bool) or label is None:
        return ""
    if isinstance(label, int):
        return str(names[label]) if 0 <= label < len(names) else str(label)
    return label.strip() if isinstance(label, str) else ""


IMPORTER = json_importer(
    "fiftyone",
    marked("labels.json of FiftyOne"),
    "classes from labels.json of FiftyOne",
    "labels.json of FiftyOne…",
    parse,
    Layout(
        "FiftyOne image classification",
        ('labels.json: {"classes": ["cat", "dog"], "labels": {"000001": 0}}', "data/000001.jpg"),
        classes="the entry of classes that the number tells",
        split="drawn at random",
    ),
)
