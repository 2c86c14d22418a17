"""Predictions of images that a run has none for, whatever their split: what a filter of the Library asks for.

They are kept beside the run's own, which are those of its frozen validation and test splits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import RunError
from engine.events import Log, Progress
from engine.files import reason_of
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _, marked
from engine.library import query
from engine.library.project import Project
from engine.library.records import Split
from engine.models.predictions import Predictions
from engine.models.predictor import Predictor
from engine.review.evaluation import read_predictions, with_classes_of
from engine.review.new_predictions import FILES_AT_ONCE, predictions_of
from engine.training.runs.records import MODEL, RunRecord, find_run, read_split

FILE = "more_predictions.npz"


@dataclass(frozen=True, slots=True)
class PredictMoreParams:
    """`run` None means the newest finished one; `image_ids` as the project has them."""

    project: str
    image_ids: tuple[int, ...]
    run: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PredictedMore(Result):
    """Numbers of `images` that were predicted now, and of those that cannot be read."""

    run: str
    images: int
    problems: int


def predict_more(params: PredictMoreParams, *, emit: Emit, cancel: Cancel) -> PredictedMore:
    """Predict those of some images that are usable and labelled, and that the run neither learnt from nor predicted.

    Raises:
        EngineError: no such project or run, or a damaged one.
        JobCancelled: `cancel` was set; what was predicted until then is kept.
    """
    with Project.open(Path(params.project), read_only=True) as project:
        run = find_run(project.folder, params.run)
        known = with_classes_of(project, all_predictions(run))
        skipped = {row.image_id for row in read_split(run) if row.split is Split.TRAINING}
        skipped |= set(known.image_ids.tolist())
        ids = [i for i in params.image_ids if i not in skipped]
        images = [i for i in query.images(project, ids) if i.class_id is not None and i.problem is None]
    predictor = Predictor(run.folder / MODEL, cancel=cancel)
    more = _none_of(known)
    try:
        for start in range(0, len(images), FILES_AT_ONCE):
            cancel.check()
            emit(Progress(marked("Predicting"), start, len(images)))
            some = images[start : start + FILES_AT_ONCE]
            more = _joined(more, predictions_of(predictor, known, some, Split.UNASSIGNED, emit))
    finally:
        _save(run, more, emit)
    return PredictedMore(run.name, len(more.image_ids), len(images) - len(more.image_ids))


def all_predictions(run: RunRecord) -> Predictions:
    """Return the run's own predictions and those that were made later; the run's own where an image has both.

    Raises:
        RunError: the run has none, or they are damaged.
    """
    own, more = read_predictions(run), _more(run)
    if more is None or more.classes != own.classes:
        return own
    new = ~np.isin(more.image_ids, own.image_ids)
    return _joined(own, _rows(more, new))


def _more(run: RunRecord) -> Predictions | None:
    """Return the predictions that were made later; None where none can be read, as they can be made again."""
    try:
        return Predictions.load(run.folder / FILE)
    except RunError:
        return None


def _save(run: RunRecord, more: Predictions, emit: Emit) -> None:
    earlier = _more(run)
    if not len(more.image_ids):
        return
    try:
        (more if earlier is None else _joined(earlier, more)).save(run.folder / FILE)
    except OSError as error:
        emit(
            Log(
                _("The new predictions cannot be kept in the run: {why}.").format(why=reason_of(error)),
                "warning",
            )
        )


def _none_of(like: Predictions) -> Predictions:
    return _rows(like, np.zeros(len(like.image_ids), bool))


def _rows(predictions: Predictions, which: Any) -> Predictions:
    return replace(
        predictions,
        image_ids=predictions.image_ids[which],
        splits=predictions.splits[which],
        labels=predictions.labels[which],
        probabilities=predictions.probabilities[which],
    )


def _joined(one: Predictions, other: Predictions) -> Predictions:
    return replace(
        one,
        image_ids=np.concatenate([one.image_ids, other.image_ids]),
        splits=np.concatenate([one.splits, other.splits]),
        labels=np.concatenate([one.labels, other.labels]),
        probabilities=np.concatenate([one.probabilities, other.probabilities]),
    )
