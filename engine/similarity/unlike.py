"""How unlike all labelled images an image is: the candidates for a class that nobody has made yet.

That is how far it lies from the nearest class against how far from the middle of the collection, both in the spread of
the images there (relative Mahalanobis distance: Ren et al. 2021, A Simple Fix to Mahalanobis Distance). A picture that
is odd in every respect has both large; one of a missing class is usual for the collection and far from every class. It
tells twice as many images of a missing kind of flowers as the distance to the nearest labelled image
(docs/decisions/0033).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.similarity.classifier import Floats
from engine.similarity.points import Points, blocks
from engine.statistics import wilson

FEWEST_FOR_UNLIKE = 20  # labelled images below which nobody can tell what is unlike all of them
USUAL = 0.95  # of the labelled images, the share that is not told while they are held out
_IN_CLASSES, _IN_ALL = 0.2, 0.5  # of the variances, the share that is the same in each direction
_TURNS = 5  # so many times classes are left out, to learn how often images of a missing one are told
_NOTHING = 1e-12  # less than that is no variance
LEAST_SQUARE = np.float32(1e-6)  # of a distance: less than that is nothing, in single precision
_SAMPLE = 20_000  # images by which it is told how all of them vary


@dataclass(frozen=True, slots=True, eq=False)
class Relative:
    """What Mahalanobis' distances of points (n, k) are measured by: `middles` (classes, k) after `whitening` (k, k),
    and of all images the `mean` (k,) and the `scale` (k,) by which each component is multiplied.
    """

    middles: Floats
    whitening: Floats
    mean: Floats
    scale: Floats

    def squares(self, points: Floats) -> tuple[Floats, Floats]:
        """Return the squared distances of points (n, k) from the nearest class and from the middle of all (n,)."""
        own = points @ self.whitening
        lengths = (self.middles**2).sum(axis=1) - 2 * own @ self.middles.T
        near = (own**2).sum(axis=1) + lengths.min(axis=1)
        usual = (((points - self.mean) * self.scale) ** 2).sum(axis=1)
        return near.clip(LEAST_SQUARE), usual.clip(LEAST_SQUARE)


def fit_relative(points: Floats, labels: NDArray[np.int64], mean: Floats, scale: Floats) -> Relative:
    """Return what distances are measured by, from labelled points (l, k) and their classes (l,)."""
    classes, columns = np.unique(labels, return_inverse=True)
    middles = np.zeros((len(classes), points.shape[1]), np.float32)
    np.add.at(middles, columns, points)
    middles /= np.bincount(columns)[:, None].astype(np.float32)
    whitening = _whitening(points - middles[columns], len(points) - len(classes))
    return Relative(middles @ whitening, whitening, mean, scale)


def spread_of(points: Floats) -> tuple[Floats, Floats]:
    """Return mean (k,) and scale (k,) of all images' points (n, k), principal components, which vary independently."""
    variances = points.var(axis=0, dtype=np.float64)
    variances = (1 - _IN_ALL) * variances + _IN_ALL * variances.mean()
    mean = points.mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean, (1 / np.sqrt(np.maximum(variances, _NOTHING))).astype(np.float32)


