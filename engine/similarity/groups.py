"""Which images belong into one split because they show the same thing: near-duplicates, and sequences of frames.

Likeness alone does not hold a sequence together: the first frame of a sign that a car approaches is 20 pixels wide and
the last one 100. Where neighbours by name (`00012_00003_00007.png`, `00012_00003_00008.png`) are near-duplicates far
more often than chance has it, these names number the frames of sequences, and each sequence is one group. Names that
number everything that a class has, such as those of a camera, say nothing and are left alone. Measured on the German
traffic signs: 45 % of such neighbours are near-duplicates; of signs in no order, pets and digits 0.1 % and less.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.library import query
from engine.library.project import Project
from engine.library.records import ImageRecord
from engine.library.splits import joined
from engine.similarity.duplicates import SIMILARITY, duplicate_groups

_LAST_NUMBER = re.compile(r"\d+(?=\D*$)")
_ALIKE_IN_SEQUENCES = 0.2  # share of neighbours


@dataclass(frozen=True, slots=True)
class GroupParams:
    """`similarity` is the least correlation of details of near-duplicates, up to 1."""

    project: str
    similarity: float = SIMILARITY


@dataclass(frozen=True, slots=True, eq=False)
class NearGroups(Result):
    """`groups` are lists of image ids, two and more each; `images` are in groups, of those that were `looked_at`."""

    groups: list[list[int]]
    images: int
    sequences: int
    looked_at: int


def near_groups(params: GroupParams, *, emit: Emit, cancel: Cancel, project: Project | None = None) -> NearGroups:
    """Find the images of the open `project`, or else of `params.project`, that belong into one split. Changes nothing.

    Groups that images have already, such as those that an import made, are kept whole.

    Raises:
        ProjectError: the project cannot be opened.
        JobCancelled: within some files of being cancelled.
    """
    if project is None:
        with Project.open(Path(params.project), read_only=True) as opened:
            return near_groups(params, emit=emit, cancel=cancel, project=opened)
    ids = query.image_ids(project, query.Filter())
    images = [image for image in query.images(project, ids) if not image.excluded]
    near = {
        image.id: number
        for number, group in enumerate(duplicate_groups(images, params.similarity, emit=emit, cancel=cancel))
        for image in group.images
    }
    alike = [near.get(image.id) for image in images]
    sequences = _sequences(images, alike)
    groups: dict[int, list[int]] = defaultdict(list)
    for image, group in zip(images, joined([alike, sequences, [image.group for image in images]]), strict=True):
        if group is not None:
            groups[group].append(image.id)
    found = list(groups.values())
    return NearGroups(found, sum(map(len, found)), len(set(sequences) - {None}), len(images))


def _sequences(images: Sequence[ImageRecord], alike: Sequence[int | None]) -> list[Hashable | None]:
    """Return the sequence of each image, None for none. `images` are in the order of their paths."""
    series: dict[tuple[int, str], list[int]] = defaultdict(list)
    for place, image in enumerate(images):
        folder, slash, name = image.path.rpartition("/")
        stem, dot, suffix = name.rpartition(".")
        series[image.source_id, f"{folder}{slash}{_LAST_NUMBER.sub('#', stem, count=1)}{dot}{suffix}"].append(place)
    of_class: dict[tuple[int, int | None], list[tuple[int, str]]] = defaultdict(list)
    for key, places in series.items():
        if len(places) > 1:
            of_class[key[0], images[places[0]].class_id].append(key)
    by_source: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for (source, _), keys in of_class.items():
        if len(keys) > 1:  # one series that is all of a class divides nothing
            by_source[source] += keys
    result: list[Hashable | None] = [None] * len(images)
    for keys in by_source.values():
        neighbours = [pair for key in keys for pair in pairwise(series[key])]
        same = sum(alike[one] is not None and alike[one] == alike[other] for one, other in neighbours)
        if same >= _ALIKE_IN_SEQUENCES * len(neighbours):
            for key in keys:
                for place in series[key]:
                    result[place] = key
    return result


def merged_groups(project: Project, groups: Iterable[Sequence[int]]) -> dict[int, str]:
    """Return the name of the group of each image (by id) when each of `groups` is to be together.

    What was together stays together: groups of the project that a new one touches are merged into one, under the first
    of their names, so that images outside of `groups` may be among the result.
    """
    number = {image: n for n, members in enumerate(groups) for image in members}
    records = query.images(project, query.image_ids(project, query.Filter(problems=None)))
    taken = {image.group for image in records if image.group}
    merged: dict[int, list[ImageRecord]] = defaultdict(list)
    new, had = [number.get(image.id) for image in records], [image.group for image in records]
    for image, group in zip(records, joined([new, had]), strict=True):
        if group is not None:
            merged[group].append(image)
    chosen: dict[
        int, list[ImageRecord]
    ] = {}  # by the first of `groups` in each, as new names are numbered in this order
    for members in merged.values():
        if numbers := [number[image.id] for image in members if image.id in number]:
            chosen[min(numbers)] = members
    names: dict[int, str] = {}
    for _, members in sorted(chosen.items()):
        name = min((image.group for image in members if image.group), default="") or _free(taken)
        taken.add(name)
        names |= dict.fromkeys((image.id for image in members), name)
    return names


def _free(taken: Collection[str]) -> str:
    """Return a name that no group has."""
    return next(name for n in itertools.count(1) if (name := f"duplicates {n}") not in taken)
