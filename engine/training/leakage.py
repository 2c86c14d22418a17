"""Near-duplicates on both sides of the split: frames of one film, crops of one picture. Validation then flatters."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.events import Log
from engine.jobs.job import Emit

_SIDE = 8
_ALIKE = 0.97  # correlation of two thumbnails; measured on GTSRB, see tests/engine/training/test_leakage.py
_SAMPLE = 1000  # validation images looked at
_MANY = 0.1
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
    if share >= _MANY:
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

    `images` uint8 (n, height, width, channels); at most a thousand validation images are looked at, evenly spaced.
    """
    looked_at = validation[:: max(1, -(-len(validation) // _SAMPLE))]
    if not len(looked_at) or not len(training):
        return 0.0
    found = 0
    for label in np.unique(labels[looked_at]):
        ours, theirs = looked_at[labels[looked_at] == label], training[labels[training] == label]
        small, best = _thumbnails(images, ours), np.full(len(ours), -1.0, np.float32)
        for start in range(0, len(theirs), _CHUNK):
            alike = small @ _thumbnails(images, theirs[start : start + _CHUNK]).T
            best = np.maximum(best, alike.max(axis=1))
        found += int((best >= _ALIKE).sum())
    return found / len(looked_at)


def _thumbnails(images: NDArray[np.uint8], places: NDArray[np.int64]) -> NDArray[np.float32]:
    """Small pictures as vectors of mean 0 and length 1, float32 (n, 8 x 8 x channels); flat ones are all 0."""
    size = (_SIDE, _SIDE)
    small = np.stack([cv2.resize(images[i], size, interpolation=cv2.INTER_AREA).ravel() for i in places])
    vectors = small.astype(np.float32)
    vectors -= vectors.mean(axis=1, keepdims=True)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 1), np.float32)
