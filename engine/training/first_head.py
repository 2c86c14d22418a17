"""The last layer above a pretrained base, to begin with: a logistic regression on what the base says. Loads Keras.

Adam needs ten epochs to come from nothing to where the regression is within a second, and is further from it with few
pictures (docs/decisions/0042).
"""

from __future__ import annotations

import keras
import numpy as np

from engine.similarity.classifier import evenly, fit_classifier
from engine.training.data.loading import TrainingData

PENALTY = 300.0  # of features divided by their deviations; scikit-learn's C is its inverse
MOST_FEATURES = 4_000  # that it is fitted on, evenly of all classes
_LEAST_DEVIATION = 1e-3  # a feature that is the same everywhere must not weigh more than all others


def is_regression(head: keras.Model) -> bool:
    """Return whether the layers above a base are one dense layer to probabilities, and nothing else that learns."""
    learning = [layer for layer in head.layers if layer.weights]
    last = head.layers[-1]
    return learning == [last] and isinstance(last, keras.layers.Dense) and last.activation is keras.activations.softmax


def begin_with_regression(head: keras.Model, data: TrainingData) -> None:
    """Give the last layer of `head` the weights of a regression on the features of the training images in all views.

    A class without images becomes as unlikely as the unlikeliest of the others.
    """
    places = data.training[evenly(data.labels[data.training], MOST_FEATURES)]
    features, labels = data.values[places], data.labels[places]
    mean, deviation = features.mean(axis=0), features.std(axis=0) + np.float32(_LEAST_DEVIATION)
    found = fit_classifier((features - mean) / deviation, labels, penalty=PENALTY)
    known = list(found.classes)
    kernel = np.zeros(head.layers[-1].kernel.shape, np.float32)
    kernel[:, known] = found.weights / deviation[:, None]
    bias = np.full(kernel.shape[1], found.offsets.min(), np.float32)
    bias[known] = found.offsets
    head.layers[-1].set_weights([kernel, bias - mean @ kernel])
