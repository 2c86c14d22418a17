"""Groups of duplicates that a job found, as they are now, whatever was decided since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.library.records import ImageRecord
    from engine.similarity.duplicates import DuplicateGroup

ALL, ACROSS, DIFFER = range(3)  # which groups are shown


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """A group as it was found: its kind ("exact", "near" or "alike"), its similarity (0 to 1) and its images.

    `shown_by` tells for each image which one shows the same and may stay.
    """

    number: int
    kind: str
    similarity: float
    image_ids: tuple[int, ...]
    shown_by: tuple[int, ...]


def found_groups(rows: Iterable[Mapping[str, Any]]) -> list[FoundGroup]:
    """Return the groups in the rows of the job, in their order."""
    found = []
    for number, members in groupby(rows, key=lambda row: int(row["group"])):
        some = list(members)
        ids = tuple(int(row["image_id"]) for row in some)
        shown_by = tuple(int(row["shown_by"]) for row in some)
        found.append(FoundGroup(number, str(some[0]["kind"]), float(some[0]["similarity"]), ids, shown_by))
    return found


def renewed(found: FoundGroup, records: Mapping[int, ImageRecord]) -> DuplicateGroup | None:
    """Return the group as it is now, without images that were excluded since; None where fewer than two are left."""
    from engine.similarity.duplicates import group_of

    left = [
        (records[i], other)
        for i, other in zip(found.image_ids, found.shown_by, strict=True)
        if i in records and not records[i].excluded
    ]
    if len(left) < 2:
        return None
    images, shown_by = zip(*left, strict=True)
    return group_of(images, found.kind, found.similarity, shown_by)


def fits(group: DuplicateGroup, which: int) -> bool:
    """Return whether the group is among those that are shown."""
    return which == ALL or (group.across_splits if which == ACROSS else group.labels_differ)


def read_records(project: Project, found: Sequence[FoundGroup]) -> dict[int, ImageRecord]:
    """Return the records of all images of these groups, by id."""
    from engine.library import query

    return {image.id: image for image in query.images(project, [i for group in found for i in group.image_ids])}
