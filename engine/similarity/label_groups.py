"""Groups of look-alikes among images without a label, each to be labelled at once.

A group is what lies within a boundary around one image. Groups that are connected from neighbour to neighbour would
grow together: of 800 photographs of flowers at a cosine of 0.5, 625 into one.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.similarity.boundary import ALIKE
from engine.similarity.classifier import Floats

NOT_TRUSTED = -1  # in place of a class
_USUAL = 0.99  # share of pairs at random that are less alike than the images of a group: signs all resemble each other
_TIGHTEST = 0.95
_PAIRS = 20_000
_CENTRES = 1_000  # images around which a group may lie; a sample where there are more
_COSINES_AT_ONCE = 2**23


@dataclass(frozen=True, slots=True)
class Group:
    """Images to be labelled at once, in the order in which a person should look at them.

    `class_id` is what all of them are suggested, None where they only look alike.
    """

    image_ids: tuple[int, ...]
    class_id: int | None = None


def usual_boundary(units: Floats) -> float:
    """Return the least cosine of unit vectors (n, k) that count as alike: such pairs are rare at random."""
    if len(units) < 2:
        return ALIKE
    one, other = np.random.default_rng(0).integers(0, len(units), (2, _PAIRS))
    two = one != other
    cosines = np.einsum("ij,ij->i", units[one[two]], units[other[two]])
    return float(np.clip(np.quantile(cosines, _USUAL), ALIKE, _TIGHTEST))


def biggest_groups(
    units: Floats, kinds: NDArray[np.int64], strict: float, loose: float, *, count: int, most: int
) -> list[NDArray[np.int64]]:
    """Return up to `count` groups of two and more of the unit vectors (n, k), as places, the biggest first.

    None is in two groups. In each the most like its middle comes first, and only the first `most` are kept.

    Args:
        kinds: (n,) the class that each is suggested, or NOT_TRUSTED; all of a group have the same.
        strict: the least cosine to the middle of those that are NOT_TRUSTED.
        loose: the same of the others.
    """
    total = len(units)
    centres = np.arange(total)
    if total > _CENTRES:
        centres = np.sort(np.random.default_rng(0).choice(total, _CENTRES, replace=False))
    least = np.where(kinds == NOT_TRUSTED, np.float32(strict), np.float32(loose))
    free = np.ones(total, bool)

    def near(rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = units[rows] @ units.T >= least[rows, None]
        found &= kinds[rows, None] == kinds
        return found

    rows_at_once = max(1, _COSINES_AT_ONCE // max(1, total))
    blocks = [centres[i : i + rows_at_once] for i in range(0, len(centres), rows_at_once)]
    sizes = np.concatenate([near(rows).sum(axis=1) for rows in blocks]) if blocks else np.empty(0, np.int64)
    waiting = [(-size, centre) for size, centre in zip(sizes.tolist(), centres.tolist(), strict=True) if size > 1]
    heapq.heapify(waiting)
    groups: list[NDArray[np.int64]] = []
    while waiting and len(groups) < count:
        _, centre = heapq.heappop(waiting)
        if not free[centre]:
            continue
        members = np.flatnonzero(near(np.array([centre]))[0] & free)
        if waiting and len(members) < -waiting[0][0]:  # others took some of them; sizes only ever fall
            if len(members) > 1:
                heapq.heappush(waiting, (-len(members), centre))
            continue
        if len(members) > 1:
            alike = units[members] @ units[centre]
            groups.append(members[np.argsort(-alike, kind="stable")][:most])
            free[groups[-1]] = False
    return groups
