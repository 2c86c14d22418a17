from __future__ import annotations

import numpy as np
import pytest

from engine.training.data.augment import Augmentation
from engine.training.options import TrainOptions
from engine.training.recipes.registry import recipe


def picture(side: int = 21, channels: int = 3) -> np.ndarray:
    """A bright spot right of the centre and below it."""
    image = np.zeros((1, side, side, channels), np.uint8)
    image[0, side // 2 + 3, side // 2 + 6] = 255
    return image


def apply(options: TrainOptions, images: np.ndarray, seed: int = 0) -> np.ndarray:
    return Augmentation(options).apply(images, np.random.default_rng(seed))


def test_no_options_change_no_pixel() -> None:
    images = np.random.default_rng(0).integers(0, 256, (5, 9, 9, 3), np.uint8)
    assert not Augmentation(TrainOptions()).active
    np.testing.assert_array_equal(apply(TrainOptions(), images), images)


@pytest.mark.parametrize("channels", [1, 3])
def test_the_same_seed_gives_the_same_pixels_and_another_does_not(channels: int) -> None:
    images = np.random.default_rng(0).integers(0, 256, (8, 16, 16, channels), np.uint8)
    options = TrainOptions(rotation=20, zoom=0.2, shift=0.1, shear=5, flip=True)
    first, again, other = apply(options, images), apply(options, images), apply(options, images, seed=1)
    np.testing.assert_array_equal(first, again)
    assert first.shape == images.shape
    assert (first != other).any()
    assert (first != images).any()


def test_the_originals_are_not_touched() -> None:
    images = np.random.default_rng(0).integers(0, 256, (4, 9, 9, 3), np.uint8)
    before = images.copy()
    apply(TrainOptions(rotation=90), images)
    np.testing.assert_array_equal(images, before)


def test_mirroring_swaps_left_and_right_of_about_half_the_images() -> None:
    images = np.repeat(picture(), 200, axis=0)
    changed = apply(TrainOptions(flip=True), images)
    mirrored = (changed == images[:, :, ::-1]).all(axis=(1, 2, 3))
    same = (changed == images).all(axis=(1, 2, 3))
    assert (mirrored | same).all()
    assert 60 < mirrored.sum() < 140


def test_a_turn_stays_within_its_angle_and_about_the_centre() -> None:
    maps = Augmentation(TrainOptions(rotation=30)).matrices(np.random.default_rng(0), 500, 21, 21)
    angles = np.rad2deg(np.arctan2(maps[:, 1, 0], maps[:, 0, 0]))
    assert np.abs(angles).max() <= 30
    assert angles.min() < -25
    assert angles.max() > 25
    centre = np.array([10, 10, 1])
    np.testing.assert_allclose(maps @ centre, np.tile([10.0, 10.0], (500, 1)), atol=1e-9)


def test_zoom_and_shift_stay_within_their_shares() -> None:
    maps = Augmentation(TrainOptions(zoom=0.15, shift=0.1)).matrices(np.random.default_rng(0), 500, 30, 40)
    assert 0.85 <= maps[:, 0, 0].min() < 0.87
    assert 1.13 < maps[:, 1, 1].max() <= 1.15
    moved = maps @ np.array([19.5, 14.5, 1]) - [19.5, 14.5]
    assert np.abs(moved[:, 0]).max() <= 4
    assert np.abs(moved[:, 1]).max() <= 3


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")
@pytest.mark.parametrize("seed", [0, 2])
def test_the_zoom_of_photo_cnn_is_that_of_the_notebooks_layer(seed: int) -> None:
    import keras

    options = TrainOptions(zoom=recipe("photo-cnn").options.zoom, zoom_evenly=True, border="mirror")
    assert recipe("photo-cnn").options.zoom_evenly
    (map_,) = Augmentation(options).matrices(np.random.default_rng(seed), 1, 48, 48)
    share = map_[0, 0] - 1
    assert map_[1, 1] == map_[0, 0]
    assert 0.01 < abs(share) <= 0.1
    waves = 127 + 100 * np.sin(np.linspace(0, 9, 48))[:, None] * np.cos(np.linspace(0, 7, 48))
    images = np.rint(waves).astype(np.uint8)[None, :, :, None].repeat(3, axis=-1)
    layer = keras.layers.RandomZoom((share, share), fill_mode="reflect")  # the notebook's, with its number drawn
    expected = np.asarray(layer(images.astype(np.float32), training=True))
    np.testing.assert_allclose(apply(options, images, seed), expected, atol=1.5)


def test_shear_is_in_degrees_as_in_the_notebook() -> None:
    maps = Augmentation(TrainOptions(shear=0.15)).matrices(np.random.default_rng(0), 200, 30, 30)
    assert 0 < np.abs(maps[:, 0, 1]).max() <= np.sin(np.deg2rad(0.15))


def test_borders_repeat_the_edge_or_mirror_the_image() -> None:
    image = np.tile(np.arange(20, dtype=np.uint8) * 10, (20, 1))[None, :, :, None]
    nearest = apply(TrainOptions(shift=0.5, border="nearest"), np.repeat(image, 50, 0))
    mirror = apply(TrainOptions(shift=0.5, border="mirror"), np.repeat(image, 50, 0))
    ends = nearest[:, 10, :, 0]
    assert any((row[-4:] == 190).all() for row in ends)
    assert not any((row[-4:] == 190).all() for row in mirror[:, 10, :, 0])


def test_turning_over_swaps_top_and_bottom_of_about_half_the_images() -> None:
    images = np.repeat(picture(), 200, axis=0)
    changed = apply(TrainOptions(flip_vertical=True), images)
    over = (changed == images[:, ::-1]).all(axis=(1, 2, 3))
    assert (over | (changed == images).all(axis=(1, 2, 3))).all()
    assert 60 < over.sum() < 140


def test_brightness_is_a_factor_within_its_share() -> None:
    images = np.full((300, 4, 4, 3), 100, np.uint8)
    changed = apply(TrainOptions(brightness=0.4), images)
    assert (changed == changed[:, :1, :1]).all()
    assert 60 <= changed.min() < 65
    assert 135 < changed.max() <= 140


def test_contrast_moves_values_away_from_or_towards_their_mean() -> None:
    images = np.tile(np.array([80, 120], np.uint8), (200, 4, 2)).reshape(200, 4, 4, 1)
    changed = apply(TrainOptions(contrast=0.5), images).astype(int)
    spread = changed.max(axis=(1, 2, 3)) - changed.min(axis=(1, 2, 3))
    assert 20 <= spread.min() < 24
    assert 56 < spread.max() <= 60
    np.testing.assert_allclose(changed.mean(axis=(1, 2, 3)), 100, atol=0.6)


def test_saturation_leaves_grey_as_it_is_and_changes_colours() -> None:
    grey = np.full((50, 4, 4, 3), 90, np.uint8)
    np.testing.assert_array_equal(apply(TrainOptions(saturation=1.0), grey), grey)
    red = grey + np.array([60, 0, 0], np.uint8)
    changed = apply(TrainOptions(saturation=1.0), red).astype(int)
    distance = changed[:, 0, 0, 0] - changed[:, 0, 0, 1]
    assert distance.min() < 15
    assert distance.max() > 90


def test_erasing_paints_one_rectangle_over_in_its_share_of_images() -> None:
    images = np.zeros((400, 30, 30, 3), np.uint8)
    changed = apply(TrainOptions(erasing=0.5), images)
    areas = (changed > 0).any(axis=3).mean(axis=(1, 2))
    assert 140 < np.count_nonzero(areas) < 260
    assert areas[areas > 0].min() >= 0.01
    assert areas.max() <= 0.27


def test_randaugment_draws_so_many_kinds_for_each_image() -> None:
    augmentation = Augmentation(TrainOptions(randaugment=2))
    drawn = augmentation._chosen(500, np.random.default_rng(0))
    assert (sum(kind.astype(int) for kind in drawn.values()) == 2).all()
    assert all(80 < kind.sum() < 220 for kind in drawn.values())
    images = np.random.default_rng(0).integers(0, 256, (20, 16, 16, 3), np.uint8)
    changed = apply(TrainOptions(randaugment=2), images)
    assert (changed != images).any(axis=(1, 2, 3)).all()
    np.testing.assert_array_equal(changed, apply(TrainOptions(randaugment=2), images))
