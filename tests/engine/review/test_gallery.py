"""Which images the gallery of Review shows, and in which order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.review.gallery import (
    CONFIDENT,
    PAIRS,
    RANDOM,
    SUSPICIOUS,
    belongs,
    followed,
    headings,
    label_quality,
    ordered,
    rows_of,
)
from engine.review.suspects.ranking import quality
from tests.engine.review.reviewed import made


def test_mistakes_stand_in_each_order():
    reviewed = made(("ant", "bee", "cat", "dog"), images=200, seed=5)
    rows = rows_of(reviewed, None)
    assert (reviewed.labels[rows] != reviewed.predicted[rows]).all()
    assert len(rows) == reviewed.mistakes
    assert (np.diff(reviewed.confidence[ordered(reviewed, rows, CONFIDENT)]) <= 0).all()
    suspicious = ordered(reviewed, rows, SUSPICIOUS)
    assert (np.diff(quality(reviewed.labels, reviewed.probabilities)[suspicious]) >= -1e-6).all()
    one, other = ordered(reviewed, rows, RANDOM, 1), ordered(reviewed, rows, RANDOM, 2)
    assert sorted(one.tolist()) == rows.tolist() == sorted(other.tolist())
    assert one.tolist() != other.tolist()
    fewer = rows[1:]
    assert [r for r in one.tolist() if r != rows[0]] == ordered(reviewed, fewer, RANDOM, 1).tolist(), "nothing jumps"


def test_the_most_suspicious_labels_are_those_that_suspects_have():
    reviewed = made(("ant", "bee", "cat", "dog"), images=200, seed=5)
    rows = np.arange(200)  # those that were recognised too
    expected = quality(reviewed.labels, reviewed.probabilities)[rows]
    np.testing.assert_allclose(label_quality(reviewed, rows), expected, atol=1e-6)


def test_pairs_stand_under_headings_with_the_most_frequent_first():
    reviewed = made(("ant", "bee", "cat", "dog"), images=200, seed=5)
    rows = ordered(reviewed, rows_of(reviewed, None), PAIRS)
    found = headings(reviewed, rows, " → ", "others")
    starts = [start for _, start in found]
    sizes = np.diff([*starts, len(rows)])
    assert (np.diff(sizes) <= 0).all()
    assert sizes.max() == max(reviewed.counts[i, j] for i in range(4) for j in range(4) if i != j)
    first = rows[0]
    assert found[0][0] == f"{reviewed.classes[reviewed.labels[first]]} → {reviewed.classes[reviewed.predicted[first]]}"


def test_pairs_beyond_the_most_frequent_stand_under_one_heading(monkeypatch: pytest.MonkeyPatch):
    reviewed = made(("ant", "bee", "cat", "dog"), images=200, seed=5)
    rows = ordered(reviewed, rows_of(reviewed, None), PAIRS)
    full = headings(reviewed, rows, " → ", "others")
    monkeypatch.setattr("engine.review.gallery.MOST_HEADINGS", 2)
    assert headings(reviewed, rows, " → ", "others") == [*full[:2], ("others", full[2][1])]


def test_an_area_gives_the_mistakes_of_all_its_cells():
    reviewed = made(("ant", "bee", "cat", "dog"), images=200, seed=5)
    rows = rows_of(reviewed, ((0, 1), (1, 2)))
    assert {(int(a), int(b)) for a, b in zip(reviewed.labels[rows], reviewed.predicted[rows], strict=True)} == {
        (0, 1),
        (0, 2),
        (1, 2),
    }
    assert len(rows_of(reviewed, ((2,), (2,)))) == reviewed.counts[2, 2], "one cell of the diagonal: the recognised"
    confirmed = replace(reviewed, confirmed=reviewed.labels == 0)
    assert not (confirmed.labels[rows_of(confirmed, None)] == 0).any()
    assert len(rows_of(confirmed, None, decided=True)) == reviewed.mistakes


def test_the_same_images_are_found_again_after_an_edit_and_others_are_told():
    before = made(("ant", "bee", "cat", "dog"), images=200, seed=5)
    rows = ordered(before, rows_of(before, None), CONFIDENT)
    kept = np.flatnonzero(np.arange(200) != rows[0])  # the first of them was excluded
    columns = ("image_ids", "labels", "predicted", "confidence", "label_confidence", "confirmed", "unsure", "rows")
    after = replace(before, **{name: getattr(before, name)[kept] for name in columns})
    found = followed(before, rows[1:].tolist(), after, rows_of(after, None))
    assert found is not None
    assert found.tolist() == ordered(after, rows_of(after, None), CONFIDENT).tolist()
    assert followed(before, rows.tolist(), after, rows_of(after, None)) is None
    assert followed(before, rows[:-1].tolist(), after, rows_of(after, None)) is None, "as many, but others"


def test_after_an_edit_an_image_stays_by_the_rule_that_listed_it():
    labels, predicted = np.array([0, 1, 1, -1]), np.array([1, 1, 0, 0])
    confirmed = np.array([False, False, True, False])
    assert belongs(labels, predicted, confirmed, None).tolist() == [True, False, False, False]
    assert belongs(labels, predicted, confirmed, None, decided=True).tolist() == [True, False, True, False]
    assert belongs(labels, predicted, confirmed, ((1,), (1,))).tolist() == [False, True, False, False]
    assert belongs(labels, predicted, confirmed, (None, (0,)), decided=True).tolist() == [False, False, True, False]
