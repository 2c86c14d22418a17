"""The images and classes of a run, found again in the project as it is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.library.records import ClassRecord, ImageRecord
from engine.training.runs.records import SplitRow


def found_again(rows: Sequence[SplitRow], records: Sequence[ImageRecord]) -> list[ImageRecord | None]:
    """The record of each row's image, None where it is not among `records`.

    By its source and path; where the source was removed and added anew, by its file.
    """
    by_place = {(record.source_id, record.path): record for record in records}
    found = [by_place.get((row.source_id, row.path)) for row in rows]
    if None in found:
        used = {record.id for record in found if record is not None}
        free = {str(record.file): record for record in records if record.id not in used}
        found = [record or free.get(row.file) for row, record in zip(rows, found, strict=True)]
    return found


def ids_now(names: Sequence[str], ids: Sequence[int], classes: Sequence[ClassRecord]) -> tuple[int, ...]:
    """The ids that a run's classes, of these names and ids, have among `classes`, those of the project.

    A class goes with the images that it came with, and comes back with another id; one that was renamed keeps its own.
    """
    there, by_name = {c.id for c in classes}, {c.name: c.id for c in classes}
    return tuple(i if i in there else by_name.get(name, i) for name, i in zip(names, ids, strict=True))


def class_ids(record: Mapping[str, Any], classes: Sequence[ClassRecord]) -> dict[str, int]:
    """The same by name, of the classes that a `run.json` holds."""
    names = [str(c["name"]) for c in record["classes"]]
    return dict(zip(names, ids_now(names, [int(c["id"]) for c in record["classes"]], classes), strict=True))
