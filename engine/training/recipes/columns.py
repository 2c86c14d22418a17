"""Networks side by side as one: each learns by itself, and what the whole says is the mean of what they say.

Columns as those of Ciresan, Meier, Masci and Schmidhuber (2012, "Multi-column deep neural networks for image
classification"). A person starts one training and gets one network. Loads Keras.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

_LEAST = 1e-30  # of a probability whose logarithm is taken; float32 has 1e-38


@keras.saving.register_keras_serializable(package="pigeonhole", name="Columns")  # as saved models have it
class ColumnMean(layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Of the columns' probabilities (n, classes) the arithmetic mean; in training the geometric one, as it is.

    The logarithm of the geometric mean is the mean of the logarithms. So the cross entropy of what training sees is
    the mean of the columns' own, and none learns from what another says. With the arithmetic mean a column would learn
    less from the images that the other knows already, and each alone would be worse.
    """

    def call(self, inputs: list[Any], training: bool | None = False) -> Any:
        if not training:
            return sum(inputs) / len(inputs)
        return ops.exp(sum(ops.log(ops.maximum(p, _LEAST)) for p in inputs) / len(inputs))


@keras.saving.register_keras_serializable(package="pigeonhole")
class ColumnsCrossEntropy(keras.losses.Loss):  # type: ignore[misc]  # Keras has no types
    """Cross entropy of what `ColumnMean` gives; labels are classes (n,) or shares of them (n, classes).

    Keras' own divides the probabilities by their sum first. That of a geometric mean is below 1, the further the more
    the columns differ: the loss would fall where they contradict each other, which no column alone can learn from.
    """

    def __init__(self, label_smoothing: float = 0.0, name: str = "columns_cross_entropy", **more: Any) -> None:
        super().__init__(name=name, **more)
        self.label_smoothing = label_smoothing

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each image."""
        classes = y_pred.shape[-1]
        if len(y_true.shape) < 2 or y_true.shape[-1] != classes:
            y_true = ops.one_hot(ops.cast(ops.reshape(y_true, (-1,)), "int32"), classes, dtype=y_pred.dtype)
        shares = y_true * (1 - self.label_smoothing) + self.label_smoothing / classes
        return -ops.sum(shares * ops.log(ops.maximum(y_pred, _LEAST)), axis=-1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "label_smoothing": self.label_smoothing}


def columns(model: keras.Model) -> int:
    """Return how many columns the network has; 1 where it is none of these."""
    last = model.layers[-1]
    return len(last.input) if isinstance(last, ColumnMean) else 1


def plain(model: keras.Model) -> keras.Model:
    """The same network of Keras' own layers alone, so that every program opens its file; itself without columns."""
    if columns(model) == 1:
        return model

    def same(layer: keras.Layer) -> keras.Layer:
        kind = layers.Average if isinstance(layer, ColumnMean) else layer.__class__
        return kind.from_config(layer.get_config())

    changed = keras.models.clone_model(model, clone_function=same)
    changed.set_weights(model.get_weights())
    return changed
