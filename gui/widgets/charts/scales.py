"""Axis arithmetic and the short texts of numbers. Knows no Qt, so that every rule here is tested alone."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QLocale

from engine.figures import percent as percent  # one of the short texts that are asked for here
from gui.language import percent_form


def nice_step(span: float, count: int) -> float:
    """The step of 1, 2, 2.5 or 5 times a power of ten that cuts `span` into at most about `count` parts."""
    if span <= 0 or not math.isfinite(span):
        return 1.0
    raw = span / max(count, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    return next((f * power for f in (1, 2, 2.5, 5) if raw <= f * power * (1 + 1e-9)), 10 * power)


def ticks(low: float, high: float, count: int) -> list[float]:
    """Round values from `low` to `high`, both included where they are round themselves."""
    step = nice_step(high - low, count)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(i * step, 12) for i in range(first, last + 1)]


def epoch_ticks(first: int, last: int, count: int) -> list[int]:
    """Whole epochs for the axis: the first one, round ones, the last one; never two that would touch."""
    step = max(1, math.ceil(nice_step(max(last - first, 1), count)))
    apart = max(1.0, step * 0.6)
    rounds = [e for e in range(step, last, step) if first + apart <= e <= last - apart]
    return [first, *rounds, *([last] if last > first else [])]


def value_range(values: Iterable[float], *, top: float | None = None) -> tuple[float, float]:
    """A calm range around `values`: round ends, 0 included where the data comes near it.

    One wild first epoch must not press all later ones flat, so the upper end is taken from the bulk of the values:
    values above three times the 90 % quantile leave the picture at its upper edge. `top` is a hard limit (accuracy: 1).
    """
    known = sorted(v for v in values if math.isfinite(v))
    if not known:
        return 0.0, top if top is not None else 1.0
    low, high = known[0], known[-1]
    bulk = known[min(len(known) - 1, int(0.9 * len(known)))]
    if len(known) >= 8 and bulk > 0:
        high = min(high, 3 * bulk)
    pad = max((high - low) * 0.08, abs(high) * 0.01, 1e-6)
    low, high = max(0.0, low - pad), high + pad
    if low < 0.3 * high:
        low = 0.0
    step = nice_step(high - low, 5)
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    if top is not None:
        high = min(high, top)
    return (low, high) if high > low else (low, low + step)


def horizon(done: int, planned: int) -> int:
    """The last epoch on the axis: all planned ones when they are few, else room to grow with what is done."""
    if planned <= 40 or done * 3 >= planned:
        return max(planned, done, 1)
    return min(planned, max(20, math.ceil(done * 2 / 10) * 10))


def number(value: float) -> str:
    """Format a number with three significant figures without an exponent where that can be read: `0.0412`, `1.23`,
    `457`.
    """
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return QLocale().toString(float(value), "f", 0)
    if abs(value) < 1e-4:
        return f"{value:.1e}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"


def tick_texts(values: Sequence[float], *, as_percent: bool) -> list[str]:
    """The texts of an axis: all with the same number of decimals, just enough to tell them apart."""
    scale = 100.0 if as_percent else 1.0
    shown = [v * scale for v in values]
    step = min((abs(b - a) for a, b in itertools.pairwise(shown)), default=1.0)
    digits = 0 if step <= 0 else max(0, -math.floor(math.log10(step) + 1e-9))
    if step > 0 and round(step * 10**digits, 6) % 1:
        digits += 1
    texts = [QLocale().toString(float(v), "f", digits) for v in shown]
    return [percent_form().format(text) for text in texts] if as_percent else texts


def next_125(value: float, *, up: bool) -> float:
    """The next greater or smaller value of the row …, 0.1, 0.2, 0.5, 1, 2, 5, … for steps over a wide range."""
    if value <= 0 or not math.isfinite(value):
        return value
    power = math.floor(math.log10(value))
    row = [float(f"{m}e{power + p}") for p in (-1, 0, 1) for m in (1, 2, 5)]
    if up:
        return next(v for v in row if v > value * (1 + 1e-9))
    return next(v for v in reversed(row) if v < value * (1 - 1e-9))
