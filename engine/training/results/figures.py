"""The predictions of a run and what they are worth. Loads no Keras."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.library.records import Split
from engine.models.predictions import Predictions
from engine.training.frozen import FrozenImage, FrozenSplit


def gather_predictions(
    frozen: FrozenSplit, members: list[FrozenImage], parts: list[NDArray[np.float32]]
) -> Predictions:
    """Return the predictions of `members`, whose probabilities (n, classes) are in `parts`, in order."""
    return Predictions(
        image_ids=np.array([m.image_id for m in members], np.int64),
        splits=np.array([m.split.value for m in members], np.str_),
        labels=np.array([m.label for m in members], np.int64),
        probabilities=np.concatenate(parts),
        classes=frozen.classes,
        class_ids=frozen.class_ids,
    )


def figures_of_splits(predictions: Predictions) -> dict[str, Any]:
    """Return images and top-1 accuracy of each split that was held out."""
    correct = predictions.probabilities.argmax(1) == predictions.labels
    report: dict[str, Any] = {}
    for name in (Split.VALIDATION.value, Split.TEST.value):
        chosen = predictions.splits == name
        if chosen.any():
            report[name] = {"images": int(chosen.sum()), "accuracy": float(correct[chosen].mean())}
    return report
