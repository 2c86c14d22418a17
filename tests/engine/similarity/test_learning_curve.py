"""What more labels are expected to bring, from how much some of them brought."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.similarity.classifier import Floats, fit_classifier
from engine.similarity.learning_curve import LearningCurve, cross_validated, gain_of_class


def drawn(count: int, seed: int, *, classes: int = 5, of_first: int | None = None) -> tuple[Floats, NDArray[np.int64]]:
    """`count` points of each class (`of_first` of class 0), which overlap in 40 dimensions."""
    random = np.random.default_rng(seed)
    middles = np.random.default_rng(99).normal(0, 0.35, (classes, 40))
    counts = [of_first or count, *([count] * (classes - 1))]
    labels = np.repeat(np.arange(classes), counts)
    return (middles[labels] + random.normal(0, 1, (len(labels), 40))).astype(np.float32), labels


def accuracy(learnt: int, **more: int) -> float:
    points, labels = drawn(learnt, 1, **more)
    found = fit_classifier(points, labels).adjusted(np.unique(labels, return_counts=True)[1])
    asked, truth = drawn(2000, 2)
    return float(((asked @ found.weights + found.offsets).argmax(axis=1) == truth).mean())


def recall_of_first(count: int) -> float:
    points, labels = drawn(60, 1, of_first=count)
    found = fit_classifier(points, labels).adjusted(np.unique(labels, return_counts=True)[1])
    asked, truth = drawn(2000, 2)
    said = (asked @ found.weights + found.offsets).argmax(axis=1)
    return float((said[truth == 0] == 0).mean())


def test_the_gain_that_is_expected_is_about_the_one_that_comes() -> None:
    points, labels = drawn(40, 1)
    found = cross_validated(points, labels, [None] * len(labels))
    assert found is not None
    assert found.estimate.accuracy == pytest.approx(accuracy(32), abs=0.08)
    assert found.curve.sizes == pytest.approx((40, 80, 160), abs=8)
    assert found.curve.gain(5 * 160) == pytest.approx(accuracy(160) - accuracy(32), abs=0.08)


@pytest.mark.parametrize("labelled_are_easy", [True, False])
def test_what_has_no_label_is_told_by_the_labelled_ones_of_which_it_is_as_sure(labelled_are_easy: bool) -> None:
    points, labels = drawn(200, 1)
    classifier = fit_classifier(points, labels)
    order = np.argsort(classifier.probabilities(points).max(axis=1))
    chosen = (
        np.concatenate([order[-350:], order[:50]]) if labelled_are_easy else np.concatenate([order[:350], order[-50:]])
    )
    waiting = np.setdiff1d(np.arange(len(labels)), chosen)
    found = cross_validated(points[chosen], labels[chosen], [None] * 400, waiting=points[waiting])
    assert found is not None
    learnt = fit_classifier(points[chosen], labels[chosen])
    asked, answers = drawn(1000, 2)
    truth = float((learnt.probabilities(asked).argmax(axis=1) == answers).mean())
    assert abs(found.of_all.accuracy - truth) < 0.8 * abs(found.estimate.accuracy - truth)
    assert (found.of_all.accuracy < found.estimate.accuracy) is labelled_are_easy


def test_a_curve_promises_nothing_where_more_images_did_not_help() -> None:
    assert LearningCurve((25, 50, 100), (0.9, 0.9, 0.9), 200).gain(1000) == pytest.approx(0, abs=1e-9)
    assert LearningCurve((25, 50, 100), (0.9, 0.8, 0.7), 200).gain(1000) == 0
    assert LearningCurve((100,), (0.5,), 200).gain(1000) == 0
    falling = LearningCurve((25, 50, 100), (0.6, 0.8, 0.9), 200)
    assert falling.gain(50) == 0, "fewer images than were tried"
    assert falling.gain(200) == pytest.approx(0.05, abs=0.001), "an error that halves with twice the images"
    assert falling.gain(1e9) < 0.1


def test_images_of_one_thing_are_held_out_together() -> None:
    points, labels = drawn(10, 3, classes=2)
    points, labels = np.repeat(points, 6, axis=0), np.repeat(labels, 6)
    apart = cross_validated(points, labels, [None] * len(labels))
    together = cross_validated(points, labels, [f"thing {i // 6}" for i in range(len(labels))])
    assert apart is not None
    assert together is not None
    assert apart.estimate.accuracy == 1, "copies give each other away"
    assert together.estimate.accuracy < 0.95
    assert together.estimate.high - together.estimate.low > 0.2, "twenty things are few"


def test_too_few_labels_tell_nothing() -> None:
    points, _ = drawn(2, 1, classes=2)
    assert cross_validated(points, np.array([0, 0, 0, 1]), [None] * 4) is None


def test_more_of_a_class_with_few_images_is_expected_to_help_and_does() -> None:
    points, labels = drawn(60, 1, of_first=10)
    groups = [None] * len(labels)
    few = gain_of_class(points, labels, groups, 0, 40)
    many = gain_of_class(points, labels, groups, 1, 40)
    assert few is not None
    assert many is not None
    assert few > 2 * many >= 0
    before, after = (recall_of_first(10), recall_of_first(50))
    assert few == pytest.approx(after - before, abs=0.15)
    assert gain_of_class(points, labels, groups, 7, 40) is None, "no image of it"
