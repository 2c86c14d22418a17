"""What a learner makes of labels: suggestions, an estimate, an order, groups, what is unlike all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.similarity import learner as learner_module
from engine.similarity.graph import graph_of, nearest_neighbours, spread_labels, unit_points
from engine.similarity.learner import Estimate, Learner
from engine.statistics import wilson
from tests.engine.similarity.test_classifier import clusters


def made(count: int = 300, classes: int = 3, *, spread: float = 0.5, seed: int = 0) -> tuple[Learner, dict[int, int]]:
    """A linked learner of `count` images with ids from 1000 on, and the true class of each."""
    points, labels = clusters(count, classes, spread=spread, seed=seed)
    ids = np.arange(1000, 1000 + count)
    learner = Learner(ids, points)
    learner.link()
    return learner, dict(zip(ids.tolist(), labels.tolist(), strict=True))


def first_of_each(true: dict[int, int], count: int) -> dict[int, int]:
    found: dict[int, int] = {}
    for cls in set(true.values()):
        found |= dict.fromkeys([i for i, c in true.items() if c == cls][:count], cls)
    return found


def right(learner: Learner, true: dict[int, int], but: dict[int, int]) -> float:
    found = learner.suggestions()
    assert found is not None
    classes, _ = found.best()
    return float(
        np.mean([c == true[i] for i, c in zip(found.image_ids.tolist(), classes, strict=True) if i not in but])
    )


def test_suggestions_come_with_the_first_labels_and_follow_each_change() -> None:
    learner, true = made()
    assert learner.suggestions() is None
    few = first_of_each(true, 2)
    learner.label(few)
    assert right(learner, true, few) > 0.9
    wrong = dict.fromkeys(few, 999)
    learner.label(wrong)
    assert set(learner.suggestions().best()[0].tolist()) == {999}
    learner.label(few)
    assert right(learner, true, few) > 0.9
    learner.label({})
    assert learner.suggestions() is None


def test_labels_spread_to_images_that_the_regression_alone_gets_wrong() -> None:
    """Two rings: no line parts them, paths of neighbours do."""
    random = np.random.default_rng(0)
    angle, outer = random.uniform(0, 2 * np.pi, 600), np.arange(600) % 2
    radius = 1 + 2 * outer + random.normal(0, 0.05, 600)
    flat = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    points = np.concatenate([flat, np.full((600, 1), 1.5)], axis=1).astype(np.float32)
    true = {i: int(c) for i, c in enumerate(outer)}
    labels = {i: true[i] for i in range(12)}
    alone = Learner(range(600), points)
    alone.label(labels)
    linked = Learner(range(600), points)
    linked.link()
    linked.label(labels)
    assert right(linked, true, labels) > right(alone, true, labels) + 0.1


def test_labels_of_images_without_features_and_of_one_class_are_no_matter() -> None:
    learner, _ = made()
    learner.label({5: 1, 1000: 7})
    classes, sure = learner.suggestions().best()
    assert set(classes.tolist()) == {7}
    assert (sure == 1).all()
    assert learner.estimate() is None


def test_the_estimate_is_near_the_truth_and_its_interval_holds_it() -> None:
    held, told, truth = [], [], []
    for seed in range(12):
        learner, true = made(400, 3, spread=1.6, seed=seed)
        labels = dict(list(true.items())[:60])
        learner.label(labels)
        estimate = learner.estimate()
        assert estimate.enough
        assert estimate.images == 60
        told.append(estimate.accuracy)
        truth.append(right(learner, true, labels))
        held.append(estimate.low <= truth[-1] <= estimate.high)
    assert abs(np.mean(told) - np.mean(truth)) < 0.02
    assert sum(held) >= 9


def test_classes_of_few_labels_are_not_drowned_by_those_of_many() -> None:
    """Labels come as images do: of two classes in five there are few."""
    of_rare, of_all = [], []
    for seed in range(6):
        points, labels = clusters(900, 5, spread=1.3, size=24, seed=seed)
        few = np.isin(labels, np.unique(labels)[:2])
        kept = np.flatnonzero(~few | (np.random.default_rng(seed).random(900) < 0.2))
        learner, true = Learner(kept, points[kept]), dict(zip(kept.tolist(), labels[kept].tolist(), strict=True))
        learner.link()
        given = {i: true[i] for i in kept[:50].tolist()} | first_of_each(true, 3)
        learner.label(given)
        of_all.append(right(learner, true, given))
        of_rare.append(right(learner, true, {i: c for i, c in true.items() if i in given or not few[i]}))
    assert np.mean(of_rare) > 0.77
    assert np.mean(of_all) > 0.92


def test_forty_images_of_one_thing_tell_as_much_as_one() -> None:
    right_ones = np.arange(400) % 10 < 8
    sure = np.ones(400, np.float32)
    alone, grouped = Estimate.of(sure, right_ones), Estimate.of(sure, right_ones, np.arange(400) // 40)
    assert alone.accuracy == grouped.accuracy == 0.8
    assert (grouped.low, grouped.high) == tuple(wilson(8, 10))
    assert alone.high - alone.low < 0.1
    assert grouped.at_least(0.5) == grouped


@pytest.mark.parametrize("strategy", ["what teaches most", "groups of look-alikes"])
def test_the_estimate_goes_by_all_images_whatever_was_labelled_first(strategy: str) -> None:
    """What is asked for to teach most is harder than the rest, and groups are easier."""
    plain, told, truth = [], [], []
    for seed in range(4):
        learner, true = made(400, 4, spread=1.8, seed=seed)
        labels = first_of_each(true, 3)
        learner.label(labels)
        while len(labels) < 60:
            if strategy == "what teaches most":
                new = learner.what_next(12).tolist()
            else:
                new = list(learner.groups(count=1, most=24)[0].image_ids)
            labels |= {image: true[image] for image in new}
            learner.label(labels)
        estimate = learner.estimate()
        plain.append(estimate.right.mean())
        told.append(estimate.of_all().accuracy)
        truth.append(right(learner, true, labels) * (1 - len(labels) / 400) + plain[-1] * len(labels) / 400)
    off, mended = np.mean(plain) - np.mean(truth), np.mean(told) - np.mean(truth)
    assert abs(off) > 0.08, "counted as if they were typical"
    assert abs(mended) < abs(off) / 2, f"{off:.3f} {mended:.3f}"


def test_images_that_were_labelled_as_groups_do_not_stand_for_the_others_and_those_at_random_do() -> None:
    in_groups, at_random = [], []
    for seed in range(4):
        learner, true = made(400, 4, spread=1.8, seed=seed)
        labels = first_of_each(true, 3)
        learner.label(labels)
        while len(labels) < 60:
            labels |= {image: true[image] for image in learner.groups(count=1, most=24)[0].image_ids}
            learner.label(labels)
        in_groups.append(learner.estimate())
        some = np.random.default_rng(seed).choice(list(true), len(labels), replace=False).tolist()
        learner.label({image: true[image] for image in some})
        at_random.append(learner.estimate())
    assert np.mean([found.unlike for found in in_groups]) > 0.1
    assert all(found.of_all().stands for found in at_random)
    found = max(in_groups, key=lambda one: one.unlike)
    assert not found.of_all().stands
    assert found.of_all().high - found.of_all().low >= found.unlike, "what is not known is in the interval"


def test_few_labels_that_stand_for_most_images_tell_little() -> None:
    right_ones = np.arange(40) % 4 > 0
    alike = Estimate.of(np.ones(40, np.float32), right_ones, stands_for=np.full(40, 10.0))
    weights = np.where(np.arange(40) < 4, 91.0, 1.0)
    few = Estimate.of(np.ones(40, np.float32), right_ones, stands_for=weights)
    assert alike == Estimate.of(np.ones(40, np.float32), right_ones)
    assert few.accuracy == pytest.approx((3 * 91 + 27) / 400)
    assert few.high - few.low > 2 * (alike.high - alike.low)
    assert few.of_all().accuracy == pytest.approx((3 * 92 + 27 * 2) / 440)
    assert few.at_least(0.5) == few


def test_few_labels_give_an_estimate_that_says_so() -> None:
    learner, true = made()
    learner.label(first_of_each(true, 3))
    assert not learner.estimate().enough


def test_groups_of_images_of_one_thing_make_no_estimate_too_good() -> None:
    """Ten frames each of forty things without any class: as labels are by chance, half are right at the best."""
    random = np.random.default_rng(0)
    points = (random.normal(size=(40, 8)).repeat(10, axis=0) + 0.01 * random.normal(size=(400, 8))).astype(np.float32)
    labels = {i: int(random.integers(2)) if i % 10 == 0 else -1 for i in range(400)}
    labels = {i: labels[i - i % 10] for i in range(400)}
    learner = Learner(range(400), points)
    learner.link()
    learner.label(labels)
    flattered = learner.estimate().accuracy
    learner.label(labels, {i: i // 10 for i in range(400)})
    assert flattered > 0.9
    assert learner.estimate().accuracy < 0.75


def test_what_is_asked_for_teaches_more_than_chance() -> None:
    """Twenty classes, every other one rare: by chance some are met late."""
    gains = []
    for seed in range(4):
        points, labels = clusters(600, 20, spread=1.0, size=24, seed=seed)
        kept = np.random.default_rng(seed).random(600) < np.where(labels % 2 == 0, 1, 0.25)
        learner = Learner(range(int(kept.sum())), points[kept])
        learner.link()
        true = dict(enumerate(labels[kept].tolist()))
        asked: dict[int, int] = {}
        for _ in range(6):
            asked |= {int(i): true[int(i)] for i in learner.what_next(5)}
            learner.label(asked)
        assert len(asked) == 30, "nothing is asked for twice"
        chosen = right(learner, true, asked)
        by_chance = dict(list(true.items())[:30])
        learner.label(by_chance)
        gains.append(chosen - right(learner, true, by_chance))
    assert np.mean(gains) > 0.05


def test_nothing_is_asked_for_where_all_is_labelled() -> None:
    learner, true = made(20)
    learner.label(true)
    assert learner.what_next(5).tolist() == []


def test_the_nearest_are_those_that_a_comparison_with_all_finds() -> None:
    learner, _ = made(500)
    points, _ = clusters(500, 3, spread=0.5)
    units = unit_points(points)
    expected = np.argsort(-(units @ units[7]), kind="stable")[1:6]
    assert [i for i, _ in learner.nearest(1007, 5)] == (1000 + expected).tolist()
    assert learner.nearest(points[7], 1)[0] == (1007, pytest.approx(1, abs=1e-5))
    assert learner.nearest(5, 3) == []
    assert learner.nearest(1007, 5, least=1.5) == []


def lumps(sizes: tuple[int, ...], *, spread: float = 0.01, seed: int = 0) -> Learner:
    """A learner of so many images around each of some points that are far from each other; ids from 0 on."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(len(sizes), 64))
    points = np.concatenate([c + spread * random.normal(size=(n, 64)) for c, n in zip(centres, sizes, strict=True)])
    return Learner(range(sum(sizes)), points.astype(np.float32))


