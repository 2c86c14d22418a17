"""Points of many images, in memory and in a mapped file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.places import cache_folder
from engine.similarity import points as module
from engine.similarity.learner import Learner
from engine.similarity.points import Points, blocks
from tests.engine.similarity.test_classifier import clusters


@pytest.fixture
def mapped(monkeypatch: pytest.MonkeyPatch, empty_home: Path) -> None:
    monkeypatch.setattr(module, "MOST_IN_MEMORY", 1_000)


def is_mapped(points: Points) -> bool:
    owner: object = points.units
    while isinstance(owner, np.ndarray) and not isinstance(owner, np.memmap):
        owner = owner.base
    return isinstance(owner, np.memmap)


def test_many_points_are_in_a_file_that_leaves_nothing_behind(mapped: None) -> None:
    few, many = np.ones((5, 12), np.float32), clusters(400, 3)[0]

    assert not is_mapped(Points.of(few))
    found = Points.of(many)

    assert is_mapped(found)
    assert list(cache_folder().iterdir()) == []
    np.testing.assert_allclose(found.at(np.arange(400)), many, atol=1e-5)
    np.testing.assert_allclose(found.times(np.eye(12, dtype=np.float32)), many, atol=1e-5)
    assert is_mapped(found.first(100)), "nothing of it is copied"


def test_where_the_disk_has_no_room_points_stay_in_memory(mapped: None) -> None:
    cache_folder().parent.mkdir(parents=True, exist_ok=True)
    cache_folder().write_text("no folder")
    found = Points.of(clusters(400, 3)[0])

    assert not is_mapped(found)
    assert len(found) == 400


def test_a_learner_says_the_same_by_points_in_a_file(mapped: None, monkeypatch: pytest.MonkeyPatch) -> None:
    points, labels = clusters(400, 3)
    learners = [Learner(range(400), points)]
    monkeypatch.setattr(module, "MOST_IN_MEMORY", 10**9)
    learners.append(Learner(range(400), points))
    for learner in learners:
        learner.link()
        learner.label({i: int(labels[i]) for i in range(0, 400, 20)})

    assert np.array_equal(*(learner.probabilities() for learner in learners))
    assert learners[0].nearest(3, 20) == learners[1].nearest(3, 20)


def test_points_are_taken_over_from_others_and_nothing_is_nothing() -> None:
    points = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)
    points[3] = 0
    found = Points.empty(10, 4)
    found.copy_from(Points.of(points), np.arange(10), np.arange(0, 30, 3))
    np.testing.assert_allclose(found.at(np.arange(10)), points[::3], atol=1e-6)
    assert len(Points.of(points[:0])) == 0
    assert [len(range(20)[some]) for some in blocks(20, 8)] == [8, 8, 4]
