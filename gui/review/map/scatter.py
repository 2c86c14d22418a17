"""Many thousand points as pixels: each sign is a stamp of pixels, put down for all points of that sign at once.

Painting 50,000 points with a painter takes longer than a frame; this takes a few milliseconds. Knows no Qt.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIGNS = ("disc", "square", "triangle", "diamond", "plus", "ring")
CROSS = len(SIGNS)  # for mistakes
DOT = CROSS + 1  # for what nothing is known of
MARGIN = 16  # pixels around the picture that signs may reach into


@cache
def stamp(sign: int, radius: int) -> NDArray[np.int64]:
    """The pixels of a sign as (pixels, 2) steps down and across from its middle."""
    r = max(1, radius)
    down, across = np.mgrid[-r - 1 : r + 2, -r - 1 : r + 2]
    far = np.hypot(down, across)
    bar = max(1, r // 3)
    inside = {
        "disc": far <= r,
        "square": np.maximum(abs(down), abs(across)) <= max(1, round(r * 0.85)),
        "triangle": (down <= r * 0.8) & (abs(across) * 1.8 <= down + r),
        "diamond": abs(down) + abs(across) <= r * 1.25,
        "plus": ((abs(down) < bar) | (abs(across) < bar)) & (np.maximum(abs(down), abs(across)) <= r),
        "ring": (far <= r + 0.3) & (far > r - max(1.5, r * 0.4)),
        "cross": ((abs(down - across) <= bar) | (abs(down + across) <= bar))
        & (np.maximum(abs(down), abs(across)) <= r),
        "dot": far <= max(1, r * 0.55),
    }[(*SIGNS, "cross", "dot")[sign]]
    return np.argwhere(inside) - (r + 1)


def picture(
    width: int,
    height: int,
    ground: int,
    places: NDArray[np.float64],
    signs: NDArray[np.int8],
    colours: NDArray[np.uint32],
    radius: int,
    *,
    above: NDArray[np.bool_] | None = None,
) -> NDArray[np.uint32]:
    """The points as pixels 0xffrrggbb, (height + 2 MARGIN, width + 2 MARGIN).

    Args:
        ground: the pixel of the ground.
        places: (n, 2), in pixels of the picture, x before y; those outside are left out.
        signs: (n,), places in `SIGNS`, or `CROSS` or `DOT`.
        colours: (n,) pixels.
        above: (n,) points that lie over all others.
    """
    wide, high = width + 2 * MARGIN, height + 2 * MARGIN
    pixels = np.full(wide * high, ground, np.uint32)
    border = min(radius + 2, MARGIN)
    seen = (
        (places[:, 0] > -border)
        & (places[:, 0] < width + border)
        & (places[:, 1] > -border)
        & (places[:, 1] < height + border)
    )
    middles = ((places[:, 1].astype(np.int64) + MARGIN) * wide + places[:, 0].astype(np.int64) + MARGIN).astype(
        np.int64
    )
    layers = [seen] if above is None else [seen & ~above, seen & above]
    for layer in layers:
        chosen = np.flatnonzero(layer)
        kinds = signs[chosen]
        for sign in np.flatnonzero(np.bincount(kinds, minlength=DOT + 1)).tolist():
            some = chosen[kinds == sign]
            at, colour = middles[some], colours[some]
            place = np.empty_like(at)
            for step in (stamp(sign, radius) @ (wide, 1)).tolist():
                np.add(at, step, out=place)
                pixels[place] = colour
    return pixels.reshape(high, wide)


def nearest(places: NDArray[np.float64], x: float, y: float, reach: float) -> int | None:
    """The point nearest to (x, y), None where none is within `reach`."""
    apart = np.hypot(places[:, 0] - x, places[:, 1] - y)
    if not len(apart):
        return None
    best = int(apart.argmin())
    return best if apart[best] <= reach else None


def towards(places: NDArray[np.float64], here: int, dx: int, dy: int) -> int:
    """The point that the eye finds first when it goes from `here` to the left, right, up or down; `here` if none."""
    step = places - places[here]
    ahead = step[:, 0] * dx + step[:, 1] * dy
    beside = abs(step[:, 0] * dy) + abs(step[:, 1] * dx)
    cost = np.where((ahead > 0.5) & (beside <= 1.5 * ahead), ahead + 2 * beside, np.inf)
    best = int(cost.argmin())
    return best if np.isfinite(cost[best]) else here
