"""The last layer above a base begins as a logistic regression on the features of the training images."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from engine.training.data.loading import TrainingData
from engine.training.first_head import PENALTY, begin_with_regression, is_regression

IMAGES, FEATURES = 90, 12


def head(classes: int, *before: keras.Layer) -> keras.Model:
    layers = keras.layers
    return keras.Sequential(
        [keras.Input((FEATURES,)), *before, layers.Dropout(0.3), layers.Dense(classes, activation="softmax")]
    )


@pytest.fixture(scope="module")
def data() -> TrainingData:
    """Features of very different deviations, in two views, after images to check that are far from all of them."""
    random = np.random.default_rng(0)
    labels = np.tile(np.arange(3), IMAGES // 3)
    scales = np.geomspace(0.01, 10, FEATURES)
    values = (random.normal(size=(2 * IMAGES, FEATURES)) + np.eye(3, FEATURES)[np.tile(labels, 2)]) * scales + scales
    checked = np.full((10, FEATURES), 50.0)
    return TrainingData(
        np.concatenate([checked, values]).astype(np.float32),
        np.concatenate([np.zeros(10, np.int64), labels, labels]),
        np.arange(10, 10 + 2 * IMAGES),
        np.arange(10),
        2,
    )


def test_it_answers_as_a_regression_on_features_divided_by_their_deviations(data: TrainingData) -> None:
    model = head(3)
    begin_with_regression(model, data)
    features, labels = data.values[data.training], data.labels[data.training]
    scaled = (features - features.mean(axis=0)) / (features.std(axis=0) + 1e-3)
    expected = LogisticRegression(C=1 / PENALTY, tol=1e-8, max_iter=1000).fit(scaled, labels).predict_proba(scaled)
    np.testing.assert_allclose(model.predict(features, verbose=0), expected, atol=2e-3)
    assert expected.max() - expected.min() > 0.1


def test_a_class_without_images_is_the_unlikeliest(data: TrainingData) -> None:
    model = head(5)
    begin_with_regression(model, data)
    found = model.predict(data.values[data.training], verbose=0)
    assert np.isfinite(found).all()
    assert found[:, 3:].mean() <= found[:, :3].mean()
    assert set(found.argmax(axis=1)) == {0, 1, 2}


def test_only_a_single_dense_layer_is_a_regression() -> None:
    assert is_regression(head(3))
    scores = keras.Sequential([keras.Input((FEATURES,)), keras.layers.Dense(3, activation="sigmoid")])
    assert not is_regression(scores), "its outputs are no probabilities of one class"
    assert not is_regression(head(3, keras.layers.Dense(8, activation="relu")))
    assert not is_regression(head(3, keras.layers.BatchNormalization()))
