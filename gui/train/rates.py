"""The learning rates with which a training goes on where another one ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.training.options import specs

RATES = ("learning_rate", "fine_tune_rate")  # of the whole network, and of a base once it trains too


def slower(options: Mapping[str, Any], by: float = 10) -> dict[str, float]:
    """The rates of a run that goes on where one with these options ended; none below what an option may be."""
    found = {}
    for spec in specs():
        if spec.name in RATES and spec.name in options:
            rate = float(options[spec.name]) / by
            found[spec.name] = max(float(f"{rate:.6g}"), float(spec.minimum or 0.0))
    return found
