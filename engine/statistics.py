"""Statistics that several packages need, from NumPy alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Z = 1.959963984540054  # the 97.5 % quantile of the normal distribution


def wilson(successes: Any, trials: Any) -> NDArray[np.float64]:
    """Return Wilson's 95 % score interval of `successes` out of `trials`: shape (..., 2), low and high.

    Without a trial everything is possible: 0 to 1. Source: Wilson (1927), doi:10.1080/01621459.1927.10502953.
    """
    x, n = np.broadcast_arrays(np.asarray(successes, np.float64), np.asarray(trials, np.float64))
    known = np.maximum(n, 1)
    share, z2 = x / known, Z * Z
    middle = (share + z2 / (2 * known)) / (1 + z2 / known)
    half = Z * np.sqrt(share * (1 - share) / known + z2 / (4 * known**2)) / (1 + z2 / known)
    bounds = np.stack([np.where(x == 0, 0, middle - half), np.where(x == n, 1, middle + half)], axis=-1)
    return np.where((n > 0)[..., None], bounds.clip(0, 1), np.array([0.0, 1.0]))
