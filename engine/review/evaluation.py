"""Predictions of a run for images it never trained on, beside the labels that these have now.

The predictions come from the run's `predictions.npz`; no model runs here, so this is fast enough for a click. They
are kept as the network gave them after training; the temperature that the model file holds now is put on here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataError, ModelError, RunError
from engine.language import _, marked
from engine.library import query
from engine.library.edits import SPLIT_NAMES
from engine.library.project import Project
from engine.library.records import ImageRecord, Split
from engine.models.bundle import read_info
from engine.models.predictions import Predictions
from engine.review.confidence.reliability import tempered
from engine.review.files import Files
from engine.review.metrics import Scores, confusion, scores_of
from engine.training.runs.records import MODEL, RunRecord

# By whether a split was asked for, and whether a filter lets some through.
_NONE_PREDICTED = {
    (False, False): marked(
        "Run {run} has no predictions for labelled images; give images to that split or choose the other one."
    ),
    (False, True): marked(
        "Run {run} has no predictions for labelled images that the filter lets through; give images to that split or "
        "choose the other one."
    ),
    (True, False): marked(
        "Run {run} has no predictions for labelled images of the {split} split; give images to that split or choose "
        "the other one."
    ),
    (True, True): marked(
        "Run {run} has no predictions for labelled images of the {split} split that the filter lets through; give "
        "images to that split or choose the other one."
    ),
}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Labels and predictions of n images over k classes; `split` None: of all that the run did not learn from.

    `labels` and `predicted` are indices into `classes`; `confidence` is the probability of the predicted class, 0 to 1.
    `matrix` counts images, rows by label, columns by prediction. A class that the project has gained since the run
    stands at the end of `classes`; the run gives it probability 0, so its images count as mistakes.
    """

    run: RunRecord
    split: Split | None
    classes: tuple[str, ...]
    class_ids: tuple[int, ...]
    image_ids: NDArray[np.int64]  # (n,)
    files: Sequence[Path]  # (n,)
    labels: NDArray[np.int64]  # (n,)
    predicted: NDArray[np.int64]  # (n,)
    confidence: NDArray[np.float32]  # (n,)
    probabilities: NDArray[np.float32]  # (n, k)
    scores: Scores
    matrix: NDArray[np.int64]  # (k, k)
    filtered: bool = False  # only some of the images were asked for

    @property
    def part(self) -> str:
        """The split by name; "all" for all images that the run did not learn from."""
        return str(self.split) if self.split else "all"

    @property
    def mistakes(self) -> int:
        """Return how many images have a label that differs from their prediction."""
        return int((self.labels != self.predicted).sum())


def load_evaluation(project: Project, run: RunRecord, split: str | None = None) -> Evaluation:
    """Join a run's predictions with the labels that the project holds now.

    Images that were removed, excluded, lost their label or became a problem since then are left out.

    Args:
        split: "test" or "validation"; None takes test if the run has predictions for it, else validation.

    Raises:
        RunError: the run has no predictions, or they are damaged.
        DataError: no labelled image of that split has a prediction.
    """
    predictions = with_classes_of(project, read_predictions(run))
    if split is not None:
        return evaluation_of(project, run, predictions, Split(split))
    try:
        return evaluation_of(project, run, predictions, Split.TEST)
    except DataError:
        return evaluation_of(project, run, predictions, Split.VALIDATION)


def read_predictions(run: RunRecord) -> Predictions:
    """The run's `predictions.npz`.

    Raises:
        RunError: it is missing or damaged.
    """
    path = run.folder / "predictions.npz"
    if not path.is_file():
        raise RunError(
            _("Run {run} has no predictions: it ended before its first epoch; train it again.").format(run=run.name)
        )
    return Predictions.load(path)


def with_classes_of(project: Project, predictions: Predictions) -> Predictions:
    """The same with the ids that the classes have now: one that was removed and came back by its name has another."""
    ids = {c.name: c.id for c in query.classes(project)}
    known = set(ids.values())
    now = (
        i if i in known else ids.get(name, i)
        for i, name in zip(predictions.class_ids, predictions.classes, strict=True)
    )
    return replace(predictions, class_ids=tuple(now))


