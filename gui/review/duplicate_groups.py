"""Groups of duplicates as they are now, whatever was decided since they were found. Knows no Qt."""

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
class Twins:
    """One group as it was found: "exact", "near" or "alike", by what likeness, and its images; `shown_by` tells for
    each which one shows the same and may stay."""

    number: int
    kind: str
    similarity: float
    image_ids: tuple[int, ...]
    shown_by: tuple[int, ...]


def twins_of(rows: Iterable[Mapping[str, Any]]) -> list[Twins]:
    """From the rows of the job, in their order."""
    found = []
    for number, members in groupby(rows, key=lambda row: int(row["group"])):
        some = list(members)
        ids = tuple(int(row["image_id"]) for row in some)
        shown_by = tuple(int(row["shown_by"]) for row in some)
        found.append(Twins(number, str(some[0]["kind"]), float(some[0]["similarity"]), ids, shown_by))
    return found


def renewed(twins: Twins, records: Mapping[int, ImageRecord]) -> DuplicateGroup | None:
    """The group without images that were excluded since; None where fewer than two are left."""
    from engine.library.records import Split
    from engine.similarity.duplicates import DuplicateGroup

    left = [
        (records[i], other)
        for i, other in zip(twins.image_ids, twins.shown_by, strict=True)
        if i in records and not records[i].excluded
    ]
    images = tuple(image for image, _ in left)
    if len(images) < 2:
        return None
    splits = {image.split for image in images} - {Split.UNASSIGNED}
    labels = {image.class_id for image in images} - {None}
    shown_by = tuple(other for _, other in left)
    return DuplicateGroup(twins.kind, images, twins.similarity, len(splits) > 1, len(labels) > 1, shown_by)


def fits(group: DuplicateGroup, which: int) -> bool:
    """Whether the group is among those that are shown."""
    return which == ALL or (group.across_splits if which == ACROSS else group.labels_differ)


def read_records(project: Project, found: Sequence[Twins]) -> dict[int, ImageRecord]:
    from engine.library import query

    return {image.id: image for image in query.images(project, [i for twins in found for i in twins.image_ids])}
