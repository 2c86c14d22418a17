"""Order of the classes of a confusion matrix, those that are worth looking at first."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_BEST_UP_TO = 150  # classes; above it the best order of the leaves takes longer than a person waits


def errors_of(matrix: NDArray[Any]) -> NDArray[np.int64]:
    """Return how many images of each class were wrongly taken for it or for another: its row and column off the
    diagonal.
    """
    found: NDArray[np.int64] = matrix.sum(axis=0) + matrix.sum(axis=1) - 2 * matrix.diagonal()
    return found


def by_errors(matrix: NDArray[Any]) -> NDArray[np.int64]:
    """The classes, those with the most errors first; the given order among equals."""
    return np.argsort(-errors_of(matrix), kind="stable")


def by_similarity(matrix: NDArray[Any]) -> NDArray[np.int64]:
    """The classes, such that those that are confused stand together; after them those without an error, as given.

    They are the leaves of a hierarchical clustering (average linkage) of how often each pair is confused, up to 150
    classes in their best order (Bar-Joseph et al. 2001, doi:10.1093/bioinformatics/17.suppl_1.S22).

    Takes tenths of a second for a thousand classes, and loads scipy: not for the thread of the window.
    """
    errors = errors_of(matrix)
    confused, others = np.flatnonzero(errors), np.flatnonzero(errors == 0)
    shares = matrix[confused] / np.maximum(matrix[confused].sum(axis=1, keepdims=True), 1)
    return np.concatenate([confused[_leaves(shares[:, confused])], others])


def _leaves(shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """The rows of a square matrix of confusion, similar ones together, beginning at the end that was first before."""
    n = len(shares)
    if n < 3:
        return np.arange(n)
    from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
    from scipy.spatial.distance import squareform

    distances = 1 - np.minimum((shares + shares.T) / 2, 1)
    np.fill_diagonal(distances, 0)
    close = squareform(distances, checks=False)
    tree = linkage(close, method="average")
    if n <= _BEST_UP_TO:
        tree = optimal_leaf_ordering(tree, close)
    found = np.asarray(leaves_list(tree), np.int64)
    return found[::-1] if found[0] > found[-1] else found
