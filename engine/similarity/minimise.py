"""The minimum of a smooth convex function of many values, found in some dozen steps.

SciPy has the same method, but its `optimize` takes half a second of the processor to load: as long as all of `instant`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

_REMEMBERED = 10  # steps that the curvature is known from
_FALLS = 1e-4  # share of the slope by which the function is to fall with a step
_FLATTENS = 0.9  # share of the slope that may be left after it
_LONGER = 4.0  # than a length after which the slope is as steep
_MOST_TRIES = 20  # lengths of a step


def minimise(
    function: Callable[[Values], tuple[float, Values]], start: Values, *, most: int, tolerance: float
) -> Values:
    """Return where the function, which gives its value and its gradient, is least, by L-BFGS (Liu, Nocedal 1989).

    The length of a step is found by bisection (weak Wolfe conditions: Lewis, Overton 2013, Nonsmooth Optimization via
    Quasi-Newton Methods).

    Args:
        most: steps.
        tolerance: largest part of the gradient at which it ends.
    """
    at = start.copy()
    value, slope = function(at)
    steps: deque[tuple[Values, Values, float]] = deque(maxlen=_REMEMBERED)
    for _ in range(most):
        if np.abs(slope).max(initial=0) <= tolerance:
            break
        way = -_times_inverse_curvature(slope, steps)
        falls = float(slope @ way)
        length = 1.0 if steps else min(1.0, 1 / float(np.abs(slope).sum()))
        shortest, longest = 0.0, np.inf
        for _ in range(_MOST_TRIES):
            there = at + length * way
            value_there, slope_there = function(there)
            if not value_there <= value + _FALLS * length * falls:
                longest = length
            elif slope_there @ way < _FLATTENS * falls:
                shortest = length
            else:
                break
            length = (shortest + longest) / 2 if longest < np.inf else _LONGER * length
        else:  # no step is better than rounding
            break
        change, turned = there - at, slope_there - slope
        steps.append((change, turned, 1 / float(change @ turned)))
        at, value, slope = there, value_there, slope_there
    return at


def _times_inverse_curvature(slope: Values, steps: deque[tuple[Values, Values, float]]) -> Values:
    """Return the gradient times the inverse Hessian as far as the last steps tell it (their two-loop recursion)."""
    found = slope.copy()
    shares = []
    for change, turned, scale in reversed(steps):
        shares.append(scale * float(change @ found))
        found -= shares[-1] * turned
    if steps:
        change, turned, scale = steps[-1]
        found /= scale * float(turned @ turned)
    for (change, turned, scale), share in zip(steps, reversed(shares), strict=True):
        found += (share - scale * float(turned @ found)) * change
    return found
