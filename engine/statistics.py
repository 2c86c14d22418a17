"""Statistics that several packages need, from NumPy alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.figures import wilson_interval

SIGNIFICANT = 0.05  # p-value


def wilson(successes: Any, trials: Any) -> NDArray[np.float64]:
    """Return Wilson's 95 % score interval of `successes` out of `trials`: shape (..., 2), low and high."""
    x, n = np.broadcast_arrays(np.asarray(successes, np.float64), np.asarray(trials, np.float64))
    bounds = [wilson_interval(*pair) for pair in zip(x.ravel().tolist(), n.ravel().tolist(), strict=True)]
    return np.array(bounds, np.float64).reshape(*x.shape, 2)


class Trend(StrEnum):
    """What can be said of a second model beside a first one, both asked about the same images."""

    BETTER = "better"
    WORSE = "worse"
    CANNOT_TELL = "can't tell"


@dataclass(frozen=True, slots=True)
class Paired:
    """Two models on the same `images`: mistakes of the first that the second one `fixed`, and those that it `made`."""

    images: int
    fixed: int
    made: int

    @classmethod
    def of(cls, before: NDArray[np.bool_], after: NDArray[np.bool_]) -> Paired:
        """Return the counts where each model was right about an image or not: both (n,), in the same order."""
        return cls(len(before), int((~before & after).sum()), int((before & ~after).sum()))

    @property
    def p_value(self) -> float:
        return mcnemar(self.made, self.fixed)

    @property
    def trend(self) -> Trend:
        """Better or worse only where chance alone would hardly do it, at the 5 % level."""
        if self.p_value > SIGNIFICANT:
            return Trend.CANNOT_TELL
        return Trend.BETTER if self.fixed > self.made else Trend.WORSE


def mcnemar(made: int, fixed: int) -> float:
    """Return the two-sided p-value of McNemar's exact test: each image that changed did so either way by even chances.

    Source: McNemar (1947), doi:10.1007/BF02295996; exact by the binomial distribution.
    """
    n, fewer = made + fixed, min(made, fixed)
    if not n:
        return 1.0
    steps = np.arange(1, fewer + 1)
    logs = np.concatenate([[0.0], np.cumsum(np.log(n - steps + 1) - np.log(steps))]) - n * np.log(2)
    return min(1.0, 2 * float(np.exp(logs).sum()))
