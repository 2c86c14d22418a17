"""Every change that a person makes to labels, splits and classes: one transaction each, undone and redone at will.

A change that changes nothing is not recorded; it comes back as an `Edit` with id 0 and no images.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.errors import UsageError
from engine.language import _, marked
from engine.library import check_images, history
from engine.library.edit_kinds import EditKind, edit_kind
from engine.library.filters import SPLITS
from engine.library.palette import next_colour, next_key
from engine.library.project import Project
from engine.library.records import Edit, Flag, Split

_NOTHING = Edit(0, "", (), False)
SPLIT_NAMES = {
    Split.TRAINING: marked("training"),
    Split.VALIDATION: marked("validation"),
    Split.TEST: marked("test"),
    Split.UNASSIGNED: marked("unassigned"),
}
LABEL = edit_kind("label", marked("Label {images} as {name}"))
REMOVE_LABEL = edit_kind("remove label", marked("Remove the label of {images}"))
LABEL_EACH = edit_kind("label each", marked("Label {images}"))
ACCEPT_SUGGESTIONS = edit_kind("accept suggestions", marked("Accept suggestions for {images}"))
ACCEPT_UNSEEN = edit_kind("accept unseen", marked("Accept suggestions for {images} unseen"))
TAKE_BACK_UNSEEN = edit_kind("take back unseen", marked("Take back the suggestions of {images} accepted unseen"))
TAKE_PREDICTION = edit_kind("take prediction", marked("Take the prediction as label of {images}"))
TAKE_SUGGESTION = edit_kind("take suggestion", marked("Take suggestion for {images}"))
MOVES = {
    Split.TRAINING: edit_kind("move to training", marked("Move {images} to training")),
    Split.VALIDATION: edit_kind("move to validation", marked("Set {images} aside to check")),
    Split.TEST: edit_kind("move to test", marked("Move {images} to test")),
    Split.UNASSIGNED: edit_kind("move out of splits", marked("Take {images} out of the splits")),
}
SPLIT = edit_kind("split", marked("Split {images}"))
SET_ASIDE = edit_kind("set aside", marked("Divide {images} for training and checking"))
JOIN_DUPLICATES = edit_kind("join duplicates", marked("Bring duplicates together: {images}"))
GROUP = edit_kind("group", marked("Group {images}"))
UNGROUP = edit_kind("ungroup", marked("Ungroup {images}"))
WRITE_NOTE = edit_kind("write note", marked("Write a note on {images}"), is_mark=True)
REMOVE_NOTE = edit_kind("remove note", marked("Remove the note of {images}"), is_mark=True)
MAKE_CLASS = edit_kind("make class", marked("Make {images} the class {name}"))
ADD_CLASS = edit_kind("add class", marked("Add class {name}"))
RENAME_CLASS = edit_kind("rename class", marked("Rename {name} to {new}"))
RECOLOUR_CLASS = edit_kind("recolour class", marked("Recolour {name}"))
SET_KEY = edit_kind("set key", marked("Set key of {name}"))
DELETE_CLASS = edit_kind("delete class", marked("Delete class {name}"))
MERGE_CLASSES = edit_kind("merge classes", marked("Merge {merged} into {name}"))
REORDER_CLASSES = edit_kind("reorder classes", marked("Reorder classes"))
_FLAG_KINDS = {
    (Flag.UNSURE, True): edit_kind("mark unsure", marked("Mark {images} as unsure"), is_mark=True),
    (Flag.UNSURE, False): edit_kind("mark sure", marked("Mark {images} as sure"), is_mark=True),
    (Flag.EXCLUDED, True): edit_kind("exclude", marked("Exclude {images} from training")),
    (Flag.EXCLUDED, False): edit_kind("include", marked("Let {images} be trained on")),
    (Flag.CONFIRMED, True): edit_kind("confirm", marked("Confirm the label of {images}")),  # it may check then
    (Flag.CONFIRMED, False): edit_kind(
        "take back confirmation", marked("Take back the confirmation of {images}"), is_mark=True
    ),
    (Flag.UNSEEN, True): edit_kind("not looked at", marked("Mark {images} as not looked at")),
    (Flag.UNSEEN, False): edit_kind("looked at", marked("Mark {images} as looked at")),
}


def set_label(project: Project, image_ids: Iterable[int], class_id: int | None) -> Edit:
    """Give images a class, or with None take their label away. Unknown ids are passed over.

    A label that was confirmed is not any more once it is another one. One that was accepted unseen has been looked at,
    also where it stays the same.

    Raises:
        UsageError: there is no such class.
        ProjectError: it could not be saved; nothing was changed.
    """
    picked = _json(image_ids)
    with project.store.write() as db:
        kind, name = (REMOVE_LABEL, "") if class_id is None else (LABEL, _class(db, class_id)["name"])

        def apply(edit: int) -> tuple[int, ...]:
            changed = _take_back_confirmation(db, edit, history.change_labels(db, edit, picked, class_id))
            return _mark_looked_at(db, edit, picked, changed)

        return on_images(db, kind, apply, name=name)


def set_split(project: Project, image_ids: Iterable[int], split: Split) -> Edit:
    """Put images into a split. Unknown ids are passed over.

    Raises:
        ProjectError: it could not be saved; nothing was changed.
    """
    picked = _json(image_ids)
    with project.store.write() as db:
        place = SPLITS.index(split)
        return on_images(db, MOVES[split], lambda edit: history.change_splits(db, edit, picked, place))


def set_labels(project: Project, labels: Mapping[int, int | None], kind: EditKind = LABEL_EACH) -> Edit:
    """Give each image a class of its own (None: no label) in one edit, such as accepted suggestions.

    Raises what `set_label` raises.
    """
    with project.store.write() as db:
        for class_id in set(labels.values()) - {None}:
            _class(db, int(class_id or 0))

        def apply(edit: int) -> tuple[int, ...]:
            changed = _take_back_confirmation(db, edit, history.change_each(db, edit, "class_id", labels))
            return _mark_looked_at(db, edit, _json(labels), changed)

        return on_images(db, kind, apply)


def accept_unseen(project: Project, labels: Mapping[int, int]) -> Edit:
    """Label images as suggested, many at once: the labels are `Flag.UNSEEN` until somebody has looked at them.

    Images that have a label are passed over. Raises what `set_label` raises.
    """
    with project.store.write() as db:
        for class_id in set(labels.values()):
            _class(db, class_id)
        open_ = "SELECT id FROM images WHERE class_id IS NULL AND id IN (SELECT value FROM json_each(?))"
        wanted = {i: labels[i] for (i,) in db.execute(open_, (_json(labels),))}

        def apply(edit: int) -> tuple[int, ...]:
            changed = history.change_each(db, edit, "class_id", wanted)
            history.change_fields(db, edit, _json(changed), "unseen", 1)
            return changed

        return on_images(db, ACCEPT_UNSEEN, apply)


def take_back_unseen(project: Project, image_ids: Iterable[int] | None = None) -> Edit:
    """Take the label away from the images (None: all) whose label was accepted unseen and still is.

    Raises:
        ProjectError: it could not be saved; nothing was changed.
    """
    with project.store.write() as db:
        unseen = _json(i for (i,) in db.execute("SELECT id FROM images WHERE unseen AND state >= 0"))
        if image_ids is not None:
            unseen = _json(set(json.loads(unseen)).intersection(image_ids))

        def apply(edit: int) -> tuple[int, ...]:
            history.change_labels(db, edit, unseen, None)
            return history.change_fields(db, edit, unseen, "unseen", 0)

        return on_images(db, TAKE_BACK_UNSEEN, apply)


def look_at(project: Project, image_ids: Iterable[int]) -> Edit:
    """Keep that somebody has looked at images, so that their labels are no longer `Flag.UNSEEN`.

    This is a fact and no decision: the history does not list it, and undo does not make it undone. `set_flag` is for
    who says so of many images.

    Raises:
        ProjectError: it could not be saved; nothing was changed.
    """
    with project.store.write() as db:
        unseen = "SELECT id FROM images WHERE id IN (SELECT value FROM json_each(?)) AND +unseen AND state >= 0"
        found = tuple(i for (i,) in db.execute(unseen, (_json(image_ids),)))
        db.execute("UPDATE images SET unseen = 0 WHERE id IN (SELECT value FROM json_each(?))", (_json(found),))
        splits = check_images.divided(db, found)
        db.executemany("UPDATE images SET split = ? WHERE id = ?", [(split, image) for image, split in splits.items()])
        return replace(_NOTHING, image_ids=found)


def set_splits(
    project: Project, splits: Mapping[int, Split], kind: EditKind = SPLIT, groups: Mapping[int, str] | None = None
) -> Edit:
    """Put each image into a split of its own in one edit, as `dividing.divide` gives them. As `set_labels`.

    `groups` are kept with it, so that these images stay together when more are divided.
    """
    places = {image: SPLITS.index(split) for image, split in splits.items()}

    def apply(edit: int) -> tuple[int, ...]:
        history.change_groups(db, edit, groups or {})
        return history.change_each(db, edit, "split", places)

    with project.store.write() as db:
        return on_images(db, kind, apply)


def set_grouping(project: Project, groups: Mapping[int, str | None]) -> Edit:
    """Give images a group (None: none), such as near-duplicates: what is divided later keeps a group in one split.

    Where images are now they stay; `dividing.divide` moves them. Unknown ids are passed over. Raises what `set_flag`
    raises.
    """
    kind = GROUP if any(group is not None for group in groups.values()) else UNGROUP
    with project.store.write() as db:
        return on_images(db, kind, lambda edit: history.change_groups(db, edit, groups))


def set_flag(project: Project, image_ids: Iterable[int], flag: Flag, on: bool = True) -> Edit:
    """Mark images as unsure, as excluded from training, or their label as confirmed or unseen, or take the mark away.

    Who confirms a label has looked at it. Unknown ids are passed over, and images without a label where the mark is
    one of their label.

    Raises:
        ProjectError: it could not be saved; nothing was changed.
    """
    picked, kind = _json(image_ids), _FLAG_KINDS[flag, on]
    with project.store.write() as db:
        if flag in (Flag.CONFIRMED, Flag.UNSEEN) and on:
            labelled = "SELECT id FROM images WHERE class_id NOT NULL AND id IN (SELECT value FROM json_each(?))"
            picked = _json(i for (i,) in db.execute(labelled, (picked,)))

        def apply(edit: int) -> tuple[int, ...]:
            if flag is Flag.UNSEEN and not on:
                return _mark_looked_at(db, edit, picked, ())
            changed = history.change_fields(db, edit, picked, flag.value, int(on))
            return _mark_looked_at(db, edit, picked, changed) if flag is Flag.CONFIRMED and on else changed

        return on_images(db, kind, apply)


def set_note(project: Project, image_ids: Iterable[int], note: str) -> Edit:
    """Write a note on images, in place of the one they have; "" takes it away. Raises what `set_flag` raises."""
    picked, note = _json(image_ids), note.strip()
    kind = WRITE_NOTE if note else REMOVE_NOTE
    with project.store.write() as db:
        return on_images(db, kind, lambda edit: history.change_fields(db, edit, picked, "note", note))


def add_class(project: Project, name: str, *, colour: str | None = None, key: str | None = None) -> Edit:
    """Add a class at the end, by default with the next free colour and digit key. A key is taken from its owner.

    Raises:
        UsageError: the name is empty or taken, the colour is not `#rrggbb`, or the key is not one character.
        ProjectError: it could not be saved; nothing was changed.
    """
    with project.store.write() as db:
        name = _free_name(db, name)
        made = _begin(db, ADD_CLASS, name=name)
        _insert_class(db, made.id, name, colour, key)
        return made


def make_class(project: Project, image_ids: Iterable[int], name: str) -> Edit:
    """Add a class and label these images with it, in one edit. Unknown ids are passed over.

    Raises what `add_class` raises, and UsageError where none of the images is in the project.
    """
    picked = _json(image_ids)
    with project.store.write() as db:
        name = _free_name(db, name)
        made = _begin(db, MAKE_CLASS, name=name)
        class_id = _insert_class(db, made.id, name, None, None)
        changed = _take_back_confirmation(db, made.id, history.change_labels(db, made.id, picked, class_id))
        changed = _mark_looked_at(db, made.id, picked, changed)
        if not changed:
            raise UsageError(_("There are no images to make a class of; select some first."))
        told = MAKE_CLASS.name_of(len(changed), name=name)
        history.rename(db, made.id, told)
        return replace(made, name=told, image_ids=changed)


def rename_class(project: Project, class_id: int, name: str) -> Edit:
    """Give a class another name. Raises what `add_class` raises, and UsageError if there is no such class."""
    with project.store.write() as db:
        before = _class(db, class_id)["name"]
        if name.strip() == before:
            return _NOTHING
        name = _free_name(db, name)
        return _on_class(db, _begin(db, RENAME_CLASS, name=before, new=name), class_id, name=name)


def recolour_class(project: Project, class_id: int, colour: str) -> Edit:
    """Give a class another colour, `#rrggbb`. Raises what `add_class` raises."""
    with project.store.write() as db:
        colour, before = _checked_colour(colour), _class(db, class_id)
        if colour == before["colour"]:
            return _NOTHING
        return _on_class(db, _begin(db, RECOLOUR_CLASS, name=before["name"]), class_id, colour=colour)


def set_class_key(project: Project, class_id: int, key: str | None) -> Edit:
    """Give a class a key (one character), taken from the class that had it, or none. Raises what `add_class` raises."""
    with project.store.write() as db:
        before = _class(db, class_id)
        if key == before["key"]:
            return _NOTHING
        made = _begin(db, SET_KEY, name=before["name"])
        if key is not None:
            _take_key(db, made.id, _checked_key(key))
        return _on_class(db, made, class_id, key=key)


def delete_class(project: Project, class_id: int) -> Edit:
    """Remove a class; its images stay and lose their label.

    Raises:
        UsageError: there is no such class.
        ProjectError: it could not be saved; nothing was changed.
    """
    with project.store.write() as db:
        name = _class(db, class_id)["name"]
        labelled = _json(i for (i,) in db.execute("SELECT id FROM images WHERE class_id = ?", (class_id,)))
        made = _begin(db, DELETE_CLASS, name=name)
        changed = _take_back_confirmation(db, made.id, history.change_labels(db, made.id, labelled, None))
        _mark_looked_at(db, made.id, labelled, changed)
        return _on_class(db, replace(made, image_ids=changed), class_id, gone=1)


def merge_classes(project: Project, class_ids: Iterable[int], into: int) -> Edit:
    """Give the images of some classes the class `into`, and remove these classes. Raises what `delete_class` raises.

    Who merges says that these are one class: labels that were confirmed or accepted unseen stay so.
    """
    with project.store.write() as db:
        kept = _class(db, into)["name"]
        merged = {class_id: _class(db, class_id)["name"] for class_id in class_ids if class_id != into}
        if not merged:
            return _NOTHING
        made = _begin(db, MERGE_CLASSES, merged=", ".join(merged.values()), name=kept)
        labelled = "SELECT id FROM images WHERE class_id IN (SELECT value FROM json_each(?))"
        picked = _json(i for (i,) in db.execute(labelled, (_json(merged),)))
        changed = history.change_labels(db, made.id, picked, into)
        for class_id in merged:
            history.change_class(db, made.id, class_id, gone=1)
        return replace(made, image_ids=changed)


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
        made = _begin(db, REORDER_CLASSES)
        for position, class_id in enumerate(order):
            history.change_class(db, made.id, class_id, position=position)
        return made


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


def on_images(db: sqlite3.Connection, kind: EditKind, apply: Callable[[int], tuple[int, ...]], **facts: str) -> Edit:
    """Record a change of images: `apply` makes it by the functions of `history`, given the edit's id, and returns those
    that are changed. `facts` go into the words of `kind`.
    """
    db.execute("SAVEPOINT change")
    edit = history.begin(db, kind, "")
    changed = apply(edit)
    if not changed:
        db.execute("ROLLBACK TO change")
        return _NOTHING
    name = kind.name_of(len(changed), **facts)
    history.rename(db, edit, name)
    return Edit(edit, name, changed, False, kind)


def _begin(db: sqlite3.Connection, kind: EditKind, **facts: str) -> Edit:
    """Begin a change of classes."""
    name = kind.name_of(**facts)
    return Edit(history.begin(db, kind, name), name, (), True, kind)


def _take_back_confirmation(db: sqlite3.Connection, edit: int, changed: tuple[int, ...]) -> tuple[int, ...]:
    """`changed`, whose labels are others now: what a person confirmed of them was said of the label before."""
    if changed:
        confirmed = "SELECT id FROM images WHERE confirmed AND id IN (SELECT value FROM json_each(?))"
        history.change_fields(db, edit, _json(i for (i,) in db.execute(confirmed, (_json(changed),))), "confirmed", 0)
    return changed


def _mark_looked_at(db: sqlite3.Connection, edit: int, picked: str, changed: tuple[int, ...]) -> tuple[int, ...]:
    """`changed`, and those of the JSON list `picked` whose label was accepted unseen: a person decides on it now.

    First labels, and those that are looked at now, get their split (`check_images`).
    """
    looked_at = history.change_fields(db, edit, picked, "unseen", 0)
    first = "SELECT image_id FROM label_changes WHERE edit_id = ? AND before IS NULL AND after NOT NULL"
    new = {*looked_at, *(i for (i,) in db.execute(first, (edit,)))}
    history.change_each(db, edit, "split", check_images.divided(db, new))
    return tuple(dict.fromkeys((*changed, *looked_at)))


def _on_class(db: sqlite3.Connection, made: Edit, class_id: int, **changes: Any) -> Edit:
    history.change_class(db, made.id, class_id, **changes)
    return made


def _insert_class(db: sqlite3.Connection, edit: int, name: str, colour: str | None, key: str | None) -> int:
    """Add a class at the end; returns its id."""
    rows = db.execute("SELECT colour, key, position FROM classes WHERE gone = 0").fetchall()
    if key is not None:
        _take_key(db, edit, _checked_key(key))
    row = {
        "name": name,
        "colour": next_colour(r[0] for r in rows) if colour is None else _checked_colour(colour),
        "key": next_key((r[1] for r in rows), name) if key is None else key,
        "position": max((r[2] for r in rows), default=-1) + 1,
    }
    return history.insert_class(db, edit, row)


def _take_key(db: sqlite3.Connection, edit: int, key: str) -> None:
    for (owner,) in db.execute("SELECT id FROM classes WHERE key = ? AND gone = 0", (key,)).fetchall():
        history.change_class(db, edit, owner, key=None)


def _class(db: sqlite3.Connection, class_id: int) -> dict[str, Any]:
    row = history.class_row(db, class_id)
    if row is None or row["gone"]:
        raise UsageError(_("That class is not in the project any more; choose another one."))
    return row


def _free_name(db: sqlite3.Connection, name: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", name).split())  # as imports write them, whatever was pasted
    if not name:
        raise UsageError(_("A class needs a name; type at least one character."))
    if db.execute("SELECT 1 FROM classes WHERE name = ? AND gone = 0", (name,)).fetchone():
        raise UsageError(_("There is a class called {name} already; choose another name.").format(name=name))
    return name


def _checked_colour(colour: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise UsageError(_("A colour is written as #rrggbb, found {colour!r}.").format(colour=colour))
    return colour.lower()


def _checked_key(key: str) -> str:
    if len(key) != 1 or key.isspace():
        raise UsageError(_("A key is one character, found {key!r}.").format(key=key))
    return key


def _json(ids: Iterable[int]) -> str:
    return json.dumps([int(i) for i in ids])
