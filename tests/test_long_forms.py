"""`make stress` runs the tests that are marked `stress`: each whose form it changes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests import long_forms

TESTS = Path(__file__).parent
FILES = [file for file in sorted(TESTS.rglob("test_*.py")) if file.parent.name != "stress" and file != Path(__file__)]
SOURCE = {file: file.read_text("utf-8") for file in FILES}


def names_in(node: ast.AST) -> set[str]:
    """All that the node refers to, and the arguments of functions, which are fixtures."""
    found = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    return found | {inner.arg for inner in ast.walk(node) if isinstance(inner, ast.arg)}


def with_another_form(source: str) -> dict[str, bool]:
    """The tests of a file that use what `long_forms` gives, themselves or by way of something else in the file, and
    whether each of them is marked."""
    body = ast.parse(source).body
    given = [node for node in body if isinstance(node, ast.ImportFrom) and node.module == long_forms.__name__]
    differs = {alias.asname or alias.name for node in given for alias in node.names}
    marks = differs & {"examples", "ONLY_LONG"}
    size = -1
    while size < len(differs):
        size = len(differs)
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and names_in(node) & differs:
                differs.add(node.name)
            elif isinstance(node, ast.Assign | ast.AnnAssign | ast.If | ast.AugAssign) and names_in(node) & differs:
                stored = [n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
                differs |= {name.id for name in stored}
                if isinstance(node, ast.Assign) and names_in(node.value) & marks:
                    marks |= {name.id for name in stored}
    return {
        node.name: any(names_in(mark) & marks or ast.unparse(mark) == "pytest.mark.stress" for mark in decorators)
        for node in body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and node.name in differs
        for decorators in [node.decorator_list]
    }


@pytest.mark.parametrize("file", [f for f in FILES if long_forms.__name__ in SOURCE[f]], ids=lambda file: file.name)
def test_each_test_that_has_a_long_form_is_marked(file: Path) -> None:
    found = with_another_form(SOURCE[file])
    assert found, "what is imported is used by a test"
    assert [name for name, is_marked in found.items() if not is_marked] == []


def test_a_test_that_lacks_the_mark_is_found() -> None:
    source = """
from tests.long_forms import LONG, examples
COUNT = 2
if LONG:
    COUNT += 1
few = examples(3)
@pytest.fixture
def made():
    return COUNT
@few
@given(x)
def test_marked(data): ...
@pytest.mark.stress
def test_marked_too(made): ...
def test_unmarked(made): ...
def test_other(): ...
"""
    assert with_another_form(source) == {"test_marked": True, "test_marked_too": True, "test_unmarked": False}


def test_the_variables_are_read_in_one_place() -> None:
    """So that no test has a long form of which the mark knows nothing; tests/conftest.py chooses the disk by them."""
    others = [file for file in sorted(TESTS.rglob("*.py")) if file not in (Path(__file__), TESTS / "conftest.py")]
    reading = [f for f in others if "environ" in (text := f.read_text("utf-8")) and "PIGEONHOLE_FUZZ" in text]
    assert reading == [Path(long_forms.__file__)]
    reading = [f for f in others if 'get("PIGEONHOLE_STRESS")' in f.read_text("utf-8")]
    assert reading == [Path(long_forms.__file__)]
