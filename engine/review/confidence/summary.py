"""Confidence of a run in figures, with the temperature and threshold in its model file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.models.bundle import read_info
from engine.models.threshold import Threshold, read_threshold
from engine.review.confidence.reliability import Coverage, Reliability, coverage, reliability
from engine.review.reviewed import Reviewed
from engine.training.runs.records import MODEL


@dataclass(frozen=True, slots=True, eq=False)
class ConfidenceSummary:
    """Figures of the images that are reviewed: `accuracy` and mean `confidence`, 0 to 1. `temperature` and `threshold`
    are those in the file `model`; the confidence is the one after this temperature.
    """

    reliability: Reliability
    coverage: Coverage
    accuracy: float
    confidence: float
    temperature: float
    threshold: Threshold | None
    model: Path


def confidence_summary(reviewed: Reviewed) -> ConfidenceSummary:
    """Return the summary, from predictions that are at hand.

    Raises:
        ModelError: the model file cannot be read.
    """
    model, probabilities = reviewed.folder / MODEL, reviewed.probabilities
    return ConfidenceSummary(
        reliability=reliability(reviewed.labels, probabilities),
        coverage=coverage(reviewed.labels, probabilities),
        accuracy=reviewed.accuracy,
        confidence=float(reviewed.confidence.mean()),
        temperature=read_info(model).temperature,
        threshold=read_threshold(model),
        model=model,
    )
