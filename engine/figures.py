"""Figures as a person reads them, one way in everything that is shown."""

from __future__ import annotations

import math


def percent(fraction: float, digits: int = 1) -> str:
    """`0.9845` as `98.5 %`; never rounds a mistake away to `100 %`."""
    if not math.isfinite(fraction):
        return "–"
    exact = round(fraction * 100, digits + 3)  # 99 of 160, counted in 32 bits or in 64, is the same share
    shown = round(exact, digits) + 0.0  # of a tiny loss no minus is left
    if shown >= 100 and fraction < 1:
        shown = 100 - 10.0**-digits
    return f"{shown:.{digits}f} %" if shown != 100 else "100 %"
