"""Scores that take a moment: how far they may be off, and how often the label is among the first k. Knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.jobs.job import Cancel
    from engine.review.intervals import Interval, Intervals
    from engine.review.reviewed import Reviewed

_AT_ONCE = 4096  # images: of a thousand classes their probabilities take 16 MB


@dataclass(frozen=True, slots=True)
class ScoreDetails:
    """`top` is the share of images whose label is among the `k` most probable classes, with its 95 % interval."""

    k: int
    top: float
    top_interval: Interval
    intervals: Intervals


def details(reviewed: Reviewed, k: int, cancel: Cancel) -> ScoreDetails:
    """Compute the details: seconds for a thousand classes, next to nothing for ten.

    Raises:
        JobCancelled: `cancel` was set.
    """
    from engine.review.intervals import intervals
    from engine.review.metrics import top_k_accuracy
    from engine.statistics import wilson

    images, hits = len(reviewed.labels), 0.0
    for start in range(0, images, _AT_ONCE):
        cancel.check()
        some = slice(start, min(start + _AT_ONCE, images))
        share = top_k_accuracy(reviewed.labels[some], reviewed.shares[reviewed.rows[some]], k)
        hits += share * (some.stop - some.start)
    cancel.check()
    low, high = wilson(round(hits), images).tolist()
    return ScoreDetails(k, hits / images, (low, high), intervals(reviewed.counts))
