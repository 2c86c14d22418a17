"""Duplicates: pictures that are in a project more than once."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import ImageProblem
from engine.events import ProblemFound, Progress
from engine.jobs.job import Cancel, Emit
from engine.jobs.throttle import Throttle
from engine.language import marked
from engine.library.records import ImageRecord, Split
from engine.similarity.fingerprints import SIDE, fingerprint, matches_of, matching_pairs
from engine.similarity.look_alikes import look_alike_pairs

SIMILARITY = 0.8
_MOST_STAY = 200  # images of one group that are looked at for those that show the same; the rest stays
_AT_ONCE = 256  # files between two looks at the cancel flag
# Which of several copies stays: one that measures rather than one that is learnt from.
_RANK = {Split.TEST: 0, Split.VALIDATION: 1, Split.TRAINING: 2, Split.UNASSIGNED: 3}


class Look(Protocol):
    """Gives those of some images that can be read, and their features (n, d)."""

    def __call__(
        self, images: Sequence[ImageRecord], *, emit: Emit, cancel: Cancel
    ) -> tuple[list[ImageRecord], NDArray[np.float32]]: ...


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Images that show the same. `kind` is "exact" where all have the same bytes, "near" where their details are the
    same, else "alike": a model sees no difference. `shown_by` tells for each image which one of the group shows the
    same and may stay in its place: the id of the image itself for those that no other one shows. A sequence of frames
    has several of these: each frame is like the next one, and the last one is not at all like the first.

    `similarity` is the lowest by which an image was found to belong to the group (1 for "exact"). `across_splits`:
    they are in different ones, so scores may be too good. `labels_differ`: at most one of the labels is right.
    """

    kind: str
    images: tuple[ImageRecord, ...]
    similarity: float
    across_splits: bool
    labels_differ: bool
    shown_by: tuple[int, ...]


def duplicate_groups(
    images: Sequence[ImageRecord], similarity: float | None, look: Look | None = None, *, emit: Emit, cancel: Cancel
) -> list[DuplicateGroup]:
    """Return groups of at least two images that show the same: first those across splits, then those whose labels
    differ, then the largest. Files that cannot be read are reported as `ProblemFound`.

    Args:
        similarity: as in `DuplicatesParams`; None looks for exact duplicates alone.
        look: gives features of images, which count too.

    Raises:
        ModelError: the model cannot be used.
        JobCancelled: within some files of being cancelled.
    """
    images, digests, pictures = _fingerprints(images, emit, cancel)
    _, first, copies = np.unique(digests, return_index=True, return_inverse=True)
    pairs = np.stack([first[copies], np.arange(len(images))], axis=1)
    found = np.ones(len(pairs))
    if similarity is not None:
        emit(Progress(marked("Comparing"), 0))
        shown = np.sort(first)  # one of each content: copies of a copy are known already
        small = np.array([_is_small(images[i]) for i in shown.tolist()], bool)
        near, similarities = matching_pairs(pictures[shown], similarity, small, cancel=cancel)
        pairs, found = np.concatenate([pairs, shown[near]]), np.concatenate([found, similarities])
    by_details = np.arange(len(images))
    for members, _ in connected_by(len(images), pairs, found):
        by_details[members] = members[0]
    if look is not None and similarity is not None:
        seen, similarities = _by_features(look, images, similarity, emit, cancel)
        pairs, found = np.concatenate([pairs, seen]), np.concatenate([found, similarities])
    groups, linked = [], {(one, other) for one, other in pairs.tolist()}
    for members, lowest in connected_by(len(images), pairs, found):
        exact = len({digests[i].tobytes() for i in members}) == 1
        same_details = len(set(by_details[members].tolist())) == 1
        kind = marked("exact") if exact else marked("near") if same_details else marked("alike")
        shown_by = _shown_by(members, images, digests, pictures, linked, similarity)
        groups.append(group_of([images[i] for i in members], kind, lowest, [images[i].id for i in shown_by]))
    return sorted(groups, key=lambda g: (not g.across_splits, not g.labels_differ, -len(g.images), g.images[0].id))


