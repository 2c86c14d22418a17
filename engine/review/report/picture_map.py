"""The map of a report: images of the run laid out by what its model makes of them, as small drawings.

Features cost a pass of the network, so they are taken from the map of the window where that was laid out, else of a
sample for as long as a person is glad to wait.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import EngineError
from engine.events import Log, Progress
from engine.jobs.job import Cancel, Emit
from engine.language import _, marked
from engine.library import query
from engine.library.project import Project
from engine.models.predictor import Predictor
from engine.review.evaluation import Evaluation
from engine.review.layout import pca
from engine.review.report.curves import CurvePicture
from engine.review.report.drawing import Dots, drawing
from engine.similarity.features import are_cached, features_of
from engine.training.runs.records import MODEL

MOST_POINTS, MOST_SECONDS = 1500, 20.0
MOST_NAMED = 12  # classes with a colour of their own; more cannot be distinguished
SEED = 42
_MOST_KEPT = 50_000  # images that the map of the window is for
AT_ONCE = 250
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class PictureMap:
    """`drawn` of the `images` that were scored are points. `named` classes have a colour, of `classes` there are."""

    curves: tuple[CurvePicture, ...]
    drawn: int
    images: int
    named: int
    classes: int


def picture_map(project: Project, evaluation: Evaluation, *, emit: Emit, cancel: Cancel) -> PictureMap | None:
    """The scored images by their principal components, once by mistake and, where a class has a colour, by label.

    None where the model cannot be used or too few images can be read.

    Raises:
        JobCancelled: `cancel` was set.
    """
    try:
        rows, features = _features(project, evaluation, emit, cancel)
    except EngineError as error:
        emit(Log(_("The report is without a map: {why}").format(why=error), "warning"))
        return None
    if len(rows) < _FEWEST:
        return None
    points = pca(features)
    points = (points - points.min(axis=0)) / np.maximum(np.ptp(points, axis=0), 1e-9)
    named = _worth_a_colour(evaluation, rows)
    colours = {c.id: c.colour for c in query.classes(project)}
    labels, wrong = evaluation.labels[rows], (evaluation.labels != evaluation.predicted)[rows]
    by_label = [
        Dots(evaluation.classes[i], colours.get(evaluation.class_ids[i], "var(--muted)"), points[labels == i])
        for i in named
    ]
    rest = Dots("", "var(--muted)", points[~np.isin(labels, named)])
    by_mistake = [
        Dots(_("recognised"), "var(--muted)", points[~wrong]),
        Dots(_("misclassified"), "var(--negative)", points[wrong], cross=True),
    ]
    drawn = [CurvePicture(_("Map by mistake"), drawing(by_mistake, _("Map by mistake")))]
    if named:
        drawn.insert(0, CurvePicture(_("Map by label"), drawing([rest, *by_label], _("Map by label"), named=True)))
    return PictureMap(
        curves=tuple(drawn),
        drawn=len(rows),
        images=len(evaluation.image_ids),
        named=len(named),
        classes=len(evaluation.classes),
    )


def _features(
    project: Project, evaluation: Evaluation, emit: Emit, cancel: Cancel
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Rows of the evaluation, a random sample where there are many, and the features of their images."""
    model = evaluation.run.folder / MODEL
    order = np.random.default_rng(SEED).permutation(len(evaluation.image_ids))
    known = query.image_ids(project, query.Filter())
    if model.is_file() and len(known) <= _MOST_KEPT:
        images = query.images(project, known)  # those that the map of the window lays out, in its order
        if are_cached(model, images):
            readable, features = features_of(model, images, emit=emit, cancel=cancel)
            place = {image.id: i for i, image in enumerate(readable)}
            ids = evaluation.image_ids.tolist()
            rows = [row for row in order.tolist() if ids[row] in place][:MOST_POINTS]
            return np.array(rows, np.int64), features[[place[ids[row]] for row in rows]]
    return _looked_at(Predictor(model, cancel=cancel), evaluation, order[:MOST_POINTS], emit, cancel)


def _looked_at(
    predictor: Predictor, evaluation: Evaluation, chosen: NDArray[np.int64], emit: Emit, cancel: Cancel
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return as many of the chosen rows as the time allows, in their order."""
    parts, rows, began = [], [], time.monotonic()
    for start in range(0, len(chosen), AT_ONCE):
        cancel.check()
        if time.monotonic() - began > MOST_SECONDS:
            break
        emit(Progress(marked("Looking at images"), start, len(chosen)))
        some = chosen[start : start + AT_ONCE].tolist()
        features, problems = predictor.features_of_files([evaluation.files[row] for row in some])
        good = [row for i, row in enumerate(some) if i not in problems]
        if good:
            parts.append(features)
            rows += good
    return np.array(rows, np.int64), np.concatenate(parts) if parts else np.empty((0, 0), np.float32)


def _worth_a_colour(evaluation: Evaluation, rows: NDArray[np.int64]) -> list[int]:
    """The classes that are there; of too many those with the most mistakes, and none without a mistake."""
    labels = evaluation.labels[rows]
    there: list[int] = np.unique(labels).tolist()
    if len(there) <= MOST_NAMED:
        return there
    wrong = np.bincount(evaluation.labels[evaluation.labels != evaluation.predicted], minlength=len(evaluation.classes))
    return sorted(sorted((i for i in there if wrong[i]), key=lambda i: (-int(wrong[i]), i))[:MOST_NAMED])
