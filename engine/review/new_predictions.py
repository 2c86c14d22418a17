"""Predictions of a run for images that were labelled after its training, made when they are asked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.errors import DataError, UsageError
from engine.events import Log, ProblemFound, Progress
from engine.files import reason_of
from engine.jobs.job import Cancel, Emit
from engine.language import _, marked
from engine.library import query
from engine.library.edits import SPLIT_NAMES
from engine.library.project import Project
from engine.library.records import ImageRecord, Split
from engine.models.predictions import Predictions
from engine.models.predictor import Predictor
from engine.review.confidence.reliability import tempered
from engine.review.evaluation import Evaluation, evaluation_of, read_predictions, with_classes_of
from engine.training.runs.records import MODEL, PREDICTIONS, RunRecord, find_run, read_split

FILES_AT_ONCE = 64  # between two looks whether it is cancelled: a second or two


def evaluated(project: Project, run_name: str | None, split: str | None, *, emit: Emit, cancel: Cancel) -> Evaluation:
    """The evaluation of a run, with predictions made now for labelled images of the split that it has none for.

    These are images that came after the training; they are kept in the run, so that the next evaluation is fast.
    Images that the run trained on are never among them.
    """
    if split not in (None, "test", "validation", "all"):
        raise UsageError(_("The split must be test, validation or all, found {split!r}.").format(split=split))
    run = find_run(project.folder, run_name)
    predictions = with_classes_of(project, read_predictions(run))
    if split == "all":
        for part in (Split.TEST, Split.VALIDATION):
            predictions = _completed(project, run, predictions, part, emit=emit, cancel=cancel)
        evaluation = evaluation_of(project, run, predictions, None)
        _tell_gained(evaluation, len(predictions.classes), emit)
        return evaluation
    for candidate in [Split(split)] if split else [Split.TEST, Split.VALIDATION]:
        predictions = _completed(project, run, predictions, candidate, emit=emit, cancel=cancel)
        try:
            evaluation = evaluation_of(project, run, predictions, candidate)
        except DataError:
            if split or candidate is Split.VALIDATION:
                raise
            continue
        _tell_gained(evaluation, len(predictions.classes), emit)
        return evaluation
    raise AssertionError("the loop returns or raises")


def complete(
    project: Project,
    run: RunRecord,
    split: Split,
    *,
    emit: Emit,
    cancel: Cancel,
    among: Collection[int] | None = None,
    most: int | None = None,
) -> None:
    """Have a run predict the labelled images of the split that it has no prediction for and was not trained on, of
    those `among` ids alone, where they are given; none where they are more than `most`.

    Raises:
        EngineError: it has no predictions or no model that can be used.
        JobCancelled: `cancel` was set.
    """
    predictions = with_classes_of(project, read_predictions(run))
    _completed(project, run, predictions, split, emit=emit, cancel=cancel, among=among, most=most)


def _completed(
    project: Project,
    run: RunRecord,
    predictions: Predictions,
    split: Split,
    *,
    emit: Emit,
    cancel: Cancel,
    among: Collection[int] | None = None,
    most: int | None = None,
) -> Predictions:
    """The predictions with those added that `split` lacks."""
    missing = _missing(project, run, predictions, split, emit)
    missing = [image for image in missing if among is None or image.id in among]
    if not missing or (most is not None and len(missing) > most):
        return predictions
    predictor = Predictor(run.folder / MODEL, cancel=cancel)
    done: list[Predictions] = [predictions]
    for start in range(0, len(missing), FILES_AT_ONCE):
        cancel.check()
        emit(Progress(marked("Predicting"), start, len(missing)))
        done.append(predictions_of(predictor, predictions, missing[start : start + FILES_AT_ONCE], split, emit))
    joined = Predictions.joined(done)
    keep(joined, run.folder / PREDICTIONS, emit)
    return joined


def keep(predictions: Predictions, file: Path, emit: Emit) -> None:
    """Save predictions that were made now; warn where they cannot be, and are made again the next time."""
    try:
        predictions.save(file)
    except OSError as error:
        words = _("The new predictions cannot be kept in the run: {why}.")
        emit(Log(words.format(why=reason_of(error)), "warning"))


def _missing(project: Project, run: RunRecord, predictions: Predictions, split: Split, emit: Emit) -> list[ImageRecord]:
    """Labelled images of `split` without a prediction. What the run says of an image goes before what the store says:
    one that the run trained on counts as trained on, whatever split it was given since.
    """
    known = set(predictions.image_ids.tolist())
    rows = read_split(run)
    frozen: dict[int | str, Split] = {row.image_id: row.split for row in rows} | {row.file: row.split for row in rows}
    missing, trained_on = [], 0
    for image in query.labelled_images(project):
        if image.id in known or image.unseen:
            continue
        part = frozen.get(image.id) or frozen.get(str(image.file), image.split)
        trained_on += image.split is split and part is Split.TRAINING
        if part is split:
            missing.append(image)
    if trained_on:
        emit(
            Log(
                _("{count:,} images of the {split} split are left out: the run trained on them.").format(
                    count=trained_on, split=_(SPLIT_NAMES[split])
                ),
                "warning",
            )
        )
    return missing


def predictions_of(
    predictor: Predictor, like: Predictions, images: Sequence[ImageRecord], split: Split, emit: Emit
) -> Predictions:
    """Predictions of those of the images that can be read. A label that the run does not know is kept as -1."""
    probabilities, problems = predictor.predict_files([image.file for image in images])
    for index, reason in problems.items():
        emit(ProblemFound(str(images[index].file), reason))
    rows = [index for index in range(len(images)) if index not in problems]
    place = {class_id: i for i, class_id in enumerate(like.class_ids)}
    labels = [place.get(class_id, -1) if (class_id := images[i].class_id) is not None else -1 for i in rows]
    return replace(
        like,
        image_ids=np.array([images[i].id for i in rows], dtype=np.int64),
        splits=np.full(len(rows), str(split)),
        labels=np.array(labels, dtype=np.int64),
        probabilities=tempered(probabilities[rows], 1 / predictor.info.temperature),  # kept as before calibration
    )


def _tell_gained(evaluation: Evaluation, known: int, emit: Emit) -> None:
    if gained := evaluation.classes[known:]:
        names = ", ".join(gained)
        emit(
            Log(
                _("The run does not know {names}; images with that label count as mistakes.").format(names=names),
                "warning",
            )
        )
