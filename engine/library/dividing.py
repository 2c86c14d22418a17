"""Dividing the images that a project holds: what each would get, before anything is changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from engine.errors import UsageError
from engine.library.filters import SPLITS
from engine.library.importers.split_words import split_named
from engine.library.project import Project
from engine.library.query import Labelled, labelled
from engine.library.records import Split
from engine.library.splits import allowed, joined, stratified


@dataclass(frozen=True, slots=True)
class Division:
    """How labelled images are divided.

    Only those of `again` are drawn; all others keep their split, so that a test set stays a test set. `group_by` is a
    regular expression on file names: images of a class with the same first group of it (the match, where it has none)
    stay together, as do the groups that images have, and those of `together`: lists of ids, such as near-duplicates.
    With `by_folder` the folders named after splits decide, and nothing is drawn.

    An image whose label was accepted unseen is never held out: it comes into training, or into no split where its group
    or its folder is held out.
    """

    validation_fraction: float = 0.2
    test_fraction: float = 0.0
    seed: int = 42
    group_by: str | None = None
    by_folder: bool = False
    again: frozenset[Split] = frozenset({Split.UNASSIGNED})
    together: Sequence[Sequence[int]] = ()


def divide(project: Project, division: Division) -> dict[int, Split]:
    """Return the split of each labelled image that would get another one; `edits.set_splits` applies it.

    Raises:
        UsageError: the fractions leave nothing for training, or `group_by` is no regular expression.
    """
    held_out = division.validation_fraction, division.test_fraction
    if any(not 0 <= share < 1 for share in held_out) or sum(held_out) >= 1:
        raise UsageError("The shares for validation and test are from 0 to 1 and must leave something for training.")
    try:
        pattern = re.compile(division.group_by) if division.group_by else None
    except re.error as error:
        raise UsageError(f"{division.group_by!r} is not a regular expression: {error}.") from None
    records = labelled(project)
    drawn = [record for record in records if record.split in division.again]
    if division.by_folder:
        named = {record: split for record in drawn if (split := _of_folder(record.path)) is not None}
        wanted = {record.id: allowed(split, unseen=record.unseen) for record, split in named.items()}
    else:
        wanted = _drawn(records, drawn, pattern, division)
    return {record.id: wanted[record.id] for record in drawn if wanted.get(record.id, record.split) != record.split}


def counts_after(project: Project, splits: dict[int, Split]) -> dict[int, dict[str, int]]:
    """Return how many labelled images each class (by id) would have in each split if `splits` were applied."""
    counts = Counter((r.class_id, splits.get(r.id, r.split)) for r in labelled(project))
    class_ids = sorted({class_id for class_id, _ in counts})
    return {class_id: {split.value: counts[class_id, split] for split in SPLITS} for class_id in class_ids}


def _drawn(
    records: list[Labelled], drawn: list[Labelled], pattern: re.Pattern[str] | None, division: Division
) -> dict[int, Split]:
    """A group of which some images are settled goes where these are."""
    groups = _groups(records, pattern, division.together)
    settled = {groups[r.id]: r.split for r in records if r.split not in division.again and groups[r.id] is not None}
    fractions = {Split.VALIDATION: division.validation_fraction, Split.TEST: division.test_fraction}
    keys = [groups[record.id] for record in drawn]
    splits = stratified(
        [record.class_id for record in drawn], fractions, division.seed, keys, [r.unseen for r in drawn]
    )
    return {
        r.id: split if key is None else allowed(settled.get(key, split), unseen=r.unseen)
        for r, key, split in zip(drawn, keys, splits, strict=True)
    }


def _groups(
    records: list[Labelled], pattern: re.Pattern[str] | None, together: Sequence[Sequence[int]]
) -> dict[int, int | None]:
    given = {image: number for number, members in enumerate(together) for image in members}
    groupings: list[list[Hashable | None]] = [[r.group for r in records], [given.get(r.id) for r in records]]
    if pattern is not None:
        groupings.append([_matched(record, pattern) for record in records])
    return {record.id: group for record, group in zip(records, joined(groupings), strict=True)}


def _matched(record: Labelled, pattern: re.Pattern[str]) -> str | None:
    match = pattern.search(record.path.rpartition("/")[2])
    if match is None:
        return None
    return f"{record.class_id}/{match.group(1) if match.re.groups else match.group()}"


def _of_folder(path: str) -> Split | None:
    """The outermost folder that names a split."""
    return next((split for part in path.split("/")[:-1] if (split := split_named(part)) is not None), None)
