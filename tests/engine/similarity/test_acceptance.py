"""What accepting many suggestions would do is known before, with the share that is expected to be wrong."""

from __future__ import annotations

import numpy as np
import pytest

from engine.similarity.acceptance import acceptance, may_accept_unseen
from engine.similarity.learner import Estimate, Learner
from engine.statistics import wilson


def suggested(sure: list[float]):
    """Images 1, 2, ... of the classes 7 and 8 in turn."""
    return np.arange(1, len(sure) + 1), np.array([7, 8] * len(sure))[: len(sure)], np.array(sure, np.float32)


def test_those_that_are_sure_enough_are_taken_the_least_sure_first() -> None:
    found = acceptance(0.9, suggested([0.95, 0.5, 0.9, 0.99, 0.89]), None)
    assert found.image_ids.tolist() == [3, 1, 4]
    assert found.labels() == {3: 7, 1: 7, 4: 8}
    assert found.counts() == {7: 2, 8: 1}
    assert found.labels(without={1}) == {3: 7, 4: 8}
    assert found.counts(without={4}) == {7: 2}
    assert [(image, class_id) for image, class_id, _ in found.least_sure(2)] == [(3, 7), (1, 7)]
    assert [image for image, _, _ in found.least_sure(2, 8)] == [4]
    assert found.wrong is None
    assert acceptance(1.0, suggested([0.5]), None).labels() == {}


def test_none_is_taken_while_a_class_has_no_label() -> None:
    found = acceptance(0.5, suggested([0.95, 0.6]), None, not_shown=(9,))
    assert (found.labels(), found.unlike_ids.tolist()) == ({}, [])
    assert may_accept_unseen(())
    assert not may_accept_unseen((9,))


def test_the_share_that_is_wrong_is_that_of_held_out_images_that_were_as_sure() -> None:
    sure = np.array([0.96] * 50 + [0.6] * 50, np.float32)
    right = np.array([True] * 48 + [False] * 2 + [False] * 50)
    found = acceptance(0.9, suggested([0.95]), Estimate.of(sure, right))
    assert found.checked.images == 50
    low, high = wilson(48, 50).tolist()
    assert found.wrong == pytest.approx((0.04, 1 - high, 1 - low))
    assert acceptance(0.5, suggested([0.95]), Estimate.of(sure, right)).wrong[0] == pytest.approx(0.52)


def test_fewer_than_thirty_tell_nothing() -> None:
    few = Estimate.of(np.full(29, 0.99, np.float32), np.ones(29, bool))
    found = acceptance(0.9, suggested([0.95]), few)
    assert found.wrong is None
    assert found.checked.images == 29
    assert acceptance(1.0, suggested([0.95]), few).checked is None


@pytest.mark.parametrize("seed", range(4))
def test_what_was_expected_comes_true(seed: int) -> None:
    """Classes that overlap: of the suggestions above a threshold about as many are wrong as was estimated."""
    random = np.random.default_rng(seed)
    true = np.arange(1200) % 3
    points = (random.normal(size=(3, 8))[true] * 0.9 + random.normal(size=(1200, 8))).astype(np.float32)
    learner = Learner(np.arange(1, 1201), points)
    learner.link()
    learner.label({i: int(true[i - 1]) for i in range(1, 301)})
    estimate = learner.estimate()
    found = learner.suggestions()
    classes, sure = found.best()
    open_ = learner.is_open()
    accepted = acceptance(0.8, (found.image_ids[open_], classes[open_], sure[open_]), estimate)
    assert len(accepted.image_ids) > 100
    share, low, high = accepted.wrong
    really = np.mean([true[image - 1] != class_id for image, class_id in accepted.labels().items()])
    assert low <= share <= high
    assert low - 0.03 <= really <= high + 0.03
