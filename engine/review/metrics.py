"""Scores of a classifier as scikit-learn defines them, from numpy alone: `import sklearn.metrics` takes seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ClassScores:
    """Scores of a class. Fractions 0 to 1; where nothing can be divided (no image, no prediction) the score is 0.

    `support` counts its images, `predicted` how often it was predicted; `confused_with` is the class that most of its
    misclassified images are taken for, `confused` how many those are; None and 0 where none is misclassified.
    """

    name: str
    precision: float
    recall: float
    f1: float
    support: int
    predicted: int = 0
    confused_with: str | None = None
    confused: int = 0


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores over all images, fractions 0 to 1.

    Macro averages run over the classes that occur among the labels or the predictions, weighted ones are weighted by
    support: both as `precision_recall_fscore_support` of scikit-learn does it by default (`zero_division=0`).
    Balanced accuracy is the mean recall of the classes that have images. `per_class` has every class, also those that
    do not occur.
    """

    images: int
    accuracy: float
    macro_precision: float
    macro_recall: float
    macro_f1: float
    weighted_precision: float
    weighted_recall: float
    weighted_f1: float
    per_class: tuple[ClassScores, ...]
    balanced_accuracy: float = 0.0


def confusion(labels: NDArray[Any], predicted: NDArray[Any], n: int) -> NDArray[np.int64]:
    """Return counts, shape (n, n): row the label, column the prediction.

    Args:
        labels: (images,) indices of classes, 0 to n - 1.
        predicted: (images,) the same.
        n: number of classes.

    Raises:
        ValueError: the lengths differ, or an index is out of range.
    """
    true = np.asarray(labels, dtype=np.int64).ravel()
    guess = np.asarray(predicted, dtype=np.int64).ravel()
    if true.size != guess.size:
        raise ValueError(f"expected as many predictions as labels, found {guess.size} and {true.size}")
    for values in (true, guess):
        if values.size and (values.min() < 0 or values.max() >= n):
            raise ValueError(f"expected indices of {n} classes, found {values.min()} to {values.max()}")
    return np.bincount(true * n + guess, minlength=n * n).reshape(n, n).astype(np.int64, copy=False)


def normalised(matrix: NDArray[Any], by: Literal["true", "predicted"] = "true") -> NDArray[np.float64]:
    """The confusion matrix with rows (`by="true"`) or columns (`by="predicted"`) that sum to 1; empty ones stay 0."""
    totals = matrix.sum(axis=1 if by == "true" else 0, keepdims=True)
    return _divide(matrix, totals)


def scores(labels: NDArray[Any], predicted: NDArray[Any], classes: Sequence[str]) -> Scores:
    """Return all scores at once.

    Args:
        labels: (images,) indices into `classes`.
        predicted: (images,) the same.
        classes: names, in order.

    Raises:
        ValueError: there is no image, or as `confusion`.
    """
    return scores_of(confusion(labels, predicted, len(classes)), classes)


def scores_of(matrix: NDArray[np.int64], classes: Sequence[str]) -> Scores:
    """Return all scores from a confusion matrix (rows true).

    Raises:
        ValueError: the matrix counts no image.
    """
    images = int(matrix.sum())
    if not images:
        raise ValueError("expected at least one image to score, found none")
    right = matrix.diagonal()
    support, guesses = matrix.sum(axis=1), matrix.sum(axis=0)
    precision, recall = _divide(right, guesses), _divide(right, support)
    f1 = _divide(2 * right, support + guesses)
    occurs = (support + guesses) > 0
    partner, confused = _most_confused(matrix)
    columns = (precision, recall, f1, support, guesses, partner, confused)
    rows = zip(classes, *(column.tolist() for column in columns), strict=True)
    return Scores(
        images=images,
        accuracy=float(right.sum() / images),
        macro_precision=float(precision[occurs].mean()),
        macro_recall=float(recall[occurs].mean()),
        macro_f1=float(f1[occurs].mean()),
        weighted_precision=float((precision * support).sum() / images),
        weighted_recall=float((recall * support).sum() / images),
        weighted_f1=float((f1 * support).sum() / images),
        per_class=tuple(
            ClassScores(name, p, r, f, s, g, classes[other] if n else None, n) for name, p, r, f, s, g, other, n in rows
        ),
        balanced_accuracy=float(recall[support > 0].mean()),
    )


def top_k_accuracy(labels: NDArray[Any], probabilities: NDArray[Any], k: int) -> float:
    """The share of images whose label is among their `k` most probable classes, as scikit-learn's
    `top_k_accuracy_score`: of classes with the same probability the later one counts as the more probable.

    Args:
        labels: (images,) indices of classes.
        probabilities: (images, classes).

    Raises:
        ValueError: there is no image, or `k` is below 1.
    """
    if not len(labels):
        raise ValueError("expected at least one image to score, found none")
    if k < 1:
        raise ValueError(f"expected at least one class to look at, found {k}")
    own = probabilities[np.arange(len(labels)), labels][:, None]
    later = np.arange(probabilities.shape[1])[None, :] > np.asarray(labels)[:, None]
    before = ((probabilities > own) | ((probabilities == own) & later)).sum(axis=1)
    return float((before < k).mean())


def report_text(scores: Scores) -> str:
    """The scores as `classification_report` of scikit-learn prints them, for the classes that occur."""
    seen = [c for c in scores.per_class if c.support or c.predicted]
    width = max(len("weighted avg"), *(len(c.name) for c in seen))
    total = scores.images

    def line(name: str, *cells: str | int) -> str:
        return f"{name:>{width}} " + "".join(f" {cell:>9}" for cell in cells)

    def numbers(*values: float) -> list[str]:
        return [f"{value:.2f}" for value in values]

    lines = [line("", "precision", "recall", "f1-score", "support"), ""]
    lines += [line(c.name, *numbers(c.precision, c.recall, c.f1), c.support) for c in seen]
    lines += ["", line("accuracy", "", "", *numbers(scores.accuracy), total)]
    macro = numbers(scores.macro_precision, scores.macro_recall, scores.macro_f1)
    weighted = numbers(scores.weighted_precision, scores.weighted_recall, scores.weighted_f1)
    return "\n".join([*lines, line("macro avg", *macro, total), line("weighted avg", *weighted, total), ""])


def _most_confused(matrix: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for each label the class that most of its misclassified images are taken for, and how many."""
    off = matrix.copy()
    np.fill_diagonal(off, 0)
    partner = off.argmax(axis=1)
    return partner, off[np.arange(len(off)), partner]


def _divide(above: NDArray[Any], below: NDArray[Any]) -> NDArray[np.float64]:
    """Quotient, 0 where the divisor is 0."""
    top, bottom = np.broadcast_arrays(np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64))
    quotient = np.zeros(top.shape, dtype=np.float64)
    np.divide(top, bottom, out=quotient, where=bottom != 0)
    return quotient
