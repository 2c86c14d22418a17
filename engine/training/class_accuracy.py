"""Accuracy of each class, counted along with the loss: a second pass over the validation images would cost as much."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="pigeonhole")
class ClassAccuracy(keras.metrics.Metric):  # type: ignore[misc]  # Keras has no types
    """Balanced accuracy, with counts of the recognised images of each class; labels are classes (n,) or shares of them
    (n, classes).

    Its result is the mean over the classes that were seen (balanced accuracy). A batch weighs each image alike.
    """

    def __init__(self, classes: int, name: str = "class_accuracy", **more: Any) -> None:
        super().__init__(name=name, dtype="float32", **{k: v for k, v in more.items() if k != "dtype"})
        self.classes = classes
        self.hits = self.add_weight(shape=(classes,), initializer="zeros", name="hits")
        self.seen = self.add_weight(shape=(classes,), initializer="zeros", name="seen")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # noqa: ARG002
        """Count a batch: labels and probabilities (n, classes)."""
        labels = ops.argmax(y_true, axis=-1) if len(y_true.shape) == 2 and y_true.shape[-1] != 1 else y_true
        labels = ops.reshape(labels, (-1,))
        right = ops.cast(ops.equal(ops.cast(labels, "int32"), ops.cast(ops.argmax(y_pred, -1), "int32")), "float32")
        places = ops.one_hot(ops.cast(labels, "int32"), self.classes, dtype="float32")
        self.seen.assign_add(ops.sum(places, axis=0))
        self.hits.assign_add(ops.sum(places * right[:, None], axis=0))

    def result(self) -> Any:
        """The mean of the accuracies of the classes seen, 0 before the first."""
        known = ops.cast(self.seen > 0, "float32")
        shares = self.hits / ops.maximum(self.seen, 1.0)
        return ops.sum(shares * known) / ops.maximum(ops.sum(known), 1.0)

    def accuracies(self) -> tuple[tuple[float | None, ...], tuple[int, ...]]:
        """The share of images recognised of each class, None of a class without images; and how many were seen."""
        hits, seen = np.asarray(ops.convert_to_numpy(self.hits)), np.asarray(ops.convert_to_numpy(self.seen))
        shares = tuple(float(h / n) if n else None for h, n in zip(hits, seen, strict=True))
        return shares, tuple(round(float(n)) for n in seen)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "classes": self.classes}