def _by_features(
    look: Look, images: Sequence[ImageRecord], least: float, emit: Emit, cancel: Cancel
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Places of images whose features are alike, and how alike. The pixels of each were read before."""
    place = {image.id: i for i, image in enumerate(images)}
    kept, features = look(images, emit=emit, cancel=cancel)
    emit(Progress(marked("Comparing"), 0))
    pairs, similarities = look_alike_pairs(features, least, cancel=cancel)
    return np.array([place[image.id] for image in kept], np.int64)[pairs], similarities


def keep_one(groups: Iterable[DuplicateGroup]) -> list[int]:
    """Return the images that may go, as another one of their group shows the same and stays: a test image before a
    validation image before a training image, and the larger picture before the smaller.
    """
    left = []
    for group in groups:
        there = {image.id for image in group.images}
        pairs = zip(group.images, group.shown_by, strict=True)
        left += [image.id for image, other in pairs if other != image.id and other in there]
    return left


def together(groups: Iterable[DuplicateGroup]) -> dict[int, Split]:
    """Return for each image of the groups the split that most of its group is in (of equals, the one to learn from)."""
    splits: dict[int, Split] = {}
    for group in groups:
        held = [image.split for image in group.images if image.split is not Split.UNASSIGNED]
        if held:
            split = max(set(held), key=lambda s: (held.count(s), _RANK[s]))
            splits |= dict.fromkeys((image.id for image in group.images), split)
    return splits


def _fingerprints(
    images: Sequence[ImageRecord], emit: Emit, cancel: Cancel
) -> tuple[list[ImageRecord], NDArray[np.void], NDArray[np.uint8]]:
    """Return those of the images that can be read, their digests (n,) and their pictures (n, 32, 32)."""
    good: list[ImageRecord] = []
    digests: list[bytes] = []
    pictures = np.empty((len(images), SIDE, SIDE), np.uint8)
    began, throttle = time.monotonic(), Throttle()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(images), _AT_ONCE):
            cancel.check()
            some = images[start : start + _AT_ONCE]
            for image, found in zip(some, pool.map(_looked_at, some), strict=True):
                if isinstance(found, str):
                    emit(ProblemFound(str(image.file), found))
                    continue
                digest, pictures[len(good)] = found
                good.append(image)
                digests.append(digest)
            done = start + len(some)
            if throttle.is_due(last=done == len(images)):
                rate = done / max(time.monotonic() - began, 1e-9)
                emit(Progress(marked("Looking at images"), done, len(images), rate, (len(images) - done) / rate))
    return good, np.frombuffer(b"".join(digests), "V16"), pictures[: len(good)]


def _looked_at(image: ImageRecord) -> tuple[bytes, NDArray[np.uint8]] | str:
    try:
        return fingerprint(image.file)
    except ImageProblem as problem:
        return str(problem)


def connected_by(n: int, pairs: NDArray[np.int64], found: NDArray[Any]) -> list[tuple[list[int], float]]:
    """Return sets of two and more places that pairs connect, each with the lowest similarity needed to connect it.

    That is the least likely link of a maximum spanning tree.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

    order = np.lexsort((-found, pairs[:, 1], pairs[:, 0]))  # of a pair that was found twice the likelier one counts
    pairs, found = pairs[order], found[order]
    new = np.append(True, (pairs[1:] != pairs[:-1]).any(axis=1))[: len(pairs)] & (pairs[:, 0] != pairs[:, 1])
    distance = (2 - found[new], (pairs[new, 0], pairs[new, 1]))  # never 0, which would be no link
    tree = minimum_spanning_tree(csr_array(distance, shape=(n, n))).tocoo()
    _, component = connected_components(tree, directed=False)
    lowest = np.ones(n)
    np.minimum.at(lowest, component[tree.row], 2 - tree.data)
    members: dict[int, list[int]] = {}
    for place, one in enumerate(component.tolist()):
        members.setdefault(one, []).append(place)
    return [(group, float(lowest[one])) for one, group in members.items() if len(group) > 1]


def _shown_by(
    members: Sequence[int],
    images: Sequence[ImageRecord],
    digests: NDArray[np.void],
    pictures: NDArray[np.uint8],
    linked: Collection[tuple[int, int]],
    similarity: float | None,
) -> list[int]:
    """For each member of a group the member that may stay in its place. Members are connected, perhaps by way of many
    others: only those that are like the one that stays may go, and none with another label unless it is the same file:
    two signs of different speeds are almost one picture.
    """
    shown_by = {place: place for place in members}
    left = np.array(sorted(members, key=lambda i: _rank(images[i])), np.int64)
    for _ in range(_MOST_STAY):
        if len(left) < 2:
            break
        stays, left = int(left[0]), left[1:]
        same = digests[left] == digests[stays]
        like = same | [(stays, i) in linked or (i, stays) in linked for i in left.tolist()]
        some = np.flatnonzero(~like)
        if similarity is not None and len(some):
            others = left[some]
            small = np.array([_is_small(images[stays]) and _is_small(images[i]) for i in others.tolist()], bool)
            like[some] = matches_of(pictures[others], pictures[stays], similarity, small)
        classes = {images[stays].class_id, None}
        like &= same | [images[i].class_id in classes for i in left.tolist()]
        shown_by |= dict.fromkeys(left[like].tolist(), stays)
        left = left[~like]
    return [shown_by[place] for place in members]


def _is_small(image: ImageRecord) -> bool:
    """Whether it is no larger than its fingerprint."""
    return max(image.width or SIDE, image.height or SIDE) <= SIDE


def _rank(image: ImageRecord) -> tuple[int, int, int]:
    return _RANK[image.split], -(image.width or 0) * (image.height or 0), image.id


def group_of(images: Sequence[ImageRecord], kind: str, similarity: float, shown_by: Sequence[int]) -> DuplicateGroup:
    """A group with what follows from the splits and labels of its images."""
    splits = {image.split for image in images} - {Split.UNASSIGNED}
    labels = {image.class_id for image in images} - {None}
    return DuplicateGroup(kind, tuple(images), similarity, len(splits) > 1, len(labels) > 1, tuple(shown_by))
