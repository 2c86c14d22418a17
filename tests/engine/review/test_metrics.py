"""Scores equal scikit-learn's, on random and on degenerate inputs."""

import re

import numpy as np
import pytest

from engine.review.metrics import confusion, normalised, report_text, scores, top_k_accuracy

CASES = {
    "random": lambda rng: (rng.integers(0, 7, 500), rng.integers(0, 7, 500), 7),
    "good": lambda rng: ((a := rng.integers(0, 5, 400)), np.where(rng.random(400) < 0.9, a, (a + 1) % 5), 5),
    "imbalanced": lambda rng: (rng.choice(4, 300, p=[0.9, 0.05, 0.03, 0.02]), rng.choice(4, 300), 4),
    "all right": lambda rng: ((a := rng.integers(0, 3, 50)), a, 3),
    "all wrong": lambda rng: ((a := rng.integers(0, 3, 50)), (a + 1) % 3, 3),
    "one image": lambda rng: (np.array([1]), np.array([2]), 3),
    "one class": lambda rng: (np.zeros(9, int), np.zeros(9, int), 1),
    "a class never seen and never predicted": lambda rng: (np.array([0, 0, 2, 2]), np.array([0, 2, 2, 2]), 4),
    "a class never predicted": lambda rng: (np.array([0, 1, 2, 1]), np.array([0, 0, 2, 2]), 3),
    "a class predicted but absent": lambda rng: (np.array([0, 0, 1]), np.array([2, 0, 1]), 3),
    "always the same answer": lambda rng: (rng.integers(0, 6, 80), np.full(80, 3), 6),
}


@pytest.fixture(params=list(CASES))
def case(request):
    return CASES[request.param](np.random.default_rng(7))


def test_scores_equal_those_of_scikit_learn(case):
    from sklearn.metrics import accuracy_score, precision_recall_fscore_support

    labels, predicted, n = case
    found = scores(labels, predicted, [f"c{i}" for i in range(n)])

    assert found.images == len(labels)
    assert found.accuracy == pytest.approx(accuracy_score(labels, predicted))
    for average in ("macro", "weighted"):
        p, r, f, _ = precision_recall_fscore_support(labels, predicted, average=average, zero_division=0)
        assert getattr(found, f"{average}_precision") == pytest.approx(p)
        assert getattr(found, f"{average}_recall") == pytest.approx(r)
        assert getattr(found, f"{average}_f1") == pytest.approx(f)
    p, r, f, s = precision_recall_fscore_support(labels, predicted, labels=range(n), zero_division=0)
    assert [c.precision for c in found.per_class] == pytest.approx(p)
    assert [c.recall for c in found.per_class] == pytest.approx(r)
    assert [c.f1 for c in found.per_class] == pytest.approx(f)
    assert [c.support for c in found.per_class] == list(s)
    assert [c.name for c in found.per_class] == [f"c{i}" for i in range(n)]


@pytest.mark.filterwarnings("ignore:A single label was found")
def test_the_confusion_matrix_equals_that_of_scikit_learn(case):
    from sklearn.metrics import confusion_matrix

    labels, predicted, n = case
    matrix = confusion(labels, predicted, n)

    assert matrix.dtype == np.int64
    np.testing.assert_array_equal(matrix, confusion_matrix(labels, predicted, labels=range(n)))


def test_normalised_rows_or_columns_sum_to_one_or_stay_empty(case):
    labels, predicted, n = case
    matrix = confusion(labels, predicted, n)

    rows, columns = normalised(matrix), normalised(matrix, by="predicted")

    np.testing.assert_allclose(rows.sum(axis=1), matrix.sum(axis=1) > 0)
    np.testing.assert_allclose(columns.sum(axis=0), matrix.sum(axis=0) > 0)


def test_no_image_cannot_be_scored():
    with pytest.raises(ValueError, match="at least one image"):
        scores(np.array([], int), np.array([], int), ["a", "b"])


def test_an_index_beyond_the_classes_is_refused():
    with pytest.raises(ValueError, match="indices of 2 classes"):
        confusion(np.array([0, 2]), np.array([0, 1]), 2)


def test_labels_and_predictions_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="as many predictions"):
        confusion(np.array([0, 1, 1]), np.array([0, 1]), 2)


@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true", "ignore:A single label was found")
def test_balanced_accuracy_equals_that_of_scikit_learn(case):
    from sklearn.metrics import balanced_accuracy_score

    labels, predicted, n = case
    found = scores(labels, predicted, [str(i) for i in range(n)])

    assert found.balanced_accuracy == pytest.approx(balanced_accuracy_score(labels, predicted))


def test_the_text_is_that_of_classification_report(case):
    from sklearn.metrics import classification_report

    labels, predicted, n = case
    names = [f"class {i}" for i in range(n - 1)] + ["one with a rather long name"]
    seen = np.union1d(labels, predicted)

    text = report_text(scores(labels, predicted, names))

    expected = classification_report(labels, predicted, target_names=[names[i] for i in seen], zero_division=0)
    assert text == re.sub(
        r" (\d+)\.0$", r"   \1", expected, flags=re.M
    )  # where nothing is right it counts in fractions


@pytest.mark.parametrize("k", [1, 2, 3, 5])
@pytest.mark.parametrize("decimals", [1, 6])
def test_top_k_accuracy_equals_that_of_scikit_learn_with_and_without_ties(k, decimals):
    from sklearn.metrics import top_k_accuracy_score

    rng = np.random.default_rng(k)
    probabilities = rng.random((400, 6)).round(decimals)
    labels = rng.integers(0, 6, 400)

    found = top_k_accuracy(labels, probabilities, k)

    assert found == pytest.approx(top_k_accuracy_score(labels, probabilities, k=k, labels=range(6)))


def test_every_class_is_among_more_classes_than_there_are():
    assert top_k_accuracy(np.array([0, 1, 1]), np.eye(2)[[1, 0, 1]], 5) == 1


def test_a_class_names_the_one_that_most_of_its_images_are_taken_for():
    labels, predicted = np.array([0, 0, 0, 0, 1, 2]), np.array([0, 2, 2, 1, 1, 1])

    first, second, third = scores(labels, predicted, ["cat", "dog", "cow"]).per_class

    assert (first.confused_with, first.confused) == ("cow", 2)
    assert (second.confused_with, second.confused) == (None, 0)
    assert (third.confused_with, third.confused, third.predicted) == ("dog", 1, 2)
