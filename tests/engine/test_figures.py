"""Figures are written one way, here and by everything that people see."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from engine.figures import percent

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("fraction", "digits", "shown"),
    [
        (0.9845, 1, "98.5 %"),
        (0.9845, 2, "98.45 %"),
        (0.26, 0, "26 %"),
        (0.99999, 1, "99.9 %"),
        (0.9999, 0, "99 %"),
        (1.0, 2, "100 %"),
        (0.0, 0, "0 %"),
        (-0.0123, 2, "-1.23 %"),
        (-0.00001, 2, "0.00 %"),
        (float(np.float32(99) / np.float32(160)), 2, "61.88 %"),  # as Keras counts
        (99 / 160, 2, "61.88 %"),
        (float("nan"), 1, "–"),
    ],
)
def test_a_percentage_has_a_space_and_rounds_no_mistake_away(fraction: float, digits: int, shown: str) -> None:
    assert percent(fraction, digits) == shown


def test_nothing_writes_percentages_in_another_way() -> None:
    """Neither the format of Python, which leaves the space out, nor by hand."""
    written = re.compile(r":[+]?\.?\d*%\}|[\d}]%(?=[\s.,;:)\"'|]|$)")
    sources = [*ROOT.glob("engine/**/*.py"), *ROOT.glob("gui/**/*.py"), *ROOT.glob("docs/**/*.md"), ROOT / "README.md"]
    allowed = re.compile(r"LIKE|_escaped|folder_name\(")  # patterns of SQLite, names of folders
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in sources
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if written.search(line) and not allowed.search(line)
    ]
    assert found == []
