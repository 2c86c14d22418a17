"""Questions to a project. Nothing here changes it."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.errors import UsageError
from engine.language import _
from engine.library import filters
from engine.library.filters import LABEL_COUNTS_SQL, SPLITS, USABLE_STATES
from engine.library.filters import Filter as Filter  # asked for beside the questions that take one
from engine.library.ordering import BY_PATH, GROUPS, SORTS, Heading, ordered, under_headings
from engine.library.records import (
    UNLEARNT_FLAGS,
    ClassCount,
    ClassRecord,
    Flag,
    ImageRecord,
    SourceRecord,
    Split,
    Summary,
)
from engine.library.schema import PROBLEM, UNCHECKED, USABLE
from engine.library.source_folders import read_sources
from engine.library.store import decode_path, encode_path
from engine.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from engine.library.project import Project

_IMAGE_COLUMNS = (  # as in _records; a file that has changed keeps its old digest until it was looked at again
    "id, source_id, path, class_id, split, width, height, size_bytes, modified_ns, grouping, problem, unsure, excluded,"
    f" note, confirmed, unseen, CASE WHEN state = {UNCHECKED} THEN NULL ELSE digest END"
)


def image_ids(project: Project, filter: Filter) -> array[int]:
    """The ids (typecode "q") of the images that `filter` lets through, in its order.

    Raises:
        UsageError: `filter.sort` is not one of those above.
    """
    if filter.sort not in SORTS:
        raise UsageError(
            _("Images can be sorted by {sorts}, not by {sort!r}.").format(sorts=", ".join(SORTS), sort=filter.sort)
        )
    where, values = _where(filter)
    with project.store.read() as db:
        ids = ordered(db, where, values, filter.sort, filter.among)
    return ids[::-1] if filter.descending else ids


def grouped_ids(project: Project, filter: Filter, by: str) -> tuple[array[int], list[Heading]]:
    """The ids as `image_ids` gives them, put together under headings by "class", "split" or "folder".

    Raises:
        UsageError: `by` or `filter.sort` is not one of those above.
    """
    if by not in GROUPS:
        raise UsageError(_("Images can be grouped by {groups}, not by {by!r}.").format(groups=", ".join(GROUPS), by=by))
    where, values = _where(filter)
    with project.store.read() as db:
        ids = image_ids(project, filter)
        return under_headings(db, ids, by, where, values)


def fitting(filter: Filter, records: Iterable[ImageRecord]) -> set[int]:
    """The ids of those of `records` that `filter` lets through: what was just edited is not sought in the store again.

    The same SQL decides as in `image_ids`, over a table of these records. `among`, and what a run predicted, is not
    looked at: no edit changes the former, and the latter is not known here.
    """
    columns: dict[str, Callable[[ImageRecord], object]] = {
        "path": lambda r: encode_path(r.path),
        "split": lambda r: SPLITS.index(r.split),
        "state": lambda r: USABLE if r.problem is None else PROBLEM,
        **{name: attrgetter(name) for name in ("id", "class_id", "width", "height", "size_bytes", "note", *Flag)},
    }
    where, values = filters.where(filter)
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(f"CREATE TABLE images ({', '.join(columns)})")
        marks = ", ".join("?" for _ in columns)
        rows = ([value(record) for value in columns.values()] for record in records)
        db.executemany(f"INSERT INTO images VALUES ({marks})", rows)  # noqa: S608
        return {i for (i,) in db.execute(f"SELECT id FROM images WHERE {where}", values)}  # noqa: S608


def images(project: Project, ids: Sequence[int]) -> list[ImageRecord]:
    """The records of `ids`, in that order; ids that are not in the project are left out."""
    wanted = json.dumps([int(i) for i in ids])
    with project.store.read() as db:
        found = _records(db, project.folder, "id IN (SELECT value FROM json_each(?))", (wanted,))
    by_id = {record.id: record for record in found}
    return [by_id[i] for i in ids if i in by_id]


def labelled_images(project: Project) -> list[ImageRecord]:
    """All usable images that have a label and are not excluded from training, in any split, by path.

    Those of a held-out split are not among them as long as their label was accepted unseen.
    """
    with project.store.read() as db:
        return _records(db, project.folder, f"class_id NOT NULL AND {USABLE_STATES} AND {LABEL_COUNTS_SQL}")


def ids_to_label(project: Project) -> list[int]:
    """The ids of usable images that wait for a label: those that have none and are not excluded."""
    excluded = set(image_ids(project, Filter(flags=frozenset({Flag.EXCLUDED}))))
    return [i for i in image_ids(project, Filter(labelled=False)) if i not in excluded]


class Labelled(NamedTuple):
    """What is needed of a labelled image to divide it: of a million of them quickly read."""

    id: int
    path: str
    class_id: int
    split: Split
    group: str | None
    unseen: bool


def labelled(project: Project) -> list[Labelled]:
    """The same images as `labelled_images`, in the same order."""
    with project.store.read() as db:
        rows = db.execute(
            f"SELECT id, path, class_id, split, grouping, unseen FROM images"  # noqa: S608
            f" WHERE class_id NOT NULL AND {USABLE_STATES} AND {LABEL_COUNTS_SQL} ORDER BY {BY_PATH}"
        )
        return [
            Labelled(i, decode_path(path), class_id, SPLITS[s], group, unseen == 1)
            for i, path, class_id, s, group, unseen in rows
        ]


def learnt(project: Project) -> list[tuple[int, int, str | None]]:
    """Id, class and group of the usable images whose label is learnt from, by id: neither excluded nor accepted unseen.

    Asked after each label, so no more is read than that.
    """
    with project.store.read() as db:
        return db.execute(
            f"SELECT id, class_id, grouping FROM images WHERE class_id NOT NULL AND {USABLE_STATES}"  # noqa: S608
            f"{''.join(f' AND NOT {flag}' for flag in UNLEARNT_FLAGS)} ORDER BY id"
        ).fetchall()


def unlearnt(project: Project) -> array[int]:
    """The ids (typecode "q") of images that nothing is learnt from and that wait for no label.

    These are the excluded ones, and usable ones whose label was accepted unseen.
    """
    with project.store.read() as db:
        ids = db.execute(  # each by its own index, also where it has all of a million images to choose from
            "SELECT id FROM images INDEXED BY images_left_out WHERE excluded AND state >= 0 UNION SELECT id FROM images"  # noqa: S608
            f" INDEXED BY images_unseen WHERE unseen AND class_id NOT NULL AND {USABLE_STATES}"
        )
        return array("q", (i for (i,) in ids))


def problems(project: Project) -> list[ImageRecord]:
    """All images that cannot be used, by path; each has its reason in `problem`."""
    with project.store.read() as db:
        return _records(db, project.folder, f"state = {PROBLEM}")


def problems_by_kind(project: Project) -> dict[ProblemKind, tuple[int, ...]]:
    """Return the ids of the images that cannot be used by the kind of their problem, the most frequent first."""
    found: dict[ProblemKind, list[int]] = {}
    with project.store.read() as db:
        for image, text in db.execute(f"SELECT id, problem FROM images WHERE state = {PROBLEM} ORDER BY {BY_PATH}"):  # noqa: S608
            found.setdefault(Problem.read(text or "").kind, []).append(image)
    return {kind: tuple(ids) for kind, ids in sorted(found.items(), key=lambda item: -len(item[1]))}


def version(project: Project) -> int:
    """Return a number that is another one, to the thread that asks, once anybody else has changed the store."""
    with project.store.read() as db:
        return int(db.execute("PRAGMA data_version").fetchone()[0])


def classes(project: Project) -> list[ClassRecord]:
    """The classes in their order."""
    with project.store.read() as db:
        rows = db.execute("SELECT id, name, colour, key, position FROM classes WHERE gone = 0 ORDER BY position, id")
        return [ClassRecord(*row) for row in rows]


def class_names(project: Project) -> dict[int, str]:
    """The names of the classes by their ids, in their order."""
    return {cls.id: cls.name for cls in classes(project)}


def class_counts(project: Project) -> list[ClassCount]:
    """The classes in their order, each with its labelled, usable images by split, and those that do not count."""
    asked = f"SELECT class_id, split, count(*) FROM images WHERE class_id NOT NULL AND {USABLE_STATES}"  # noqa: S608
    with project.store.read() as db:
        found = classes(project)
        counts = Counter[Any]({row[:2]: row[2] for row in db.execute(f"{asked} GROUP BY class_id, split")})
        out = Counter[Any]({row[:2]: row[2] for row in db.execute(f"{asked} AND excluded GROUP BY class_id, split")})
        asked = f"{asked} AND unseen AND NOT excluded AND ({LABEL_COUNTS_SQL}) = ? GROUP BY class_id, split"
        waiting, unseen = (
            Counter[Any]({row[:2]: row[2] for row in db.execute(asked, (counts_,))}) for counts_ in (0, 1)
        )
    return [_class_count(cls, counts, out, waiting, unseen) for cls in found]


def _class_count(cls: ClassRecord, counts: Counter[Any], *some: Counter[Any]) -> ClassCount:
    """`some` of the images that have the label: those that are excluded, that wait for a look, and that are unseen."""
    places = [(cls.id, split) for split in range(len(SPLITS))]
    out, waiting, _ = some
    training, validation, test, unassigned = (counts[place] - out[place] - waiting[place] for place in places)
    return ClassCount(
        cls, training, validation, test, unassigned, *(sum(number[place] for place in places) for number in some)
    )


def summary(project: Project) -> Summary:
    """Counts over the whole project."""
    with project.store.read() as db:
        row = db.execute(
            f"SELECT count(*), count(CASE WHEN state != {PROBLEM} THEN class_id END),"  # noqa: S608
            f" count(CASE WHEN state = {PROBLEM} THEN 1 END), count(CASE WHEN state = {UNCHECKED} THEN 1 END),"
            f" (SELECT count(*) FROM images WHERE unseen AND class_id NOT NULL AND {USABLE_STATES}),"
            f" (SELECT count(*) FROM images WHERE excluded AND class_id IS NULL AND {USABLE_STATES})"
            " FROM images WHERE state >= 0"
        ).fetchone()
    return Summary(*row)


def sources(project: Project) -> list[SourceRecord]:
    """The folders that images come from, as they are found now."""
    with project.store.read() as db:
        return read_sources(db, project.folder)


def _where(filter: Filter) -> filters.Term:
    """What `filter` asks for, as SQL over `images`.

    Raises:
        UsageError: only the predictions of a run tell, which `engine.review.run_predictions.filter_by_ids` asks.
    """
    if filter.needs_run:
        raise UsageError(_("These conditions need the predictions of a run."))
    where, values = filters.where(filter)
    if filter.among is None:
        return where, values
    return f"{where} AND id IN (SELECT value FROM json_each(?))", [*values, json.dumps([int(i) for i in filter.among])]  # noqa: S608


def _records(
    db: sqlite3.Connection, project_folder: Path, where: str, values: Sequence[object] = ()
) -> list[ImageRecord]:
    folders = {source.id: str(source.folder) for source in read_sources(db, project_folder)}
    rows = db.execute(
        f"SELECT {_IMAGE_COLUMNS} FROM images WHERE {where} AND state >= 0 ORDER BY {BY_PATH}",  # noqa: S608
        values,
    )
    return [  # of a million at once, so no call for each but the one that makes it
        ImageRecord(
            *(
                image,
                source,
                path if type(path) is str else decode_path(path),
                folders[source],
                class_id,
                SPLITS[split],
            ),
            *(*facts, unsure == 1, excluded == 1, note, confirmed == 1, unseen == 1, digest),
        )
        for image, source, path, class_id, split, *facts, unsure, excluded, note, confirmed, unseen, digest in rows
    ]
