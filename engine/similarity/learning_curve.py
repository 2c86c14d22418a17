"""How good the classifier on features is by cross-validation, and how much more labels would help: a learning curve.

The error of a classifier falls about as a power of the number of images that it learns from (Hestness et al. 2017, Deep
Learning Scaling is Predictable, Empirically). On features a fit takes milliseconds, so that a few numbers of images
can be tried and the power be read from them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.library.splits import stratified_folds
from engine.similarity.classifier import Classifier, Floats, fit_classifier, softmax
from engine.similarity.learner import Estimate, numbered, unlike_share

FOLDS = 5
PARTS = (1, 2, 4)  # quarters of the images that a fold may learn from, for the points of a curve
_STEEPEST = -1.0  # power of a learning curve: steeper ones are chance


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """`accuracies`, 0 to 1, of `images` held-out images by the number of images learnt from, `sizes`, ascending."""

    sizes: tuple[float, ...]
    accuracies: tuple[float, ...]
    images: int

    def gain(self, size: float) -> float:
        """Return how much more accurate it is expected to be with `size` images than with the most that were tried.

        Between 0 and the error that is left; what is held out can tell no error below half an image.
        """
        error = self._error(-1)
        return error - error * self.left(size)

    def left(self, size: float) -> float:
        """Return which share, above 0, of the mistakes that are made with the most images that were tried is expected
        to be left with `size` images.
        """
        share: float = (max(size, self.sizes[-1]) / self.sizes[-1]) ** self._power()
        return share

    def _error(self, place: int) -> float:
        return max(1 - self.accuracies[place], 0.5 / self.images)

    def _power(self) -> float:
        """Return the slope of log error by log size, by least squares weighted with the number of mistakes, whose
        logarithm varies the less the more they are; 0 where more images did not help.
        """
        if len(set(self.sizes)) < 2:
            return 0.0
        errors = np.array([self._error(i) for i in range(len(self.sizes))])
        slope = float(np.polyfit(np.log(self.sizes), np.log(errors), 1, w=np.sqrt(errors))[0])
        return min(0.0, max(_STEEPEST, slope))


@dataclass(frozen=True, slots=True)
class CrossValidated:
    """What the classifier on features reaches: `estimate` with all images to learn from but the fold held out, and
    `of_all` what it would of all images, as if each were new, those without a label among them; how unlike the labelled
    ones these are widens its interval.
    """

    estimate: Estimate
    of_all: Estimate
    curve: LearningCurve


def cross_validated(
    points: Floats,
    labels: NDArray[np.int64],
    groups: Sequence[Hashable | None],
    *,
    parts: Sequence[int] = PARTS,
    waiting: Floats | None = None,
    waiting_share: float = 1.0,
    check: Callable[[], None] = lambda: None,
) -> CrossValidated | None:
    """Return how accurate a classifier is on images held out in turn, and by how many it learns from.

    None where there are fewer than two classes with two images each.

    Args:
        points: (n, k).
        labels: (n,) ids of classes.
        groups: (n,) what belongs together and is held out together; None: nothing.
        parts: quarters of the images to learn from, ascending to 4; without more than (4,) the curve has one point.
        waiting: (m, k), points of images without a label, each of which counts as `waiting_share` labelled ones do.
        check: called before each fold; may raise to stop.
    """
    counts = np.unique(labels, return_counts=True)[1]
    if (counts >= 2).sum() < 2:
        return None
    folds = np.array(stratified_folds(labels.tolist(), groups, FOLDS, 0))
    sure = np.zeros(len(labels), np.float32)
    right = np.zeros((len(parts), len(labels)), bool)
    sizes = np.zeros((len(right), FOLDS))
    open_sure: list[Floats] = []
    for fold in np.unique(folds).tolist():
        check()
        asked, others = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        own = [groups[i] for i in others.tolist()]
        part = np.array(stratified_folds(labels[others].tolist(), own, 4, 1), np.int64)
        found: Classifier | None = None
        for row, quarters in enumerate(parts):
            some = others[part < quarters]
            if not len(some):
                continue
            found = _fitted(points[some], labels[some], found)
            sizes[row, fold] = len(some)
            probabilities = softmax(points[asked] @ found.weights + found.offsets)
            right[row, asked] = np.array(found.classes)[probabilities.argmax(axis=1)] == labels[asked]
            sure[asked] = probabilities.max(axis=1)
        if found is not None and waiting is not None and len(waiting):
            open_sure.append(softmax(waiting @ found.weights + found.offsets).max(axis=1))
    things = numbered(groups)
    estimate = Estimate.of(sure, right[-1], things)
    assert estimate is not None
    of_all = estimate
    if open_sure and waiting is not None:
        every = np.concatenate(open_sure)
        open_images = waiting_share * len(waiting)
        found_all = Estimate.of_everything(
            sure, right[-1], things, open_sure=every, open_images=open_images, labelled=len(labels)
        )
        share = open_images / (open_images + len(labels))
        of_all = (found_all or estimate).widened(unlike_share(sure, things, every, len(waiting), share))
    told = [row for row in range(len(right)) if (sizes[row] > 0).all() or row == len(right) - 1]
    curve = LearningCurve(
        tuple(float(sizes[row].mean()) for row in told), tuple(float(right[row].mean()) for row in told), len(labels)
    )
    return CrossValidated(estimate, of_all, curve)


def gain_of_class(
    points: Floats,
    labels: NDArray[np.int64],
    groups: Sequence[Hashable | None],
    wanted: int,
    more: int,
    *,
    check: Callable[[], None] = lambda: None,
) -> float | None:
    """Return how much the recall of a class, 0 to 1, is expected to grow by `more` labelled images of it.

    The classifier learns once from half the images of the class and once from all, beside those of all other classes;
    from how many of the held-out images it recognises then, the curve tells how many it would with more. None where the
    class has fewer than four images, or no other class has any. Arguments as in `cross_validated`.
    """
    own = labels == wanted
    if own.sum() < 4 or own.all():
        return None
    folds = np.array(stratified_folds(labels.tolist(), groups, FOLDS, 0))
    right = np.zeros((2, len(labels)), bool)
    for fold in np.unique(folds).tolist():
        check()
        asked, others = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        together = [groups[i] for i in others.tolist()]
        halves = np.array(stratified_folds(labels[others].tolist(), together, 2, 1), np.int64)
        found: Classifier | None = None
        for row, some in enumerate((others[~own[others] | (halves == 0)], others)):
            found = _fitted(points[some], labels[some], found)
            said = (points[asked] @ found.weights + found.offsets).argmax(axis=1)
            right[row, asked] = np.array(found.classes)[said] == labels[asked]
    count = int(own.sum())
    learnt = count * (FOLDS - 1) / FOLDS
    curve = LearningCurve((learnt / 2, learnt), (float(right[0][own].mean()), float(right[1][own].mean())), count)
    return curve.gain(learnt + more)


def _fitted(points: Floats, labels: NDArray[np.int64], start: Classifier | None) -> Classifier:
    """Return the classifier that a run of instant fits."""
    return fit_classifier(points, labels, start=start).adjusted(np.unique(labels, return_counts=True)[1])
