"""Every change that a person makes to labels, splits and classes: one transaction each, undone and redone at will.

A change that changes nothing is not recorded; it comes back as an `Edit` with id 0 and no images.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from engine.errors import UsageError
from engine.library import history
from engine.library.filters import SPLITS
from engine.library.palette import next_colour, next_key
from engine.library.project import Project
from engine.library.records import Edit, Flag, Split

_NOTHING = Edit(0, "", (), False)
_FLAG_WORDS = {
    (Flag.UNSURE, True): ("Mark ", " as unsure"),
    (Flag.UNSURE, False): ("Mark ", " as sure"),
    (Flag.EXCLUDED, True): ("Exclude ", " from training"),
    (Flag.EXCLUDED, False): ("Let ", " be trained on"),
    (Flag.CONFIRMED, True): ("Confirm the label of ", ""),
    (Flag.CONFIRMED, False): ("Take back the confirmation of ", ""),
}


def set_label(project: Project, image_ids: Iterable[int], class_id: int | None) -> Edit:
    """Give images a class, or with None take their label away. Unknown ids are passed over.

    A label that was confirmed is not any more once it is another one.

    Raises:
        UsageError: there is no such class.
        ProjectError: it could not be saved; nothing was changed.
    """
    picked = _json(image_ids)
    with project.store.write() as db:
        name = None if class_id is None else _class(db, class_id)["name"]
        words = ("Remove the label of ", "") if name is None else ("Label ", f" as {name}")
        return _on_images(
            db, words, lambda edit: _unconfirmed(db, edit, history.change_labels(db, edit, picked, class_id))
        )


def set_split(project: Project, image_ids: Iterable[int], split: Split) -> Edit:
    """Put images into a split. Unknown ids are passed over.

    Raises:
        ProjectError: it could not be saved; nothing was changed.
    """
    picked = _json(image_ids)
    with project.store.write() as db:
        words = ("Move ", f" to {split.value}")
        return _on_images(db, words, lambda edit: history.change_splits(db, edit, picked, SPLITS.index(split)))


def set_labels(project: Project, labels: Mapping[int, int | None], name: str = "Label ") -> Edit:
    """Give each image a class of its own (None: no label) in one edit, such as accepted suggestions. `name` is the
    edit's, before the number of images. Raises what `set_label` raises.
    """
    with project.store.write() as db:
        for class_id in set(labels.values()) - {None}:
            _class(db, int(class_id or 0))
        return _on_images(
            db, (name, ""), lambda edit: _unconfirmed(db, edit, history.change_each(db, edit, "class_id", labels))
        )


def set_splits(
    project: Project, splits: Mapping[int, Split], name: str = "Split ", groups: Mapping[int, str] | None = None
) -> Edit:
    """Put each image into a split of its own in one edit, as `dividing.divide` gives them. As `set_labels`.

    `groups` are kept with it, so that these images stay together when more are divided.
    """
    places = {image: SPLITS.index(split) for image, split in splits.items()}

    def apply(edit: int) -> tuple[int, ...]:
        history.change_groups(db, edit, groups or {})
        return history.change_each(db, edit, "split", places)

    with project.store.write() as db:
        return _on_images(db, (name, ""), apply)


def set_grouping(project: Project, groups: Mapping[int, str | None]) -> Edit:
    """Give images a group (None: none), such as near-duplicates: what is divided later keeps a group in one split.

    Where images are now they stay; `dividing.divide` moves them. Unknown ids are passed over. Raises what `set_flag`
    raises.
    """
    words = ("Group ", "") if any(group is not None for group in groups.values()) else ("Ungroup ", "")
    with project.store.write() as db:
        return _on_images(db, words, lambda edit: history.change_groups(db, edit, groups))


def set_flag(project: Project, image_ids: Iterable[int], flag: Flag, on: bool = True) -> Edit:
    """Mark images as unsure, as excluded from training or their label as confirmed, or take the mark away.

    Unknown ids are passed over, and images without a label where it would be confirmed.

    Raises:
        ProjectError: it could not be saved; nothing was changed.
    """
    picked, words = _json(image_ids), _FLAG_WORDS[flag, on]
    with project.store.write() as db:
        if flag is Flag.CONFIRMED and on:
            labelled = "SELECT id FROM images WHERE class_id NOT NULL AND id IN (SELECT value FROM json_each(?))"
            picked = _json(i for (i,) in db.execute(labelled, (picked,)))
        return _on_images(db, words, lambda edit: history.change_fields(db, edit, picked, flag.value, int(on)))


def set_note(project: Project, image_ids: Iterable[int], note: str) -> Edit:
    """Write a note on images, in place of the one they have; "" takes it away. Raises what `set_flag` raises."""
    picked, note = _json(image_ids), note.strip()
    words = ("Write a note on ", "") if note else ("Remove the note of ", "")
    with project.store.write() as db:
        return _on_images(db, words, lambda edit: history.change_fields(db, edit, picked, "note", note))


def add_class(project: Project, name: str, *, colour: str | None = None, key: str | None = None) -> Edit:
    """Add a class at the end, by default with the next free colour and digit key. A key is taken from its owner.

    Raises:
        UsageError: the name is empty or taken, the colour is not `#rrggbb`, or the key is not one character.
        ProjectError: it could not be saved; nothing was changed.
    """
    with project.store.write() as db:
        name = _free_name(db, name)
        rows = db.execute("SELECT colour, key, position FROM classes WHERE gone = 0").fetchall()
        edit = history.begin(db, f"Add class {name}")
        if key is not None:
            _take_key(db, edit, _checked_key(key))
        row = {
            "name": name,
            "colour": next_colour(r[0] for r in rows) if colour is None else _checked_colour(colour),
            "key": next_key((r[1] for r in rows), name) if key is None else key,
            "position": max((r[2] for r in rows), default=-1) + 1,
        }
        history.insert_class(db, edit, row)
        return Edit(edit, f"Add class {name}", (), True)


def rename_class(project: Project, class_id: int, name: str) -> Edit:
    """Give a class another name. Raises what `add_class` raises, and UsageError if there is no such class."""
    with project.store.write() as db:
        before = _class(db, class_id)["name"]
        if name.strip() == before:
            return _NOTHING
        name = _free_name(db, name)
        return _on_class(db, f"Rename {before} to {name}", class_id, name=name)


def recolour_class(project: Project, class_id: int, colour: str) -> Edit:
    """Give a class another colour, `#rrggbb`. Raises what `add_class` raises."""
    with project.store.write() as db:
        colour, before = _checked_colour(colour), _class(db, class_id)
        if colour == before["colour"]:
            return _NOTHING
        return _on_class(db, f"Recolour {before['name']}", class_id, colour=colour)


def set_class_key(project: Project, class_id: int, key: str | None) -> Edit:
    """Give a class a key (one character), taken from the class that had it, or none. Raises what `add_class` raises."""
    with project.store.write() as db:
        before = _class(db, class_id)
        if key == before["key"]:
            return _NOTHING
        name = f"Set key of {before['name']}"
        edit = history.begin(db, name)
        if key is not None:
            _take_key(db, edit, _checked_key(key))
        history.change_class(db, edit, class_id, key=key)
        return Edit(edit, name, (), True)


def delete_class(project: Project, class_id: int) -> Edit:
    """Remove a class; its images stay and lose their label.

    Raises:
        UsageError: there is no such class.
        ProjectError: it could not be saved; nothing was changed.
    """
    with project.store.write() as db:
        name = f"Delete class {_class(db, class_id)['name']}"
        labelled = _json(i for (i,) in db.execute("SELECT id FROM images WHERE class_id = ?", (class_id,)))
        edit = history.begin(db, name)
        changed = _unconfirmed(db, edit, history.change_labels(db, edit, labelled, None))
        history.change_class(db, edit, class_id, gone=1)
        return Edit(edit, name, changed, True)


def merge_classes(project: Project, class_ids: Iterable[int], into: int) -> Edit:
    """Give the images of some classes the class `into`, and remove these classes. Raises what `delete_class` raises.

    Who merges says that these are one class: labels that were confirmed stay so.
    """
    with project.store.write() as db:
        kept = _class(db, into)["name"]
        merged = {class_id: _class(db, class_id)["name"] for class_id in class_ids if class_id != into}
        if not merged:
            return _NOTHING
        name = f"Merge {', '.join(merged.values())} into {kept}"
        edit = history.begin(db, name)
        labelled = "SELECT id FROM images WHERE class_id IN (SELECT value FROM json_each(?))"
        picked = _json(i for (i,) in db.execute(labelled, (_json(merged),)))
        changed = history.change_labels(db, edit, picked, into)
        for class_id in merged:
            history.change_class(db, edit, class_id, gone=1)
        return Edit(edit, name, changed, True)


def reorder_classes(project: Project, class_ids: Sequence[int]) -> Edit:
    """Put the classes into this order; those not named follow in the order that they have.

    Raises what `delete_class` raises.
    """
    with project.store.write() as db:
        present = [i for (i,) in db.execute("SELECT id FROM classes WHERE gone = 0 ORDER BY position, id")]
        first = [class_id for class_id in dict.fromkeys(class_ids) if _class(db, class_id)]
        order = first + [class_id for class_id in present if class_id not in set(first)]
        if order == present:
            return _NOTHING
        edit = history.begin(db, "Reorder classes")
        for position, class_id in enumerate(order):
            history.change_class(db, edit, class_id, position=position)
        return Edit(edit, "Reorder classes", (), True)


def undo(project: Project) -> Edit | None:
    """Take back the newest change, also one of an earlier session; None when there is none or an import is running.

    Raises:
        ProjectError: it could not be saved; nothing was changed.
    """
    with project.store.write() as db:
        found = history.newest(db)
        return None if found is None else history.apply(db, *found, "before")


def redo(project: Project) -> Edit | None:
    """Do again what was undone last; None when there is nothing. Raises what `undo` raises."""
    with project.store.write() as db:
        found = history.next_undone(db)
        return None if found is None else history.apply(db, *found, "after")


def undo_name(project: Project) -> str | None:
    """What `undo` would take back, in words; None when it would do nothing."""
    with project.store.read() as db:
        found = history.newest(db)
    return None if found is None else found[1]


def redo_name(project: Project) -> str | None:
    """What `redo` would do again, in words; None when it would do nothing."""
    with project.store.read() as db:
        found = history.next_undone(db)
    return None if found is None else found[1]


def redo_import(project: Project) -> int | None:
    """Return how many images `redo` would bring back; None where what it would do again is no import."""
    with project.store.read() as db:
        found = history.next_undone(db)
        images = 0 if found is None else history.imported_by(db, found[0])
    return images or None


def _on_images(db: sqlite3.Connection, words: tuple[str, str], apply: Callable[[int], tuple[int, ...]]) -> Edit:
    """Record a change of images; its name is `words` with the number of images between."""
    db.execute("SAVEPOINT change")
    edit = history.begin(db, "")
    changed = apply(edit)
    if not changed:
        db.execute("ROLLBACK TO change")
        return _NOTHING
    name = f"{words[0]}{len(changed):,} image{'' if len(changed) == 1 else 's'}{words[1]}"
    db.execute("UPDATE edits SET name = ? WHERE id = ?", (name, edit))
    return Edit(edit, name, changed, False)


def _unconfirmed(db: sqlite3.Connection, edit: int, changed: tuple[int, ...]) -> tuple[int, ...]:
    """`changed`, whose labels are others now: what a person confirmed of them was said of the label before."""
    if changed:
        marked = "SELECT id FROM images WHERE confirmed AND id IN (SELECT value FROM json_each(?))"
        history.change_fields(db, edit, _json(i for (i,) in db.execute(marked, (_json(changed),))), "confirmed", 0)
    return changed


def _on_class(db: sqlite3.Connection, words: str, class_id: int, **changes: Any) -> Edit:
    edit = history.begin(db, words)
    history.change_class(db, edit, class_id, **changes)
    return Edit(edit, words, (), True)


def _take_key(db: sqlite3.Connection, edit: int, key: str) -> None:
    for (owner,) in db.execute("SELECT id FROM classes WHERE key = ? AND gone = 0", (key,)).fetchall():
        history.change_class(db, edit, owner, key=None)


def _class(db: sqlite3.Connection, class_id: int) -> dict[str, Any]:
    row = history.class_row(db, class_id)
    if row is None or row["gone"]:
        raise UsageError("That class is not in the project any more; choose another one.")
    return row


def _free_name(db: sqlite3.Connection, name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise UsageError("A class needs a name; type at least one character.")
    if db.execute("SELECT 1 FROM classes WHERE name = ? AND gone = 0", (name,)).fetchone():
        raise UsageError(f"There is a class called {name} already; choose another name.")
    return name


def _checked_colour(colour: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise UsageError(f"A colour is written as #rrggbb, found {colour!r}.")
    return colour.lower()


def _checked_key(key: str) -> str:
    if len(key) != 1 or key.isspace():
        raise UsageError(f"A key is one character, found {key!r}.")
    return key


def _json(ids: Iterable[int]) -> str:
    return json.dumps([int(i) for i in ids])
