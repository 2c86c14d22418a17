"""What every page shows of the project: its classes, counts and the names of what can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.library.records import ClassCount, ClassRecord, Edit, ImageRecord, Summary


@dataclass(frozen=True, slots=True)
class Overview:
    """Read again after each change: classes and names at once, counts a moment later."""

    classes: tuple[ClassRecord, ...]
    counts: tuple[ClassCount, ...]
    summary: Summary | None
    undo_name: str | None
    redo_name: str | None


EMPTY = Overview((), (), None, None, None)


@dataclass(frozen=True, slots=True)
class Saved:
    """An edit that is on disk, with all that must be on screen in the same blink.

    `records` are those of the changed images that were on screen; `classes` is None when they did not change.
    """

    edit: Edit
    records: list[ImageRecord]
    classes: tuple[ClassRecord, ...] | None
    undo_name: str | None
    redo_name: str | None


def read_overview(project: Project) -> Overview:
    """Everything; counting takes some milliseconds for each 10,000 images."""
    from engine.library import edits, query

    return Overview(
        classes=tuple(query.classes(project)),
        counts=tuple(query.class_counts(project)),
        summary=query.summary(project),
        undo_name=edits.undo_name(project),
        redo_name=edits.redo_name(project),
    )


def read_saved(project: Project, edit: Edit, on_screen: frozenset[int]) -> Saved:
    """What must be shown of an edit at once; counts nothing."""
    from engine.library import edits, query

    few = len(edit.image_ids) <= MOST_AT_ONCE
    wanted = [i for i in edit.image_ids if few or i in on_screen]
    return Saved(
        edit=edit,
        records=query.images(project, wanted) if wanted else [],
        classes=tuple(query.classes(project)) if edit.classes_changed else None,
        undo_name=edits.undo_name(project),
        redo_name=edits.redo_name(project),
    )


MOST_AT_ONCE = 64
