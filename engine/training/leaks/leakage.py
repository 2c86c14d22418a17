"""Near-duplicates on both sides of the split: frames of one film, pictures of one thing. Validation then flatters."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.events import Log
from engine.jobs.job import Emit

_SIDE = 8
_ALIKE = 0.85  # correlation of two thumbnails
_SAME = 0.985  # correlation of all pixels: a copy, whatever its name
_NEIGHBOURS = 3  # places in the order of a class; frames of one thing are listed one after the other
_SAMPLE = 1000  # validation images looked at
MANY = 0.1
_CHUNK = 4096


def warn_of_twins(
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    training: NDArray[np.int64],
    validation: NDArray[np.int64],
    emit: Emit,
) -> None:
    """Tell when a tenth or more of the validation images have a near-duplicate that is trained on."""
    share = twins(images, labels, training, validation)
    if share >= MANY:
        emit(
            Log(
                f"About {share:.0%} of the validation images look almost like one that is trained on: validation will "
                "promise more than new pictures hold. Keep pictures of one thing on one side: split by group.",
                "warning",
            )
        )


def twins(
    images: NDArray[np.uint8], labels: NDArray[np.int64], training: NDArray[np.int64], validation: NDArray[np.int64]
) -> float:
    """The share of validation images with a near-duplicate of their class in training, from 0 to 1.

    `images` uint8 (n, height, width, channels), in the order of their files. Where all pictures of a class are alike
    (clothes, digits), being alike says little; so a near-duplicate is the most similar picture when it is all but the
    same, or stands next to it in that order more often than chance would have it. At most a thousand validation images
    are looked at, evenly spaced.
    """
    looked_at = validation[:: max(1, -(-len(validation) // _SAMPLE))]
    if not len(looked_at) or not len(training):
        return 0.0
    found = 0.0
    for label in np.unique(labels[looked_at]):
        ours, theirs = looked_at[labels[looked_at] == label], training[labels[training] == label]
        if not len(theirs):
            continue
        nearest, alike = _nearest(images, ours, theirs)
        order = np.sort(np.concatenate([validation[labels[validation] == label], theirs]))
        apart = np.abs(np.searchsorted(order, ours) - np.searchsorted(order, theirs[nearest]))
        beside = (alike >= _ALIKE) & (apart <= _NEIGHBOURS)
        chance = min(1.0, 2 * _NEIGHBOURS / len(order))
        copies = _alike(images, ours, theirs[nearest]) >= _SAME
        found += max(float(copies.sum()), float((beside | copies).sum()) - chance * float((alike >= _ALIKE).sum()))
    return found / len(looked_at)


def chains(images: NDArray[np.uint8], labels: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Pairs of places of near-duplicates of one class: neighbours in the order of their files that are alike, where
    that is more than chance, and the copy of each image that is all but the same, wherever it stands.

    `images` uint8 (n, height, width, channels) in the order of their files. Copies far apart are looked for in classes
    of up to 4,096 images.
    """
    found: list[tuple[int, int]] = []
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        small = _thumbnails(images, places)
        near: list[tuple[int, int]] = []
        for step in range(1, _NEIGHBOURS + 1):
            alike = (small[:-step] * small[step:]).sum(axis=1) >= _ALIKE if len(places) > step else np.zeros(0, bool)
            near += [(int(places[i]), int(places[i + step])) for i in np.flatnonzero(alike)]
        if near and not _by_chance(small, len(near)):
            found += near
        found += _copies(images, places, small) if len(places) <= _CHUNK else []
    return found


def _by_chance(small: NDArray[np.float32], near: int) -> bool:
    """Whether any two pictures of the class are alike as often as neighbours are."""
    random = np.random.default_rng(0)
    one, other = random.integers(0, len(small), (2, 2000))
    apart = np.abs(one - other) > _NEIGHBOURS
    if not apart.any():
        return False
    anywhere = float(((small[one[apart]] * small[other[apart]]).sum(axis=1) >= _ALIKE).mean())
    pairs = sum(max(0, len(small) - step) for step in range(1, _NEIGHBOURS + 1))
    return near <= 2 * anywhere * pairs


def _copies(images: NDArray[np.uint8], places: NDArray[np.int64], small: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Each image with the one that is most like it, where the two are all but the same."""
    if len(places) < 2:
        return []
    alike = small @ small.T
    np.fill_diagonal(alike, -1)
    nearest = alike.argmax(axis=1)
    close = np.flatnonzero(alike[np.arange(len(places)), nearest] >= _ALIKE)
    same = _alike(images, places[close], places[nearest[close]]) >= _SAME
    return [(int(places[i]), int(places[nearest[i]])) for i in close[same]]


def _nearest(
    images: NDArray[np.uint8], ours: NDArray[np.int64], theirs: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """For each of our images: which of theirs is most like it, by place in `theirs`, and the correlation."""
    small = _thumbnails(images, ours)
    best, place = np.full(len(ours), -1.0, np.float32), np.zeros(len(ours), np.int64)
    for start in range(0, len(theirs), _CHUNK):
        alike = small @ _thumbnails(images, theirs[start : start + _CHUNK]).T
        chosen = alike.argmax(axis=1)
        value = alike[np.arange(len(ours)), chosen]
        place = np.where(value > best, start + chosen, place)
        best = np.maximum(best, value)
    return place, best


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
