"""The history as a person sees it: every edit by name, in order, and the way back or forward to any of them."""

from __future__ import annotations

from engine.errors import UsageError
from engine.language import _
from engine.library import history as recorded
from engine.library.edit_kinds import OTHER, kind_called
from engine.library.project import Project
from engine.library.records import Edit, PastEdit
from engine.library.schema import DONE, OPEN

BEGINNING = 0


def history(project: Project, newest: int | None = None) -> list[PastEdit]:
    """The edits, oldest first, also those of earlier sessions; with `newest` only that many of the last ones.

    An import that is under way is left out.
    """
    with project.store.read() as db:
        rows = db.execute(
            "SELECT id, name, created, state, kind FROM edits WHERE state != ? ORDER BY id DESC LIMIT ?",
            (OPEN, -1 if newest is None else newest),
        ).fetchall()
    return [
        PastEdit(edit, name, created, state == DONE, kind_called(kind))
        for edit, name, created, state, kind in reversed(rows)
    ]


def jump_to(project: Project, edit_id: int) -> Edit:
    """Undo or redo, in one transaction, until the edit `edit_id` is the newest that is done.

    `BEGINNING` undoes everything. The result names that edit and holds all images that were changed on the way.

    Raises:
        UsageError: there is no such edit, or an import is under way.
        ProjectError: it could not be saved; nothing was changed.
    """
    changed: set[int] = set()
    classes_changed = False
    with project.store.write() as db:
        rows = db.execute("SELECT id, name, state, kind FROM edits ORDER BY id").fetchall()
        if any(row[2] == OPEN for row in rows):
            raise UsageError(_("Images are being imported; wait until that has finished, or stop it."))
        known = {BEGINNING: ("Beginning", OTHER)} | {row[0]: (row[1], kind_called(row[3])) for row in rows}
        if edit_id not in known:
            raise UsageError(
                _("There is no edit {number} in the history; it may have been undone and replaced.").format(
                    number=edit_id
                )
            )
        back = [row for row in reversed(rows) if row[0] > edit_id and row[2] == DONE]
        forth = [row for row in rows if row[0] <= edit_id and row[2] != DONE]
        for edit, name, *_others in back + forth:
            step = recorded.apply(db, edit, name, "before" if edit > edit_id else "after")
            changed.update(step.image_ids)
            classes_changed |= step.classes_changed
    name, kind = known[edit_id]
    return Edit(edit_id, name, tuple(sorted(changed)), classes_changed, kind)
