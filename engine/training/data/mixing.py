"""CutMix and MixUp: images of a batch combined with each other, and their labels in the same proportion.

Yun et al., "CutMix" (2019), with the share of the kept area from Beta(1, 1); Zhang et al., "mixup" (2017), with
Beta(0.2, 0.2).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.training.options import TrainOptions


def is_soft(options: TrainOptions) -> bool:
    """Return whether labels are shares of all classes, (n, classes), and not single classes, (n,)."""
    return bool(options.cutmix or options.mixup or options.label_smoothing)


def one_hot(labels: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
    """Labels (n,) as shares float32 (n, classes)."""
    return np.eye(classes, dtype=np.float32)[labels]


def mix(
    images: NDArray[np.uint8], labels: NDArray[np.float32], options: TrainOptions, random: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """A batch of images (n, height, width, channels) with labels (n, classes), perhaps mixed as the options say."""
    if random.random() < options.cutmix:
        return _cutmix(images, labels, random)
    if random.random() < options.mixup:
        return _mixup(images, labels, random)
    return images, labels


def _cutmix(
    images: NDArray[np.uint8], labels: NDArray[np.float32], random: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    n, height, width = images.shape[:3]
    order, side = random.permutation(n), np.sqrt(1 - random.random())
    tall, wide = int(height * side), int(width * side)
    y, x = random.integers(0, height), random.integers(0, width)  # of the rectangle's middle, which may leave the image
    rows = slice(max(0, y - tall // 2), min(height, y + tall - tall // 2))
    columns = slice(max(0, x - wide // 2), min(width, x + wide - wide // 2))
    mixed = images.copy()
    mixed[:, rows, columns] = images[order, rows, columns]
    foreign = np.float32((rows.stop - rows.start) * (columns.stop - columns.start) / (height * width))
    return mixed, (1 - foreign) * labels + foreign * labels[order]


def _mixup(
    images: NDArray[np.uint8], labels: NDArray[np.float32], random: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    order, share = random.permutation(len(images)), np.float32(random.beta(0.2, 0.2))
    mixed = np.rint(share * images + (1 - share) * images[order]).astype(np.uint8)
    return mixed, share * labels + (1 - share) * labels[order]
