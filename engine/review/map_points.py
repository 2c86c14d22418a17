"""The points of the map of a run or of a base, with the label and the prediction of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from engine.library.project import Project

UNKNOWN = 0  # ids of classes begin at 1


@dataclass(frozen=True, slots=True, eq=False)
class Mapped:
    """n images at `x` and `y`; `run` is "" where the features of a base were laid out. `labels` and `predicted` are ids
    of classes, `UNKNOWN` where there is none.
    """

    run: str
    method: str
    image_ids: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    labels: NDArray[np.int64]
    predicted: NDArray[np.int64]


def read_mapped(project: Project, result: Mapping[str, Any]) -> Mapped:
    """Return what the job gave, with the current labels and the predictions of the run."""
    from engine.errors import EngineError
    from engine.library.labels import labels_of
    from engine.review.run_predictions import RunPredictionReader

    ids = np.array(result["image_ids"], np.int64)
    predicted = np.full(len(ids), UNKNOWN, np.int64)
    run = str(result["run"] or "")
    try:
        predictions = RunPredictionReader().read(project, run) if run else None
    except EngineError:  # the map is worth looking at without predictions
        predictions = None
    if predictions is not None and len(predictions.ids):
        known = np.frombuffer(predictions.ids, np.int64)
        found = np.searchsorted(known, ids).clip(0, len(known) - 1)
        there = known[found] == ids
        predicted[there] = np.frombuffer(predictions.class_ids, np.int64)[found[there]]
    return Mapped(
        run=run,
        method=str(result["method"]),
        image_ids=ids,
        x=np.array(result["x"], np.float64),
        y=np.array(result["y"], np.float64),
        labels=labels_of(project, ids),
        predicted=predicted,
    )


def still_there(found: Mapped, project: Project) -> Mapped:
    """Return the map without images that are not in the project any more, with the current labels."""
    from engine.library import query
    from engine.library.labels import labels_of

    left = np.isin(found.image_ids, np.array(query.image_ids(project, query.Filter(problems=None)), np.int64))
    ids = found.image_ids[left]
    return replace(
        found,
        image_ids=ids,
        x=found.x[left],
        y=found.y[left],
        labels=labels_of(project, ids),
        predicted=found.predicted[left],
    )


@dataclass(frozen=True, slots=True)
class PointsByResult:
    """Places of the points whose label the run predicts, of its mistakes, and of those that cannot be judged."""

    recognised: NDArray[np.int64]
    mistaken: NDArray[np.int64]
    unknown: NDArray[np.int64]


def judged(found: Mapped) -> PointsByResult:
    """Divide the points; without a label or without a prediction (the run learnt from it, say) one is not judged."""
    known = (found.labels != UNKNOWN) & (found.predicted != UNKNOWN)
    wrong = known & (found.labels != found.predicted)
    return PointsByResult(np.flatnonzero(known & ~wrong), np.flatnonzero(wrong), np.flatnonzero(~known))
