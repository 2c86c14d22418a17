"""Intervals hold the true value as often as they say, and are those of the textbook."""

import time

import numpy as np
import pytest

from engine.review.intervals import intervals
from engine.review.metrics import confusion, scores_of
from engine.statistics import wilson


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    # Newcombe (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_is_that_of_the_literature(successes, trials, low, high):
    assert wilson(successes, trials).tolist() == pytest.approx([low, high], abs=5e-5)


def test_without_a_trial_everything_is_possible():
    assert wilson([0, 3], [0, 3])[0].tolist() == [0, 1]


def test_the_interval_of_f1_holds_the_true_value_about_nineteen_times_in_twenty():
    rng = np.random.default_rng(3)
    chances = np.array([[30, 6, 2], [3, 40, 4], [1, 2, 12]]) / 100
    true = scores_of((chances * 1e6).astype(np.int64), "abc")
    held = {"class": 0, "macro": 0, "accuracy": 0}
    for seed in range(120):
        drawn = intervals(rng.multinomial(400, chances.ravel()).reshape(3, 3), seed=seed)
        held["class"] += drawn.per_class[0].f1[0] <= true.per_class[0].f1 <= drawn.per_class[0].f1[1]
        held["macro"] += drawn.macro_f1[0] <= true.macro_f1 <= drawn.macro_f1[1]
        held["accuracy"] += drawn.accuracy[0] <= true.accuracy <= drawn.accuracy[1]
    assert all(0.88 * 120 <= count <= 120 for count in held.values()), held


def test_the_f1_of_a_class_with_few_images_is_not_certain():
    all_right, none_right = intervals(np.array([[3, 0, 0], [0, 0, 4], [0, 1, 90]])).per_class[:2]
    assert all_right.f1[1] == 1
    assert 0.4 < all_right.f1[0] < 0.7, "three of three right may be luck"
    assert none_right.f1[0] == 0
    assert 0.4 < none_right.f1[1] < 0.7


def test_without_a_mistake_the_mean_of_f1_is_not_certain():
    ten_of_each, thousand_of_each = (intervals(n * np.eye(10, dtype=np.int64)) for n in (10, 1000))

    assert ten_of_each.macro_f1[1] == thousand_of_each.macro_f1[1] == 1
    assert 0.9 < ten_of_each.macro_f1[0] < 0.97, "a hundred of a hundred right: three or four in a hundred may be wrong"
    assert 0.999 < thousand_of_each.macro_f1[0] < 1


def test_the_interval_of_the_mean_of_f1_holds_where_mistakes_are_rare():
    rng = np.random.default_rng(5)
    chances = np.full((10, 10), 0.01 / 90) + np.eye(10) * (0.099 - 0.01 / 90)  # one image in a hundred
    true = scores_of((chances * 1e9).astype(np.int64), "abcdefghij").macro_f1

    found = [intervals(rng.multinomial(100, chances.ravel()).reshape(10, 10)).macro_f1 for _ in range(60)]

    assert np.mean([low <= true <= high for low, high in found]) >= 0.9


def test_the_interval_of_f1_holds_its_score_and_the_bounds_of_its_share():
    found = intervals(np.array([[8, 2], [3, 20]]))
    low, high = wilson(8, 8 + 2 + 3).tolist()
    assert found.per_class[0].f1 == pytest.approx((2 * low / (1 + low), 2 * high / (1 + high)))
    assert found.per_class[0].f1[0] < 16 / 21 < found.per_class[0].f1[1]


def test_more_images_make_narrower_intervals():
    few, many = (intervals(n * np.array([[8, 2], [1, 9]])) for n in (1, 100))

    for name in ("accuracy", "macro_f1"):
        assert np.ptp(getattr(many, name)) < np.ptp(getattr(few, name)) / 5


def test_the_same_matrix_gives_the_same_intervals():
    matrix = np.array([[8, 2], [1, 9]])
    assert intervals(matrix) == intervals(matrix)


def test_a_class_that_never_occurs_is_known_of_nothing():
    absent = intervals(np.array([[3, 1, 0], [0, 4, 0], [0, 0, 0]])).per_class[2]

    assert absent.precision == absent.recall == absent.f1 == (0, 1)


def test_a_thousand_classes_take_seconds_not_minutes():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 1000, 20_000)
    matrix = confusion(labels, np.where(rng.random(20_000) < 0.8, labels, rng.integers(0, 1000, 20_000)), 1000)
    start = time.process_time()

    assert len(intervals(matrix).per_class) == 1000

    assert time.process_time() - start < 10


def test_no_image_has_no_intervals():
    with pytest.raises(ValueError, match="at least one image"):
        intervals(np.zeros((2, 2), np.int64))
