"""Results of jobs: fields for who reads them, a record for `--json` and for other processes, and back."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from engine.events import Succeeded
from engine.jobs.job import Cancel, run_job
from engine.jobs.result import Result, omitted
from engine.records import RecordError


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Made(Result):
    images: int
    source: str = field(metadata={"key": "from"})
    parts: list[Part] = field(default_factory=list)
    pairs: list[tuple[int, str]] = field(default_factory=list)
    accuracy: float | None = None
    journal: str | None = omitted()


MADE = Made(3, "folds", [Part("a", 1)], [(1, "x")])


def test_a_result_is_the_record_that_json_shows():
    assert dict(MADE) == {
        "images": 3,
        "from": "folds",
        "parts": [{"name": "a", "count": 1}],
        "pairs": [(1, "x")],
        "accuracy": None,
    }
    assert list(Made(0, "", journal="j"))[-1] == "journal"
    with pytest.raises(KeyError):
        MADE["source"]


def test_a_result_comes_back_from_json_with_its_types():
    back = Made.of(json.loads(json.dumps(dict(MADE))))
    assert (back.source, back.parts, back.pairs, back.journal) == ("folds", [Part("a", 1)], [(1, "x")], None)
    with pytest.raises(RecordError, match='expected a whole number for "images"'):
        Made.of({"images": "three", "from": "folds"})


def test_a_job_may_return_one():
    events: list[object] = []
    run_job(lambda params, *, emit, cancel: MADE, None, emit=events.append, cancel=Cancel())
    assert events == [Succeeded(dict(MADE))]


def test_no_job_returns_a_bare_dictionary():
    root = Path(__file__).parents[3]
    bare = [
        f"{file.relative_to(root)}: {node.name}"
        for file in (root / "engine").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        and {"emit", "cancel"} <= {argument.arg for argument in node.args.kwonlyargs}
        and node.returns is not None
        and ast.unparse(node.returns).startswith("dict[")
    ]
    assert bare == []
