"""The jobs of Review: score a run on images it never trained on, write its report, list its mistakes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, astuple, dataclass, fields, replace
from pathlib import Path
from typing import Any

from engine.errors import UsageError
from engine.events import Progress
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result, omitted
from engine.language import _, marked
from engine.library import query
from engine.library.project import Project
from engine.review.evaluation import Evaluation, evaluation_of, with_classes_of
from engine.review.intervals import Interval, intervals
from engine.review.metrics import top_k_accuracy
from engine.review.mistakes import mistakes
from engine.review.new_predictions import evaluated
from engine.review.predict_more import all_predictions
from engine.review.tables import check_place, write_csv
from engine.training.runs.records import find_run

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
    """Parameters as in `EvaluateParams`; `csv` is the file to write, or None."""

    project: str
    run: str | None = None
    split: str | None = None
    csv: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Evaluated(Result):
    """Scores of a run (fractions) with 95 % intervals. `classes` are records of `ClassScores` with the intervals
    "precision_interval", "recall_interval" and "f1_interval"; `report` and `csv` are the files that were written.
    """

    accuracy: float
    macro_f1: float
    weighted_f1: float
    balanced_accuracy: float
    top_3: float
    top_5: float
    accuracy_interval: Interval
    macro_f1_interval: Interval
    images: int
    mistakes: int
    run: str
    split: str
    classes: list[dict[str, Any]]
    csv: str | None = omitted()
    report: str | None = omitted()


@dataclass(frozen=True, slots=True, eq=False)
class ListedMistakes(Result):
    """Numbers of `mistakes` and of `images`; `csv` is the file that was written, or None."""

    mistakes: int
    images: int
    run: str
    split: str
    csv: str | None
    rows: list[MistakeRow]


@dataclass(frozen=True, slots=True)
class MistakeRow:
    path: str
    label: str
    predicted: str
    confidence: float
    label_probability: float


def evaluate(params: EvaluateParams, *, emit: Emit, cancel: Cancel) -> Evaluated:
    """Score a run and, if asked, write its report.

    Raises:
        EngineError: no such project or run, a damaged one, or no labelled images in that split.
    """
    if params.report is not None and Path(params.report).suffix.lower() == ".pdf":
        raise UsageError(_("A PDF is made in the window (Review, Save report); name a file that ends in .html here."))
    check_place(params.report, marked("report"))
    check_place(params.csv, marked("scores"))
    with Project.open(Path(params.project), read_only=True) as project:
        if params.images is not None:
            evaluation = _among(project, params.run, params.images)
        else:
            evaluation = evaluated(project, params.run, params.split, emit=emit, cancel=cancel)
        result = _result(evaluation)
        if params.csv is not None:
            write_csv(Path(params.csv), marked("scores"), _HEAD, ([c[n] for n in _HEAD] for c in result.classes))
            result = replace(result, csv=params.csv)
        if params.report is None:
            return result
        from engine.review.report.extras import found_extras
        from engine.review.report.page import write_report

        more = found_extras(project, evaluation, emit=emit, cancel=cancel)
        emit(Progress(marked("Writing the report"), 0))
        out = Path(params.report)
        problems = query.problems(project)
        write_report(evaluation, problems, out, extras=more, printable=params.printable, cancel=cancel)
        return replace(result, report=params.report)


def _result(evaluation: Evaluation) -> Evaluated:
    scores, known = evaluation.scores, intervals(evaluation.matrix)
    classes = zip(scores.per_class, known.per_class, strict=True)
    top_3, top_5 = (top_k_accuracy(evaluation.labels, evaluation.probabilities, k) for k in (3, 5))
    return Evaluated(
        accuracy=scores.accuracy,
        macro_f1=scores.macro_f1,
        weighted_f1=scores.weighted_f1,
        balanced_accuracy=scores.balanced_accuracy,
        top_3=top_3,
        top_5=top_5,
        accuracy_interval=known.accuracy,
        macro_f1_interval=known.macro_f1,
        images=scores.images,
        mistakes=evaluation.mistakes,
        run=evaluation.run.name,
        split=evaluation.part,
        classes=[asdict(c) | {f"{name}_interval": value for name, value in asdict(i).items()} for c, i in classes],
    )


def find_mistakes(params: MistakesParams, *, emit: Emit, cancel: Cancel) -> ListedMistakes:
    """List the mistakes of a run, most confident first, and write them to a CSV file if asked.

    Raises:
        EngineError: as `evaluate`.
    """
    check_place(params.csv, marked("mistakes"))
    with Project.open(Path(params.project), read_only=True) as project:
        evaluation = evaluated(project, params.run, params.split, emit=emit, cancel=cancel)
    rows = [
        MistakeRow(str(m.file), m.label, m.predicted, round(m.confidence, 6), round(m.label_probability, 6))
        for m in mistakes(evaluation)
    ]
    if params.csv is not None:
        head = tuple(f.name for f in fields(MistakeRow))
        write_csv(Path(params.csv), marked("mistakes"), head, (astuple(row) for row in rows))
    run, images = evaluation.run.name, evaluation.scores.images
    return ListedMistakes(len(rows), images, run, evaluation.part, params.csv, rows)


def _among(project: Project, run_name: str | None, image_ids: Collection[int]) -> Evaluation:
    """The evaluation of those of these images that the run has predictions for, whatever their split."""
    run = find_run(project.folder, run_name)
    return evaluation_of(project, run, with_classes_of(project, all_predictions(run)), None, among=image_ids)
