from __future__ import annotations

import numpy as np
import pytest

from engine.training.data.augment import Augmentation
from engine.training.data.batches import Batches
from engine.training.data.imbalance import class_weights, resampled
from engine.training.data.mixing import is_soft, mix, one_hot
from engine.training.options import TrainOptions

# Image i is of one brightness, i, and of class i.
IMAGES = np.arange(8, dtype=np.uint8)[:, None, None, None] * np.full((1, 20, 20, 1), 30, np.uint8)
LABELS = np.arange(8)


def mixed(seed: int, **options: float) -> tuple[np.ndarray, np.ndarray]:
    return mix(IMAGES, one_hot(LABELS, 8), TrainOptions(**options), np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(5))
def test_cutmix_gives_labels_the_shares_of_the_area(seed: int) -> None:
    images, labels = mixed(seed, cutmix=1.0)
    for image, shares in zip(images, labels, strict=True):
        expected = np.bincount(image.ravel() // 30, minlength=8) / image.size
        np.testing.assert_allclose(shares, expected, atol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_mixup_blends_images_as_it_blends_labels(seed: int) -> None:
    images, labels = mixed(seed, mixup=1.0)
    np.testing.assert_allclose(labels.sum(1), 1, rtol=1e-6)
    np.testing.assert_allclose(images[:, 0, 0, 0], labels @ (LABELS * 30.0), atol=0.51)


def test_some_batches_are_mixed_and_others_not() -> None:
    changed = sum((mixed(seed, cutmix=0.5)[0] != IMAGES).any() for seed in range(100))
    assert 30 < changed < 70
    assert is_soft(TrainOptions(label_smoothing=0.1))
    assert not is_soft(TrainOptions())


def test_class_weights_are_balanced_as_scikit_learn_has_them() -> None:
    labels = np.array([0, 0, 0, 1, 3, 3])
    np.testing.assert_allclose(class_weights(labels, 4), [6 / 9, 2, 0, 1])


def test_oversampling_keeps_every_image_and_undersampling_repeats_none() -> None:
    labels = np.array([0] * 10 + [1] * 3 + [2] * 4)
    places = np.arange(1, 17)  # nine of the first class
    over = resampled(places, labels, "oversample", np.random.default_rng(0))
    assert np.bincount(labels[over]).tolist() == [9, 9, 9]
    assert set(over.tolist()) == set(places.tolist())
    assert max(np.bincount(over)[10:]) == 3
    under = resampled(places, labels, "undersample", np.random.default_rng(0))
    assert np.bincount(labels[under]).tolist() == [3, 3, 3]
    assert len(set(under.tolist())) == 9


def test_training_batches_are_balanced_weighted_and_mixed_as_the_options_say() -> None:
    labels = np.array([0] * 6 + [1] * 2)
    for kind, size in (("oversample", 12), ("undersample", 4), ("class-weights", 8), ("none", 8)):
        options = TrainOptions(imbalance=kind, cutmix=1.0)
        with Batches(
            *(IMAGES, labels, np.arange(8)),
            batch_size=3,
            augmentation=Augmentation(options),
            options=options,
            classes=2,
        ) as batches:
            batches.begin(1)
            found = [batches[i] for i in range(len(batches))]
        assert batches.size == sum(len(batch[0]) for batch in found) == size
        assert all(batch[1].shape[1] == 2 for batch in found)
        assert {len(batch) for batch in found} == ({3} if kind == "class-weights" else {2})


def test_validation_batches_are_neither_mixed_nor_balanced() -> None:
    options = TrainOptions(imbalance="oversample", cutmix=1.0)
    with Batches(IMAGES, LABELS, LABELS, batch_size=8, options=options, classes=8) as batches:
        images, labels = batches[0]
    np.testing.assert_array_equal(images, IMAGES)
    np.testing.assert_array_equal(labels, np.eye(8))
