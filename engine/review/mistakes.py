"""Images whose label and top prediction differ, the most confident first: where labels and models are wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.review.evaluation import Evaluation, most_confident_first, most_probable


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake. `label` and `predicted` are names of classes, `confidence` and `label_probability` 0 to 1.

    `top` holds the most probable classes with their probabilities, highest first.
    """

    image_id: int
    file: Path
    label: str
    predicted: str
    confidence: float
    label_probability: float
    top: tuple[tuple[str, float], ...]


def mistakes(evaluation: Evaluation, *, top: int = 3) -> list[Mistake]:
    """The mistakes of an evaluation, in the order of `most_confident_first`.

    Args:
        top: how many classes to name in `Mistake.top`.
    """
    wrong = np.flatnonzero(evaluation.labels != evaluation.predicted)
    order = most_confident_first(evaluation.confidence[wrong], evaluation.image_ids[wrong])
    return [_mistake(evaluation, int(row), top) for row in wrong[order]]


def _mistake(evaluation: Evaluation, row: int, top: int) -> Mistake:
    probabilities = evaluation.probabilities[row]
    label, predicted = int(evaluation.labels[row]), int(evaluation.predicted[row])
    return Mistake(
        image_id=int(evaluation.image_ids[row]),
        file=evaluation.files[row],
        label=evaluation.classes[label],
        predicted=evaluation.classes[predicted],
        confidence=float(probabilities[predicted]),
        label_probability=float(probabilities[label]),
        top=tuple((evaluation.classes[i], share) for i, share in most_probable(probabilities, top)),
    )
