"""Edits as the store keeps them: recorded with before and after, undone, redone, forgotten.

Nothing here knows what a person calls a change; `edits` does. All functions work inside the caller's transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from engine.errors import ProjectError
from engine.language import _
from engine.library.edit_kinds import IMPORT, EditKind, kind_called
from engine.library.records import Edit
from engine.library.schema import DONE, OPEN, UNDONE
from engine.library.store import Store
from engine.records import RecordError, build, parse

_CHUNK = 2000
CLASS_FIELDS = ("name", "colour", "key", "position", "gone")
MARK_FIELDS = ("unsure", "excluded", "note", "confirmed", "unseen")
FIELDS = (*MARK_FIELDS, "grouping")
IMAGE_CHANGES = ("label_changes", "split_changes", "field_changes")
_TABLES = {"class_id": "label_changes", "split": "split_changes"}


@dataclass(frozen=True, slots=True)
class _ClassRow:
    """A class as an edit keeps it."""

    name: str
    colour: str
    key: str | None
    position: int
    gone: int


def begin(db: sqlite3.Connection, kind: EditKind, name: str, state: str = DONE) -> int:
    """A new edit, which ends what could be redone; returns its id. One that is open ends that when it is done."""
    if state != OPEN:
        forget_undone(db)
    created = datetime.now(UTC).isoformat(timespec="seconds")
    cursor = db.execute(
        "INSERT INTO edits (kind, name, created, state) VALUES (?, ?, ?, ?)", (kind.name, name, created, state)
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def rename(db: sqlite3.Connection, edit: int, name: str) -> None:
    """Give an edit its name, which may tell how much it changed."""
    db.execute("UPDATE edits SET name = ? WHERE id = ?", (name, edit))


def change_labels(db: sqlite3.Connection, edit: int, picked: str, class_id: int | None) -> tuple[int, ...]:
    """Label the images whose ids are in the JSON list `picked`; returns those that were labelled otherwise.

    Once for each edit.
    """
    return _change(db, edit, picked, "label_changes", "class_id", class_id)


def change_splits(db: sqlite3.Connection, edit: int, picked: str, split: int) -> tuple[int, ...]:
    """Put the images whose ids are in the JSON list `picked` into a split; returns those that were in another.

    Once for each edit.
    """
    return _change(db, edit, picked, "split_changes", "split", split)


def change_fields(db: sqlite3.Connection, edit: int, picked: str, field: str, value: int | str) -> tuple[int, ...]:
    """Set one of `FIELDS` of the images whose ids are in the JSON list `picked`; returns those where it was another.

    Once for each edit, field and image.
    """
    db.execute(
        f"INSERT INTO field_changes (edit_id, image_id, field, before, after) SELECT ?, id, ?, {field}, ? FROM images"  # noqa: S608
        f" WHERE id IN (SELECT value FROM json_each(?)) AND {field} IS NOT ? AND state >= 0",
        (edit, field, value, picked, value),
    )
    changed = (
        "SELECT image_id FROM field_changes WHERE edit_id = ? AND field = ?"
        " AND image_id IN (SELECT value FROM json_each(?))"
    )
    db.execute(f"UPDATE images SET {field} = ? WHERE id IN ({changed})", (value, edit, field, picked))  # noqa: S608
    return tuple(image for (image,) in db.execute(changed, (edit, field, picked)))


def change_groups(db: sqlite3.Connection, edit: int, groups: Mapping[int, str | None]) -> tuple[int, ...]:
    """Give each image a group of its own; returns the images that had another. Once for each edit."""
    group = "json_extract(j.value, '$[1]')"
    db.execute(
        "INSERT INTO field_changes (edit_id, image_id, field, before, after)"  # noqa: S608
        f" SELECT ?, images.id, 'grouping', grouping, {group}"
        " FROM json_each(?) AS j JOIN images ON images.id = json_extract(j.value, '$[0]')"
        f" WHERE grouping IS NOT {group} AND state >= 0",
        (
            edit,
            json.dumps([(image, None if group is None else stored_group(group)) for image, group in groups.items()]),
        ),
    )
    db.execute(
        "UPDATE images SET grouping = c.after FROM field_changes AS c"
        " WHERE c.edit_id = ? AND c.field = 'grouping' AND c.image_id = images.id",
        (edit,),
    )
    changed = db.execute("SELECT image_id FROM field_changes WHERE edit_id = ? AND field = 'grouping'", (edit,))
    return tuple(image for (image,) in changed)


def stored_group(group: str) -> str:
    """A group may come from a file name that is not Unicode; the store keeps text."""
    return group.encode("utf-8", "backslashreplace").decode()


def change_each(
    db: sqlite3.Connection, edit: int, column: Literal["class_id", "split"], values: Mapping[int, int | None]
) -> tuple[int, ...]:
    """Give each image a label or split of its own; returns the images that had another. Once for each edit."""
    table, after = _TABLES[column], "json_extract(j.value, '$[1]')"
    db.execute(
        f"INSERT INTO {table} (edit_id, image_id, before, after) SELECT ?, images.id, {column}, {after}"  # noqa: S608
        f" FROM json_each(?) AS j JOIN images ON images.id = json_extract(j.value, '$[0]')"
        f" WHERE {column} IS NOT {after} AND state >= 0",
        (edit, json.dumps(list(values.items()))),
    )
    db.execute(
        f"UPDATE images SET {column} = c.after FROM {table} AS c WHERE c.edit_id = ? AND c.image_id = images.id",  # noqa: S608
        (edit,),
    )
    return tuple(i for (i,) in db.execute(f"SELECT image_id FROM {table} WHERE edit_id = ?", (edit,)))  # noqa: S608


def _change(
    db: sqlite3.Connection, edit: int, picked: str, table: str, column: str, value: int | None
) -> tuple[int, ...]:
    db.execute(
        f"INSERT INTO {table} (edit_id, image_id, before, after) SELECT ?, id, {column}, ? FROM images"  # noqa: S608
        f" WHERE id IN (SELECT value FROM json_each(?)) AND {column} IS NOT ? AND state >= 0",
        (edit, value, picked, value),
    )
    db.execute(
        f"UPDATE images SET {column} = ? WHERE id IN (SELECT image_id FROM {table} WHERE edit_id = ?)",  # noqa: S608
        (value, edit),
    )
    rows = db.execute(f"SELECT image_id FROM {table} WHERE edit_id = ?", (edit,))  # noqa: S608
    return tuple(image for (image,) in rows)


def change_image(
    db: sqlite3.Connection,
    edit: int,
    image: int,
    column: Literal["class_id", "split"],
    before: int | None,
    after: int,
) -> None:
    """Give one image another label or split as part of `edit`, which may change others otherwise."""
    db.execute(
        f"INSERT INTO {_TABLES[column]} (edit_id, image_id, before, after) VALUES (?, ?, ?, ?)",  # noqa: S608
        (edit, image, before, after),
    )
    db.execute(f"UPDATE images SET {column} = ? WHERE id = ?", (after, image))  # noqa: S608


def class_row(db: sqlite3.Connection, class_id: int) -> dict[str, Any] | None:
    """The fields of a class that an edit may change; None if there is no such class."""
    row = db.execute(f"SELECT {', '.join(CLASS_FIELDS)} FROM classes WHERE id = ?", (class_id,)).fetchone()  # noqa: S608
    return None if row is None else dict(zip(CLASS_FIELDS, row, strict=True))


def insert_class(db: sqlite3.Connection, edit: int, row: dict[str, Any]) -> int:
    """Add a class as part of `edit`; returns its id."""
    cursor = db.execute(
        "INSERT INTO classes (name, colour, key, position, gone) VALUES (:name, :colour, :key, :position, 0)", row
    )
    assert cursor.lastrowid is not None
    _record_class(db, edit, cursor.lastrowid, {**row, "gone": 1}, {**row, "gone": 0})
    return cursor.lastrowid


def change_class(db: sqlite3.Connection, edit: int, class_id: int, **changes: Any) -> None:
    """Change some fields of a class as part of `edit`."""
    before = class_row(db, class_id)
    assert before is not None
    after = {**before, **changes}
    _record_class(db, edit, class_id, before, after)
    _put_class(db, class_id, after)


def newest(db: sqlite3.Connection) -> tuple[int, str] | None:
    """Id and name of the edit that undo would take back; None while an import is under way."""
    row = db.execute(
        "SELECT id, name, state FROM edits WHERE state != ? ORDER BY id DESC LIMIT 1", (UNDONE,)
    ).fetchone()
    return None if row is None or row[2] == OPEN else (row[0], row[1])


def next_undone(db: sqlite3.Connection) -> tuple[int, str] | None:
    """Id and name of the edit that redo would do again; none of those from before an import that is under way."""
    row = db.execute(
        "SELECT id, name FROM edits WHERE state = ? AND id > (SELECT coalesce(max(id), 0) FROM edits WHERE state = ?)"
        " ORDER BY id LIMIT 1",
        (UNDONE, OPEN),
    ).fetchone()
    return None if row is None else (row[0], row[1])


def apply(db: sqlite3.Connection, edit: int, name: str, side: Literal["before", "after"]) -> Edit:
    """Put everything that `edit` changed to how it was before or after it."""
    classes = db.execute(f"SELECT class_id, {side} FROM class_changes WHERE edit_id = ?", (edit,)).fetchall()  # noqa: S608
    rows = [(class_id, _stored_class(row)) for class_id, row in classes]
    changed: set[int] = set()
    for class_id, row in sorted(rows, key=lambda item: -item[1]["gone"]):  # free names before they are taken
        _put_class(db, class_id, row)
    for column, table in _TABLES.items():
        other = "after" if side == "before" else "before"  # what was changed again since then stays as it is
        db.execute(
            f"UPDATE images SET {column} = c.{side} FROM {table} AS c"  # noqa: S608
            f" WHERE c.edit_id = ? AND c.image_id = images.id AND images.{column} IS c.{other}",
            (edit,),
        )
    for field in FIELDS:
        db.execute(
            f"UPDATE images SET {field} = c.{side} FROM field_changes AS c"  # noqa: S608
            " WHERE c.edit_id = ? AND c.field = ? AND c.image_id = images.id",
            (edit, field),
        )
    for table in IMAGE_CHANGES:
        changed.update(i for (i,) in db.execute(f"SELECT image_id FROM {table} WHERE edit_id = ?", (edit,)))  # noqa: S608
    visible = side == "after"
    brought = db.execute("SELECT id FROM images WHERE import_id = ? AND (state < 0) = ?", (edit, visible)).fetchall()
    changed.update(i for (i,) in brought)
    if brought:
        db.execute("UPDATE images SET state = -1 - state WHERE import_id = ? AND (state < 0) = ?", (edit, visible))
    for class_id, row in rows:
        if row["gone"]:  # an import that was under way meanwhile may have used it
            db.execute("UPDATE images SET class_id = NULL WHERE class_id = ? AND state >= 0", (class_id,))
    db.execute("UPDATE edits SET state = ? WHERE id = ?", (DONE if visible else UNDONE, edit))
    (kind,) = db.execute("SELECT kind FROM edits WHERE id = ?", (edit,)).fetchone()
    return Edit(edit, name, tuple(sorted(changed)), bool(rows), kind_called(kind))


def forget_undone(db: sqlite3.Connection, before: int | None = None) -> None:
    """Drop what could be redone: a new edit starts from here. With `before` only edits older than that."""
    for (edit,) in db.execute("SELECT id FROM edits WHERE state = ?", (UNDONE,)).fetchall():
        if before is None or edit < before:
            erase(db, edit)


def erase(db: sqlite3.Connection, edit: int) -> None:
    """Remove an undone edit with all that it brought: images, then classes and sources that nothing uses any more."""
    if db.execute("DELETE FROM images WHERE import_id = ?", (edit,)).rowcount:
        _forget_missing_images(db)
    made = db.execute("SELECT class_id FROM class_changes WHERE edit_id = ?", (edit,)).fetchall()
    db.execute("DELETE FROM edits WHERE id = ?", (edit,))
    for (class_id,) in made:
        db.execute(
            "DELETE FROM classes WHERE id = :id AND gone = 1 AND id NOT IN (SELECT class_id FROM class_changes)"
            " AND NOT EXISTS (SELECT 1 FROM images WHERE class_id = :id)",
            {"id": class_id},
        )


def forget_unused_classes(db: sqlite3.Connection, edit: int) -> None:
    """Remove the classes that an import made, but for which no image has come: all kept another label."""
    made = db.execute("SELECT class_id FROM class_changes WHERE edit_id = ?", (edit,)).fetchall()
    for made_class in made:
        if db.execute("SELECT 1 FROM images WHERE class_id = ? LIMIT 1", made_class).fetchone() is None:
            db.execute("DELETE FROM class_changes WHERE edit_id = ? AND class_id = ?", (edit, *made_class))
            db.execute(
                "DELETE FROM classes WHERE id = ? AND id NOT IN (SELECT class_id FROM class_changes)", made_class
            )


def imported_by(db: sqlite3.Connection, edit: int) -> int:
    """Return how many images an edit has brought, whether it is done or undone; none unless it is an import."""
    (images,) = db.execute("SELECT count(*) FROM images WHERE import_id = ?", (edit,)).fetchone()
    return int(images)


def recover(store: Store) -> None:
    """Take back imports that a kill or a power cut left half done."""
    with store.read() as db:
        left = db.execute("SELECT id FROM edits WHERE state = ?", (OPEN,)).fetchall()
    for (edit,) in left:
        if not keep_worked_on(store, edit):
            take_back(store, edit)


def keep_worked_on(store: Store, edit: int) -> bool:
    """Keep what an import that ends early has brought if a person has worked on these images meanwhile; True if so.

    What was labelled, moved or marked on screen is never dropped. Who imports the folder again gets the rest.
    """
    others = " UNION ALL ".join(f"SELECT edit_id, image_id FROM {table}" for table in IMAGE_CHANGES)  # noqa: S608
    with store.write() as db:
        worked_on = db.execute(
            f"SELECT 1 FROM ({others}) AS c JOIN edits ON edits.id = c.edit_id AND edits.state = ?"  # noqa: S608
            " JOIN images ON images.id = c.image_id WHERE images.import_id = ? AND c.edit_id != ? LIMIT 1",
            (DONE, edit, edit),
        ).fetchone()
        if worked_on is None:
            return False
        (images,) = db.execute("SELECT count(*) FROM images WHERE import_id = ?", (edit,)).fetchone()
        forget_undone(db, before=edit)
        db.execute("UPDATE edits SET name = ?, state = ? WHERE id = ?", (IMPORT.name_of(images), DONE, edit))
    return True


def take_back(store: Store, edit: int) -> None:
    """Undo an import, wherever it stands in the history, and forget it. Classes in use by other images stay.

    Images go by the chunk, each in its own transaction, so that little room is needed on a disk that is full. When it
    breaks off half-way, `recover` goes on from there.
    """
    with store.write() as db:
        db.execute("UPDATE edits SET state = ? WHERE id = ?", (OPEN, edit))
    with store.read() as db:
        brought = "SELECT min(id), max(id) FROM images WHERE import_id = ?"
        first, last = db.execute(brought, (edit,)).fetchone()
    for start in range(first, last + 1, _CHUNK) if first is not None else ():
        with store.write() as db:
            db.execute(
                "DELETE FROM images WHERE id BETWEEN ? AND ? AND import_id = ?", (start, start + _CHUNK - 1, edit)
            )
    with store.write() as db:
        db.execute(
            "DELETE FROM class_changes WHERE edit_id = :edit AND class_id IN ("
            "SELECT class_id FROM images WHERE state >= 0"
            " AND id NOT IN (SELECT image_id FROM label_changes WHERE edit_id = :edit))",
            {"edit": edit},
        )
        apply(db, edit, "", "before")
        _forget_missing_images(db)
        erase(db, edit)
        _forget_emptied(db, edit)


def _forget_emptied(db: sqlite3.Connection, since: int) -> None:
    """Edits after `since` whose images are all gone, such as a label on one of them that was undone, say nothing."""
    brought = "EXISTS (SELECT 1 FROM images WHERE import_id = edits.id)"
    changed = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE edit_id = edits.id)"  # noqa: S608
        for table in (*IMAGE_CHANGES, "class_changes")
    )
    db.execute(f"DELETE FROM edits WHERE id > ? AND state != ? AND NOT ({changed} OR {brought})", (since, OPEN))  # noqa: S608


def _forget_missing_images(db: sqlite3.Connection) -> None:
    for table in IMAGE_CHANGES:
        db.execute(f"DELETE FROM {table} WHERE image_id NOT IN (SELECT id FROM images)")  # noqa: S608
    db.execute("DELETE FROM sources WHERE id NOT IN (SELECT source_id FROM images)")


def _record_class(
    db: sqlite3.Connection, edit: int, class_id: int, before: dict[str, Any], after: dict[str, Any]
) -> None:
    db.execute(
        "INSERT INTO class_changes (edit_id, class_id, before, after) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET after = excluded.after",
        (edit, class_id, json.dumps(before), json.dumps(after)),
    )


def _stored_class(text: str) -> dict[str, Any]:
    try:
        return asdict(build(_ClassRow, parse(text)))
    except RecordError as error:
        raise ProjectError(_("The history of this project is damaged: of a class, {why}.").format(why=error)) from None


def _put_class(db: sqlite3.Connection, class_id: int, row: dict[str, Any]) -> None:
    db.execute(
        "UPDATE classes SET name = :name, colour = :colour, key = :key, position = :position, gone = :gone"
        " WHERE id = :id",
        {**row, "id": class_id},
    )