def evaluation_of(
    project: Project,
    run: RunRecord,
    predictions: Predictions,
    split: Split | None,
    *,
    among: Collection[int] | None = None,
) -> Evaluation:
    """Return what `load_evaluation` does, of predictions that are at hand; `split` None takes the images of all splits.

    Args:
        among: ids of images, such as a filter lets through: only these count. None: all.

    Raises:
        DataError: no labelled image of that split (and among those) has a prediction.
    """
    rows, images = _usable(project, predictions, split, among)
    if not images:
        sentence = _(_NONE_PREDICTED[bool(split), among is not None])
        raise DataError(sentence.format(run=run.name, split=_(SPLIT_NAMES[split]) if split else ""))
    class_ids, classes = _classes(project, predictions, images)
    index = {class_id: i for i, class_id in enumerate(class_ids)}
    labels = np.array([index[_label(image)] for image in images], dtype=np.int64)
    probabilities = np.zeros((len(images), len(classes)), dtype=np.float32)
    known = tempered(predictions.probabilities[rows], temperature_of(run))
    probabilities[:, : known.shape[1]] = known
    predicted = probabilities.argmax(axis=1).astype(np.int64)
    matrix = confusion(labels, predicted, len(classes))
    return Evaluation(
        run=run,
        split=split,
        classes=classes,
        class_ids=class_ids,
        image_ids=predictions.image_ids[rows],
        files=Files(images),
        labels=labels,
        predicted=predicted,
        confidence=probabilities[np.arange(len(images)), predicted],
        probabilities=probabilities,
        scores=scores_of(matrix, classes),
        matrix=matrix,
        filtered=among is not None,
    )


def temperature_of(run: RunRecord) -> float:
    """Return the temperature of the run's model; 1 where none can be read: predictions can be looked at without it."""
    try:
        return read_info(run.folder / MODEL).temperature
    except ModelError:
        return 1.0


def most_confident_first(confidence: NDArray[np.float32], image_ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places of images in the order of their confidence, the highest first; equal ones by their ids.

    Args:
        confidence, image_ids: (n,).
    """
    if (image_ids[1:] > image_ids[:-1]).all():  # as they mostly stand in a run: one key is sorted by in half the time
        return np.argsort(-confidence, kind="stable")
    return np.lexsort((image_ids, -confidence))


def most_probable(probabilities: NDArray[np.float32], count: int) -> list[tuple[int, float]]:
    """Return the most probable classes of one image with their probabilities, highest first.

    Args:
        probabilities: (classes,).
    """
    some = np.argpartition(-probabilities, min(count, len(probabilities)) - 1)[:count]
    return sorted(((int(c), float(probabilities[c])) for c in some), key=lambda pair: (-pair[1], pair[0]))


def _usable(
    project: Project, predictions: Predictions, split: Split | None, among: Collection[int] | None
) -> tuple[NDArray[np.int64], list[ImageRecord]]:
    """The rows of the predictions that count for `split`, and the images they are of."""
    of_split = np.asarray(predictions.splits).astype(str) == str(split)
    counts = np.ones(len(of_split), bool) if split is None else of_split
    if among is not None:
        counts &= np.isin(predictions.image_ids, np.fromiter(among, np.int64, len(among)))
    rows = np.flatnonzero(counts)
    ids: list[int] = predictions.image_ids[rows].tolist()
    found = {image.id: image for image in query.images(project, ids) if image.is_scored}
    usable: list[Any] = [(row, found[i]) for row, i in zip(rows.tolist(), ids, strict=True) if i in found]
    return np.array([row for row, _ in usable], dtype=np.int64), [image for _, image in usable]


def _classes(
    project: Project, predictions: Predictions, images: list[ImageRecord]
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The run's classes in its order, by the names they have now, then those in use that the run does not know."""
    names = query.class_names(project)
    ids = list(predictions.class_ids)
    shown = [names.get(i, old) for i, old in zip(ids, predictions.classes, strict=True)]
    gained = sorted({_label(image) for image in images} - set(ids))
    return (*ids, *gained), (*shown, *(names[i] for i in gained))


def _label(image: ImageRecord) -> int:
    assert image.class_id is not None
    return image.class_id
