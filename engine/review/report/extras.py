"""Parts of a report beside scores and mistakes, where it applies: confidence, suspects, maps, the run before."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import EngineError, ImageProblem
from engine.jobs.job import Cancel, Emit
from engine.library.project import Project
from engine.models.predictor import Predictor
from engine.review.compare import Comparison, comparison
from engine.review.confidence.reliability import Coverage, Reliability, coverage, reliability, threshold_for
from engine.review.evaluation import Evaluation, evaluation_of, read_predictions
from engine.review.explain.rise import explain_file, overlay
from engine.review.intervals import Intervals, intervals
from engine.review.metrics import top_k_accuracy
from engine.review.mistakes import Mistake
from engine.review.report.leakage import Leakage, leakage
from engine.review.report.picture_map import PictureMap, picture_map
from engine.training.runs.records import MODEL, best_of_each_training, list_runs

MOST_MAPS = 8
MAP_SIDE = 160  # pixels
WANTED = 0.99  # accuracy for which the report names a threshold


@dataclass(frozen=True, slots=True)
class Map:
    """A mistake with two pictures as data URIs: what speaks for the prediction, and for the label ("" if unknown)."""

    mistake: Mistake
    predicted: str
    label: str


@dataclass(frozen=True, slots=True)
class ReportDetails:
    """`threshold` is (confidence, share of images answered) for 99 % accuracy, or None."""

    intervals: Intervals
    top_3: float
    reliability: Reliability
    coverage: Coverage
    threshold: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Extras:
    """Parts of a page beside its evaluation, each where there is one."""

    before: Comparison | None = None
    map: PictureMap | None = None
    leakage: Leakage | None = None


def found_extras(project: Project, evaluation: Evaluation, *, emit: Emit, cancel: Cancel) -> Extras:
    """Return those that are there or found in some seconds."""
    return Extras(
        run_before(project, evaluation),
        picture_map(project, evaluation, emit=emit, cancel=cancel),
        leakage(project, evaluation, emit=emit, cancel=cancel),
    )


def details(evaluation: Evaluation) -> ReportDetails:
    """Return everything that follows from the predictions alone."""
    curve = coverage(evaluation.labels, evaluation.probabilities)
    return ReportDetails(
        intervals=intervals(evaluation.matrix),
        top_3=top_k_accuracy(evaluation.labels, evaluation.probabilities, 3),
        reliability=reliability(evaluation.labels, evaluation.probabilities),
        coverage=curve,
        threshold=threshold_for(curve, WANTED),
    )


def run_before(project: Project, evaluation: Evaluation) -> Comparison | None:
    """The comparison with the newest earlier run that has predictions for the same images."""
    run = evaluation.run
    for other in best_of_each_training(list_runs(project.folder)):
        if not other.has_model or not other.is_older_than(run):
            continue
        try:
            return comparison(evaluation_of(project, other, read_predictions(other), evaluation.split), evaluation)
        except EngineError:
            continue
    return None


def maps(evaluation: Evaluation, mistakes: Sequence[Mistake], *, cancel: Cancel) -> list[Map]:
    """The most confident mistakes with what the model goes by; empty where the model cannot be used."""
    try:
        predictor = Predictor(evaluation.run.folder / MODEL, threads=1, cancel=cancel)  # of those that `explain` uses
    except EngineError:
        return []
    known, found = predictor.info.classes, []
    places = {name: i for i, name in enumerate(evaluation.classes)}
    for mistake in mistakes[:MOST_MAPS]:
        explained = [i for i in (places[mistake.predicted], places[mistake.label]) if i < len(known)]
        try:
            explanation = explain_file(predictor, mistake.file, explained, cancel=cancel)
        except ImageProblem:
            continue
        uris = [_uri(overlay(explanation, number)) for number in range(len(explained))]
        found.append(Map(mistake, uris[0], uris[1] if len(uris) > 1 else ""))
    return found


def _uri(pixels: NDArray[np.uint8]) -> str:
    from PIL import Image

    image: Any = Image.fromarray(pixels)
    times = max(1, MAP_SIDE // max(image.size))
    image = image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST)
    image.thumbnail((2 * MAP_SIDE, 2 * MAP_SIDE))
    data = BytesIO()
    image.save(data, "JPEG", quality=85)
    return f"data:image/jpeg;base64,{base64.b64encode(data.getvalue()).decode('ascii')}"
