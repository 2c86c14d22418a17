"""What is mistyped is answered with the name that was meant, in one way wherever it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import engine
from engine.suggestions import did_you_mean, did_you_mean_beside

ROOT = Path(engine.__path__[0])


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("quik", " Did you mean quick?"),
        ("Quick", " Did you mean quick?"),
        ("TRANSFR", " Did you mean Transfer?"),
        ("x", ""),
    ],
)
def test_a_name_that_is_nearly_right_is_suggested_whatever_the_case_of_its_letters(name: str, hint: str) -> None:
    assert did_you_mean(name, ["quick", "accurate", "Transfer"]) == hint


def test_a_file_beside_a_mistyped_path_is_suggested(tmp_path: Path) -> None:
    (tmp_path / "birds.pigeonhole").mkdir()
    assert did_you_mean_beside(tmp_path / "brids.pigeonhole") == " Did you mean birds.pigeonhole?"
    assert did_you_mean_beside(tmp_path / "cats.csv") == ""
    assert did_you_mean_beside(tmp_path / "nowhere" / "x") == ""


def test_no_other_module_looks_for_the_name_that_was_meant() -> None:
    looking = [
        file.relative_to(ROOT).as_posix()
        for file in sorted(ROOT.rglob("*.py"))
        if re.search("get_close_matches|did you mean ", file.read_text("utf-8"))
    ]
    assert looking == ["suggestions.py"]
