"""Estimated accuracy of the suggestions of a run, from its check images, which it did not learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import EngineError
from engine.library.records import Split
from engine.review.evaluation import evaluation_of, read_predictions, with_classes_of
from engine.similarity.learner import Estimate

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.training.runs.records import RunRecord


def estimate_of_run(project: Project, run: RunRecord) -> Estimate | None:
    """Return how many of its check images a run has right, and how sure it was; None where it has none with a label."""
    try:
        found = evaluation_of(project, run, with_classes_of(project, read_predictions(run)), Split.VALIDATION)
    except EngineError:  # it was trained on everything, or its predictions are gone
        return None
    return Estimate.of(found.confidence, found.predicted == found.labels)
