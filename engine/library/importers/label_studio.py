"""Label Studio's JSON export: a list of tasks, in full or in its short form (JSON-MIN)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.library.importers.csv_manifest import Entry, Manifest
from engine.library.importers.exports import OtherForm, from_json
from engine.library.importers.finder import local_path
from engine.library.importers.importer import Importer, ImportOptions, Layout, Reading
from engine.library.importers.tables import looks_like_image
from engine.library.importers.tree import Tree

KIND = "label-studio"

_MARKS = {"data", "choice", "annotation_id", "lead_time", "annotator"}  # what a task of this tool has


def weigh(tree: Tree, options: ImportOptions) -> Reading:
    """Rows of the tasks of the export; see `read_export`."""
    return from_json(tree, options, KIND, "JSON export of Label Studio", read_export)


def read_export(file: Path, tasks: Any) -> Manifest:
    """A line for each task; the class is the choice that most annotators made, none where they disagree evenly.

    Raises:
        OtherForm: it is no such export.
    """
    is_one = isinstance(tasks, list) and any(isinstance(t, dict) and _MARKS & t.keys() for t in tasks[:50])
    entries = [entry for task in tasks for entry in _entries(task)] if is_one else []
    if not entries:
        raise OtherForm(f"{file.name} is no export of Label Studio; expected a list of tasks with images.")
    return Manifest(entries, "")


def _entries(task: Any) -> Iterator[Entry]:
    if not isinstance(task, dict):
        return
    data = task["data"] if isinstance(task.get("data"), dict) else task
    path = next(
        (
            local_path(value)
            for value in data.values()
            if isinstance(value, str) and looks_like_image(local_path(value))
        ),
        "",
    )
    if path:
        yield Entry(path, _class(task), None)


def _class(task: dict[str, Any]) -> str:
    annotations = task.get("annotations")
    if not isinstance(annotations, list):
        choice = task.get("choice")
        return choice.strip() if isinstance(choice, str) else ""
    votes: Counter[str] = Counter()
    for annotation in annotations:
        if isinstance(annotation, dict) and not annotation.get("was_cancelled"):
            votes.update(_choices(annotation.get("result")))
    ranked = votes.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return ""
    return ranked[0][0]


def _choices(result: Any) -> Iterator[str]:
    for region in result if isinstance(result, list) else ():
        value = region.get("value") if isinstance(region, dict) else None
        choices = value.get("choices") if isinstance(value, dict) else None
        if isinstance(choices, list) and len(choices) == 1 and isinstance(choices[0], str):
            yield choices[0].strip()


IMPORTER = Importer(
    KIND,
    "label-studio",
    kinds={KIND: "classes from an export of Label Studio"},
    menu="An export of Label Studio (JSON)…",
    weight=1.5,
    weigh=weigh,
    options=frozenset({"csv"}),
    files=(".json",),
    layouts=(
        Layout(
            "Label Studio (JSON, JSON-MIN, CSV)",
            ('project-1.json: [{"image": "/data/upload/1/1a2b3c4d-1.jpg", "choice": "cat"}]', "1.jpg"),
            classes="the choice that most annotators made",
            split="folders of splits around the pictures, else drawn at random",
            not_read="regions; pictures of which annotators disagree evenly get no class",
        ),
    ),
)