class Collection:
    """The points of all images, labelled or not, to measure some of them against labelled ones."""

    def __init__(self, points: Points) -> None:
        self._points = points
        self._spread = spread_of(points.at(np.arange(0, len(points), max(1, len(points) // _SAMPLE))))

    def unlikeness(
        self,
        labelled: NDArray[np.int64],
        labels: NDArray[np.int64],
        asked: NDArray[np.int64] | None = None,
        *,
        check: Callable[[], None] = lambda: None,
    ) -> Floats:
        """Return how unlike the labelled images each of the `asked` is (m,), 0 where it lies as far from both middles.

        Args:
            labelled, labels: places and classes (l,) of labelled images, one at least.
            asked: places (m,); None for all.
            check: called every some thousand images; may raise to stop.
        """
        measure = fit_relative(self._points.at(labelled), labels, *self._spread)
        places = np.arange(len(self._points)) if asked is None else asked
        found = np.empty(len(places), np.float32)
        for some in blocks(len(places)):
            check()
            near, usual = measure.squares(self._points.at(places[some]))
            found[some] = np.log(near) - np.log(usual)
        return found


def _whitening(rest: Floats, freedom: int) -> Floats:
    """Return the matrix (k, k) after which what is left of points without their class's middle varies by 1 in each
    direction, from these (l, k) and their degrees of freedom.
    """
    size = rest.shape[1]
    covariance = (rest.T @ rest).astype(np.float64) / max(freedom, 1)
    mean = np.trace(covariance) / size
    if mean <= _NOTHING:  # an image a class, or always the same one: nothing tells how classes vary
        return np.eye(size, dtype=np.float32)
    covariance *= 1 - _IN_CLASSES
    covariance[np.diag_indices(size)] += _IN_CLASSES * mean
    found: Floats = np.linalg.cholesky(np.linalg.inv(covariance)).astype(np.float32)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Unlike:
    """Which images are unlike everything that has a label.

    `values` (m,) are those of `Collection.unlikeness`; above `limit` an image is told. `checked` labelled images were
    held out to find the limit; `mistaken` of them, 5 of 100, are told.
    """

    values: Floats
    limit: float
    checked: int
    mistaken: int

    @property
    def told(self) -> NDArray[np.bool_]:
        """Return for each image whether it is unlike everything (n,)."""
        return self.values > self.limit


def unlike_of(
    collection: Collection,
    labelled: NDArray[np.int64],
    labels: NDArray[np.int64],
    folds: NDArray[np.int64],
    asked: NDArray[np.int64] | None = None,
    *,
    check: Callable[[], None] = lambda: None,
) -> Unlike | None:
    """Return which images are unlike the labelled ones (l,), which are held out by `folds` (l,) to find the limit.

    With twenty folds or more the limit is that of as many labels. None where fewer than 20 labelled images can be held
    out while another one of their class stays.

    Args:
        asked: places of the images; None for all.
        check: called every some thousand images; may raise to stop.
    """
    held_out: list[Floats] = []
    for fold in np.unique(folds):
        stays, out = folds != fold, folds == fold
        out &= np.isin(labels, labels[stays])
        if out.any():
            held_out.append(collection.unlikeness(labelled[stays], labels[stays], labelled[out]))
    values = np.concatenate(held_out) if held_out else np.empty(0, np.float32)
    if len(values) < FEWEST_FOR_UNLIKE:
        return None
    limit = float(np.quantile(values, USUAL))
    found = collection.unlikeness(labelled, labels, asked, check=check)
    return Unlike(found, limit, len(values), int((values > limit).sum()))


def noticed_share(
    collection: Collection,
    labelled: NDArray[np.int64],
    labels: NDArray[np.int64],
    folds: NDArray[np.int64],
    *,
    check: Callable[[], None] = lambda: None,
) -> float | None:
    """Return which share of a class's images is told as unlike everything as long as the class is not made.

    Each class (l,) is left out once, of more than five some at once. None where nothing is left to compare with.
    """
    classes = np.unique(labels)
    turns = np.searchsorted(classes, labels) % _TURNS
    told: list[NDArray[np.bool_]] = []
    for turn in np.unique(turns):
        stays, out = turns != turn, turns == turn
        check()
        found = unlike_of(collection, labelled[stays], labels[stays], folds[stays], labelled[out])
        if found is not None:
            told.append(found.told)
    return float(np.concatenate(told).mean()) if told else None


@dataclass(frozen=True, slots=True, eq=False)
class Missing:
    """What tells of classes that nobody has made yet.

    `image_ids` (m,) are the images without a label that are unlike everything, of `asked` without a label. Of `checked`
    labelled images `mistaken` were told so while they were held out; of those whose whole class was left out, as if it
    was not made, the share `noticed` was.
    """

    image_ids: NDArray[np.int64]
    asked: int
    checked: int
    mistaken: int
    noticed: float | None

    def most(self, *, with_unlike: bool) -> float | None:
        """Return how many of the `asked` images may be of classes that are missing, at most; None where nothing tells.

        As many more are told than by mistake as there are of such classes, times how often these are told. The
        upper end of Newcombe's 95 % interval for the difference of two shares (1998, Interval Estimation for the
        Difference Between Independent Proportions, method 10) makes it a bound.

        Args:
            with_unlike: whether those count that are told.
        """
        if not self.asked or self.noticed is None:
            return None
        share, usual = len(self.image_ids) / self.asked, self.mistaken / self.checked
        if self.noticed < 2 * usual:  # what is missing would go unnoticed
            return None
        upper = wilson(len(self.image_ids), self.asked)[1] - share
        lower = usual - wilson(self.mistaken, self.checked)[0]
        more = max(0.0, share - usual + float(np.hypot(upper, lower)))
        return self.asked * more / (self.noticed - usual) * (1.0 if with_unlike else 1 - self.noticed)
