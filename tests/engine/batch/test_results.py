"""Results are counted and filtered without holding their rows."""

from __future__ import annotations

from engine.batch.results import (
    CORRECTED,
    LEAST_SURE,
    MOST_PROBLEMS,
    MOST_SURE,
    UNSURE,
    RowFilter,
    bucket,
)
from engine.batch.saved_results.stored import PROBLEM
from tests.engine.batch.made_results import made


def test_a_row_costs_sixteen_bytes():
    results = made(*[(n % 2, 0.5) for n in range(1000)])
    stored = [results.places, results.predicted, results.confidence]
    assert sum(a.itemsize * len(a) for a in stored) == 16 * 1000


def test_counts_and_filters_agree():
    results = made(*[(PROBLEM, 0.0) if n % 50 == 0 else (n % 2, n % 100 / 100) for n in range(1000)])
    every = results.passing(RowFilter())
    assert (len(every), results.images, results.problem_count) == (980, 980, 20)
    assert results.counts() == [480, 500]
    assert sum(results.histogram()) == 980
    for threshold in (0, 1, 29, 50, 58, 100):
        unsure = results.passing(RowFilter(UNSURE, threshold=threshold))
        assert len(unsure) == results.unsure(threshold) == sum(results.unsure_counts(threshold))
        assert all(results.is_unsure(row, threshold) for row in unsure)
    low, high = results.passing(RowFilter(low=0, high=29)), results.passing(RowFilter(low=30, high=100))
    assert sorted([*low, *high]) == list(every), "a per cent lies on one side"
    assert [bucket(results.confidence[row]) for row in results.passing(RowFilter(low=29, high=29))] == [29] * len(
        results.passing(RowFilter(low=29, high=29))
    )
    assert {results.predicted[row] for row in results.passing(RowFilter(cls=1))} == {1}


def test_a_class_gets_what_is_neither_unsure_nor_unlike_and_its_filter_shows_as_many():
    results = made((0, 0.9), (0, 0.3), (1, 0.8), (1, 0.7), (1, 0.2))
    assert results.filed_counts(50) == [1, 2]
    results.label([4], 0)
    assert results.filed_counts(50) == [2, 2], "what a person called it, however unsure"
    for cls, rows in enumerate(([0, 4], [2, 3])):
        assert list(results.passing(RowFilter(cls=cls))) == rows
    assert list(results.passing(RowFilter(UNSURE, cls=0))) == [1]
    assert list(results.passing(RowFilter(cls=0, low=20, high=40))) == [1, 4], "a confidence was asked for"


def test_a_correction_counts_as_its_class_and_is_never_unsure():
    results = made((0, 0.9), (1, 0.3), (PROBLEM, 0.0), (1, 0.2))
    results.label([1, 2], results.place_of("wasp"))
    assert (results.names, results.counts()) == (["ant", "bee", "wasp"], [1, 1, 1])
    assert 2 not in results.labels, "a problem has no class"
    assert (results.unsure(50), list(results.passing(RowFilter(UNSURE)))) == (1, [3])
    assert list(results.passing(RowFilter(CORRECTED))) == [1]
    assert list(results.passing(RowFilter(cls=2))) == [1]
    results.label([1], 0)
    results.label([1], None)
    assert (results.counts(), results.unsure(50)) == ([1, 2, 0], 2)


def test_only_so_many_problems_are_listed_but_all_are_counted():
    results = made(*[(PROBLEM, 0.0)] * (MOST_PROBLEMS + 5))
    assert (len(results.problems), results.problem_count) == (MOST_PROBLEMS, MOST_PROBLEMS + 5)


def test_the_order_is_by_confidence():
    results = made((0, 0.9), (1, 0.3), (0, 0.6))
    every = results.passing(RowFilter())
    assert list(results.ordered(every, LEAST_SURE)) == [1, 2, 0]
    assert list(results.ordered(every, MOST_SURE)) == [0, 2, 1]
