"""95 % confidence intervals of scores, which are wide where the images are few; from numpy alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.statistics import wilson

Interval = tuple[float, float]
DRAWS = 1000


@dataclass(frozen=True, slots=True)
class ClassIntervals:
    """Intervals of a class, each (low, high), 0 to 1."""

    precision: Interval
    recall: Interval
    f1: Interval


@dataclass(frozen=True, slots=True)
class Intervals:
    """95 % intervals of the scores of a confusion matrix, each (low, high), 0 to 1."""

    accuracy: Interval
    macro_f1: Interval
    per_class: tuple[ClassIntervals, ...]


def intervals(matrix: NDArray[np.int64], *, seed: int = 0) -> Intervals:
    """The intervals of all scores of a confusion matrix (rows true), the same for the same `seed`.

    Accuracy, precision and recall are shares of counted images, and the F1 of a class follows from one: Wilson's
    interval. The mean of F1 is none: percentiles of a bootstrap over the images (Efron), which needs no images but
    their counts, and is no narrower than the intervals of the classes together make it: without a mistake a bootstrap
    draws none either, and would call a few images certain.

    Raises:
        ValueError: the matrix counts no image.
    """
    images = int(matrix.sum())
    if not images:
        raise ValueError("expected at least one image to score, found none")
    right, support, guesses = matrix.diagonal(), matrix.sum(axis=1), matrix.sum(axis=0)
    precision, recall = wilson(right, guesses), wilson(right, support)
    f1 = _f1(matrix)
    low, high = wilson(right.sum(), images).tolist()
    rows = zip(precision.tolist(), recall.tolist(), f1.tolist(), strict=True)
    return Intervals(
        accuracy=(low, high),
        macro_f1=_wider(_macro_f1(matrix, np.random.default_rng(seed)), _from_classes(matrix, f1)),
        per_class=tuple(ClassIntervals((p[0], p[1]), (r[0], r[1]), (f[0], f[1])) for p, r, f in rows),
    )


def _f1(matrix: NDArray[np.int64]) -> NDArray[np.float64]:
    """(classes, 2). Of the images that have the class or are given it, the share J that is both is a share of counted
    images, and F1 = 2J / (1 + J) rises with it: the bounds of J give those of F1, also where all or none are right.

    Source: Lam (2023), Confidence Intervals for the F1 Score: A Comparison of Four Methods ("Wilson indirect"),
    arXiv:2309.14621.
    """
    right = matrix.diagonal()
    share = wilson(right, matrix.sum(axis=1) + matrix.sum(axis=0) - right)
    return 2 * share / (1 + share)


def _from_classes(matrix: NDArray[np.int64], f1: NDArray[np.float64]) -> Interval:
    """Return the interval of the mean of F1, from the intervals (classes, 2) of those classes that occur: their
    distances from the scores add up as those of estimates that do not hang together.

    Source: Zou, Donner (2008), Construction of confidence limits about effect measures, doi:10.1002/sim.3095.
    """
    total = matrix.sum(axis=1) + matrix.sum(axis=0)
    occurs = total > 0
    score = 2 * matrix.diagonal()[occurs] / total[occurs]
    low, high = (float(np.sqrt(((f1[occurs, side] - score) ** 2).sum()) / len(score)) for side in (0, 1))
    return max(0.0, float(score.mean()) - low), min(1.0, float(score.mean()) + high)


def _wider(one: Interval, other: Interval) -> Interval:
    return min(one[0], other[0]), max(one[1], other[1])


def _macro_f1(matrix: NDArray[np.int64], random: np.random.Generator) -> Interval:
    rows, columns = np.nonzero(matrix)
    shares, n, images = matrix[rows, columns] / matrix.sum(), len(matrix), int(matrix.sum())
    values = []
    for _ in range(DRAWS):
        drawn = random.multinomial(images, shares)
        right = np.bincount(rows, drawn * (rows == columns), n)
        total = np.bincount(rows, drawn, n) + np.bincount(columns, drawn, n)
        values.append((2 * right / np.maximum(total, 1))[total > 0].mean())
    low, high = np.percentile(values, (2.5, 97.5))
    return float(low), float(high)