def test_groups_hold_what_looks_alike_and_the_biggest_comes_first() -> None:
    learner = lumps((3, 9, 5, 1))
    groups = learner.groups(count=9)
    assert [len(group.image_ids) for group in groups] == [9, 5, 3], "an image that is alone is in no group"
    assert sorted(groups[0].image_ids) == list(range(3, 12))
    assert [group.class_id for group in groups] == [None] * 3
    assert learner.groups(count=1) == groups[:1]
    assert [len(group.image_ids) for group in learner.groups(count=9, most=4)] == [4, 4, 4, 3], "no more than asked for"
    rest = learner.groups(count=9, skipped=groups[0].image_ids)
    assert [len(group.image_ids) for group in rest] == [5, 3]
    learner.label({3: 1, 4: 1}, closed=[5])
    assert sorted(learner.groups()[0].image_ids) == list(range(6, 12)), "neither labelled nor excluded images"


def test_a_chain_of_neighbours_is_no_group_and_the_boundary_can_be_moved() -> None:
    """Each of 30 images on an arc is close to the next one, the ends have nothing in common."""
    angle = np.linspace(0, np.pi, 30)
    points = np.zeros((400, 372), np.float32)
    points[:30, 0], points[:30, 1] = np.cos(angle), np.sin(angle)
    points[30:, 2:] = np.eye(370)  # the others have nothing in common with anything
    learner = Learner(range(400), points)
    sizes = [len(learner.groups(step)[0].image_ids) for step in (-5, 0, 5)]
    assert sizes[0] < sizes[1] < sizes[2] < 30


