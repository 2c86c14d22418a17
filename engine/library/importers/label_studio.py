"""Label Studio's JSON export: a list of tasks, in full or in its short form (JSON-MIN)."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from engine.errors import SourceError
from engine.files import read_regular
from engine.library.importers.csv_manifest import Entry
from engine.library.importers.tables import looks_like_image

KIND = "label-studio"

_LARGEST = 2**30
_UPLOADED = re.compile(r"^[0-9a-f]{8}-")  # what the server puts before the name of an uploaded file


def read_export(file: Path) -> list[Entry]:
    """A line for each task; the class is the choice that most annotators made, none where they disagree evenly.

    Raises:
        SourceError: the file cannot be read or is no such export.
    """
    try:
        tasks = json.loads(read_regular(file, most=_LARGEST).decode("utf-8-sig"))
    except OSError as error:
        raise SourceError(f"{file} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{file.name} is no JSON file: {error}.") from error
    entries = [entry for task in tasks for entry in _entries(task)] if isinstance(tasks, list) else []
    if not entries:
        raise SourceError(f"{file.name} is no export of Label Studio; expected a list of tasks with images.")
    return entries


def _entries(task: Any) -> Iterator[Entry]:
    if not isinstance(task, dict):
        return
    data = task["data"] if isinstance(task.get("data"), dict) else task
    path = next(
        (_path(value) for value in data.values() if isinstance(value, str) and looks_like_image(_path(value))), ""
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


def _path(value: str) -> str:
    """The path in a URL (`/data/local-files/?d=a/1.jpg`, `/data/upload/2/1f3a9c0e-1.jpg`, `s3://...`), or as it is."""
    if "://" in value or value.startswith("/data/"):
        parts = urlsplit(value)
        local = parse_qs(parts.query).get("d")
        value = local[0] if local else unquote(parts.path)
    folder, slash, name = value.replace("\\", "/").rpartition("/")
    return f"{folder}{slash}{_UPLOADED.sub('', name) if '/upload/' in f'{folder}/' else name}"
