"""Dividing the images that a project holds: what each would get, before anything is changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.errors import UsageError
from engine.language import _
from engine.library.filters import SPLITS
from engine.library.importers.split_words import split_named
from engine.library.project import Project
from engine.library.query import Labelled, labelled
from engine.library.records import Split
from engine.library.splits import allowed, joined, stratified
from engine.patterns import compiled

LEAST_LEARNT = 2  # images of a class to learn from: of a single one no class can be learnt


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


@dataclass(frozen=True, slots=True)
class Divided:
    """`splits` has the split of each labelled image that would get another one; `edits.set_splits` applies it.

    `apart` are the ids of classes whose pictures are divided one by one: kept together as it was asked they would leave
    at most one to learn from. `together` are the groups of `Division.together` without pictures of these classes.
    """

    splits: dict[int, Split]
    apart: tuple[int, ...] = ()
    together: Sequence[Sequence[int]] = ()


def divide(project: Project, division: Division) -> Divided:
    """Return what each labelled image would get.

    Raises:
        UsageError: the fractions leave nothing for training, or `group_by` is no regular expression.
    """
    held_out = division.validation_fraction, division.test_fraction
    if any(not 0 <= share < 1 for share in held_out) or sum(held_out) >= 1:
        raise UsageError(_("The shares for validation and test are from 0 to 1 and must leave something for training."))
    pattern = compiled(division.group_by) if division.group_by else None
    records = labelled(project)
    drawn = [record for record in records if record.split in division.again]
    if division.by_folder:
        named = {record: split for record in drawn if (split := _of_folder(record.path)) is not None}
        wanted = {record.id: allowed(split, unseen=record.unseen) for record, split in named.items()}
        apart: set[int] = set()
    else:
        wanted, apart = _learnable(records, drawn, pattern, division)
    splits = {r.id: wanted[r.id] for r in drawn if wanted.get(r.id, r.split) != r.split}
    return Divided(splits, tuple(sorted(apart)), _without(division.together, records, apart))


def starved(before: Mapping[int | None, int], after: Mapping[int | None, int]) -> set[int]:
    """Return the ids of classes that would have too few images to learn from `after` their pictures were put together,
    and have enough of them `before`; both count the training images of each class.
    """
    return {cls for cls, count in before.items() if cls is not None and after.get(cls, 0) < LEAST_LEARNT <= count}


def counts_after(project: Project, splits: dict[int, Split]) -> dict[int, dict[str, int]]:
    """Return how many labelled images each class (by id) would have in each split if `splits` were applied."""
    counts = Counter((r.class_id, splits.get(r.id, r.split)) for r in labelled(project))
    class_ids = sorted({class_id for class_id, _ in counts})
    return {class_id: {split.value: counts[class_id, split] for split in SPLITS} for class_id in class_ids}


def _learnable(
    records: list[Labelled], drawn: list[Labelled], pattern: re.Pattern[str] | None, division: Division
) -> tuple[dict[int, Split], set[int]]:
    """Return the split of each drawn image, and the classes that are divided one by one so that they can be learnt."""

    def learnt(splits: Mapping[int, Split]) -> Counter[int | None]:
        return Counter(r.class_id for r in records if splits.get(r.id, r.split) is Split.TRAINING)

    apart: set[int] = set()
    if pattern is None and not division.together:
        return _drawn(records, drawn, pattern, division, apart), apart
    one_by_one = learnt(_drawn(records, drawn, None, replace(division, together=()), apart))
    while True:
        splits = _drawn(records, drawn, pattern, division, apart)
        more = starved(one_by_one, learnt(splits)) - apart
        if not more:
            return splits, apart
        apart |= more


def _drawn(
    records: list[Labelled],
    drawn: list[Labelled],
    pattern: re.Pattern[str] | None,
    division: Division,
    apart: Collection[int],
) -> dict[int, Split]:
    """A group of which some images are settled goes where these are."""
    groups = _groups(records, pattern, _without(division.together, records, apart), apart)
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


def _without(
    together: Sequence[Sequence[int]], records: Sequence[Labelled], apart: Collection[int]
) -> Sequence[Sequence[int]]:
    """Return the groups without images of some classes; of a group that falls to one image nothing is left."""
    if not apart:
        return together
    alone = {r.id for r in records if r.class_id in apart}
    left = [[image for image in group if image not in alone] for group in together]
    return [group for group in left if len(group) > 1]


def _groups(
    records: list[Labelled],
    pattern: re.Pattern[str] | None,
    together: Sequence[Sequence[int]],
    apart: Collection[int],
) -> dict[int, int | None]:
    given = {image: number for number, members in enumerate(together) for image in members}
    groupings: list[list[Hashable | None]] = [[r.group for r in records], [given.get(r.id) for r in records]]
    if pattern is not None:
        groupings.append([None if r.class_id in apart else _matched(r, pattern) for r in records])
    return {record.id: group for record, group in zip(records, joined(groupings), strict=True)}


def _matched(record: Labelled, pattern: re.Pattern[str]) -> str | None:
    match = pattern.search(record.path.rpartition("/")[2])
    if match is None:
        return None
    return f"{record.class_id}/{match.group(1) if match.re.groups else match.group()}"


def _of_folder(path: str) -> Split | None:
    """The outermost folder that names a split."""
    return next((split for part in path.split("/")[:-1] if (split := split_named(part)) is not None), None)
