"""Projects that are labelled in several ways, and what is promised of new pictures: for tests of intervals.

Features are given, so that nothing has to be computed. The truth is told by pictures that are not in the project.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.library.splits import VALIDATION_SHARE
from engine.similarity.classifier import fit_classifier, fit_projection
from engine.similarity.learner import Estimate, Learner
from engine.similarity.learning_curve import cross_validated
from engine.training.automatic.first_look import FirstLook

Way = Callable[[Learner, NDArray[np.int64], int, np.random.Generator], Iterator[Sequence[int]]]


def at_random(
    learner: Learner, truth: NDArray[np.int64], most: int, random: np.random.Generator
) -> Iterator[list[int]]:
    yield random.permutation(len(truth))[:most].tolist()


def few_of_each(
    learner: Learner, truth: NDArray[np.int64], most: int, random: np.random.Generator
) -> Iterator[list[int]]:
    classes = np.unique(truth)
    for cls in classes:
        yield random.permutation(np.flatnonzero(truth == cls))[: max(2, most // len(classes))].tolist()


def look_alikes(
    learner: Learner, truth: NDArray[np.int64], most: int, random: np.random.Generator
) -> Iterator[Sequence[int]]:
    """Whole groups of look-alikes, the boundary wider where there are none."""
    while found := next((groups for step in range(6) if (groups := learner.groups(step, most=60))), None):
        yield found[0].image_ids


def what_teaches_most(
    learner: Learner, truth: NDArray[np.int64], most: int, random: np.random.Generator
) -> Iterator[list[int]]:
    while len(found := learner.what_next(10)):
        yield found.tolist()


def look_alikes_then_what_teaches_most(
    learner: Learner, truth: NDArray[np.int64], most: int, random: np.random.Generator
) -> Iterator[Sequence[int]]:
    for some in look_alikes(learner, truth, most, random):
        yield some
        if learner.learnt_from >= most // 2:
            break
    yield from what_teaches_most(learner, truth, most, random)


def the_surest_suggestions(
    learner: Learner, truth: NDArray[np.int64], most: int, random: np.random.Generator
) -> Iterator[list[int]]:
    """Two of each class, then eight of each in turn whose suggestion is the surest."""
    yield from few_of_each(learner, truth, 2 * len(np.unique(truth)), random)
    while True:
        before = learner.learnt_from
        for cls in random.permutation(np.unique(truth)):
            suggested = learner.suggestions()
            assert suggested is not None
            classes, sure = suggested.best()
            places = np.flatnonzero(learner.is_open() & (classes == cls))
            yield places[np.argsort(-sure[places])][:8].tolist()
        if learner.learnt_from == before:
            return


def one_class_after_another(
    learner: Learner, truth: NDArray[np.int64], most: int, random: np.random.Generator
) -> Iterator[list[int]]:
    """Two of a class, then those of it that are most like what it has."""
    classes = np.unique(truth)
    share = max(3, most // len(classes))
    for cls in random.permutation(classes):
        yield random.permutation(np.flatnonzero(truth == cls))[:2].tolist()
        given = 2
        while given < share:
            some = [image for image, _ in learner.like_class(int(cls), 40) if truth[image] == cls][: share // 5 or 1]
            if not some:
                break
            given += len(some)
            yield some


ALIKE: tuple[Way, ...] = (at_random, few_of_each)  # where what has a label is like what has none
UNLIKE: tuple[Way, ...] = (
    look_alikes,
    what_teaches_most,
    look_alikes_then_what_teaches_most,
    the_surest_suggestions,
    one_class_after_another,
)


@dataclass(frozen=True, slots=True)
class Promised:
    """Of a project: the accuracy on new pictures, `truth`, and what the first look and the check images promise of it:
    accuracy, low, high; None where nothing is promised. `before` is what the first look was without the share of which
    nothing is known.
    """

    truth: float
    first_look: tuple[float, float, float] | None
    checked: tuple[float, float, float] | None
    before: tuple[float, float, float] | None


def promised(
    way: Way, features: NDArray[np.floating], classes: NDArray[np.int64], *, images: int, labels: int, seed: int
) -> Promised:
    """Label so many of the `images` of a project in this way, and look at what is promised before and after a training
    of the classifier on features.
    """
    random = np.random.default_rng(seed)
    chosen = random.permutation(len(classes))
    own, others = np.sort(chosen[:images]), chosen[images:]
    truth, projection = classes[own], fit_projection(features[own])
    points = projection.apply(features[own])
    learner = Learner(np.arange(images), points)
    learner.link()
    given: list[int] = []
    for some in way(learner, truth, labels, random):
        given += [image for image in some if image not in given][: labels - len(given)]
        learner.label({image: int(truth[image]) for image in given})
        if len(given) >= labels:
            break
    known, open_ = np.array(given), np.setdiff1d(np.arange(images), given)
    is_check = _is_check(truth[known])
    learnt, checked = known[~is_check], known[is_check]
    run = fit_classifier(points[learnt], truth[learnt]).adjusted(np.unique(truth[learnt], return_counts=True)[1])
    answers = np.array(run.classes)

    def right(some: NDArray[np.floating], labels: NDArray[np.int64]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = answers[run.probabilities(some).argmax(axis=1)] == labels
        return found

    new = float(right(projection.apply(features[others]), classes[others]).mean())
    tried = cross_validated(points[known], truth[known], [None] * len(known), waiting=points[open_])
    if tried is None or len(np.unique(truth[known])) < len(np.unique(classes)):  # Train promises nothing then
        return Promised(new, None, None, None)
    look = FirstLook(
        *(200, False, len(learnt), len(checked), len(answers)),
        by_features=tried.estimate,
        of_all=tried.of_all,
        curve=tried.curve,
    )
    first = look.of_new_pictures
    on_checked = Estimate.of_everything(
        run.probabilities(points[checked]).max(axis=1),
        right(points[checked], truth[checked]),
        np.arange(len(checked)),
        open_sure=run.probabilities(points[open_]).max(axis=1),
        open_images=len(open_),
        labelled=len(known),
    )
    assert on_checked is not None
    on_checked = on_checked.widened(tried.of_all.unlike)
    without = tried.of_all.of(tried.of_all.sure, tried.of_all.right, None, tried.of_all.stands_for)
    assert without is not None
    return Promised(
        new,
        (first.accuracy, first.low, first.high) if first else None,
        (on_checked.accuracy, on_checked.low, on_checked.high) if on_checked.stands else None,
        (without.accuracy, without.low, without.high),
    )


def _is_check(labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which images are set aside as they are labelled: of each class the second, then one of five."""
    settled: Counter[int] = Counter()
    checked: Counter[int] = Counter()
    found = []
    for cls in labels.tolist():
        wanted = max(1, round(VALIDATION_SHARE * (settled[cls] + 1)))
        found.append(settled[cls] > 0 and checked[cls] + 0.5 <= wanted)
        settled[cls] += 1
        checked[cls] += found[-1]
    return np.array(found, bool)


def holds(interval: tuple[float, float, float], truth: float) -> bool:
    return interval[1] <= truth <= interval[2]
