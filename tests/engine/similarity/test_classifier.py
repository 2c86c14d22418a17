"""Logistic regression on projected features: the optimum that scikit-learn finds, whatever the labels are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from engine.similarity.classifier import (
    PENALTY,
    Classifier,
    evenly,
    fit_classifier,
    fit_projection,
    fit_temperature,
    in_proportion,
    sample,
    softmax,
    unit_roots,
)

RANDOM = np.random.default_rng(0)


def clusters(count: int, classes: int, *, spread: float = 0.6, size: int = 12, seed: int = 0):
    """Points (count, size) around a centre for each class, and their labels: ids from 10 on, three apart."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, classes, count)
    centres = random.normal(size=(classes, size))
    return (centres[labels] + spread * random.normal(size=(count, size))).astype(np.float32), 10 + 3 * labels


@pytest.mark.parametrize("classes", [2, 5])
def test_the_probabilities_are_those_of_scikit_learn(classes: int) -> None:
    points, labels = clusters(120, classes)
    expected = LogisticRegression(C=1 / PENALTY, tol=1e-8, max_iter=5000).fit(points, labels)

    found = fit_classifier(points, labels)

    assert found.classes == tuple(expected.classes_)
    if classes > 2:  # of two classes scikit-learn fits one column of weights, which the penalty weighs otherwise
        np.testing.assert_allclose(found.probabilities(points), expected.predict_proba(points), atol=2e-3)
    assert (found.probabilities(points).argmax(axis=1) == expected.predict_proba(points).argmax(axis=1)).mean() > 0.99


def test_an_adjusted_classifier_finds_more_of_a_class_of_few_labels() -> None:
    points, labels = clusters(2000, 3, spread=1.6)
    few = labels == labels.max()
    learnt = np.flatnonzero(~few)[:200].tolist() + np.flatnonzero(few)[:8].tolist()
    rest = np.setdiff1d(np.arange(2000), learnt)
    found = fit_classifier(points[learnt], labels[learnt])
    counts = np.unique(labels[learnt], return_counts=True)[1]

    def right(classifier: Classifier, some: np.ndarray) -> float:
        said = np.array(classifier.classes)[classifier.probabilities(points[some]).argmax(axis=1)]
        return float((said == labels[some]).mean())

    assert right(found.adjusted(counts), rest[few[rest]]) > right(found, rest[few[rest]]) + 0.05
    assert right(found.adjusted(counts), rest) > right(found, rest)
    equal = found.adjusted(np.full(3, 7))
    np.testing.assert_allclose(equal.probabilities(points), found.probabilities(points), atol=1e-5)


def test_a_fit_goes_on_from_an_earlier_one_also_when_classes_came_and_went() -> None:
    points, labels = clusters(150, 4)
    three = labels != labels.max()
    first = fit_classifier(points[three], labels[three])

    again, anew = fit_classifier(points, labels, start=first), fit_classifier(points, labels)
    fewer = fit_classifier(points[three], labels[three], start=again)

    np.testing.assert_allclose(again.probabilities(points), anew.probabilities(points), atol=5e-3)
    np.testing.assert_allclose(fewer.probabilities(points), first.probabilities(points), atol=2e-2)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 300), min_size=1, max_size=40), st.booleans(), st.integers(1, 6))
def test_whatever_is_labelled_there_are_probabilities(ids: list[int], identical: bool, size: int) -> None:
    """One image, one class, hundreds of classes with an image each, images that are all the same."""
    points = np.zeros((len(ids), size), np.float32) if identical else RANDOM.normal(size=(len(ids), size))
    found = fit_classifier(points.astype(np.float32), np.array(ids)).probabilities(points.astype(np.float32))

    assert found.shape == (len(ids), len(set(ids)))
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-4)


@pytest.mark.parametrize(("count", "size"), [(1, 40), (3, 40), (200, 40)])
def test_a_projection_keeps_what_tells_images_apart(count: int, size: int) -> None:
    features = np.abs(RANDOM.normal(size=(count, size))).astype(np.float32)
    roots = np.sqrt(features)
    roots /= np.linalg.norm(roots, axis=1, keepdims=True)

    points = fit_projection(features, size).apply(features)

    assert np.isfinite(points).all()
    apart = np.linalg.norm(roots[:, None] - roots[None], axis=2)
    np.testing.assert_allclose(np.linalg.norm(points[:, None] - points[None], axis=2), apart, atol=1e-3)


