"""What is promised of new pictures holds, or nothing is promised, in whatever way a project was labelled."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits

from engine.similarity.classifier import evenly, fit_classifier, fit_projection, in_proportion
from engine.similarity.learner import unlike_share
from engine.similarity.learning_curve import CrossValidated, cross_validated
from tests.engine.similarity.labelling_ways import ALIKE, UNLIKE, Way, holds, promised


@pytest.mark.parametrize("way", [*ALIKE, *UNLIKE])
def test_what_is_promised_holds_and_nothing_is_where_labelled_pictures_are_not_like_the_others(way: Way) -> None:
    digits = load_digits()
    features = (digits.data / 16).astype(np.float32)
    found = [promised(way, features, digits.target, images=300, labels=80, seed=seed) for seed in range(3)]
    if way in ALIKE:
        assert all(f.first_look is not None and holds(f.first_look, f.truth) for f in found)
        assert all(f.checked is not None and holds(f.checked, f.truth) for f in found)
    else:
        assert [f.first_look for f in found] == [None] * 3
        assert [f.checked for f in found] == [None] * 3


def test_of_many_labels_a_share_of_each_class_promises_what_holds_of_a_collection_of_unequal_classes() -> None:
    """As a random sample does. Of as many of each class it would be less sure, and right less often, than of all."""
    random = np.random.default_rng(0)
    digits = load_digits()
    often, seldom = np.flatnonzero(digits.target == 0), np.flatnonzero(np.isin(digits.target, (1, 3, 5, 8, 9)))
    drawn = np.concatenate([random.choice(often, 1600), random.choice(seldom, 400)])
    features = (digits.data[drawn] / 16 + random.normal(0, 0.25, (2000, 64))).astype(np.float32)
    known, open_ = np.split(random.permutation(2000), 2)
    labels = digits.target[drawn]
    found: dict[str, CrossValidated] = {}
    for choose in (evenly, in_proportion):
        some = known[choose(labels[known], 300)]
        points = fit_projection(features).apply(features)
        tried = cross_validated(
            points[some], labels[some], [None] * len(some), waiting=points[open_], waiting_share=len(some) / 1000
        )
        assert tried is not None
        found[choose.__name__] = tried
    some = known[in_proportion(labels[known], 300)]
    run = fit_classifier(points[some], labels[some])
    truth = float((np.array(run.classes)[run.probabilities(points[open_]).argmax(axis=1)] == labels[open_]).mean())
    proportional = found["in_proportion"].of_all
    assert proportional.unlike < 0.02
    assert proportional.low < truth < proportional.high
    assert found["evenly"].of_all.unlike > 0.05
    assert found["evenly"].estimate.accuracy < truth - 0.05


def test_how_unlike_pictures_without_a_label_are_goes_by_how_sure_a_classifier_is_and_counts_things() -> None:
    random = np.random.default_rng(0)
    sure, other = random.random(200).astype(np.float32), random.random(400).astype(np.float32)
    alone = np.arange(200)
    assert unlike_share(sure, alone, other, 400, 1.0) < 0.02, "chance"
    less = unlike_share(sure, alone, other / 2, 400, 1.0)
    assert less == pytest.approx(0.44, abs=0.08)
    assert unlike_share(sure, alone, other / 2, 400, 0.1) == pytest.approx(less / 10), "a tenth has no label"
    assert unlike_share(sure, alone // 20, other / 2, 400, 1.0) < 0.8 * less, "ten things tell little"
    assert unlike_share(sure, alone, other[:0], 0, 0.0) == 0.0, "all have a label"
