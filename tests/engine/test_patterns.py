"""Regular expressions of people and of projects from strangers."""

from __future__ import annotations

import pytest

from engine.errors import UsageError
from engine.patterns import compiled

ENDLESS = ["(a+)+$", "(a|a)*b", r"(?:\w+\s?)*x", "((a*)b?){2,}", "(.*)*", "(?P<n>(x+x+)+)y", "(a{1,50}){1,50}"]
ENDLESS += [
    r"([^)(]+)*",
    "(?x) ( a +  # (\n) +",
    "((?:ab|cd)_)*",
    "(?:a(?=b*))+",
    "(?i:(.|_))*",
    "(?:(?:(x)?y{2,})z)*?",
]
USUAL = [r"^(\d+)_", "(burst|clip)[0-9]+", r"IMG_(\d{4})_.*\.jpg", "(?:ab)+", r"(\w+?)-\d+", r"([a-z]{2}\d{1,3}){2}"]
USUAL += [
    r"(a|\d|[xy])*z",
    r"[(+*|]+(\d)",
    r"(\(\d+\)|x)",
    "(?#(a+)b",
    "(?x) a # (b+)+\n",
    "(a++)*",
    "(?P<n>a)(?P=n)+",
]
USUAL += ["(?x: a # )\n ) b+", r"([]|(+*]x)+", r"(\d+)?_(\d+)?", "(a)?(?(1)b+|c)", "(x{2}y{,3})+", "{a{+", r"(\||\))*"]


@pytest.mark.parametrize("text", ENDLESS)
def test_an_expression_that_can_take_for_ever_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="can take for ever"):
        compiled(text)


@pytest.mark.parametrize("text", [*USUAL, "(a|b)", r"\d+.*x*"])
def test_what_people_write_to_tell_groups_is_taken(text: str) -> None:
    assert compiled(text).pattern == text


@pytest.mark.parametrize("text", ["(", "a{99999999999999999999}", "(?P<1>a)"])
def test_what_is_none_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="is not a regular expression"):
        compiled(text)
