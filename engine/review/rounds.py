"""Rounds: the runs of a project over time, all on the same check images, and what changed from each to the next."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataError, EngineError
from engine.events import Event, Progress
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _
from engine.library.project import Project
from engine.library.records import Split
from engine.review.evaluation import Evaluation, evaluation_of, read_predictions, with_classes_of
from engine.review.new_predictions import complete
from engine.similarity.learner import FEWEST_FOR_ESTIMATE
from engine.statistics import Paired, Trend, wilson
from engine.training.runs.changes import differences
from engine.training.runs.records import RunRecord, best_of_each_training, list_runs, older_run, read_split

_MOST_COMPLETED = 20  # of the newest runs, each of which opens its model for it
_MOST_ASKED = 400  # check images that came since, about which a round before is asked in passing: some seconds
_SHARE = 0.5  # of the newest round's check images that an earlier one must have had set aside too


@dataclass(frozen=True, slots=True)
class RoundsParams:
    """The project's folder."""

    project: str


@dataclass(frozen=True, slots=True)
class Round:
    """A run, `right` on so many of the check images that all rounds have, with the 95 % interval `low` to `high`.

    `learnt` images it was trained on, `labelled` of which the round before did not know, `relabelled` of which it knew
    another label. `trend` is what the exact test says of it beside the round before, with its `p_value`; None of the
    first. `options` are those in which it differs from the round before, "recipe" among them.
    """

    run: str
    recipe: str
    created: str
    right: int
    accuracy: float
    low: float
    high: float
    learnt: int
    labelled: int
    relabelled: int
    options: list[str]
    trend: Trend | None = None
    p_value: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Rounds(Result):
    """The `rounds`, oldest first, on the same `check_images`. `enough` is False below 30 of them. `left_out` names runs
    that had too few of these images set aside to be compared.
    """

    check_images: int
    enough: bool
    rounds: list[Round]
    left_out: list[str]


def rounds(params: RoundsParams, *, emit: Emit, cancel: Cancel) -> Rounds:
    """Return the runs of a project over time, judged by the current labels. Check images that came after a run's
    training are predicted by it now, so that an earlier round is asked about the images that the newest is.

    Raises:
        DataError: no run has predictions for check images.
        JobCancelled: `cancel` was set.
    """
    with Project.open(Path(params.project), read_only=True) as project:
        runs = list_runs(project.folder)
        for run in best_of_each_training(runs)[:_MOST_COMPLETED]:
            with suppress(EngineError):  # it failed, or its predictions or model are gone
                complete(project, run, Split.VALIDATION, emit=_progress_alone(emit), cancel=cancel)
        return rounds_of(project, runs)


def rounds_of(project: Project, runs: Sequence[RunRecord]) -> Rounds:
    """Return those of the runs, which come newest first, that can be compared on the check images of the newest.

    A run that another did better than in the same training is no round of its own, nor is a fold of several. As all are
    asked about the same images, a run that had less than half of them set aside is left out.

    Raises:
        DataError: none has predictions for check images.
    """
    found: list[Evaluation] = []
    left_out: list[str] = []
    common: set[int] = set()
    for run in best_of_each_training(runs):
        checked = _checked(project, run)
        if checked is None:
            continue
        both = common & set(checked.image_ids.tolist()) if found else set(checked.image_ids.tolist())
        if found and len(both) < max(1, _SHARE * len(found[0].image_ids)):
            left_out.append(run.name)
            continue
        common = both
        found.append(checked)
    if not found:
        raise DataError(
            _("No run has predictions for check images yet; train one with some images set aside to check.")
        )
    found.reverse()
    ids = np.array(sorted(common), np.int64)
    right = [_right(evaluation, ids) for evaluation in found]
    learnt = [_learnt(evaluation.run) for evaluation in found]
    made = []
    for index, evaluation in enumerate(found):
        low, high = wilson(right[index].sum(), len(ids)).tolist()
        before = learnt[index - 1] if index else {}
        paired = Paired.of(right[index - 1], right[index]) if index else None
        now = learnt[index]
        made.append(
            Round(
                run=evaluation.run.name,
                recipe=evaluation.run.recipe,
                created=evaluation.run.created,
                right=int(right[index].sum()),
                accuracy=float(right[index].mean()),
                low=low,
                high=high,
                learnt=len(now),
                labelled=len(now.keys() - before.keys()),
                relabelled=sum(before[image] != name for image, name in now.items() if image in before),
                options=[d.name for d in differences(found[index - 1].run, evaluation.run)] if index else [],
                trend=paired.trend if paired else None,
                p_value=paired.p_value if paired else None,
            )
        )
    return Rounds(len(ids), len(ids) >= FEWEST_FOR_ESTIMATE, made, left_out)


@dataclass(frozen=True, slots=True)
class RoundBefore:
    """The round before that of a run: of the same `images` it has `right` and the run `right_now`, by their current
    labels; `trend` is what the exact test says of the run.
    """

    run: str
    recipe: str
    created: str
    images: int
    right: int
    right_now: int
    trend: Trend


def round_before(project: Project, run: RunRecord, *, ask: bool, emit: Emit, cancel: Cancel) -> RoundBefore | None:
    """Return how the round before does on the check images of a run, as in `rounds`; None where there is none, or where
    it had too few of these set aside. A model that was left behind in the same training is no round.

    Where it is to be asked, it predicts those of them that came since, if these are no more than a few hundred.
    """
    runs = list_runs(project.folder)
    before = older_run(run, [one for one in runs if one.name != run.name])
    now = _checked(project, run)
    if before is None or before.name not in {one.name for one in best_of_each_training(runs)} or now is None:
        return None
    if ask:
        those = set(now.image_ids.tolist())
        with suppress(EngineError):
            tell = _progress_alone(emit)
            complete(project, before, Split.VALIDATION, emit=tell, cancel=cancel, among=those, most=_MOST_ASKED)
    then = _checked(project, before)
    ids = np.empty(0, np.int64) if then is None else np.intersect1d(now.image_ids, then.image_ids)
    if then is None or len(ids) < max(1, _SHARE * len(now.image_ids)):
        return None
    was, is_now = _right(then, ids), _right(now, ids)
    trend = Paired.of(was, is_now).trend
    return RoundBefore(before.name, before.recipe, before.created, len(ids), int(was.sum()), int(is_now.sum()), trend)


def _progress_alone(emit: Emit) -> Emit:
    """Return what tells how far it is, and nothing else: what one of the runs cannot say is no warning here."""

    def tell(event: Event) -> None:
        if isinstance(event, Progress):
            emit(event)

    return tell


def _checked(project: Project, run: RunRecord) -> Evaluation | None:
    """Return what a run says of its check images; None where it left nothing that can be read."""
    try:
        return evaluation_of(project, run, with_classes_of(project, read_predictions(run)), Split.VALIDATION)
    except EngineError:  # it failed, it was trained on everything, or its predictions are gone
        return None


def _right(evaluation: Evaluation, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return whether a run was right about each of these images, all of which it was checked on."""
    order = np.argsort(evaluation.image_ids, kind="stable")
    rows = order[np.searchsorted(evaluation.image_ids[order], ids)]
    found: NDArray[np.bool_] = evaluation.labels[rows] == evaluation.predicted[rows]
    return found


def _learnt(run: RunRecord) -> dict[int, str]:
    """Return the class, by name, of each image that a run was trained on, by id."""
    try:
        return {row.image_id: row.class_name for row in read_split(run) if row.split is Split.TRAINING}
    except EngineError:
        return {}
