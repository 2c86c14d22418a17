"""Orders of classes: those that are confused stand together, those with errors first."""

from __future__ import annotations

import numpy as np
import pytest

from engine.review.class_order import by_errors, by_similarity, errors_of


def test_errors_count_what_a_class_was_taken_for_and_what_was_taken_for_it():
    assert errors_of(np.array([[5, 2, 0], [1, 5, 0], [0, 0, 9]])).tolist() == [3, 3, 0]
    assert by_errors(np.array([[5, 0, 0], [0, 5, 2], [0, 0, 9]])).tolist() == [1, 2, 0]


def test_classes_that_are_confused_stand_together():
    """Three groups of four, each confused among itself and scattered over the given order."""
    groups = np.array([0, 1, 2] * 4)
    matrix = np.where(groups[:, None] == groups, 3, 0)
    np.fill_diagonal(matrix, 20)
    order = by_similarity(matrix)
    assert sorted(order.tolist()) == list(range(12))
    found = groups[order]
    assert (np.flatnonzero(np.diff(found)) + 1).tolist() == [4, 8]


@pytest.mark.parametrize("n", [1, 2, 3, 40])
def test_without_mistakes_the_given_order_stays(n: int):
    assert by_similarity(np.diag(np.full(n, 7))).tolist() == list(range(n))


def test_a_matrix_without_images_has_an_order_too():
    assert sorted(by_similarity(np.zeros((5, 5), int)).tolist()) == [0, 1, 2, 3, 4]
