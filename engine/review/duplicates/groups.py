"""Pictures that are in a project more than once, those first that leak from one split into another."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import ImageProblem, UsageError
from engine.events import ProblemFound, Progress
from engine.jobs.job import Cancel, Emit
from engine.jobs.throttle import Throttle
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Edit, Flag, ImageRecord, Split
from engine.review.duplicates.likeness import SIDE, alike, fingerprint, like_one
from engine.review.duplicates.look_alikes import seen_alike
from engine.review.tables import check_place, write_csv
from engine.training.runs.records import MODEL, find_run

SIMILARITY = 0.8
_MOST_STAY = 200  # images of one group that are looked at for those that show the same; the rest stays
_AT_ONCE = 256  # files between two looks at the cancel flag
# Which of several copies stays: one that measures rather than one that is learnt from.
_RANK = {Split.TEST: 0, Split.VALIDATION: 1, Split.TRAINING: 2, Split.UNASSIGNED: 3}


@dataclass(frozen=True, slots=True)
class DuplicatesParams:
    """`similarity` is the least correlation of details, up to 1; `exact` looks for files with the same bytes alone.

    With `run`, the name of a run, images that its model sees alike are found too ("" for the newest finished one).

    `resolve` changes the project in one edit: "exclude" excludes all but one of each group from training and scores,
    "together" moves each group into one split. `csv` is the file to write, or None.
    """

    project: str
    similarity: float = SIMILARITY
    exact: bool = False
    resolve: Literal["", "exclude", "together"] = ""
    csv: str | None = None
    run: str | None = None


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Images that show the same. `kind` is "exact" where all have the same bytes, "near" where their details are the
    same, else "alike": a model sees no difference. `shown_by` tells for each image which one of the group shows the
    same and may stay in its place: the id of the image itself for those that no other one shows. A film has several of
    these: each frame is like the next one, and the last one is not at all like the first.

    `similarity` is the lowest by which an image was found to belong to the group (1 for "exact"). `across_splits`:
    they are in different ones, so scores may be too good. `labels_differ`: at most one of the labels is right.
    """

    kind: str
    images: tuple[ImageRecord, ...]
    similarity: float
    across_splits: bool
    labels_differ: bool
    shown_by: tuple[int, ...]


def find_duplicates(params: DuplicatesParams, *, emit: Emit, cancel: Cancel) -> dict[str, Any]:
    """List groups of duplicates of a project's usable images that are not excluded, and resolve them if asked.

    Returns:
        "groups", "images" (in groups), "across_splits", "labels_differ" (groups), "looked_at", "seconds", "edit" (its
        name, "" for none), "csv", and "rows": group, kind, similarity, across_splits, labels_differ, path, image_id,
        shown_by, label, split.

    Raises:
        EngineError: no such project, a similarity that makes no sense, or an edit that cannot be saved.
        JobCancelled: `cancel` was set; nothing was changed.
    """
    if not 0 < params.similarity <= 1:
        raise UsageError(f"The similarity is above 0 and up to 1, found {params.similarity:g}.")
    check_place(params.csv, "duplicates")
    began = time.perf_counter()
    with Project.open(Path(params.project), read_only=not params.resolve) as project:
        images = [i for i in query.images(project, query.image_ids(project, query.Filter())) if not i.excluded]
        similarity = None if params.exact else params.similarity
        model = None if params.run is None else find_run(project.folder, params.run or None).folder / MODEL
        groups = duplicate_groups(images, similarity, model, emit=emit, cancel=cancel)
        if not params.exact:  # else what was found by details before tells more
            from engine.review.duplicates.kept import keep

            keep(project.folder, groups, len(images))
        names = {c.id: c.name for c in query.classes(project)}
        done = _resolve(project, groups, params.resolve)
    rows = [
        {
            "group": number,
            "kind": group.kind,
            "similarity": round(group.similarity, 4),
            "across_splits": group.across_splits,
            "labels_differ": group.labels_differ,
            "path": str(image.file),
            "image_id": image.id,
            "shown_by": shown_by,
            "label": names.get(image.class_id, "") if image.class_id is not None else "",
            "split": str(image.split),
        }
        for number, group in enumerate(groups, start=1)
        for image, shown_by in zip(group.images, group.shown_by, strict=True)
    ]
    if params.csv is not None:
        head = ("group", "kind", "similarity", "across_splits", "labels_differ", "path", "label", "split")
        write_csv(Path(params.csv), "duplicates", head, ([row[name] for name in head] for row in rows))
    return {
        "groups": len(groups),
        "images": len(rows),
        "across_splits": sum(group.across_splits for group in groups),
        "labels_differ": sum(group.labels_differ for group in groups),
        "looked_at": len(images),
        "seconds": round(time.perf_counter() - began, 3),
        "edit": done.name if done else "",
        "csv": params.csv,
        "rows": rows,
    }


