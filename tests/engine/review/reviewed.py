"""What Review shows, without a project: labels, probabilities and all that follows from them, drawn at random."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.review.metrics import confusion
from engine.review.reviewed import Reviewed


def made(classes: tuple[str, ...], *, images: int, seed: int = 0, used: int | None = None) -> Reviewed:
    """Images of the first `used` classes, about half of them mistakes; the same for the same seed."""
    random = np.random.default_rng(seed)
    n, count = len(classes), used or len(classes)
    labels = random.integers(0, count, images)
    scores = random.random((images, n), dtype=np.float32)
    scores[:, count:] = 0
    scores[np.arange(images), labels] += random.random(images, dtype=np.float32)
    probabilities = scores / scores.sum(axis=1, keepdims=True)
    predicted = probabilities.argmax(axis=1)
    counts = confusion(labels, predicted, n)
    each = np.arange(images)
    return Reviewed(
        run="20260102-030405-fashion-cnn",
        folder=Path("runs"),
        scope="test",
        scopes=("test", "filter"),
        classes=classes,
        class_ids=tuple(range(1, n + 1)),
        image_ids=each + 1,
        labels=labels,
        predicted=predicted,
        confidence=probabilities[each, predicted],
        label_confidence=probabilities[each, labels],
        confirmed=np.zeros(images, bool),
        unsure=np.zeros(images, bool),
        rows=each,
        shares=probabilities,
        all_files=tuple(Path(f"{i}.png") for i in each),
        counts=counts,
    )
