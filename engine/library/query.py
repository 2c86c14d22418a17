"""Questions to a project. Nothing here changes it."""

from __future__ import annotations

import json
import os
import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import UsageError
from engine.library.records import ClassCount, ClassRecord, ImageRecord, SourceRecord, Split, Summary
from engine.library.schema import PROBLEM, UNCHECKED, USABLE
from engine.library.store import decode_path

if TYPE_CHECKING:
    from engine.library.project import Project

SPLITS = tuple(Split)
_USABLE = f"state IN ({UNCHECKED}, {USABLE})"  # those not looked at yet count until they are found wanting

_ORDERS = {
    "path": "source_id, sort_key",
    "class": "(SELECT position FROM classes WHERE classes.id = class_id) NULLS LAST, source_id, sort_key",
    "size": "size_bytes DESC, id",
    "date": "modified_ns DESC, id",
    # The same mixture each time: labelling must not make the pictures jump.
    "random": "(id * 2654435761) % 4294967296, id",
}
_IMAGE_COLUMNS = (  # as in _record
    "id, source_id, path, class_id, split, width, height, size_bytes, modified_ns, grouping, problem, unsure, excluded,"
    " note"
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which images, in which order. Conditions that are set all hold together; empty sets do not restrict.

    `problems`: False for usable images only, True for problems only, None for both. `text` is sought in the path.
    `sort`: "path", "class" (unlabelled last), "size" (largest first), "date" (newest first) or "random".
    """

    class_ids: frozenset[int] = frozenset()
    splits: frozenset[Split] = frozenset()
    labelled: bool | None = None
    problems: bool | None = False
    text: str = ""
    sort: str = "path"


def image_ids(project: Project, filter: Filter) -> array[int]:
    """The ids (typecode "q") of the images that `filter` lets through, in its order.

    Raises:
        UsageError: `filter.sort` is not one of those above.
    """
    order = _ORDERS.get(filter.sort)
    if order is None:
        raise UsageError(f"Images can be sorted by {', '.join(_ORDERS)}, not by {filter.sort!r}.")
    where, values = _conditions(filter)
    with project.store.read() as db:
        rows = db.execute(f"SELECT id FROM images WHERE {where} ORDER BY {order}", values).fetchall()  # noqa: S608
    return array("q", [image for (image,) in rows])


def images(project: Project, ids: Sequence[int]) -> list[ImageRecord]:
    """The records of `ids`, in that order; ids that are not in the project are left out."""
    wanted = json.dumps([int(i) for i in ids])
    with project.store.read() as db:
        found = _records(db, project.folder, "id IN (SELECT value FROM json_each(?))", (wanted,))
    by_id = {record.id: record for record in found}
    return [by_id[i] for i in ids if i in by_id]


def labelled_images(project: Project) -> list[ImageRecord]:
    """All usable images that have a label and are not excluded from training, in any split, by path."""
    with project.store.read() as db:
        return _records(db, project.folder, f"class_id NOT NULL AND {_USABLE} AND NOT excluded")


def problems(project: Project) -> list[ImageRecord]:
    """All images that cannot be used, by path; each has its reason in `problem`."""
    with project.store.read() as db:
        return _records(db, project.folder, f"state = {PROBLEM}")


def classes(project: Project) -> list[ClassRecord]:
    """The classes in their order."""
    with project.store.read() as db:
        rows = db.execute("SELECT id, name, colour, key, position FROM classes WHERE gone = 0 ORDER BY position, id")
        return [ClassRecord(*row) for row in rows]


def class_counts(project: Project) -> list[ClassCount]:
    """The classes in their order, each with its labelled, usable images by split."""
    with project.store.read() as db:
        found = classes(project)
        rows = db.execute(
            f"SELECT class_id, split, count(*) FROM images WHERE class_id NOT NULL AND {_USABLE}"  # noqa: S608
            " GROUP BY class_id, split"
        )
        counts = {(class_id, split): count for class_id, split, count in rows}
    return [ClassCount(cls, *(counts.get((cls.id, n), 0) for n in range(len(SPLITS)))) for cls in found]


def summary(project: Project) -> Summary:
    """Counts over the whole project."""
    with project.store.read() as db:
        row = db.execute(
            f"SELECT count(*), count(CASE WHEN state != {PROBLEM} THEN class_id END),"  # noqa: S608
            f" count(CASE WHEN state = {PROBLEM} THEN 1 END), count(CASE WHEN state = {UNCHECKED} THEN 1 END)"
            " FROM images WHERE state >= 0"
        ).fetchone()
    return Summary(*row)


def sources(project: Project) -> list[SourceRecord]:
    """The folders that images come from, as they are found now."""
    with project.store.read() as db:
        return _sources(db, project.folder)


def _sources(db: sqlite3.Connection, project_folder: Path) -> list[SourceRecord]:
    found = []
    for source, folder, relative, kind in db.execute("SELECT id, folder, relative, kind FROM sources ORDER BY id"):
        place = _place(project_folder, Path(decode_path(folder)), relative)
        found.append(SourceRecord(source, place, kind, not place.is_dir()))
    return found


def _place(project_folder: Path, absolute: Path, relative: str | bytes | None) -> Path:
    """A project that was moved together with its images finds them beside it; otherwise they are where they were."""
    if relative is not None:
        beside = project_folder.parent / decode_path(relative)
        if beside.is_dir():
            return beside
    return absolute


def _conditions(filter: Filter) -> tuple[str, list[object]]:
    terms, values = ["state >= 0"], list[object]()
    if filter.problems is not None:
        terms = [f"state = {PROBLEM}" if filter.problems else _USABLE]
    if filter.class_ids:
        terms.append(f"class_id IN ({_marks(filter.class_ids)})")
        values += filter.class_ids
    if filter.splits:
        terms.append(f"split IN ({_marks(filter.splits)})")
        values += [SPLITS.index(split) for split in filter.splits]
    if filter.labelled is not None:
        terms.append("class_id NOT NULL" if filter.labelled else "class_id IS NULL")
    if filter.text:
        terms.append("path LIKE ? ESCAPE '!'")
        escaped = filter.text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        values.append(f"%{escaped}%")
    return " AND ".join(terms), values


def _marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)


def _records(
    db: sqlite3.Connection, project_folder: Path, where: str, values: Sequence[object] = ()
) -> list[ImageRecord]:
    folders = {source.id: str(source.folder) for source in _sources(db, project_folder)}
    rows = db.execute(
        f"SELECT {_IMAGE_COLUMNS} FROM images WHERE {where} AND state >= 0 ORDER BY source_id, sort_key",  # noqa: S608
        values,
    )
    return [_record(row, folders) for row in rows]


def _record(row: tuple[Any, ...], folders: dict[int, str]) -> ImageRecord:
    image, source, stored, class_id, split, *facts, unsure, excluded, note = row
    path = decode_path(stored)
    file = Path(folders[source] + os.sep + path)
    flags = bool(unsure), bool(excluded), note
    return ImageRecord(*(image, source, path, file, class_id, SPLITS[split], *facts, *flags))
