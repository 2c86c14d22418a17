"""A problem is a kind and a detail, on its way through the decoder's pipe, the store, results and the window."""

from __future__ import annotations

import pytest

from engine.errors import ImageProblem
from engine.problems import Problem, ProblemKind


@pytest.mark.parametrize("kind", [kind for kind in ProblemKind if kind is not ProblemKind.OTHER])
@pytest.mark.parametrize("detail", ["", "it ends: too early", "missing: the rest"])
def test_the_text_of_a_problem_says_its_kind(kind: ProblemKind, detail: str):
    assert Problem.read(str(Problem(kind, detail))) == (kind, detail)


@pytest.mark.parametrize("text", ["HEIC files cannot be read here", "odd: a text of an older program", ""])
def test_a_text_of_no_known_kind_is_kept_as_it_is(text: str):
    assert Problem.read(text) == (ProblemKind.OTHER, text)
    assert str(Problem.read(text)) == text


def test_an_exception_has_the_kind_and_its_text():
    found = ImageProblem(ProblemKind.TOO_LARGE, "9 × 9 pixels")
    assert found.problem == (ProblemKind.TOO_LARGE, "9 × 9 pixels")
    assert str(found) == "too large: 9 × 9 pixels"
    assert ImageProblem.read(str(found)).problem == found.problem
