"""Two runs beside each other: what differs in their options, and what came out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.training.runs.records import RunRecord


@dataclass(frozen=True, slots=True)
class Difference:
    """An option that two runs have differently; None where one of them does not know it."""

    name: str
    first: Any
    second: Any


def differences(first: RunRecord, second: RunRecord) -> list[Difference]:
    """The recipe and the options in which two runs differ, in the order of the options."""
    one = {"recipe": first.recipe, **first.options}
    other = {"recipe": second.recipe, **second.options}
    names = dict.fromkeys([*one, *other])
    return [Difference(n, one.get(n), other.get(n)) for n in names if one.get(n) != other.get(n)]