def duplicate_groups(
    images: Sequence[ImageRecord], similarity: float | None, model: Path | None = None, *, emit: Emit, cancel: Cancel
) -> list[DuplicateGroup]:
    """Groups of at least two images that show the same: those across splits first, then those whose labels differ,
    then the largest. Files that cannot be read are told as `ProblemFound`.

    Args:
        similarity: as in `DuplicatesParams`; None looks for exact duplicates alone.
        model: a model file whose features count too.

    Raises:
        ModelError: the model cannot be used.
        JobCancelled: within some files of being cancelled.
    """
    images, digests, pictures = _fingerprints(images, emit, cancel)
    _, first, copies = np.unique(digests, return_index=True, return_inverse=True)
    pairs = np.stack([first[copies], np.arange(len(images))], axis=1)
    found = np.ones(len(pairs))
    if similarity is not None:
        emit(Progress("Comparing", 0))
        shown = np.sort(first)  # one of each content: copies of a copy are known already
        small = np.array([_is_small(images[i]) for i in shown.tolist()], bool)
        near, likeness = alike(pictures[shown], similarity, small, cancel=cancel)
        pairs, found = np.concatenate([pairs, shown[near]]), np.concatenate([found, likeness])
    by_details = np.arange(len(images))
    for members, _ in _connected(len(images), pairs, found):
        by_details[members] = members[0]
    if model is not None and similarity is not None:
        seen, likeness = _by_model(model, images, similarity, emit, cancel)
        pairs, found = np.concatenate([pairs, seen]), np.concatenate([found, likeness])
    groups, linked = [], {(one, other) for one, other in pairs.tolist()}
    for members, lowest in _connected(len(images), pairs, found):
        exact = len({digests[i].tobytes() for i in members}) == 1
        kind = "exact" if exact else "near" if len(set(by_details[members].tolist())) == 1 else "alike"
        twins = _shown_by(members, images, digests, pictures, linked, similarity)
        groups.append(group_of([images[i] for i in members], kind, lowest, [images[i].id for i in twins]))
    return sorted(groups, key=lambda g: (not g.across_splits, not g.labels_differ, -len(g.images), g.images[0].id))


def _by_model(
    model: Path, images: Sequence[ImageRecord], least: float, emit: Emit, cancel: Cancel
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Places of images that the model sees alike, and how alike. The pixels of each were read before."""
    from engine.review.layout import features_of

    place = {image.id: i for i, image in enumerate(images)}
    kept, features = features_of(model, images, emit=emit, cancel=cancel)
    emit(Progress("Comparing", 0))
    pairs, likeness = seen_alike(features, least, cancel=cancel)
    return np.array([place[image.id] for image in kept], np.int64)[pairs], likeness


def keep_one(groups: Iterable[DuplicateGroup]) -> list[int]:
    """The images of the groups that another one shows, which stays: a test image before a validation image before one
    that is learnt from, and the larger picture before the smaller.
    """
    left = []
    for group in groups:
        there = {image.id for image in group.images}
        pairs = zip(group.images, group.shown_by, strict=True)
        left += [image.id for image, other in pairs if other != image.id and other in there]
    return left


def together(groups: Iterable[DuplicateGroup]) -> dict[int, Split]:
    """For each image of the groups the split that most of its group is in (of equals, the one to learn from)."""
    splits: dict[int, Split] = {}
    for group in groups:
        held = [image.split for image in group.images if image.split is not Split.UNASSIGNED]
        if held:
            split = max(set(held), key=lambda s: (held.count(s), _RANK[s]))
            splits |= dict.fromkeys((image.id for image in group.images), split)
    return splits


def grouping(project: Project, groups: Iterable[Sequence[ImageRecord]]) -> dict[int, str]:
    """For each image of the groups, and for those that share a group of the project with one of them, the name of the
    one group that all of these are to be in: what was together stays together.
    """
    together: list[tuple[set[str], list[ImageRecord]]] = []
    for images in groups:
        names, members = {image.group for image in images if image.group}, list(images)
        for other in [other for other in together if other[0] & names]:
            together.remove(other)
            names, members = names | other[0], members + other[1]
        together.append((names, members))
    members_of: dict[str, list[int]] = {}
    for image in query.images(project, query.image_ids(project, query.Filter(problems=None))):
        if image.group:
            members_of.setdefault(image.group, []).append(image.id)
    found: dict[int, str] = {}
    for names, members in together:
        name = min(names) if names else _free(members_of)
        found |= {image.id: name for image in members}
        for joined in names - {name}:
            found |= dict.fromkeys(members_of[joined], name)
        members_of.setdefault(name, [])
    return found


def _free(taken: Collection[str]) -> str:
    """A name that no group has."""
    return next(name for n in itertools.count(1) if (name := f"duplicates {n}") not in taken)


def _resolve(project: Project, groups: Sequence[DuplicateGroup], how: str) -> Edit | None:
    if how == "exclude":
        return edits.set_flag(project, keep_one(groups), Flag.EXCLUDED)
    if how == "together":
        return edits.set_splits(project, together(groups), "Bring duplicates together: ")
    return None


def _fingerprints(
    images: Sequence[ImageRecord], emit: Emit, cancel: Cancel
) -> tuple[list[ImageRecord], NDArray[np.void], NDArray[np.uint8]]:
    """Those of the images that can be read, their digests (n,) and their pictures (n, 32, 32)."""
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
                emit(Progress("Looking at images", done, len(images), rate, (len(images) - done) / rate))
    return good, np.frombuffer(b"".join(digests), "V16"), pictures[: len(good)]


def _looked_at(image: ImageRecord) -> tuple[bytes, NDArray[np.uint8]] | str:
    try:
        return fingerprint(image.file)
    except ImageProblem as problem:
        return str(problem)


def _connected(n: int, pairs: NDArray[np.int64], found: NDArray[Any]) -> list[tuple[list[int], float]]:
    """Sets of two and more places that pairs connect, each with the lowest likeness that was needed to connect it."""
    root, lowest = list(range(n)), [1.0] * n

    def top(place: int) -> int:
        while root[place] != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    for number in np.argsort(-found, kind="stable").tolist():
        one, other = (top(place) for place in pairs[number].tolist())
        if one != other:
            root[other] = one
            lowest[one] = float(found[number])
    members: dict[int, list[int]] = {}
    for place in range(n):
        members.setdefault(top(place), []).append(place)
    return [(group, lowest[one]) for one, group in members.items() if len(group) > 1]


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
            like[some] = like_one(pictures[others], pictures[stays], similarity, small)
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
