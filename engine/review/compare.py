"""Two runs side by side, on the images that neither of them learnt from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataError, RunError, UsageError
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _, marked
from engine.library.project import Project
from engine.review.evaluation import Evaluation, evaluation_of, read_predictions, with_classes_of
from engine.review.new_predictions import evaluated
from engine.review.reviewed import Reviewed
from engine.review.tables import check_place, write_csv
from engine.statistics import Paired, Trend
from engine.training.runs.records import RunRecord, find_run, list_runs, older_run


@dataclass(frozen=True, slots=True)
class CompareParams:
    """`after` None means the newest finished run, `before` None the newest one with a model that is older than it.

    `split` as in `EvaluateParams`; `csv` is the file to write, or None.
    """

    project: str
    before: str | None = None
    after: str | None = None
    split: str | None = None
    csv: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """An image that at least one of the runs mistakes: its label and what each run predicts, by name."""

    image_id: int
    file: Path
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ClassGain:
    """Numbers of images of a class: of all, and of those that each run recognises."""

    name: str
    images: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Mistakes of the first run that the second one fixed, mistakes that it made, and mistakes that both kept.

    `p_value` of McNemar's exact test: how likely a difference like this is where none of the runs is the better one;
    `trend` is what follows for the second run.
    `classes` are those with images, the one that gained the most first.
    """

    before: RunRecord
    after: RunRecord
    part: str
    images: int
    accuracy_before: float
    accuracy_after: float
    fixed: tuple[Change, ...]
    made: tuple[Change, ...]
    kept: tuple[Change, ...]
    p_value: float
    trend: Trend
    classes: tuple[ClassGain, ...]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """An image whose mistake was "fixed", "made" or "kept"."""

    change: str
    path: str
    image_id: int
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, eq=False)
class Compared(Result):
    """The comparison of two runs, by name, on so many `images`; `fixed`, `made` and `kept` count mistakes, of which
    `rows` has each.
    """

    before: str
    after: str
    split: str
    images: int
    accuracy_before: float
    accuracy_after: float
    p_value: float
    trend: Trend
    fixed: int
    made: int
    kept: int
    classes: list[ClassGain]
    csv: str | None
    rows: list[ChangeRow]


def compare(params: CompareParams, *, emit: Emit, cancel: Cancel) -> Compared:
    """Compare two runs of a project, and write every mistake of either to a CSV file if asked.

    Raises:
        EngineError: no such run, only one run, or no image that both were not trained on.
    """
    check_place(params.csv, marked("comparison"))
    with Project.open(Path(params.project), read_only=True) as project:
        before, after = _runs(project.folder, params.before, params.after)
        if before.name == after.name:
            raise UsageError(
                _("Expected two runs to compare, but both are {run}; name another one.").format(run=after.name)
            )
        first = evaluated(project, before.name, params.split, emit=emit, cancel=cancel)
        second = evaluated(project, after.name, params.split or first.part, emit=emit, cancel=cancel)
    found = comparison(first, second)
    rows = [
        ChangeRow(kind, str(c.file), c.image_id, c.label, c.before, c.after)
        for kind, changes in (("made", found.made), ("fixed", found.fixed), ("kept", found.kept))
        for c in changes
    ]
    if params.csv is not None:
        head = ("change", "path", "label", "before", "after")
        write_csv(Path(params.csv), marked("comparison"), head, ([getattr(row, name) for name in head] for row in rows))
    return Compared(
        before=before.name,
        after=after.name,
        split=found.part,
        images=found.images,
        accuracy_before=found.accuracy_before,
        accuracy_after=found.accuracy_after,
        p_value=found.p_value,
        trend=found.trend,
        fixed=len(found.fixed),
        made=len(found.made),
        kept=len(found.kept),
        classes=list(found.classes),
        csv=params.csv,
        rows=rows,
    )


def comparison(before: Evaluation, after: Evaluation) -> Comparison:
    """Compare two evaluations on the images that both have.

    Raises:
        DataError: there is none.
    """
    _ids, one, other = np.intersect1d(before.image_ids, after.image_ids, return_indices=True)
    if not len(one):
        raise DataError(
            _(
                "There is no image that neither {run} nor {other} was trained on; compare runs with the same test "
                "images."
            ).format(run=before.run.name, other=after.run.name)
        )
    labels = before.labels[one]
    right, still = before.labels[one] == before.predicted[one], after.labels[other] == after.predicted[other]

    def changes(which: NDArray[np.bool_]) -> tuple[Change, ...]:
        return tuple(
            _change(before, after, i, j) for i, j in zip(one[which].tolist(), other[which].tolist(), strict=True)
        )

    n = len(before.classes)
    images, was, now = (np.bincount(labels[kept], minlength=n) for kept in (slice(None), right, still))
    gains = [
        ClassGain(before.classes[c], int(images[c]), int(was[c]), int(now[c])) for c in np.flatnonzero(images).tolist()
    ]
    paired = Paired.of(right, still)
    return Comparison(
        before=before.run,
        after=after.run,
        part=before.part,
        images=len(one),
        accuracy_before=float(right.mean()),
        accuracy_after=float(still.mean()),
        fixed=changes(~right & still),
        made=changes(right & ~still),
        kept=changes(~right & ~still),
        p_value=paired.p_value,
        trend=paired.trend,
        classes=tuple(sorted(gains, key=lambda g: ((g.before - g.after) / g.images, -g.images, g.name))),
    )


def compare_reviewed(project: Project, before: str, after: Reviewed) -> Comparison:
    """Compare what is reviewed with what the run `before` makes of the same images.

    Raises:
        EngineError: that run has no predictions for them, or they are damaged.
    """
    among = frozenset(after.image_ids.tolist())
    found = []
    for name in (before, after.run):
        run = find_run(project.folder, name)
        predictions = with_classes_of(project, read_predictions(run))
        found.append(evaluation_of(project, run, predictions, None, among=among))
    return comparison(*found)


def _change(before: Evaluation, after: Evaluation, row: int, other: int) -> Change:
    return Change(
        image_id=int(before.image_ids[row]),
        file=before.files[row],
        label=before.classes[before.labels[row]],
        before=before.classes[before.predicted[row]],
        after=after.classes[after.predicted[other]],
    )


def _runs(folder: Path, before: str | None, after: str | None) -> tuple[RunRecord, RunRecord]:
    second = find_run(folder, after)
    if before is not None:
        return find_run(folder, before), second
    older = older_run(second, [run for run in list_runs(folder) if run.has_model])
    if older is None:
        raise RunError(
            _("There is no run with a model before {run} to compare it with; train once more.").format(run=second.name)
        )
    return older, second
