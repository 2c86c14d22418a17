"""The job that lists suspects: labels that are probably wrong, from probabilities of images not trained on."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import RunError
from engine.events import Log, Progress
from engine.files import reason_of
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _, marked
from engine.library import query
from engine.library.project import Project
from engine.library.records import Flag, Split
from engine.models.predictions import Predictions
from engine.review.evaluation import Evaluation, evaluation_of, read_predictions, with_classes_of
from engine.review.new_predictions import evaluated
from engine.review.suspects.by_features import JudgedLabels, LabelJudge
from engine.review.suspects.ranking import Judged, suspects
from engine.review.tables import check_place, write_csv
from engine.similarity.feature_job import base_of, compute_for, store_of
from engine.training.runs.records import FOLD_PREDICTIONS, RunRecord, find_run, has_model


@dataclass(frozen=True, slots=True)
class SuspectsParams:
    """`run` None means the newest finished one. `split` is "test", "validation", "all" (both) or None: those of
    an earlier k-fold where there was one, else both.

    `folds` of 2 or more trains the run's recipe so many times to judge every labelled image. With `features`, and where
    there is no run, no run judges, but the features of the base that was chosen. `most` lists that many instead of
    those that are probably wrong. `csv` is the file to write, or None.
    """

    project: str
    run: str | None = None
    split: str | None = None
    folds: int = 0
    most: int | None = None
    csv: str | None = None
    features: bool = False


@dataclass(frozen=True, slots=True)
class SuspectRow:
    path: str
    image_id: int
    label: str
    suggested: str
    quality: float
    label_probability: float
    suggested_probability: float


@dataclass(frozen=True, slots=True, eq=False)
class FoundSuspects(Result):
    """Numbers of `suspects` and of the `images` that were judged.

    Either `run` or `base` names what judged; `source` is "test", "validation", "all", "folds" or "features".
    """

    suspects: int
    images: int
    run: str | None
    base: str | None
    source: str = field(metadata={"key": "from"})
    csv: str | None
    rows: list[SuspectRow]


def find_suspects(params: SuspectsParams, *, emit: Emit, cancel: Cancel) -> FoundSuspects:
    """List the images whose label is probably wrong, the most doubtful first.

    Raises:
        EngineError: as `evaluate`, `fold_predictions` and `judge_by_features`.
    """
    check_place(params.csv, marked("suspects"))
    with Project.open(Path(params.project), read_only=True) as project:
        run = _run(project, params)
        judged: Judged
        if run is None:
            judged, source = judge_by_features(project, emit=emit, cancel=cancel), "features"
        else:
            judged, source = _judged(project, run, params, emit, cancel)
        decided_images = decided(project)
    found = suspects(judged, but=decided_images, most=params.most)
    rows = [
        SuspectRow(
            path=str(s.file),
            image_id=s.image_id,
            label=s.label,
            suggested=s.suggested,
            quality=round(s.quality, 6),
            label_probability=round(s.label_probability, 6),
            suggested_probability=round(s.suggested_probability, 6),
        )
        for s in found
    ]
    if params.csv is not None:
        head = ("path", "label", "suggested", "quality", "label_probability", "suggested_probability")
        write_csv(Path(params.csv), marked("suspects"), head, ([getattr(row, name) for name in head] for row in rows))
    return FoundSuspects(
        suspects=len(rows),
        images=len(judged.files),
        run=None if run is None else run.name,
        base=base_of(None).name if run is None else None,
        source=source,
        csv=params.csv,
        rows=rows,
    )


def _run(project: Project, params: SuspectsParams) -> RunRecord | None:
    """Return the run that judges; None where there is none and no parameter needs one."""
    needs_run = params.run is not None or params.folds or params.split is not None
    if params.features or not (needs_run or has_model(project.folder)):
        return None
    return find_run(project.folder, params.run)


def judge_by_features(project: Project, *, emit: Emit, cancel: Cancel) -> JudgedLabels:
    """Judge all labels by the features of the base that was chosen, which are computed where they are missing.

    Raises:
        DataError: too little is labelled.
        ModelError: the base cannot be used.
        JobCancelled: features that were computed are kept.
    """
    base = base_of(None)
    with closing(store_of(base)) as store:
        compute_for(query.labelled_images(project), base, store, emit=emit, cancel=cancel)
        emit(Progress(marked("Judging the labels"), 0))
        return LabelJudge(store).judge(project, check=cancel.check)


def decided(project: Project) -> frozenset[int]:
    """Return the images that nobody is asked about again: a person keeps the label, is unsure of it, or excludes it."""
    flags = (Flag.CONFIRMED, Flag.UNSURE, Flag.EXCLUDED)
    found = (query.image_ids(project, query.Filter(flags=frozenset({flag}))) for flag in flags)
    return frozenset().union(*found)


def judged_before(project: Project, run: RunRecord, source: str) -> Evaluation:
    """Return the predictions that are at hand. `source` is "test", "validation", "all" (both) or "folds".

    Raises:
        EngineError: there are none; damaged ones.
    """
    if source == "folds":
        file = run.folder / FOLD_PREDICTIONS
        if not file.is_file():
            raise RunError(
                _("Not every image was judged for run {run} yet; train the folds first.").format(run=run.name)
            )
        return evaluation_of(project, run, with_classes_of(project, Predictions.load(file)), None)
    predictions = with_classes_of(project, read_predictions(run))
    return evaluation_of(project, run, predictions, None if source == "all" else Split(source))


def _judged(
    project: Project, run: RunRecord, params: SuspectsParams, emit: Emit, cancel: Cancel
) -> tuple[Evaluation, str]:
    """Return out-of-sample predictions, and where they come from."""
    saved = run.folder / FOLD_PREDICTIONS
    if params.folds:
        from engine.review.suspects.out_of_fold import (
            fold_predictions,  # comes with all that trains; the window needs none of it
        )

        predictions = fold_predictions(project, run, params.folds, emit=emit, cancel=cancel)
        try:
            predictions.save(saved)
        except OSError as error:
            emit(
                Log(
                    _("The predictions of the folds cannot be kept in the run: {why}.").format(why=reason_of(error)),
                    "warning",
                )
            )
        return evaluation_of(project, run, predictions, None), "folds"
    if params.split is None and saved.is_file():
        try:
            return judged_before(project, run, "folds"), "folds"
        except RunError as error:
            emit(Log(str(error), "warning"))
    split = params.split or "all"
    return evaluated(project, run.name, split, emit=emit, cancel=cancel), split
