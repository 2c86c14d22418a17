"""Measures for classes with few images: more weight in the loss, or other numbers of images an epoch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def class_weights(labels: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
    """A weight for each class, (classes,): n / (k n_c), as scikit-learn's "balanced"; 0 for a class without images."""
    counts = np.bincount(labels, minlength=classes)
    present = np.count_nonzero(counts)
    weights = np.divide(len(labels), present * counts, out=np.zeros(classes), where=counts > 0)
    return np.asarray(weights, np.float32)


def images_of_epoch(labels: NDArray[np.int64], kind: str) -> int:
    """Return how many images an epoch shows of as many as there are `labels`, where `kind` of the options is done."""
    if kind not in {"oversample", "undersample"}:
        return len(labels)
    _, sizes = np.unique(labels, return_counts=True)
    return int(len(sizes) * (sizes.max() if kind == "oversample" else sizes.min()))


def resampled(
    places: NDArray[np.int64], labels: NDArray[np.int64], kind: str, random: np.random.Generator
) -> NDArray[np.int64]:
    """Return as many of `places` of each class: as the largest has ("oversample"; all, then some again) or the
    smallest.

    `labels[places]` are their classes. The number depends on the classes' sizes alone, not on `random`.
    """
    found = [places[labels[places] == label] for label in np.unique(labels[places])]
    sizes = [len(some) for some in found]
    if kind == "undersample":
        return np.concatenate([random.permutation(some)[: min(sizes)] for some in found])
    parts = []
    for some in found:
        whole, rest = divmod(max(sizes), len(some))
        parts += [some] * whole + [random.permutation(some)[:rest]]
    return np.concatenate(parts)
