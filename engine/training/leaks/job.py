"""Near-duplicates across the split, looked for before a training, and the groups that would keep them on one side."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.jobs.job import Cancel, Emit
from engine.library import query
from engine.library.project import Project
from engine.library.records import ImageRecord, Split
from engine.library.splits import stratified
from engine.training.feeding.data import load_images
from engine.training.frozen import assigned
from engine.training.leaks.leakage import MANY, chains, twins
from engine.training.options import TrainOptions

# What file names tell of the thing that is pictured, tried in this order: all but the last number (frames of a film),
# all but what copying adds.
PATTERNS = (r"^(.+)[_\-. ]\d+\.[^.]+$", r"^(.*\D)\d+\.[^.]+$", r"^(.+?)(?:[ _-]*(?:\(\d+\)|copy|aug)\w*)\.[^.]+$")
_AGREE = 0.9  # share of the near-duplicates that file names must bring together
_MOST = 0.9  # share that validates, also where a project trains on next to nothing


@dataclass(frozen=True, slots=True)
class LeakageParams:
    """`project` is the project's folder; where it has no validation split, who validates is decided as a training with
    these two would."""

    project: str
    validation_fraction: float = 0.2
    seed: int = 42


def find_leaks(params: LeakageParams, *, emit: Emit, cancel: Cancel) -> dict[str, Any]:
    """Look how many validation images have a near-duplicate in training, and which images belong together.

    Nothing is changed: `edits.set_splits` with the "splits" and the "grouping" does. About as many images validate
    afterwards as do now.

    Returns:
        "share" (0 to 1, of the validation images), "leaks" (whether that is enough to warn), "share_after" (with the
        groups kept together), "pattern" (the regular expression on file names that gives the groups, "" where only the
        pixels do), "groups" (their number), "grouping" and "splits": pairs of an image's id and its group or split, the
        latter for each image that the project itself has elsewhere, or in no split.

    Raises:
        EngineError: no such project.
        JobCancelled: within some files of being cancelled.
    """
    options = TrainOptions(image_size=32, validation_fraction=params.validation_fraction, seed=params.seed)
    with Project.open(Path(params.project), read_only=True) as project:
        labelled = query.labelled_images(project)
    before = {r.id: r.split for r in labelled}
    records = assigned(labelled, options)
    records = [r for r in records if r.split in {Split.TRAINING, Split.VALIDATION}]
    images, unreadable = load_images([r.file for r in records], options, emit=emit, cancel=cancel)
    good = np.setdiff1d(np.arange(len(records)), unreadable)
    records, images = [records[i] for i in good], images[good]
    labels = np.array([r.class_id for r in records], np.int64)
    share = _share(images, labels, [r.split for r in records])
    found: dict[str, Any] = {"share": share, "leaks": share >= MANY}
    cancel.check()
    links = chains(images, labels)
    groups, pattern = proposed(records, links)
    held_out = sum(r.split is Split.VALIDATION for r in records)
    splits = divided(records, groups, min(held_out / max(len(records), 1), _MOST), params.seed)
    after = _share(images, labels, [splits.get(r.id, r.split) for r in records])
    return found | {
        "share_after": after,
        "pattern": pattern,
        "groups": len(set(groups.values())),
        "grouping": [[image, group] for image, group in groups.items()],
        "splits": [[r.id, splits[r.id].value] for r in records if splits[r.id] is not before[r.id]],
    }


def _share(images: NDArray[np.uint8], labels: NDArray[np.int64], splits: Sequence[Split]) -> float:
    sides = np.array([s.value for s in splits])
    return twins(images, labels, *(np.flatnonzero(sides == s.value) for s in (Split.TRAINING, Split.VALIDATION)))


def proposed(records: Sequence[ImageRecord], links: Sequence[tuple[int, int]]) -> tuple[dict[int, str], str]:
    """A group for the images that belong together, by id; and the pattern of file names that gives it, or "".

    Names are preferred where they bring the near-duplicates `links` (pairs of places) together, because they also know
    of those that do not look alike; where they put a class into one group they say nothing.
    """
    for pattern in PATTERNS:
        groups = _by_name(records, re.compile(pattern))
        if groups and links and _agree(records, groups, links):
            return {records[i].id: group for i, group in groups.items()}, pattern
    joined = _by_links(len(records), links)
    return {records[i].id: f"alike {number}" for i, number in joined.items()}, ""


def _by_name(records: Sequence[ImageRecord], pattern: re.Pattern[str]) -> dict[int, str]:
    """By place; in the words of `dividing`, so that its own `group_by` gives the same groups."""
    found = {}
    for place, record in enumerate(records):
        match = pattern.search(record.path.rpartition("/")[2])
        if match is not None:
            found[place] = f"{record.class_id}/{match.group(1)}"
    return found


def _agree(records: Sequence[ImageRecord], groups: Mapping[int, str], links: Sequence[tuple[int, int]]) -> bool:
    inside = sum(groups.get(a) == groups.get(b) is not None for a, b in links)
    of_class: dict[int | None, Counter[str]] = defaultdict(Counter)
    for place, group in groups.items():
        of_class[records[place].class_id][group] += 1
    divisible = all(len(sizes) > 1 for sizes in of_class.values())
    return divisible and inside >= _AGREE * len(links)


def _by_links(count: int, links: Sequence[tuple[int, int]]) -> dict[int, int]:
    """The number of the component of each place that has a link."""
    root = list(range(count))

    def top(place: int) -> int:
        while root[place] != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    for a, b in links:
        root[top(a)] = top(b)
    numbers: dict[int, int] = {}
    return {p: numbers.setdefault(top(p), len(numbers) + 1) for p in sorted({p for pair in links for p in pair})}


def divided(records: Sequence[ImageRecord], groups: Mapping[int, str], fraction: float, seed: int) -> dict[int, Split]:
    """The split of each image, by id, when images of a group stay together; a new group replaces an earlier one."""
    records = [replace(r, group=groups.get(r.id, r.group)) for r in records]
    shares = {Split.TRAINING: 1 - fraction, Split.VALIDATION: fraction}
    splits = stratified([r.class_id for r in records], shares, seed, [r.group for r in records])
    return {r.id: split for r, split in zip(records, splits, strict=True)}
