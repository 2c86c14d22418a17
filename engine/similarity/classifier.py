"""A classifier on features, fitted in milliseconds: multinomial logistic regression after a projection.

Features of a network have a few large values, which would rule distances. Their square roots (of the same sign) at unit
length do not: where none is negative, that is Hellinger's distance. The first 128 principal components of a collection
keep what tells its images apart: about as accurate as logistic regression on all 1,280 values, in a tenth of the memory
and time (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.similarity.minimise import minimise
from engine.similarity.threads import one_thread

Floats = NDArray[np.float32]

DIMENSIONS = 128
PENALTY = 0.1  # on the squares of the weights, halved; scikit-learn's C is its inverse
_MOST_ITERATIONS = 200
_TOLERANCE = 1e-5  # of the mean gradient
_ROWS_AT_ONCE = 8192
_SAMPLE = 4_000  # images that a projection is fitted on
_MORE = 64  # components that are tried beyond those that are wanted
_PASSES = 4


@dataclass(frozen=True, slots=True)
class Projection:
    """From features (n, d) to points (n, k): square root, divided by `scale`, less `mean` (d,), onto `axes` (d, k).

    Without a scale each is divided by its own length, as similarity is that of directions.
    """

    mean: Floats
    axes: Floats
    scale: float | None = None

    def apply(self, features: NDArray[np.floating]) -> Floats:
        """Return the points (n, k) of features (n, d), float16 or float32."""
        found = np.empty((len(features), self.axes.shape[1]), np.float32)
        offset = self.mean @ self.axes
        for start in range(0, len(features), _ROWS_AT_ONCE):  # a float32 copy of all would be twice the features
            some = slice(start, start + _ROWS_AT_ONCE)
            found[some] = _divided(features[some], self.scale) @ self.axes - offset
        return found

    def directions(self, features: NDArray[np.floating]) -> Floats:
        """Return by all features (n, d) what points are of the first components: less `mean`, at unit length (n, d)."""
        centred = _divided(features, self.scale) - self.mean
        lengths = np.linalg.norm(centred, axis=1, keepdims=True)
        found: Floats = centred / np.maximum(lengths, np.float32(1e-12))
        return found


def sample(count: int) -> slice:
    """Return which of `count` images a projection is fitted on: 4,000 at most, evenly."""
    return slice(None, None, max(1, -(-count // _SAMPLE)))


@one_thread()
def fit_projection(
    features: NDArray[np.floating], dimensions: int = DIMENSIONS, *, by_length: bool = True
) -> Projection:
    """Return the projection onto the first principal components of a `sample` of features (n, d), n from 1 on.

    The largest loading of each axis is positive, so that it is the same each time.

    Args:
        by_length: divide each by its own length; else all by their mean length, so that lengths are told apart too.
    """
    scale = None
    if not by_length:
        scale = float(np.linalg.norm(_roots(features), axis=1).mean()) or 1.0
    roots = _divided(features, scale)
    mean = roots.mean(axis=0)
    axes = _first_components(roots - mean, dimensions)
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=0)[None], axis=0)
    return Projection(mean, axes * np.where(largest < 0, np.float32(-1), np.float32(1)), scale)


def _first_components(centred: Floats, count: int) -> Floats:
    """Return the first `count` principal components (d, count) of centred values (n, d), or as many as there are.

    Of many they are found by subspace iteration from a start at random (Halko et al. 2011, Finding Structure with
    Randomness): 99.98 % of the variance that the exact ones have, in half the time (docs/decisions/0026).
    """
    wide = len(centred) < centred.shape[1]  # the smaller of the two matrices of products has the same components
    products = centred @ centred.T if wide else centred.T @ centred
    tried = count + _MORE
    if len(products) <= 2 * tried:
        vectors = np.linalg.eigh(products.astype(np.float64))[1]
    else:
        vectors = np.random.default_rng(0).normal(size=(len(products), tried)).astype(np.float32)
        for _ in range(_PASSES):
            vectors = np.linalg.qr(products @ vectors)[0]
        vectors = vectors @ np.linalg.eigh(vectors.T @ products @ vectors)[1]
    vectors = vectors[:, : -count - 1 : -1]  # eigenvalues rise
    if wide:
        vectors = centred.T @ vectors
        lengths = np.linalg.norm(vectors, axis=0)
        vectors = vectors / np.where(lengths > 1e-5, lengths, np.inf)
    return vectors.astype(np.float32)


def unit_roots(features: NDArray[np.floating]) -> Floats:
    """Return the square roots, of the same sign, of features (n, d), each row at unit length or all 0."""
    roots = _roots(features)
    lengths = np.linalg.norm(roots, axis=1, keepdims=True)
    found: Floats = (roots / np.maximum(lengths, np.float32(1e-12))).astype(np.float32, copy=False)
    return found


def _roots(features: NDArray[np.floating]) -> Floats:
    values = features.astype(np.float32)
    found: Floats = np.copysign(np.sqrt(np.abs(values)), values)
    return found


def _divided(features: NDArray[np.floating], scale: float | None) -> Floats:
    return unit_roots(features) if scale is None else _roots(features) / np.float32(scale)


@dataclass(frozen=True, slots=True)
class Classifier:
    """Weights (k, classes) and offsets (classes,) for the `classes`, ids in the order of the columns.

    `temperature` divides the logits: above 1 where the classifier is too sure of itself.
    """

    classes: tuple[int, ...]
    weights: Floats
    offsets: Floats
    temperature: float = 1.0

    def probabilities(self, points: Floats) -> Floats:
        """Return the probabilities (n, classes) of points (n, k)."""
        return softmax((points @ self.weights + self.offsets) / np.float32(self.temperature))

    def adjusted(self, counts: NDArray[np.floating] | NDArray[np.int64]) -> Classifier:
        """Return the one whose logits have lost half the logarithm of how many labels (classes,) it learnt from.

        Otherwise classes of many labels drown those of few (Menon et al. 2021, Long-tail Learning via Logit Adjustment,
        with tau 0.5; figures in docs/decisions/0023).
        """
        return replace(self, offsets=(self.offsets - np.log(counts) / 2).astype(np.float32))


@one_thread()
def fit_classifier(
    points: Floats, labels: NDArray[np.int64], *, start: Classifier | None = None, penalty: float = PENALTY
) -> Classifier:
    """Return the classifier that minimises the cross-entropy of labelled points plus half the penalty on its weights.

    The optimum is that of scikit-learn's `LogisticRegression(C=1/penalty)`, found by L-BFGS.

    Args:
        points: (n, k), n from 1 on.
        labels: (n,) ids of classes. A single class gives a classifier that always answers with it.
        start: an earlier classifier of the same points; its classes may be others. It saves most of the iterations.
    """
    classes, targets = np.unique(labels, return_inverse=True)
    count, size = len(classes), points.shape[1]
    begin = _begin(start, tuple(classes.tolist()), size)
    if count == 1:
        return begin
    rows = np.arange(len(points))

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        table = values.astype(np.float32).reshape(size + 1, count)
        weights = table[:-1]
        logits = points @ weights + table[-1]
        logits -= logits.max(axis=1, keepdims=True)
        exponents = np.exp(logits)
        totals = exponents.sum(axis=1, keepdims=True)
        value = float(np.log(totals).sum(dtype=np.float64) - logits[rows, targets].sum(dtype=np.float64))
        value += penalty / 2 * float((weights.astype(np.float64) ** 2).sum())
        errors = exponents / totals
        errors[rows, targets] -= 1
        slope = np.concatenate([points.T @ errors + np.float32(penalty) * weights, errors.sum(axis=0)[None]])
        return value / len(points), slope.astype(np.float64).ravel() / len(points)

    first = np.concatenate([begin.weights, begin.offsets[None]]).astype(np.float64).ravel()
    found = minimise(loss, first, most=_MOST_ITERATIONS, tolerance=_TOLERANCE)
    table = found.astype(np.float32).reshape(size + 1, count)
    return replace(begin, weights=table[:-1].copy(), offsets=table[-1].copy())


def _begin(start: Classifier | None, classes: tuple[int, ...], size: int) -> Classifier:
    """Return a classifier to begin with: what `start` knows of each class, nothing of new ones."""
    weights, offsets = np.zeros((size, len(classes)), np.float32), np.zeros(len(classes), np.float32)
    if start is not None and start.weights.shape[0] == size:
        place = {cls: column for column, cls in enumerate(start.classes)}
        for column, cls in enumerate(classes):
            if cls in place:
                weights[:, column], offsets[column] = start.weights[:, place[cls]], start.offsets[place[cls]]
    return Classifier(classes, weights, offsets, 1.0 if start is None else start.temperature)


def softmax(logits: Floats) -> Floats:
    """Return the probabilities (n, classes) of logits (n, classes)."""
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    found: Floats = (exponents / exponents.sum(axis=1, keepdims=True)).astype(np.float32, copy=False)
    return found


def fit_temperature(logits: NDArray[np.floating], labels: Sequence[int] | NDArray[np.int64]) -> float:
    """Return the temperature, 0.25 to 8, at which held-out logits (n, classes) give `labels` (n,), as columns, the
    highest likelihood (Guo et al. 2017, On Calibration of Modern Neural Networks); 1 without any.
    """
    if not len(labels):
        return 1.0
    targets = np.asarray(labels)
    rows = np.arange(len(targets))

    def loss(temperature: float) -> float:
        scaled = logits / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        return float((np.log(np.exp(scaled).sum(axis=1)) - scaled[rows, targets]).mean())

    candidates = np.geomspace(0.25, 8, 41)  # the likelihood is flat near its best: steps of a tenth are fine enough
    return float(candidates[int(np.argmin([loss(t) for t in candidates]))])


def equal_share(labels: NDArray[np.int64], most: int) -> int:
    """Return how many labels of each class `evenly` takes at most."""
    return max(1, most // len(np.unique(labels)))


def evenly(labels: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return places of at most `most` labels, as many of each class as there are, up to an equal share; all where
    there are no more. To learn from: a figure that stands for all is measured on what is chosen `in_proportion`.
    """
    if len(labels) <= most:
        return np.arange(len(labels))
    random = np.random.default_rng(0)
    _, of = np.unique(labels, return_inverse=True)
    share = equal_share(labels, most)
    return np.concatenate([random.permutation(np.flatnonzero(of == cls))[:share] for cls in range(int(of.max()) + 1)])


def in_proportion(labels: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return places of about `most` labels, of each class its share of all, two at least where it has them; all where
    there are no more.
    """
    if len(labels) <= most:
        return np.arange(len(labels))
    random = np.random.default_rng(0)
    _, of, counts = np.unique(labels, return_inverse=True, return_counts=True)
    shares = np.maximum(np.rint(counts * (most / len(labels))).astype(np.int64), 2)
    return np.concatenate([random.permutation(np.flatnonzero(of == cls))[:n] for cls, n in enumerate(shares.tolist())])
