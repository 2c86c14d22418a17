"""Predictions of a run for the images that it did not learn from: for filters, orders and words beside a picture."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.errors import RunError
from engine.language import _
from engine.library.filters import BY_CONFIDENCE, Filter
from engine.library.labels import labels_of
from engine.review.confidence.reliability import tempered
from engine.review.evaluation import read_predictions, temperature_of, with_classes_of
from engine.review.run_filter import with_predictions
from engine.training.runs.records import MODEL, PREDICTIONS, RunRecord

if TYPE_CHECKING:
    from engine.library.project import Project


@dataclass(frozen=True, slots=True, eq=False)
class RunPredictions:
    """Columns sorted by `ids`: the class predicted for each image and how sure the run was, 0 to 1."""

    run: str
    ids: array[int]
    class_ids: array[int]
    confidence: array[float]

    def of(self, image_id: int) -> tuple[int, float] | None:
        """Class id and confidence; None where the run has no prediction."""
        place = bisect_left(self.ids, image_id)
        if place == len(self.ids) or self.ids[place] != image_id:
            return None
        return self.class_ids[place], self.confidence[place]


Stamp = tuple[str, int, int]


class RunPredictionReader:
    """Reads the predictions of a run once, and again when its files or the classes have changed. For one thread."""

    def __init__(self) -> None:
        self._stamp: tuple[Stamp, tuple[tuple[int, str], ...]] | None = None
        self._kept: tuple[RunRecord, RunPredictions] | None = None

    def read(self, project: Project, name: str) -> RunPredictions:
        """The predictions of the run of that name, or of the newest that has any.

        Raises:
            RunError: there is no such run, or its predictions are missing or damaged.
        """
        from engine.library import query

        run = _run(project, name)
        stamp = _stamp(run), tuple((c.id, c.name) for c in query.classes(project))
        if self._kept is None or self._stamp != stamp:
            self._stamp, self._kept = stamp, (run, _predictions(project, run))
        return self._kept[1]


def filter_by_ids(project: Project, predictions: RunPredictions, filter_: Filter) -> Filter:
    """Return a filter that asks for the same images in the same order by their ids, without the predictions."""
    among: Sequence[int] = ids_by_prediction(project, predictions, filter_)
    if filter_.among is not None:
        first, others = (among, filter_.among) if filter_.sort == BY_CONFIDENCE else (filter_.among, among)
        both = set(others)
        among = array("q", [i for i in first if i in both])
    return replace(filter_.without_run(), among=among, sort="given" if filter_.sort == BY_CONFIDENCE else filter_.sort)


class _PredictedImages:
    """The columns that conditions on predictions ask for; the labels are read where one asks for them."""

    def __init__(self, project: Project, ids: NDArray[np.int64], predictions: RunPredictions) -> None:
        self._project, self._ids = project, ids
        self.predicted = np.frombuffer(predictions.class_ids, np.int64)
        self.confidence = np.frombuffer(predictions.confidence, np.float64)

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        return labels_of(self._project, self._ids)

    def class_ids_of(self, name: str) -> list[int]:
        from engine.library import query

        return [c.id for c in query.classes(self._project) if c.name == name]


def ids_by_prediction(project: Project, predictions: RunPredictions, filter_: Filter) -> array[int]:
    """The ids (typecode "q") of the images whose prediction `filter_` lets through, the least confident first."""
    ids = np.frombuffer(predictions.ids, np.int64)
    images = _PredictedImages(project, ids, predictions)
    fits = np.ones(len(ids), bool)
    for f in filter_.set_fields():
        if f.fits is not None:
            fits &= f.fits(getattr(filter_, f.attribute), images)
    places = np.flatnonzero(fits)
    return array("q", ids[places[np.argsort(images.confidence[places], kind="stable")]].tobytes())


def _run(project: Project, name: str) -> RunRecord:
    runs = with_predictions(project.folder)
    found = next((run for run in runs if name in ("", run.name)), None)
    if found is None and name:
        raise RunError(
            _("The run {name} is not in this project any more, or has no predictions; choose another run.").format(
                name=name
            )
        )
    if found is None:
        raise RunError(
            _("No run has predictions yet; train one first, then images can be chosen by what it predicted.")
        )
    return found


def _stamp(run: RunRecord) -> Stamp:
    def changed(file: Path) -> int:
        try:
            return file.stat().st_mtime_ns
        except OSError:
            return 0

    return str(run.folder), changed(run.folder / PREDICTIONS), changed(run.folder / MODEL)


def _predictions(project: Project, run: RunRecord) -> RunPredictions:
    found = with_classes_of(project, read_predictions(run))
    order = np.argsort(found.image_ids, kind="stable")
    shares: NDArray[np.float32] = tempered(found.probabilities[order], temperature_of(run))
    top = shares.argmax(axis=1) if shares.size else np.zeros(0, np.int64)
    sure = shares[np.arange(len(top)), top].astype(np.float64)
    return RunPredictions(
        run.name,
        array("q", found.image_ids[order].astype(np.int64).tobytes()),
        array("q", np.array(found.class_ids, np.int64)[top].tobytes()),
        array("d", sure.tobytes()),
    )
