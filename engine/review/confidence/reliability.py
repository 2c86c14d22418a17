"""Reliability of confidences: reliability diagram, its calibration by a temperature, coverage against accuracy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 15
LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE = 0.05, 20.0
_TINY = 1e-38  # of a probability that a float32 can no longer hold
_PARTS = 5
_GOLDEN = (5**0.5 - 1) / 2


@dataclass(frozen=True, slots=True)
class Bin:
    """Images whose confidence lies in [low, high): how many, their mean confidence and their accuracy, 0 to 1."""

    low: float
    high: float
    images: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """A reliability diagram. `error` is the expected calibration error, `largest` the largest gap of a bin."""

    bins: tuple[Bin, ...]  # those that hold an image, by confidence
    error: float
    largest: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage and accuracy where predictions below a threshold are taken for "unsure".

    At `thresholds[i]` (falling) the share `coverage[i]` of the images is answered, with accuracy `accuracy[i]`.
    """

    thresholds: NDArray[np.float64]
    coverage: NDArray[np.float64]
    accuracy: NDArray[np.float64]


def reliability(labels: NDArray[np.int64], probabilities: NDArray[np.float32], *, bins: int = BINS) -> Reliability:
    """The reliability diagram with `bins` bins of equal width, and the expected calibration error.

    Source: Guo et al. (2017), On Calibration of Modern Neural Networks, arXiv:1706.04599.

    Args:
        labels: (images,) indices of classes.
        probabilities: (images, classes).
    """
    confidence, right = _confidence(probabilities), probabilities.argmax(axis=1) == labels
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    counts = np.bincount(place, minlength=bins)
    known = np.maximum(counts, 1)
    mean = np.bincount(place, confidence, bins) / known
    accuracy = np.bincount(place, right, bins) / known
    gaps = np.abs(mean - accuracy)
    found = [
        Bin(i / bins, (i + 1) / bins, int(counts[i]), float(mean[i]), float(accuracy[i]))
        for i in np.flatnonzero(counts)
    ]
    error = float((gaps * counts).sum() / max(len(labels), 1))
    return Reliability(tuple(found), error, float(gaps.max(initial=0, where=counts > 0)))


def fit_temperature(labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> float:
    """The temperature T under which the labels are the most likely: `tempered(probabilities, T)` is calibrated.

    Logits differ from log probabilities by a constant for each image, which the softmax takes out again, so the
    probabilities are enough. The likelihood is concave in 1/T: a golden section search finds its one peak.

    Args:
        labels: (images,) indices of classes; not those that were trained on.
        probabilities: (images, classes).

    Returns:
        0.05 to 20; above 1 where the network is too sure of itself.
    """
    logs = _logs(probabilities)
    rows = np.arange(len(labels))

    def loss(log_temperature: float) -> float:
        scaled = logs / np.exp(log_temperature)
        return float((np.log(np.exp(scaled).sum(axis=1)) - scaled[rows, labels]).mean())

    low, high = np.log(LOWEST_TEMPERATURE), np.log(HIGHEST_TEMPERATURE)
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = loss(left), loss(right)
    while high - low > 1e-4:
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = loss(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = loss(right)
    return float(np.exp((low + high) / 2))


def calibrating_temperature(labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> float:
    """Return what `fit_temperature` gives, but 1 (leave the network as it is) unless that helps images that it was not
    fitted on.

    Each of five parts is judged by a temperature that the other four give. One number can be fitted to chance too,
    where the images are few: what is gained must be more than its own standard error, and the calibration error
    must not rise.
    """
    if len(labels) < _PARTS:
        return 1.0
    part = np.random.default_rng(0).permutation(len(labels)) % _PARTS
    after = probabilities.copy()
    for number in range(_PARTS):
        own, others = part == number, part != number
        after[own] = tempered(probabilities[own], fit_temperature(labels[others], probabilities[others]))
    gained = _negative_log_likelihood(labels, probabilities) - _negative_log_likelihood(labels, after)
    sure = gained.mean() > gained.std() / np.sqrt(len(labels))
    better = reliability(labels, after).error <= reliability(labels, probabilities).error
    return fit_temperature(labels, probabilities) if sure and better else 1.0


def _negative_log_likelihood(labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> NDArray[np.float64]:
    """The negative log likelihood of each label."""
    right = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    found: NDArray[np.float64] = -np.log(np.maximum(right, _TINY))
    return found


def tempered(probabilities: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Probabilities as they are when the logits are divided by `temperature`; their order in a row stays."""
    if temperature == 1 or not len(probabilities):
        return probabilities
    powers = np.exp(_logs(probabilities) / temperature)
    powers[probabilities == 0] = 0  # of a class that the run does not know
    found: NDArray[np.float32] = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return found


def coverage(labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> Coverage:
    """Coverage and accuracy at each threshold that makes a difference.

    Args:
        labels: (images,) indices of classes.
        probabilities: (images, classes).
    """
    confidence, right = _confidence(probabilities), probabilities.argmax(axis=1) == labels
    order = np.argsort(-confidence, kind="stable")
    confidence, right = confidence[order], right[order]
    last = np.flatnonzero(np.append(confidence[1:] != confidence[:-1], True)) if len(labels) else np.array([], int)
    answered = last + 1
    return Coverage(confidence[last], answered / max(len(labels), 1), np.cumsum(right)[last] / answered)


def threshold_for(curve: Coverage, accuracy: float) -> tuple[float, float] | None:
    """The threshold that leaves the most images answered with at least this accuracy, and the share that it leaves.

    None where no threshold gives that accuracy.
    """
    enough = np.flatnonzero(curve.accuracy >= accuracy)
    if not len(enough):
        return None
    return float(curve.thresholds[enough[-1]]), float(curve.coverage[enough[-1]])


def _confidence(probabilities: NDArray[np.float32]) -> NDArray[np.float64]:
    return probabilities.max(axis=1).astype(np.float64) if len(probabilities) else np.empty(0)


def _logs(probabilities: NDArray[np.float32]) -> NDArray[np.float64]:
    """Log probabilities, the highest of each row 0."""
    logs = np.log(np.maximum(probabilities.astype(np.float64), _TINY))
    highest: NDArray[np.float64] = logs.max(axis=1, keepdims=True)
    return logs - highest
