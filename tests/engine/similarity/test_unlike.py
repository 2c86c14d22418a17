"""What is unlike everything that has a label, and how many images of a class that is not made yet that lets through."""

from __future__ import annotations

import numpy as np
import pytest

from engine.similarity.acceptance import Acceptance, acceptance
from engine.similarity.learner import Learner
from engine.similarity.points import Points
from engine.similarity.unlike import Collection, Missing, unlike_of
from tests.engine.similarity.test_classifier import clusters


def learner_of(count: int, classes: int, *, left_out: int | None, seed: int, labelled: int = 30):
    """A learner of clusters that overlap, so many labels of each class but one, and the true classes."""
    points, labels = clusters(count, classes, spread=1.1, size=24, seed=seed)
    names = np.unique(labels)
    random = np.random.default_rng(seed)
    known = [random.permutation(np.flatnonzero(labels == name))[:labelled] for name in names]
    given = np.concatenate([some for place, some in enumerate(known) if place != left_out])
    learner = Learner(np.arange(count), points)
    learner.link()
    learner.label({int(i): int(labels[i]) for i in given})
    return learner, labels, given


def accepted(learner: Learner, *, with_unlike: bool = False) -> Acceptance:
    estimate, missing = learner.estimate(), learner.missing()
    found, open_ = learner.suggestions(), learner.is_open()
    classes, sure = found.best()
    suggested = found.image_ids[open_], classes[open_], sure[open_]
    return acceptance(0.9, suggested, estimate, missing, with_unlike=with_unlike)


def really_wrong(found: Acceptance, labels: np.ndarray) -> float:
    return float(np.mean([labels[image] != cls for image, cls in found.labels().items()]))


def test_images_of_a_class_that_is_not_made_are_left_out_and_the_share_that_gets_through_is_within_what_is_told():
    held = []
    for seed in range(4):
        learner, labels, _ = learner_of(600, 5, left_out=seed, seed=seed)
        careful, all_of_them = accepted(learner), accepted(learner, with_unlike=True)
        assert len(careful.image_ids) + len(careful.unlike_ids) == len(all_of_them.image_ids)
        assert really_wrong(careful, labels) <= 0.5 * really_wrong(all_of_them, labels)
        assert really_wrong(all_of_them, labels) > all_of_them.wrong[2], "labelled images alone cannot tell of them"
        held += [really_wrong(careful, labels) <= careful.at_worst]
        held += [really_wrong(all_of_them, labels) <= all_of_them.at_worst]
    assert sum(held) >= 7, "a 95 % bound"


def test_where_every_class_is_made_few_are_left_out_and_little_is_added():
    learner, labels, _ = learner_of(600, 5, left_out=None, seed=1)
    found = accepted(learner)
    assert len(found.unlike_ids) <= 0.1 * len(found.image_ids)
    assert really_wrong(found, labels) <= found.at_worst <= found.wrong[2] + 0.15


def test_five_of_a_hundred_images_of_known_classes_are_told_by_mistake():
    told = []
    for seed in range(6):
        learner, labels, given = learner_of(600, 4, left_out=None, seed=seed)
        told.append(len(learner.unlike_all()) / (len(labels) - len(given)))
    assert 0.02 < np.mean(told) < 0.08


def test_the_bound_grows_with_what_is_told_and_with_how_much_goes_unnoticed():
    def missing(told: int, noticed: float | None) -> Missing:
        return Missing(np.arange(told), 1000, 100, 5, noticed)

    few, many = missing(50, 0.8).most(with_unlike=False), missing(200, 0.8).most(with_unlike=False)
    assert few < many
    assert many < missing(200, 0.5).most(with_unlike=False)
    assert missing(200, 0.8).most(with_unlike=True) == pytest.approx(many / 0.2)
    assert missing(200, 0.08).most(with_unlike=True) is None, "it would go unnoticed"
    assert missing(200, None).most(with_unlike=True) is None
    assert missing(0, 0.9).most(with_unlike=True) == 0


@pytest.mark.parametrize("case", ["same", "one each", "one class", "a line", "zeros"])
def test_degenerate_collections_give_finite_values_or_nothing(case: str):
    random = np.random.default_rng(0)
    points = random.normal(size=(60, 8)).astype(np.float32)
    labels = np.arange(40) % 4
    if case == "same":
        points[:] = points[0]
    elif case == "one each":
        labels = np.arange(40)
    elif case == "one class":
        labels[:] = 3
    elif case == "a line":
        points[:, 1:] = 0
    else:
        points[:] = 0
    learner = Learner(range(60), points)
    learner.link()
    learner.label({i: int(cls) for i, cls in enumerate(labels)})
    places, folds = np.arange(40), np.arange(40) % 20
    assert np.isfinite(Collection(Points.of(points)).unlikeness(places, labels)).all()
    found = unlike_of(Collection(Points.of(points)), places, labels, folds)
    assert (found is None) == (case == "one each"), "an image that is alone in its class cannot be held out"
    learner.missing()
    assert set(learner.unlike_all().tolist()) <= set(range(40, 60))
