"""Images whose label is probably wrong, by confident learning over out-of-sample probabilities.

Source: Northcutt, Jiang, Chuang (2021), Confident Learning: Estimating Uncertainty in Dataset Labels, JAIR 70,
arXiv:1911.00068. The same numbers as cleanlab's `find_label_issues(filter_by="low_normalized_margin")`, which a test
checks; written out here because cleanlab brings pandas and scikit-learn into the window's process.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

_CLOSE = 1e-6  # probabilities that differ by less count as equal


class Judged(Protocol):
    """Labelled images, n of them over k classes, and what something that did not learn from them says of each: an
    `Evaluation`, or `JudgedLabels`.
    """

    @property
    def image_ids(self) -> NDArray[np.int64]: ...  # (n,)
    @property
    def files(self) -> Sequence[Path]: ...  # (n,)
    @property
    def labels(self) -> NDArray[np.int64]: ...  # (n,), as places in `classes`
    @property
    def probabilities(self) -> NDArray[np.float32]: ...  # (n, k)
    @property
    def classes(self) -> tuple[str, ...]: ...
    @property
    def class_ids(self) -> tuple[int, ...]: ...


@dataclass(frozen=True, slots=True)
class Suspect:
    """A suspect. `label` is the class it has, `suggested` the one that the model sees; probabilities 0 to 1.

    `quality` is that of the label: 0 where the model is sure that it is another class, 1 where it is sure of the label.
    """

    image_id: int
    file: Path
    label: str
    suggested: str
    quality: float
    label_probability: float
    suggested_probability: float


def suspects(judged: Judged, *, but: Collection[int] = (), most: int | None = None) -> list[Suspect]:
    """The images whose label is probably wrong, the most doubtful first.

    Args:
        but: ids of images that a person has decided on; they are not asked about again.
        most: take so many, whether or not their label is probably wrong.
    """
    labels, probabilities = judged.labels, judged.probabilities
    qualities = quality(labels, probabilities)
    order = np.argsort(qualities, kind="stable")
    count = wrong_labels(labels, probabilities) if most is None else most
    order = order[:count]
    if but:
        order = order[~np.isin(judged.image_ids[order], list(but))]
    return [_suspect(judged, row, float(qualities[row])) for row in order.tolist()]


def quality(labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the quality of each label, 0 to 1: its normalised margin, (probability of it - highest of the others + 1)
    / 2.

    Args:
        labels: (images,) indices of classes.
        probabilities: (images, classes), of a network that was not trained on these images.
    """
    rows = np.arange(len(labels))
    others = probabilities.astype(np.float64)
    own = others[rows, labels]
    others[rows, labels] = -1
    return margin_quality(own, others.max(axis=1, initial=0))


def margin_quality(own: NDArray[Any], other: NDArray[Any]) -> NDArray[np.float64]:
    """The quality of labels from their probability and the highest one of any other class, both (images,)."""
    found: NDArray[np.float64] = (own.astype(np.float64) - other.astype(np.float64) + 1) / 2
    return found


def wrong_labels(labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> int:
    """Return how many labels are probably wrong: the count off the diagonal of the confident joint.

    An image is counted under the class that it belongs to confidently: with at least the mean probability that the
    images labelled so have of it. One whose label is its prediction never counts. Arguments as for `quality`.
    """
    if not len(labels):
        return 0
    n = probabilities.shape[1]
    rows = np.arange(len(labels))
    wide = probabilities.astype(np.float64)
    counts = np.bincount(labels, minlength=n)
    means = np.bincount(labels, wide[rows, labels], n) / np.maximum(counts, 1)
    thresholds = np.where(counts > 0, np.maximum(means, 2 * _CLOSE), 2)  # no probability reaches 2
    confident = wide >= thresholds - _CLOSE
    guess = np.where(confident.sum(axis=1) > 1, wide.argmax(axis=1), confident.argmax(axis=1))
    wide[rows, labels] += _CLOSE
    doubtful = confident.any(axis=1) & (guess != labels) & (wide.argmax(axis=1) != labels)
    return int(doubtful.sum())


def _suspect(judged: Judged, row: int, value: float) -> Suspect:
    probabilities, label = judged.probabilities[row], int(judged.labels[row])
    others = probabilities.copy()
    others[label] = -1
    suggested = int(others.argmax())
    return Suspect(
        image_id=int(judged.image_ids[row]),
        file=judged.files[row],
        label=judged.classes[label],
        suggested=judged.classes[suggested],
        quality=value,
        label_probability=float(probabilities[label]),
        suggested_probability=float(probabilities[suggested]),
    )