def test_features_below_nothing_count_as_much_as_those_above() -> None:
    """A base that was added may give both: nothing of what it says is lost."""
    features = RANDOM.normal(size=(60, 10)).astype(np.float32)
    negative = features.copy()
    negative[:, 0] = -np.abs(negative[:, 0])
    positive = negative.copy()
    positive[:, 0] *= -1

    one, other = (fit_projection(some, 10).apply(some) for some in (negative, positive))

    apart = [np.linalg.norm(points[:, None] - points[None], axis=2) for points in (one, other)]
    np.testing.assert_allclose(*apart, atol=1e-3)


def test_features_of_half_precision_and_of_nothing_are_projected_too() -> None:
    features = np.abs(RANDOM.normal(size=(50, 20))).astype(np.float32)
    projection = fit_projection(features, 8)

    np.testing.assert_allclose(projection.apply(features.astype(np.float16)), projection.apply(features), atol=2e-3)
    assert np.isfinite(projection.apply(np.zeros((2, 20), np.float32))).all()
    assert projection.apply(features[:0]).shape == (0, 8)


def test_the_temperature_undoes_what_was_too_sure() -> None:
    random = np.random.default_rng(1)
    logits = random.normal(size=(4000, 3)) * 2
    shares = softmax(logits.astype(np.float32))
    labels = np.array([random.choice(3, p=row / row.sum()) for row in shares.astype(np.float64)])

    assert fit_temperature(logits, labels) == pytest.approx(1, rel=0.15)
    assert fit_temperature(3 * logits, labels) == pytest.approx(3, rel=0.15)
    assert fit_temperature(logits[:0], []) == 1


@pytest.mark.parametrize(("count", "size"), [(900, 400), (400, 900)])
def test_components_of_many_values_keep_as_much_as_the_exact_ones(count: int, size: int) -> None:
    """Also where they are fewer images than values; each time the same ones."""
    random = np.random.default_rng(0)
    share = 1 / np.arange(1, size + 1)
    features = ((random.normal(size=(count, size)) * share) @ random.normal(size=(size, size))).astype(np.float32)
    roots = unit_roots(features)
    centred = (roots - roots.mean(axis=0)).astype(np.float64)

    found = fit_projection(features, 40)

    variances = np.linalg.svd(centred, compute_uv=False)[:40] ** 2
    assert ((centred @ found.axes) ** 2).sum() > 0.999 * variances.sum()
    np.testing.assert_allclose(found.axes.T @ found.axes, np.eye(40), atol=1e-5)
    assert np.array_equal(fit_projection(features, 40).axes, found.axes)


def test_a_projection_of_many_images_is_fitted_on_four_thousand_of_all_over() -> None:
    assert len(range(4_000)[sample(4_000)]) == 4_000
    places = range(1_000_000)[sample(1_000_000)]
    assert len(places) == 4_000
    assert places[-1] > 999_000
    assert len(range(0)[sample(0)]) == 0


def test_to_learn_from_classes_get_equal_shares_and_to_measure_their_own() -> None:
    labels = np.repeat([7, 3, 5], [900, 95, 5])

    def chosen(places: np.ndarray) -> dict[int, int]:
        assert len(set(places.tolist())) == len(places)
        return dict(zip(*(found.tolist() for found in np.unique(labels[places], return_counts=True)), strict=True))

    assert chosen(evenly(labels, 300)) == {7: 100, 3: 95, 5: 5}
    assert chosen(in_proportion(labels, 100)) == {7: 90, 3: 10, 5: 2}, "of the fewest enough to hold one out"
    for choose in (evenly, in_proportion):
        assert chosen(choose(labels, 1000)) == {7: 900, 3: 95, 5: 5}, "nothing is left out where all may be taken"
        assert len(choose(labels[:0], 10)) == 0
