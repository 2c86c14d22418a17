"""The jobs of Review: score a run on images it never trained on, write its report, list its mistakes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import DataError, UsageError
from engine.events import Log, ProblemFound, Progress
from engine.jobs.job import Cancel, Emit
from engine.library import query
from engine.library.project import Project
from engine.library.records import ImageRecord, Split
from engine.models.predictions import Predictions
from engine.models.predictor import Predictor
from engine.review.confidence.reliability import tempered
from engine.review.evaluation import Evaluation, evaluation_of, read_predictions, with_classes_of
from engine.review.intervals import intervals
from engine.review.metrics import top_k_accuracy
from engine.review.mistakes import mistakes
from engine.review.tables import check_place, write_csv
from engine.training.runs.records import MODEL, PREDICTIONS, RunRecord, find_run, read_split

FILES_AT_ONCE = 256
_HEAD = ("name", "precision", "recall", "f1", "support", "confused_with", "confused")  # of the table of classes


@dataclass(frozen=True, slots=True)
class EvaluateParams:
    """`run` None means the newest finished one; `split` None means test if there is any, else validation; "all" both.

    `report` is the HTML file to write, or None; `printable` is that of `write_report`; `csv` is the file for the
    scores of the classes, or None. `images` are the ids of those that count alone, of whatever split, such as a filter
    lets through; None: all of the split.
    """

    project: str
    run: str | None = None
    split: str | None = None
    report: str | None = None
    printable: bool = False
    csv: str | None = None
    images: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class MistakesParams:
    """As `EvaluateParams`; `csv` is the file to write, or None."""

    project: str
    run: str | None = None
    split: str | None = None
    csv: str | None = None


def evaluate(params: EvaluateParams, *, emit: Emit, cancel: Cancel) -> dict[str, Any]:
    """Score a run and, if asked, write its report.

    Returns:
        "accuracy", "macro_f1", "weighted_f1", "balanced_accuracy", "top_3", "top_5" (fractions), "accuracy_interval",
        "macro_f1_interval" (95 %), "images", "mistakes", "run", "split", "classes" (a record of `ClassScores` each,
        with the intervals "precision_interval", "recall_interval", "f1_interval"); "report" and "csv" if they were
        written.

    Raises:
        EngineError: no such project or run, a damaged one, or no labelled images in that split.
    """
    if params.report is not None and Path(params.report).suffix.lower() == ".pdf":
        raise UsageError("A PDF is made in the window (Review, Save report); name a file that ends in .html here.")
    check_place(params.report, "report")
    check_place(params.csv, "scores")
    with Project.open(Path(params.project), read_only=True) as project:
        if params.images is not None:
            evaluation = _among(project, params.run, params.images)
        else:
            evaluation = evaluated(project, params.run, params.split, emit=emit, cancel=cancel)
        result = _result(evaluation)
        if params.csv is not None:
            result["csv"] = params.csv
            write_csv(Path(params.csv), "scores", _HEAD, ([c[n] for n in _HEAD] for c in result["classes"]))
        if params.report is None:
            return result
        from engine.review.report.page import write_report
        from engine.review.report.parts import beside

        more = beside(project, evaluation, emit=emit, cancel=cancel)
        emit(Progress("Writing the report", 0))
        out = Path(params.report)
        problems = query.problems(project)
        write_report(evaluation, problems, out, beside=more, printable=params.printable, cancel=cancel)
        return {**result, "report": params.report}


def _result(evaluation: Evaluation) -> dict[str, Any]:
    scores, known = evaluation.scores, intervals(evaluation.matrix)
    classes = zip(scores.per_class, known.per_class, strict=True)
    return {
        **{name: getattr(scores, name) for name in ("accuracy", "macro_f1", "weighted_f1", "balanced_accuracy")},
        **{f"top_{k}": top_k_accuracy(evaluation.labels, evaluation.probabilities, k) for k in (3, 5)},
        "accuracy_interval": known.accuracy,
        "macro_f1_interval": known.macro_f1,
        "images": scores.images,
        "mistakes": evaluation.mistakes,
        "run": evaluation.run.name,
        "split": evaluation.part,
        "classes": [asdict(c) | {f"{name}_interval": value for name, value in asdict(i).items()} for c, i in classes],
    }


def find_mistakes(params: MistakesParams, *, emit: Emit, cancel: Cancel) -> dict[str, Any]:
    """List the mistakes of a run, most confident first, and write them to a CSV file if asked.

    Returns:
        "mistakes", "images" (counts), "run", "split", "rows" (path, label, predicted, confidence), and "csv".

    Raises:
        EngineError: as `evaluate`.
    """
    check_place(params.csv, "mistakes")
    with Project.open(Path(params.project), read_only=True) as project:
        evaluation = evaluated(project, params.run, params.split, emit=emit, cancel=cancel)
    rows = [
        {
            "path": str(m.file),
            "label": m.label,
            "predicted": m.predicted,
            "confidence": round(m.confidence, 6),
            "label_probability": round(m.label_probability, 6),
        }
        for m in mistakes(evaluation)
    ]
    if params.csv is not None:
        head = ("path", "label", "predicted", "confidence", "label_probability")
        write_csv(Path(params.csv), "mistakes", head, ([row[name] for name in head] for row in rows))
    return {
        "mistakes": len(rows),
        "images": evaluation.scores.images,
        "run": evaluation.run.name,
        "split": evaluation.part,
        "csv": params.csv,
        "rows": rows,
    }


def _among(project: Project, run_name: str | None, image_ids: Collection[int]) -> Evaluation:
    """The evaluation of those of these images that the run has predictions for, whatever their split."""
    from engine.review.predict_more import all_predictions

    run = find_run(project.folder, run_name)
    return evaluation_of(project, run, with_classes_of(project, all_predictions(run)), None, among=image_ids)


def evaluated(project: Project, run_name: str | None, split: str | None, *, emit: Emit, cancel: Cancel) -> Evaluation:
    """The evaluation of a run, with predictions made now for labelled images of the split that it has none for.

    These are images that came after the training; they are kept in the run, so that the next evaluation is fast.
    Images that the run trained on are never among them.
    """
    if split not in (None, "test", "validation", "all"):
        raise UsageError(f"The split must be test, validation or all, found {split!r}.")
    run = find_run(project.folder, run_name)
    predictions = with_classes_of(project, read_predictions(run))
    if split == "all":
        for part in (Split.TEST, Split.VALIDATION):
            predictions = _completed(project, run, predictions, part, emit=emit, cancel=cancel)
        evaluation = evaluation_of(project, run, predictions, None)
        _tell_gained(evaluation, len(predictions.classes), emit)
        return evaluation
    for wanted in [Split(split)] if split else [Split.TEST, Split.VALIDATION]:
        predictions = _completed(project, run, predictions, wanted, emit=emit, cancel=cancel)
        try:
            evaluation = evaluation_of(project, run, predictions, wanted)
        except DataError:
            if split or wanted is Split.VALIDATION:
                raise
            continue
        _tell_gained(evaluation, len(predictions.classes), emit)
        return evaluation
    raise AssertionError("the loop returns or raises")


def _completed(
    project: Project, run: RunRecord, predictions: Predictions, split: Split, *, emit: Emit, cancel: Cancel
) -> Predictions:
    """The predictions with those added that `split` lacks."""
    missing = _missing(project, run, predictions, split, emit)
    if not missing:
        return predictions
    predictor = Predictor(run.folder / MODEL, cancel=cancel)
    done: list[Predictions] = [predictions]
    for start in range(0, len(missing), FILES_AT_ONCE):
        cancel.check()
        emit(Progress("Predicting", start, len(missing)))
        done.append(predictions_of(predictor, predictions, missing[start : start + FILES_AT_ONCE], split, emit))
    joined = replace(
        predictions,
        image_ids=np.concatenate([p.image_ids for p in done]),
        splits=np.concatenate([p.splits for p in done]),
        labels=np.concatenate([p.labels for p in done]),
        probabilities=np.concatenate([p.probabilities for p in done]),
    )
    try:
        joined.save(run.folder / PREDICTIONS)
    except OSError as error:
        emit(Log(f"The new predictions cannot be kept in the run: {error.strerror}.", "warning"))
    return joined


def _missing(project: Project, run: RunRecord, predictions: Predictions, split: Split, emit: Emit) -> list[ImageRecord]:
    """Labelled images of `split` without a prediction. What the run says of an image goes before what the store says:
    one that the run trained on counts as trained on, whatever split it was given since.
    """
    known = set(predictions.image_ids.tolist())
    rows = read_split(run)
    frozen: dict[int | str, Split] = {row.image_id: row.split for row in rows} | {row.file: row.split for row in rows}
    missing, trained_on = [], 0
    for image in query.labelled_images(project):
        if image.id in known:
            continue
        part = frozen.get(image.id) or frozen.get(str(image.file), image.split)
        trained_on += image.split is split and part is Split.TRAINING
        if part is split:
            missing.append(image)
    if trained_on:
        emit(Log(f"{trained_on:,} images of the {split} split are left out: the run trained on them.", "warning"))
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
        emit(Log(f"The run does not know {names}; images with that label count as mistakes.", "warning"))