def test_where_suggestions_can_be_trusted_a_group_is_of_one_suggestion_with_the_least_sure_first() -> None:
    learner, true = made(spread=1.2)
    known = first_of_each(true, 5)
    learner.label(known)
    (group,) = learner.groups()
    suggested = learner.suggestions()
    classes, sure = suggested.best()
    place = {image: row for row, image in enumerate(suggested.image_ids.tolist())}
    assert {int(classes[place[i]]) for i in group.image_ids} == {group.class_id}
    shares = [float(sure[place[i]]) for i in group.image_ids]
    assert shares == sorted(shares)
    assert len(group.image_ids) > 20


def test_the_biggest_groups_of_many_images_are_found_from_a_sample_of_middles() -> None:
    learner = lumps(tuple(range(10, 90)))
    found = [len(group.image_ids) for group in learner.groups(count=5, most=1000)]
    assert found == [89, 88, 87, 86, 85]


def test_what_is_unlike_everything_comes_in_groups_and_what_resembles_nothing_last() -> None:
    learner = lumps((40, 40, 6, 4, 1, 1), spread=0.1)
    with_labels = {i: i // 40 for i in range(0, 80, 2)}
    learner.label(with_labels)
    groups = learner.groups(count=9, unlike=True)
    strange = [sorted(i for i in group.image_ids if i >= 80) for group in groups]
    assert strange[:2] == [[80, 81, 82, 83, 84, 85], [86, 87, 88, 89]]
    assert {90, 91} <= set(groups[-1].image_ids)


def test_images_without_a_label_are_put_in_order_by_likeness_to_a_class() -> None:
    learner = lumps((10, 10, 10), spread=0.3)
    learner.label({0: 7, 10: 8, 20: 9})
    order = [image for image, _ in learner.like_class(8, 100)]
    assert set(order[:9]) == set(range(11, 20))
    assert len(order) == 27
    cosines = [cosine for _, cosine in learner.like_class(8, 100)]
    assert cosines == sorted(cosines, reverse=True)
    assert learner.like_class(5, 10) == [], "nothing has that class"


def test_what_is_like_a_class_is_not_like_others_as_much() -> None:
    of_class, by_nearest = [], []
    for seed in range(3):
        learner, true = made(300, 4, spread=1.8, seed=seed)
        labels = dict(list(true.items())[:80])
        learner.label(labels)
        for cls in set(labels.values()):
            of_class += [true[image] == cls for image, _ in learner.like_class(cls, 20)]
            nearest = {}
            for example in [image for image, label in labels.items() if label == cls]:
                for image, cosine in learner.nearest(example, 20):
                    nearest[image] = max(cosine, nearest.get(image, -1))
            best = sorted((image for image in nearest if image not in labels), key=lambda image: -nearest[image])[:20]
            by_nearest += [true[image] == cls for image in best]
    assert np.mean(of_class) > np.mean(by_nearest) + 0.1
    assert np.mean(of_class) > 0.8


def test_the_order_that_teaches_has_every_image_without_a_label_once() -> None:
    learner, true = made()
    known = first_of_each(true, 2)
    learner.label(known)
    order = learner.teaching_order(10).tolist()
    assert sorted(order + list(known)) == learner.image_ids.tolist()
    assert order[:10] == learner.what_next(10).tolist()
    suggested = learner.suggestions()
    sure = dict(zip(suggested.image_ids.tolist(), suggested.best()[1].tolist(), strict=True))
    rest = [sure[i] for i in order[10:]]
    assert rest == sorted(rest)


def test_images_unlike_all_labelled_ones_are_told_most_unlike_first() -> None:
    random = np.random.default_rng(0)
    known = random.normal(size=(2, 16)).repeat(40, axis=0) + 0.3 * random.normal(size=(80, 16))
    strange = -random.normal(size=(1, 16)) * 3 + 0.3 * random.normal(size=(4, 16))
    learner = Learner(range(84), np.concatenate([known, strange]).astype(np.float32))
    learner.label({i: i // 40 for i in range(10)})
    assert learner.unlike_all().tolist() == [], "of ten labels nobody can tell"
    learner.label({i: i // 40 for i in range(0, 80, 2)})
    found = learner.unlike_all().tolist()
    assert set(found[:4]) == {80, 81, 82, 83}
    assert len(found) < 12
    learner.label({i: i // 40 for i in range(0, 84, 2)})
    assert 81 not in learner.unlike_all()


def test_neighbours_of_many_images_are_found_in_cells_with_few_missed() -> None:
    points, _ = clusters(6000, 40, spread=0.7, size=24)
    units = unit_points(points)
    places, cosines = nearest_neighbours(units, 10)
    some = np.random.default_rng(0).integers(0, 6000, 200)
    similarity = units[some] @ units.T
    similarity[np.arange(200), some] = -2
    exact = np.argsort(-similarity, axis=1)[:, :10]
    recall = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(exact.tolist(), places[some].tolist(), strict=True)])
    assert recall > 0.93
    assert (np.diff(cosines, axis=1) <= 1e-6).all()
    assert (places != np.arange(6000)[:, None]).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 30), st.integers(1, 5), st.booleans())
def test_few_or_equal_images_have_neighbours_and_labels_too(count: int, size: int, identical: bool) -> None:
    points = (
        np.ones((count, size), np.float32) if identical else np.random.default_rng(count).normal(size=(count, size))
    )
    units = unit_points(points.astype(np.float32))
    places, cosines = nearest_neighbours(units)
    assert places.shape == cosines.shape == (count, 10)
    if count:
        said = spread_labels(graph_of(places, cosines), np.array([0]), np.array([0]), 2)
        assert said.shape == (count, 2)
        assert np.isfinite(said).all()
        assert said[0, 0] > 0


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 400), min_size=1, max_size=60),
    st.integers(1, 6),
    st.sampled_from(["apart", "identical", "nothing", "huge"]),
    st.booleans(),
    st.integers(0, 3),
)
def test_whatever_is_labelled_all_answers_are_numbers(
    labels: list[int], size: int, kind: str, is_linked: bool, groups: int
) -> None:
    """One image, one class, hundreds of classes with an image each, equal images, points of length 0, groups."""
    points = np.random.default_rng(len(labels)).normal(size=(len(labels) + 10, size))
    points *= {"apart": 1, "identical": 0, "nothing": 0, "huge": 1e4}[kind]
    points += kind == "identical"
    learner = Learner(range(len(points)), points.astype(np.float32))
    if is_linked:
        learner.link()
    learner.label(dict(enumerate(labels)), {i: i % groups for i in range(len(labels))} if groups else None)

    for _ in range(2):  # without and with a calibration
        assert learner.probabilities().shape == (len(points), len(set(labels)))
        assert np.isfinite(learner.probabilities()).all()
        np.testing.assert_allclose(learner.probabilities().sum(axis=1), 1, atol=1e-3)
        estimate = learner.estimate()
        assert estimate is None or 0 <= estimate.low <= estimate.accuracy <= estimate.high <= 1
    asked = learner.what_next(5).tolist()
    assert len(asked) == len(set(asked)) == 5
    assert min(asked) >= len(labels)
    assert set(learner.unlike_all().tolist()) <= set(range(len(labels), len(points)))
    assert all(np.isfinite(similarity) for _, similarity in learner.nearest(0, 5))


