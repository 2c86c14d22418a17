"""The job that looks for leaks before a training, and proposes groups that would keep near-duplicates on one side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result, omitted
from engine.library import query
from engine.library.dividing import starved
from engine.library.project import Project
from engine.library.records import ImageRecord, Split
from engine.library.splits import stratified
from engine.similarity.leaks import MANY, leaking_share, near_duplicate_pairs, proposed_groups
from engine.training.data.loading import load_images
from engine.training.frozen import assigned
from engine.training.options import TrainOptions

_MOST = 0.9  # share that validates, also where a project trains on next to nothing


@dataclass(frozen=True, slots=True)
class LeakParams:
    """`project` is the project's folder; where it has no validation split, who validates is decided as a training with
    these two would."""

    project: str
    validation_fraction: float = 0.2
    seed: int = 42


@dataclass(frozen=True, slots=True, eq=False)
class LeakReport(Result):
    """Near-duplicates on both sides of a split, and what would keep them together.

    `share` (0 to 1) of the validation images have one in training; `leaks` tells whether that is enough to warn,
    `share_after` what it would be with groups kept together. `pattern` is the regular expression on file names that
    gives the groups, "" where only the pixels do; `groups` is their number. `grouping` and `splits` are pairs of an
    image's id and its group or split, the latter for each image that the project itself has elsewhere, or in no split.
    `apart` are the ids and names of classes that stay as they are: kept together, their pictures, which are nearly all
    alike, would leave at most one to learn from. `mended` tells whether the project was changed so; None where that was
    not asked.
    """

    share: float
    leaks: bool
    share_after: float
    pattern: str
    groups: int
    grouping: list[tuple[int, str]]
    splits: list[tuple[int, str]]
    mended: bool | None = omitted()
    apart: list[tuple[int, str]] = field(default_factory=list)


def find_leaks(params: LeakParams, *, emit: Emit, cancel: Cancel) -> LeakReport:
    """Find how many validation images have a near-duplicate in training, and which images belong together.

    Nothing is changed: `edits.set_splits` with the splits and the grouping does. About as many images validate
    afterwards as do now.

    Raises:
        EngineError: no such project.
        JobCancelled: within some files of being cancelled.
    """
    options = TrainOptions(image_size=32, validation_fraction=params.validation_fraction, seed=params.seed)
    with Project.open(Path(params.project), read_only=True) as project:
        labelled = query.labelled_images(project)
        names = query.class_names(project)
    before = {r.id: r.split for r in labelled}
    records = assigned(labelled, options)
    records = [r for r in records if r.split in {Split.TRAINING, Split.VALIDATION}]
    images, unreadable = load_images([r.file for r in records], options, emit=emit, cancel=cancel)
    good = np.setdiff1d(np.arange(len(records)), unreadable)
    records, images = [records[i] for i in good], images[good]
    labels = np.array([r.class_id for r in records], np.int64)
    share = _share(images, labels, [r.split for r in records])
    cancel.check()
    links = near_duplicate_pairs(images, labels)
    groups, pattern = proposed_groups(records, links)
    held_out = sum(r.split is Split.VALIDATION for r in records)
    splits, groups, apart = kept_together(records, groups, min(held_out / max(len(records), 1), _MOST), params.seed)
    after = _share(images, labels, [splits.get(r.id, r.split) for r in records])
    return LeakReport(
        share=share,
        leaks=share >= MANY,
        share_after=after,
        pattern=pattern,
        groups=len(set(groups.values())),
        grouping=list(groups.items()),
        splits=[(r.id, splits[r.id].value) for r in records if splits[r.id] is not before[r.id]],
        apart=[(cls, names[cls]) for cls in sorted(apart)],
    )


def _share(images: NDArray[np.uint8], labels: NDArray[np.int64], splits: Sequence[Split]) -> float:
    sides = np.array([s.value for s in splits])
    return leaking_share(
        images, labels, *(np.flatnonzero(sides == s.value) for s in (Split.TRAINING, Split.VALIDATION))
    )


def kept_together(
    records: Sequence[ImageRecord], groups: Mapping[int, str], fraction: float, seed: int
) -> tuple[dict[int, Split], dict[int, str], set[int]]:
    """Return the split of each image, by id, when groups stay together; the groups; and the classes left out of that.

    A class that would have at most one image to learn from keeps its splits, and its images are in no group.
    """
    apart: set[int] = set()
    while True:
        others = [r for r in records if r.class_id not in apart]
        there = {r.id for r in others}
        kept = {image: group for image, group in groups.items() if image in there}
        splits = {r.id: r.split for r in records if r.class_id in apart}
        splits |= divided(others, kept, fraction, seed) if others else {}
        learnt, now = (
            Counter(r.class_id for r in others if side[r.id] is Split.TRAINING)
            for side in (splits, {r.id: r.split for r in others})
        )
        more = starved(now, learnt)
        if not more:
            return splits, kept, apart
        apart |= more


def divided(records: Sequence[ImageRecord], groups: Mapping[int, str], fraction: float, seed: int) -> dict[int, Split]:
    """Return the split of each image, by id, when groups stay together; a new group replaces an earlier one."""
    records = [replace(r, group=groups.get(r.id, r.group)) for r in records]
    shares = {Split.TRAINING: 1 - fraction, Split.VALIDATION: fraction}
    splits = stratified(
        [r.class_id for r in records], shares, seed, [r.group for r in records], [r.unseen for r in records]
    )
    return {r.id: split for r, split in zip(records, splits, strict=True)}
