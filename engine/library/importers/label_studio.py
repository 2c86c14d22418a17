"""Label Studio's JSON export: a list of tasks, in full or in its short form (JSON-MIN)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import Enum, auto
from pathlib import Path
from typing import Any

from engine.language import _, marked
from engine.library.importers.csv_manifest import Entry, Manifest
from engine.library.importers.exports import OtherForm, json_importer
from engine.library.importers.finder import local_path
from engine.library.importers.importer import Layout
from engine.library.importers.note import Note, NoteKind
from engine.library.importers.tables import looks_like_image

_MARKS = {"data", "choice", "annotation_id", "lead_time", "annotator"}  # what a task of this tool has


def read_export(file: Path, tasks: Any) -> Manifest:
    """A line for each task; the class is the one choice that most annotators made. It has none where they disagree
    evenly, or most of them chose several.

    Raises:
        OtherForm: it is no such export.
    """
    is_one = isinstance(tasks, list) and any(isinstance(t, dict) and _MARKS & t.keys() for t in tasks[:50])
    read = [(path, _choice(task)) for task in tasks for path in _path(task)] if is_one else []
    if not read:
        raise OtherForm(
            _("{file} is no export of Label Studio; expected a list of tasks with images.").format(file=file.name)
        )
    notes = []
    for kind, wanted in ((NoteKind.SEVERAL_LABELS, _SEVERAL), (NoteKind.DISAGREED, _EVEN)):
        if paths := [path for path, choice in read if choice is wanted]:
            notes.append(Note(kind, len(paths), paths[0], file.name))
    entries = [Entry(path, choice if isinstance(choice, str) else "", None) for path, choice in read]
    return Manifest(entries, "", tuple(notes))


def _path(task: Any) -> Iterator[str]:
    """The picture of a task, if it has one."""
    if not isinstance(task, dict):
        return
    data = task["data"] if isinstance(task.get("data"), dict) else task
    found = (local_path(value) for value in data.values() if isinstance(value, str))
    path = next((path for path in found if looks_like_image(path)), "")
    if path:
        yield path


class _NoChoice(Enum):
    """Why a task has no class."""

    NOTHING = auto()
    SEVERAL = auto()
    EVEN = auto()


_SEVERAL, _EVEN = _NoChoice.SEVERAL, _NoChoice.EVEN


def _choice(task: dict[str, Any]) -> str | _NoChoice:
    annotations = task.get("annotations")
    if not isinstance(annotations, list):
        return _one(task.get("choice"))
    votes: Counter[str | _NoChoice] = Counter()
    for annotation in annotations:
        if isinstance(annotation, dict) and not annotation.get("was_cancelled"):
            votes.update(_choices(annotation.get("result")))
    ranked = votes.most_common(2)
    if not ranked:
        return _NoChoice.NOTHING
    return _EVEN if len(ranked) == 2 and ranked[0][1] == ranked[1][1] else ranked[0][0]


def _choices(result: Any) -> Iterator[str | _NoChoice]:
    for region in result if isinstance(result, list) else ():
        value = region.get("value") if isinstance(region, dict) else None
        if isinstance(value, dict) and (found := _one(value)) is not _NoChoice.NOTHING:
            yield found


def _one(value: Any) -> str | _NoChoice:
    """The choice in `{"choices": ["cat"]}`, or alone as the short form writes it."""
    found = value.get("choices") if isinstance(value, dict) else [value]
    texts = [text.strip() for text in found if isinstance(text, str)] if isinstance(found, list) else []
    if len(texts) > 1:
        return _SEVERAL
    return texts[0] if texts and texts[0] else _NoChoice.NOTHING


IMPORTER = json_importer(
    "label-studio",
    marked("JSON export of Label Studio"),
    "classes from an export of Label Studio",
    "An export of Label Studio (JSON)…",
    read_export,
    Layout(
        "Label Studio (JSON, JSON-MIN, CSV)",
        ('project-1.json: [{"image": "/data/upload/1/1a2b3c4d-1.jpg", "choice": "cat"}]', "1.jpg"),
        classes="the choice that most annotators made",
        split="folders of splits around the pictures, else drawn at random",
        not_read="regions; pictures with several choices, or of which annotators disagree evenly, get no class",
    ),
)