def test_a_search_for_neighbours_can_be_stopped() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    learner = Learner(range(50), np.ones((50, 4), np.float32))
    with pytest.raises(KeyboardInterrupt):
        learner.link(check=stop)
    assert not learner.linked


def test_what_is_estimated_can_give_way_to_a_label_and_is_told_when_asked_again() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    learner, true = made()
    learner.label(first_of_each(true, 20))
    with pytest.raises(KeyboardInterrupt):
        learner.estimate(check=stop)
    with pytest.raises(KeyboardInterrupt):
        learner.missing(check=stop)
    estimate, missing = learner.estimate(), learner.missing()
    assert estimate is not None
    assert estimate.images == 60
    assert missing is not None
    assert missing.asked == 240


def test_among_very_many_images_labels_teach_and_do_not_spread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learner_module, "MOST_LINKED", 299)
    learner, true = made()
    assert not learner.linked
    known = first_of_each(true, 20)
    learner.label(known)
    assert right(learner, true, known) > 0.9
    found = learner.suggestions()
    assert found is not None
    shares = learner.probabilities()
    assert found.columns.tolist() == shares.argmax(axis=1).tolist()
    np.testing.assert_allclose(found.sure, shares.max(axis=1), rtol=1e-5)
    np.testing.assert_allclose(learner.probabilities(np.array([7, 3])), shares[[7, 3]], rtol=1e-5)


