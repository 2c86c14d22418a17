"""Confidence against accuracy: what the diagram shows, what a temperature mends, what a threshold leaves."""

import numpy as np
import pytest

from engine.review.confidence.reliability import (
    calibrating_temperature,
    coverage,
    fit_temperature,
    reliability,
    tempered,
    threshold_for,
)


def drawn(temperature, images=4000, classes=5, seed=1):
    """Labels drawn from softmax(logits), and the probabilities of a network that divides its logits by less."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (images, classes))
    true = softmax(logits)
    labels = (true.cumsum(axis=1) > rng.random((images, 1))).argmax(axis=1)
    return labels, softmax(logits * temperature).astype(np.float32)


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("temperature", [0.4, 1.0, 2.5, 6.0])
def test_the_temperature_that_spoiled_a_network_is_found(temperature):
    labels, probabilities = drawn(temperature)

    assert fit_temperature(labels, probabilities) == pytest.approx(temperature, rel=0.1)


@pytest.mark.parametrize("temperature", [0.4, 3.0])
def test_the_error_falls_on_images_that_the_temperature_was_not_fitted_on(temperature):
    found = fit_temperature(*drawn(temperature, seed=1))
    labels, probabilities = drawn(temperature, seed=2)

    before, after = reliability(labels, probabilities), reliability(labels, tempered(probabilities, found))

    assert after.error < before.error / 3
    assert after.error < 0.03


def test_a_temperature_changes_probabilities_but_never_their_order():
    _, probabilities = drawn(1.0)

    warmer = tempered(probabilities, 2.0)

    np.testing.assert_allclose(warmer.sum(axis=1), 1, rtol=1e-5)
    assert (warmer.max(axis=1) < probabilities.max(axis=1)).all()
    np.testing.assert_array_equal(warmer.argsort(axis=1), probabilities.argsort(axis=1))
    np.testing.assert_allclose(tempered(warmer, 0.5), probabilities, rtol=1e-3, atol=1e-6)


def surprise(labels, probabilities):
    return -np.log(probabilities[np.arange(len(labels)), labels].astype(float)).mean()


@pytest.mark.parametrize("images", [20, 100, 400])
def test_a_network_that_is_as_sure_as_it_should_be_is_left_alone(images):
    """Mostly: one in six or so is altered by chance. On fresh images that must cost less than always fitting does."""
    left_alone, fitted, chosen = 0, 0.0, 0.0
    fresh = drawn(1.0, seed=999)
    for seed in range(40):
        held_out = drawn(1.0, images=images, seed=seed)
        temperature = calibrating_temperature(*held_out)
        left_alone += temperature == 1
        chosen += surprise(fresh[0], tempered(fresh[1], temperature))
        fitted += surprise(fresh[0], tempered(fresh[1], fit_temperature(*held_out)))

    assert left_alone >= 30
    assert chosen < fitted
    assert chosen / 40 < surprise(*fresh) + 0.01


@pytest.mark.parametrize("temperature", [0.4, 2.5])
def test_a_network_that_is_not_is_mended(temperature):
    held_out, fresh = drawn(temperature, images=200, seed=1), drawn(temperature, seed=2)

    found = calibrating_temperature(*held_out)

    assert found == fit_temperature(*held_out) != 1
    assert reliability(fresh[0], tempered(fresh[1], found)).error < reliability(*fresh).error / 2


def test_a_handful_of_images_decides_nothing():
    assert calibrating_temperature(*drawn(6.0, images=4)) == 1


def test_a_class_that_a_run_does_not_know_stays_impossible():
    assert tempered(np.array([[0.75, 0.25, 0.0]], np.float32), 3.0)[0, 2] == 0


def test_a_network_that_is_always_right_gets_the_lowest_temperature_and_no_nan():
    probabilities = np.eye(3, dtype=np.float32)[[0, 1, 2, 0]]

    found = fit_temperature(np.array([0, 1, 2, 0]), probabilities)

    assert 0.05 <= found <= 20
    assert np.isfinite(tempered(probabilities, found)).all()


def test_the_bins_hold_every_image_once_and_the_error_is_their_mean_gap():
    probabilities = np.array([[0.95, 0.05], [0.95, 0.05], [0.65, 0.35], [1.0, 0.0]], np.float32)
    labels = np.array([0, 1, 0, 0])

    found = reliability(labels, probabilities, bins=10)

    assert [b.images for b in found.bins] == [1, 3]
    assert [b.accuracy for b in found.bins] == pytest.approx([1, 2 / 3])
    assert found.bins[1].confidence == pytest.approx(2.9 / 3, abs=1e-6)
    assert found.error == pytest.approx(0.25 * 0.35 + 0.75 * (2.9 / 3 - 2 / 3), abs=1e-6)
    assert found.largest == pytest.approx(0.35, abs=1e-6)


def test_coverage_falls_and_accuracy_is_that_of_the_images_left():
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.8, 0.2], [0.55, 0.45]], np.float32)
    curve = coverage(np.array([0, 0, 1, 1]), probabilities)

    np.testing.assert_allclose(curve.thresholds, [0.9, 0.8, 0.55], rtol=1e-6)
    np.testing.assert_allclose(curve.coverage, [0.25, 0.75, 1.0])
    np.testing.assert_allclose(curve.accuracy, [1, 2 / 3, 0.5])


def test_the_threshold_for_an_accuracy_leaves_as_many_images_as_it_can():
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]], np.float32)
    curve = coverage(np.array([0, 1, 0, 0]), probabilities)

    assert threshold_for(curve, 0.75) == pytest.approx((0.6, 1.0))
    assert threshold_for(curve, 0.9) == pytest.approx((0.9, 0.25))
    assert threshold_for(coverage(np.array([1]), np.array([[0.9, 0.1]], np.float32)), 0.5) is None
