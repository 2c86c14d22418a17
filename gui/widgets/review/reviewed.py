"""What the Review page shows of one run on one split, as plain lists. Knows no Qt; made in a thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import DataError, EngineError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.library.project import Project
    from engine.review.metrics import Scores
    from engine.training.runs import RunRecord
    from gui.widgets.review.confusion_paint import Cell


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Images of one split in columns; `labels` and `predicted` index `classes`."""

    run: str
    split: str
    splits: tuple[str, ...]  # those that could be chosen
    classes: tuple[str, ...]
    class_ids: tuple[int, ...]
    image_ids: list[int]
    files: tuple[Path, ...]
    labels: list[int]
    predicted: list[int]
    confidence: list[float]
    label_confidence: list[float]
    probabilities: NDArray[np.float32]  # of each image for each class
    scores: Scores
    counts: list[list[int]]

    @property
    def mistakes(self) -> int:
        return sum(1 for label, predicted in zip(self.labels, self.predicted, strict=True) if label != predicted)

    def top(self, row: int, count: int) -> list[tuple[int, float]]:
        """The classes that the model thought of first, with their probabilities."""
        shares: list[float] = self.probabilities[row].tolist()
        return sorted(enumerate(shares), key=lambda pair: -pair[1])[:count]

    def rows(self, cell: Cell | None) -> list[int]:
        """The images of a cell of the confusion matrix: mistakes with the most confident first.

        A cell of the diagonal gives the images that were recognised, the least confident first; a row, a column or
        None give the mistakes among them.
        """
        true, predicted = cell or (None, None)
        right = true is not None and true == predicted
        found = [
            row
            for row, (label, guess) in enumerate(zip(self.labels, self.predicted, strict=True))
            if (true is None or label == true)
            and (predicted is None or guess == predicted)
            and (label == guess) == right
        ]
        return sorted(found, key=lambda row: (self.confidence[row] if right else -self.confidence[row], row))


def review(project: Project, run: RunRecord, split: str | None) -> Reviewed | str:
    """The evaluation of a run with today's labels, or one sentence why there is none.

    Without `split`, or where the run has no predictions for it, test is taken if there is any, else validation.
    """
    from engine.library.records import Split
    from engine.review.evaluation import evaluation_of, read_predictions

    try:
        predictions = read_predictions(run)
        there = {str(name) for name in predictions.splits.tolist()}
        splits = tuple(name for name in ("test", "validation") if name in there)
        if not splits:
            raise DataError(f"Run {run.name} has no predictions for labelled images.")
        chosen = split if split in splits else splits[0]
        evaluation = evaluation_of(project, run, predictions, Split(chosen))
    except EngineError as error:
        return str(error)
    each = range(len(evaluation.files))
    return Reviewed(
        run=run.name,
        split=chosen,
        splits=splits,
        classes=evaluation.classes,
        class_ids=evaluation.class_ids,
        image_ids=evaluation.image_ids.tolist(),
        files=evaluation.files,
        labels=evaluation.labels.tolist(),
        predicted=evaluation.predicted.tolist(),
        confidence=evaluation.confidence.tolist(),
        label_confidence=evaluation.probabilities[each, evaluation.labels].tolist(),
        probabilities=evaluation.probabilities,
        scores=evaluation.scores,
        counts=evaluation.matrix.tolist(),
    )