def test_of_many_images_those_unlike_all_labelled_ones_are_those_that_a_comparison_with_all_finds() -> None:
    """More than are compared at once: the quotient of Mahalanobis' distances, as its definition has it."""
    points, labels = clusters(9_000, 6, spread=1.5)
    learner, learnt = Learner(range(9_000), points), np.arange(0, 9_000, 30)
    learner.label({int(i): int(labels[i]) for i in learnt})
    middles = np.stack([points[learnt][labels[learnt] == cls].mean(axis=0) for cls in np.unique(labels)])
    rest = points[learnt] - middles[np.unique(labels, return_inverse=True)[1][learnt]]
    covariance = rest.T @ rest / (len(learnt) - len(middles))
    size = len(covariance)
    inverse = np.linalg.inv(0.8 * covariance + 0.2 * np.trace(covariance) / size * np.eye(size))
    apart = points[:, None] - middles
    near = np.einsum("nck,kl,ncl->nc", apart, inverse, apart).min(axis=1)
    variances = points.var(axis=0)
    usual = ((points - points.mean(axis=0)) ** 2 / (variances + variances.mean()) * 2).sum(axis=1)
    expected = np.log(near) - np.log(usual)

    found = learner.unlike_all()

    assert 20 < len(found) < 0.1 * len(points)
    highest = [i for i in np.argsort(-expected, kind="stable").tolist() if i % 30][: len(found)]
    assert len(set(highest) ^ set(found.tolist())) <= 2, "rounding may exchange the last ones"
    assert (np.diff(expected[found]) < 1e-3).all(), "the most unlike first"


def test_many_classes_spread_as_each_does_alone() -> None:
    points, labels = clusters(300, 40)
    graph = graph_of(*nearest_neighbours(unit_points(points)))
    columns = (labels - labels.min()) // 3
    together = spread_labels(graph, np.arange(0, 300, 2), columns[::2], 40)
    for column in (0, 17, 39):
        own = np.flatnonzero(columns[::2] == column)
        alone = spread_labels(graph, 2 * own, np.zeros(len(own), int), 1)
        np.testing.assert_allclose(together[:, column], alone[:, 0], atol=5e-4)
    again = spread_labels(graph, np.arange(0, 300, 2), columns[::2], 40, together)
    np.testing.assert_allclose(again, together, atol=5e-4)
