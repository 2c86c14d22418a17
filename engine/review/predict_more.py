"""Predictions of images that a run has none for, whatever their split: what a filter of the Library asks for.

They are kept beside the run's own, which are those of its frozen validation and test splits.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.errors import RunError
from engine.events import Progress
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import marked
from engine.library import query
from engine.library.project import Project
from engine.library.records import Split
from engine.models.predictions import Predictions
from engine.models.predictor import Predictor
from engine.review.evaluation import read_predictions, with_classes_of
from engine.review.new_predictions import FILES_AT_ONCE, keep, predictions_of
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
    more = known.of(np.zeros(len(known.image_ids), bool))
    try:
        for start in range(0, len(images), FILES_AT_ONCE):
            cancel.check()
            emit(Progress(marked("Predicting"), start, len(images)))
            some = images[start : start + FILES_AT_ONCE]
            more = Predictions.joined([more, predictions_of(predictor, known, some, Split.UNASSIGNED, emit)])
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
    return Predictions.joined([own, more.of(new)])


def _more(run: RunRecord) -> Predictions | None:
    """Return the predictions that were made later; None where none can be read, as they can be made again."""
    try:
        return Predictions.load(run.folder / FILE)
    except RunError:
        return None


def _save(run: RunRecord, more: Predictions, emit: Emit) -> None:
    earlier = _more(run)
    if len(more.image_ids):
        keep(more if earlier is None else Predictions.joined([earlier, more]), run.folder / FILE, emit)
