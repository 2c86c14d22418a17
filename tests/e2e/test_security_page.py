"""`docs/security.md` names tests that exist, and the README leads to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py(?:::\w+)?)`", PAGE)))
MODULES = sorted(set(re.findall(r"`((?:engine|gui)/[\w/]+\.py)`", PAGE)))


@pytest.mark.parametrize("name", TESTS)
def test_the_page_names_tests_that_exist(name: str) -> None:
    file, _, function = name.partition("::")
    assert f"def {function}" in (ROOT / file).read_text("utf-8")


@pytest.mark.parametrize("name", MODULES)
def test_the_page_names_modules_that_exist(name: str) -> None:
    assert (ROOT / name).is_file()


def test_the_readme_leads_to_the_page() -> None:
    assert "](docs/security.md)" in (ROOT / "README.md").read_text("utf-8")


def test_each_row_of_the_page_names_a_test_or_says_why_there_is_none() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| what")]
    assert rows
    assert [row for row in rows if not re.search(r"`tests/|as above|not tested: ", row.split("|")[3])] == []
