"""Leaks between splits: near-duplicates, such as frames of one sequence, on both sides. Validation then flatters.

This looks at the pixels of a training, which are in memory anyway, and asks by class whether neighbours in the order
of files are more alike than chance has it; `groups` reads the files and asks of any two images whether they show the
same.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.events import Log
from engine.figures import percent
from engine.jobs.job import Emit
from engine.language import _
from engine.library.records import ImageRecord
from engine.library.splits import connected
from engine.similarity.features import unit_length

_SIDE = 8
_ALIKE = 0.85  # correlation of two thumbnails
_SAME = 0.985  # correlation of all pixels: a copy, whatever its name
_SAME_FEATURES = 0.995  # cosine of features
_NEIGHBOURS = 3  # places in the order of a class; frames of one thing are listed one after the other
_ELSEWHERE = 4  # a picture a quarter of its class away shows another thing
_CLOSER = 0.8  # times as far as the nearest of another thing (Lowe)
_MORE = 2  # times as often as the other way round: frames of a sequence and not chance
_SAMPLE = 1000  # validation images looked at
ABOUT = "look-alikes"  # what its warnings are about, as `Log` has it
MANY = 0.1  # share of leaking validation images from which on a person is warned
# What of a file name stands for the thing that is pictured, tried in this order: all but the last number (frames of a
# sequence), all but what copying adds.
PATTERNS = (r"^(.+)[_\-. ]\d+\.[^.]+$", r"^(.*\D)\d+\.[^.]+$", r"^(.+?)(?:[ _-]*(?:\(\d+\)|copy|aug)\w*)\.[^.]+$")
_AGREE = 0.9  # share of the near-duplicates that file names must bring together
_CHUNK = 4096
_ROWS = 512

_Vectors = Callable[[NDArray[np.int64]], NDArray[np.float32]]  # of mean 0 and length 1, of the pictures at some places


@dataclass(frozen=True, slots=True)
class _Correlations:
    """Of each picture of a class: the highest correlation with one beside it and with one elsewhere in the class (-1
    where there is none), and which of all is most like it."""

    beside: NDArray[np.float32]
    elsewhere: NDArray[np.float32]
    nearest: NDArray[np.int64]

    def frames(self) -> NDArray[np.bool_]:
        """Those that are far more like one beside them than like any elsewhere."""
        return (self.beside >= _ALIKE) & (self.elsewhere > -1) & _closer(self.beside, self.elsewhere)

    def others(self) -> NDArray[np.bool_]:
        """The other way round: as often as this occurs, the first is chance."""
        return (self.elsewhere >= _ALIKE) & (self.beside > -1) & _closer(self.elsewhere, self.beside)


def _closer(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.sqrt(np.maximum(0, 1 - one)) <= _CLOSER * np.sqrt(np.maximum(0, 1 - other))
    return found


def warn_of_leaks(
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    training: NDArray[np.int64],
    validation: NDArray[np.int64],
    emit: Emit,
) -> None:
    """Warn when a tenth or more of the validation images have a near-duplicate that is trained on."""
    share = leaking_share(images, labels, training, validation)
    if share >= MANY:
        emit(
            Log(
                _(
                    "About {percent} of the validation images look almost like one that is trained on: validation will "
                    "promise more than new pictures hold. Keep pictures of one thing on one side: split by group."
                ).format(percent=percent(share, 0)),
                "warning",
                about=ABOUT,
            )
        )


def leaking_share(
    images: NDArray[np.uint8], labels: NDArray[np.int64], training: NDArray[np.int64], validation: NDArray[np.int64]
) -> float:
    """Return the share of validation images with a near-duplicate of their class in training, from 0 to 1.

    `images` uint8 (n, height, width, channels), in the order of their files. Where all pictures of a class are alike
    (clothes, digits, also several by one hand one after the other), being alike says little. So a near-duplicate is all
    but the same, or it is by a fifth closer to a picture beside it in that order than to any of another thing: the
    ratio of Lowe (2004, Distinctive Image Features from Scale-Invariant Keypoints), with the pictures of the class that
    stand far off for the other things. What passes it the other way round is chance, and is taken off; where that is
    half as much there are no sequences. Of handwritten digits 20 % pass the ratio and 22 % the other way round; of
    frames of traffic signs 68 % and 0.4 %. At most a thousand validation images are looked at, evenly spaced.
    """

    def same(ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> NDArray[np.bool_]:
        return _alike(images, ours, theirs) >= _SAME

    return _share(partial(_thumbnails, images), same, labels, training, validation)


def look_alike_share(
    features: NDArray[np.floating],
    labels: NDArray[np.int64],
    training: NDArray[np.int64],
    validation: NDArray[np.int64],
) -> float:
    """Return what `leaking_share` does, by features (n, d) in place of pixels: no file is read."""
    if not len(features):
        return 0.0
    mean = features.mean(axis=0, dtype=np.float32)

    def units(places: NDArray[np.int64]) -> NDArray[np.float32]:
        return unit_length(features[places].astype(np.float32) - mean)

    def same(ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> NDArray[np.bool_]:
        return np.asarray((units(ours) * units(theirs)).sum(axis=1) >= _SAME_FEATURES)

    return _share(units, same, labels, training, validation)


def _share(
    vectors: _Vectors,
    same: Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.bool_]],
    labels: NDArray[np.int64],
    training: NDArray[np.int64],
    validation: NDArray[np.int64],
) -> float:
    looked_at = validation[:: max(1, -(-len(validation) // _SAMPLE))]
    if not len(looked_at) or not len(training):
        return 0.0
    copies, sequences, chance = 0, 0, 0
    for label in np.unique(labels[looked_at]):
        ours, theirs = looked_at[labels[looked_at] == label], training[labels[training] == label]
        if not len(theirs):
            continue
        order = np.sort(np.concatenate([validation[labels[validation] == label], theirs]))
        found = _correlations(vectors, order, ours, theirs)
        copied = same(ours, theirs[found.nearest])
        copies += int(copied.sum())
        sequences += int((found.frames() & ~copied).sum())
        chance += int((found.others() & ~copied).sum())
    return (copies + (sequences - chance if sequences > _MORE * chance else 0)) / len(looked_at)


def near_duplicate_pairs(images: NDArray[np.uint8], labels: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return pairs of places of near-duplicates of one class, by the rule of `leaking_share`: neighbours in the order
    of their files, where these are more than chance, and the copy of each image that is all but the same, wherever it
    stands.

    `images` uint8 (n, height, width, channels) in the order of their files. What stands elsewhere in a class of more
    than 4,096 images is looked for among so many that follow each other.
    """
    copies: list[tuple[int, int]] = []
    sequences: list[tuple[int, int]] = []
    frames, chance = 0, 0
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        if len(places) < 2:
            continue
        elsewhere = []
        for block in np.array_split(places, -(-len(places) // _CHUNK)):
            found = _correlations(partial(_thumbnails, images), block, block, block)
            same = _alike(images, block, block[found.nearest]) >= _SAME
            copies += [(int(block[i]), int(block[found.nearest[i]])) for i in np.flatnonzero(same)]
            frames += int((found.frames() & ~same).sum())
            chance += int((found.others() & ~same).sum())
            elsewhere.append(found.elsewhere)
        sequences += _neighbours(places, _thumbnails(images, places), np.concatenate(elsewhere))
    return copies + (sequences if frames > _MORE * chance else [])


def _neighbours(
    places: NDArray[np.int64], small: NDArray[np.float32], elsewhere: NDArray[np.float32]
) -> list[tuple[int, int]]:
    """Pairs that stand beside each other and are far closer than either is to one elsewhere."""
    found = []
    for step in range(1, min(_NEIGHBOURS, len(places) - 1) + 1):
        alike = (small[:-step] * small[step:]).sum(axis=1)
        far = np.maximum(elsewhere[:-step], elsewhere[step:])
        linked = (alike >= _ALIKE) & (far > -1) & _closer(alike, far)
        found += [(int(places[i]), int(places[i + step])) for i in np.flatnonzero(linked)]
    return found


def _correlations(
    vectors: _Vectors, order: NDArray[np.int64], ours: NDArray[np.int64], theirs: NDArray[np.int64]
) -> _Correlations:
    """How like our images are to theirs; `order` holds all places of the class, sorted. None is compared to itself."""
    far = max(_NEIGHBOURS, len(order) // _ELSEWHERE)
    at, theirs_at = np.searchsorted(order, ours), np.searchsorted(order, theirs)
    beside, elsewhere = (np.full(len(ours), -1.0, np.float32) for _ in range(2))
    best, nearest = np.full(len(ours), -1.0, np.float32), np.zeros(len(ours), np.int64)
    small = vectors(ours)
    for start in range(0, len(theirs), _CHUNK):
        others = vectors(theirs[start : start + _CHUNK])
        for rows in (slice(row, row + _ROWS) for row in range(0, len(ours), _ROWS)):
            alike = small[rows] @ others.T
            apart = np.abs(at[rows, None] - theirs_at[None, start : start + _CHUNK])
            alike[apart == 0] = -1
            chosen = alike.argmax(axis=1)
            value = alike[np.arange(len(alike)), chosen]
            nearest[rows] = np.where(value > best[rows], start + chosen, nearest[rows])
            best[rows] = np.maximum(best[rows], value)
            for kept, which in ((beside, apart <= _NEIGHBOURS), (elsewhere, apart > far)):
                kept[rows] = np.maximum(kept[rows], np.where(which, alike, -1).max(axis=1))
    return _Correlations(beside, elsewhere, nearest)


def _alike(images: NDArray[np.uint8], ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> NDArray[np.float32]:
    """The correlation of all pixels of pairs of images."""
    return np.array(
        [
            float((_unit(images[[i]].reshape(1, -1)) * _unit(images[[j]].reshape(1, -1))).sum())
            for i, j in zip(ours, theirs, strict=True)
        ],
        np.float32,
    )


def _thumbnails(images: NDArray[np.uint8], places: NDArray[np.int64]) -> NDArray[np.float32]:
    """Small pictures as vectors of mean 0 and length 1, float32 (n, 8 x 8 x channels); flat ones are all 0."""
    size = (_SIDE, _SIDE)
    return _unit(np.stack([cv2.resize(images[i], size, interpolation=cv2.INTER_AREA).ravel() for i in places]))


def _unit(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    vectors = pixels.astype(np.float32)
    vectors -= vectors.mean(axis=1, keepdims=True)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 1), np.float32)


def proposed_groups(records: Sequence[ImageRecord], links: Sequence[tuple[int, int]]) -> tuple[dict[int, str], str]:
    """Return a group for the images that belong together, by id, and the pattern of file names that gives it, or "".

    Names are preferred where they bring the near-duplicates `links` (pairs of places) together, because they also know
    of those that do not look alike; where they put a class into one group they say nothing.
    """
    for pattern in PATTERNS:
        groups = _by_name(records, re.compile(pattern))
        if groups and links and _agree(records, groups, links):
            return {records[i].id: group for i, group in groups.items()}, pattern
    first = connected(len(records), links)
    numbers: dict[int, int] = {}
    linked = sorted({place for pair in links for place in pair})
    return {records[i].id: f"alike {numbers.setdefault(first[i], len(numbers) + 1)}" for i in linked}, ""


def _by_name(records: Sequence[ImageRecord], pattern: re.Pattern[str]) -> dict[int, str]:
    """Return the group of each place, written as `dividing` writes it, so that its `group_by` gives the same groups."""
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
