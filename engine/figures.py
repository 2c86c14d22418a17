"""Figures as a person reads them, one way in everything that is shown."""

from __future__ import annotations

import math
from enum import Enum

from engine.language import _, written

_Z = 1.959963984540054  # the 97.5 % quantile of the normal distribution
FEWEST = 30  # images below which no percentage is told: the next one would change it by points
_FOR_TWO_DECIMALS = 1_000  # of fewer the second decimal says nothing
_MOST_IMAGES = 10**12  # in a record; more is damage


class Certainty(Enum):
    """How sure a model is of a class, for words of it: the least share of each, the surest first."""

    ALMOST_CERTAIN = 0.99
    VERY_SURE = 0.95
    SURE = 0.85
    FAIRLY_SURE = 0.7
    UNSURE = 0.0


def certainty(share: float) -> Certainty:
    """Return how sure a model is that gives a class this share (0 to 1)."""
    return next((least for least in Certainty if share >= least.value), Certainty.UNSURE)


def accuracy(fraction: float, images: int | None, digits: int = 1) -> str:
    """`0.8425` of 127 images as `84.3 % of 127 (77.0–89.6 %)`, of 9 as `7 of 9 (45.3–93.7 %)`; without the interval
    where their number is not known.
    """
    shown, ends = share(fraction, images, digits), interval(fraction, images)
    if not ends:
        return shown
    return _("{shown} of {images} ({ends})").format(shown=shown, images=written(f"{images:,}"), ends=ends)


def are_few(images: int | None) -> bool:
    """Return whether so many images are too few for a percentage."""
    return images is not None and 0 < images < FEWEST


def share(fraction: float, images: int | None, digits: int = 1) -> str:
    """Return a share of so many images as a percentage, with no more decimals than they tell, and of few as the number
    of images that it is.
    """
    if images is not None and are_few(images) and 0 <= fraction <= 1:
        return str(round(fraction * images))
    return percent(fraction, digits if images is None or images >= _FOR_TWO_DECIMALS else min(digits, 1))


def interval(fraction: float, images: int | None) -> str:
    """The 95 % interval of a share of so many images, as `77.0–89.6 %`; empty where that says nothing."""
    if images is None or not 0 < images <= _MOST_IMAGES or not 0 <= fraction <= 1:
        return ""
    low, high = wilson_interval(fraction * images, images)
    return span(in_percent(low), percent(high))


def interval_words(low: float, high: float) -> str:
    """Return the ends of such an interval in words: `95 % interval 77.0 to 89.6 %`."""
    return _("95 % interval {low} to {high}").format(low=in_percent(low), high=percent(high))


def wilson_interval(successes: float, trials: float) -> tuple[float, float]:
    """Return Wilson's 95 % score interval of a share, low and high; without NumPy, as the window shows it.

    Without a trial everything is possible: 0 to 1. Source: Wilson (1927), doi:10.1080/01621459.1927.10502953.
    """
    if trials <= 0:
        return 0.0, 1.0
    known = max(trials, 1.0)
    share, z2 = successes / known, _Z * _Z
    middle = (share + z2 / (2 * known)) / (1 + z2 / known)
    half = _Z * math.sqrt(share * (1 - share) / known + z2 / (4 * known**2)) / (1 + z2 / known)
    low = 0.0 if successes == 0 else min(max(middle - half, 0.0), 1.0)
    return low, 1.0 if successes == trials else min(max(middle + half, 0.0), 1.0)


def span(low: str, high: str) -> str:
    """From one figure to another: `77.0–89.6`."""
    return _("{low}–{high}").format(low=low, high=high)


def confidence(share: float, digits: int = 1, over: str = "over {0}") -> str:
    """How sure a model is, `0.934` as `93.4 %`; what would be `100 %` is `over 99.9 %`, as no model is certain.

    Args:
        over: what is said then, translated by the caller; `{0}` is the share.
    """
    if (share < 1 and round(share * 100, digits) < 100) or not math.isfinite(share):
        return percent(share, digits)
    return over.format(percent(1 - 1e-12, digits))


def percent(fraction: float, digits: int = 1) -> str:
    """`0.9845` as `98.5 %`; never rounds a mistake away to `100 %`."""
    shown = in_percent(fraction, digits)
    return with_percent(shown) if math.isfinite(fraction) else shown


def with_percent(shown: str) -> str:
    """A figure with the sign behind it, with a blank or without as the language has it."""
    return _("{0} %").format(shown)


def in_percent(fraction: float, digits: int = 1) -> str:
    """The same without its sign: `98.5`."""
    if not math.isfinite(fraction):
        return "–"
    exact = round(fraction * 100, digits + 3)  # 99 of 160, counted in 32 bits or in 64, is the same share
    shown = round(exact, digits) + 0.0  # of a tiny loss no minus is left
    if shown >= 100 and fraction < 1:
        shown = 100 - 10.0**-digits
    return written(f"{shown:.{digits}f}") if shown != 100 else "100"
