"""Whatever reads pictures, features or probabilities and computes with them goes on over those that hold nothing: one
colour, one pixel, the same picture again and again, two pictures, one class that has nearly all.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.jobs.job import Cancel
from engine.library.project import Project
from engine.library.scan import ImportParams, import_sources
from engine.review.confidence.reliability import (
    calibrating_temperature,
    coverage,
    fit_temperature,
    reliability,
    tempered,
    threshold_for,
)
from engine.review.intervals import intervals
from engine.review.layout import pca, tsne
from engine.review.metrics import confusion, scores_of, top_k_accuracy
from engine.review.suspects.ranking import quality, wrong_labels
from engine.similarity.fingerprints import SIDE, matches_of, matching_pairs
from engine.similarity.leaks import near_duplicate_pairs
from engine.similarity.look_alikes import LabelledFeatures, look_alike_pairs
from engine.training.data.imbalance import class_weights
from engine.training.facts import mirrored, read_facts
from engine.training.recipes.choices import for_project
from engine.training.recipes.registry import recipe

KINDS = ("black", "white", "one colour", "one of two colours", "grey ramp", "noise", "one pixel differs")


def picture(kind: str, height: int, width: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    flat = np.zeros((height, width, 3), np.uint8)
    match kind:
        case "white":
            return flat + np.uint8(255)
        case "one colour":
            return flat + random.integers(0, 256, 3).astype(np.uint8)
        case "one of two colours":
            return flat + np.uint8(random.choice([60, 61]))
        case "grey ramp":
            return flat + np.linspace(0, 255, width).astype(np.uint8)[None, :, None]
        case "noise":
            return random.integers(0, 256, (height, width, 3)).astype(np.uint8)
        case "one pixel differs":
            flat[0, 0] = 1
    return flat


# What the pictures of each class are, and how many there are: some classes have one, some nearly all.
CLASSES = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from([1, 2, 4, 5, 16])), min_size=1, max_size=4)
SEEDS = st.integers(0, 2**16)
# Equal numbers everywhere, rows of zeros, single ones, and large and tiny numbers side by side.
VALUES = st.sampled_from([0.0, 1.0, -1.0, 1e-30, 1e-8, 1e8])


def stack(classes: list[tuple[str, int]], side: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    images = [picture(kind, side, side, seed + n) for kind, count in classes for n in range(count)]
    return np.stack(images), np.repeat(np.arange(len(classes)), [count for _, count in classes])


@settings(max_examples=200, deadline=None)
@given(CLASSES, SEEDS)
def test_facts_about_mirror_images(classes: list[tuple[str, int]], seed: int) -> None:
    images, labels = stack(classes, 16, seed)
    pair, directed = mirrored({kind: images[labels == kind] for kind in range(len(classes))})
    assert pair is None or len(set(pair)) == 2
    assert isinstance(directed, bool)


def test_pictures_of_one_colour_have_no_mirror_image() -> None:
    """Their kernel is zero, which cannot be inverted."""
    assert mirrored({kind: np.full((8, 16, 16, 3), 100 * kind, np.uint8) for kind in range(2)}) == (None, False)


@settings(max_examples=40, deadline=None)
@given(CLASSES, SEEDS)
def test_what_resembles_what(classes: list[tuple[str, int]], seed: int) -> None:
    images, labels = stack(classes, SIDE, seed)
    for one, other in near_duplicate_pairs(images, labels):
        assert one != other
    grey, small = images[..., 0], np.zeros(len(images), bool)
    pairs, similarity = matching_pairs(grey, 0.9, small, cancel=Cancel())
    assert len(pairs) == len(similarity)
    assert np.isfinite(similarity).all()
    assert matches_of(grey, grey[0], 0.9, small).shape == (len(grey),)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 6), st.integers(1, 5), st.data())
def test_features(count: int, width: int, data: st.DataObject) -> None:
    numbers = data.draw(st.lists(VALUES, min_size=count * width, max_size=count * width))
    features = np.array(numbers, np.float32).reshape(count, width)
    pairs, similarity = look_alike_pairs(features, 0.9, cancel=Cancel())
    assert len(pairs) == len(similarity)
    assert np.isfinite(similarity).all()
    if count > 2:
        assert np.isfinite(pca(features)).all()
    assert len(LabelledFeatures([], features[:0])) == 0


@pytest.mark.parametrize("features", [np.zeros((5, 8)), np.ones((40, 3)), np.eye(6)[:4]], ids=["zeros", "ones", "few"])
def test_the_map_of_pictures_that_are_all_alike(features: np.ndarray) -> None:
    assert np.isfinite(tsne(features.astype(np.float32), seed=0)).all()


@settings(max_examples=150, deadline=None)
@given(st.integers(2, 4), st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans()), max_size=12))
def test_probabilities(classes: int, rows: list[tuple[int, int, bool]]) -> None:
    """Rows that are quite sure, rightly or wrongly, and rows that know nothing."""
    labels = np.array([label % classes for label, _, _ in rows], np.int64)
    probabilities = np.array(
        [np.eye(classes)[top % classes] if sure else np.full(classes, 1 / classes) for _, top, sure in rows],
        np.float32,
    ).reshape(len(rows), classes)
    assert np.isfinite(reliability(labels, probabilities).error)
    assert threshold_for(coverage(labels, probabilities), 1.1) is None
    assert np.isfinite(tempered(probabilities, calibrating_temperature(labels, probabilities))).all()
    assert np.isfinite(quality(labels, probabilities)).all()
    assert 0 <= wrong_labels(labels, probabilities) <= len(rows)
    assert np.isfinite(class_weights(labels, classes)).all()
    if rows:
        matrix = confusion(labels, probabilities.argmax(axis=1), classes)
        assert np.isfinite(scores_of(matrix, [str(n) for n in range(classes)]).accuracy)
        intervals(matrix)
        assert np.isfinite(fit_temperature(labels, probabilities))
        assert 0 <= top_k_accuracy(labels, probabilities, 1) <= 1


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CLASSES, st.sampled_from([(1, 1), (1, 200), (24, 24)]), st.booleans(), SEEDS)
def test_every_recipe_that_looks_at_the_project_finds_options(
    tmp_path_factory: pytest.TempPathFactory,
    classes: list[tuple[str, int]],
    size: tuple[int, int],
    grey: bool,
    seed: int,
) -> None:
    folder = tmp_path_factory.mktemp("degenerate")
    for place, (kind, count) in enumerate(classes):
        (folder / "pictures" / f"class {place}").mkdir(parents=True)
        for number in range(count):
            image = Image.fromarray(picture(kind, *size, seed + number))
            image.convert("L" if grey else "RGB").save(folder / "pictures" / f"class {place}" / f"{number}.png")
    project = opened(folder)
    try:
        facts = read_facts(project)
        assert facts.images == sum(count for _, count in classes)
        for name in ("quick", "accurate", "transfer"):
            options, _ = for_project(recipe(name), project, {})
            assert options.image_size > 0
            assert options.learning_rate > 0
    finally:
        project.close()


def opened(folder: Path) -> Project:
    params = ImportParams(str(folder / "p"), (str(folder / "pictures"),), labels="folders")
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    return Project.open(folder / "p.pigeonhole")
