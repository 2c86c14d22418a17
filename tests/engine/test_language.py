"""The engine speaks the language of its process, in every error that it raises."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import engine
import main as entry
from engine import language, libraries
from engine.errors import DataError, MissingLibrary, RunError, UsageError
from engine.jobs import processes
from engine.library import edits
from engine.library.filters import Filter, conditions
from engine.library.importers.detect import detect
from engine.library.importers.importer import ImportOptions
from engine.library.packed.refused import refusal
from engine.library.project import Project
from engine.library.records import Split
from engine.models.predictions import Predictions
from engine.records import RecordError, build
from engine.review.evaluation import evaluation_of
from engine.training.runs.records import find_run
from tests.gui.small_project import make_project, write_run

ROOT = Path(engine.__path__[0])
HANGUL = re.compile("[가-힣]")
SUFFIX = re.compile(r"\.\w+")
WORD = re.compile("[A-Za-z]{2}")
MARKING = {"_", "marked", "plural"}
TAKING = {"join", "table", "facts", "filter", "capitalize", "rstrip"}  # functions that say what they are given
# What a job says beside errors, and how many of its first arguments are said to people.
SAID = {"Log": 1, "Failed": 1, "Progress": 1, "Note": 5, "Problem": 2, "ImageProblem": 2, "_LeftError": 1, "_failed": 2}


@pytest.fixture
def korean() -> Iterator[None]:
    language.use("ko")
    yield
    language.use("en")


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "tlh:ko:en"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "PIGEONHOLE_LANGUAGE": "en"}, "en"),
        ({"LANG": "en_US.UTF-8", "PIGEONHOLE_LANGUAGE": "ko"}, "ko"),
        ({"LANG": "../../etc.UTF-8"}, "en"),
    ],
)
def test_a_process_speaks_the_language_of_its_environment(
    environment: dict[str, str], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PIGEONHOLE_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language.of_environment() == code


@pytest.mark.usefixtures("korean")
def test_processes_that_we_start_inherit_the_language() -> None:
    assert processes.environment()["PIGEONHOLE_LANGUAGE"] == "ko"


@pytest.mark.usefixtures("korean")
def test_an_error_of_the_library_is_in_korean_with_the_names_put_in(tmp_path: Path) -> None:
    with Project.create(tmp_path / "work") as project:
        edits.add_class(project, "bee")
        with pytest.raises(edits.UsageError) as caught:
            edits.add_class(project, "bee")
    assert str(caught.value) == "bee 클래스가 이미 있습니다. 다른 이름을 고르세요."


@pytest.mark.usefixtures("korean")
def test_words_inside_of_sentences_are_in_korean_too(tmp_path: Path) -> None:
    with pytest.raises(MissingLibrary) as missing:
        libraries.require("Training", ("no_such_library",))
    assert str(missing.value).startswith("학습")
    sides = next(field for field in conditions(Filter) if field.name == "sides")
    with pytest.raises(UsageError) as wrong:
        sides.parse("20", int)
    assert "정수" in str(wrong.value)
    folder = write_run(make_project(tmp_path), state="failed")
    (folder / "model.onnx").unlink()
    with pytest.raises(RunError) as none:
        find_run(folder.parents[1], folder.name)
    assert f"{folder.name}(실패)" in str(none.value)
    with Project.open(folder.parents[1], read_only=True) as project:
        run = find_run(project.folder, folder.name, with_model=False)
        predictions = Predictions.load(folder / "predictions.npz")
        with pytest.raises(DataError) as unpredicted:
            evaluation_of(project, run, predictions, Split.VALIDATION)
    assert "검증" in str(unpredicted.value)
    with pytest.raises(UsageError) as asked:
        detect(tmp_path / "pictures", ImportOptions(pattern="x", csv="labels.csv"))
    assert "패턴" in str(asked.value)
    for error in (missing, wrong, none, unpredicted, asked):
        assert not re.search("Training|whole numbers|failed|validation|the pattern", str(error.value))
    with pytest.raises(RecordError) as damaged:
        build(tuple[int, str], ["1", 2])  # type: ignore[arg-type]
    assert not re.search("[A-Za-z]{2}", str(damaged.value)), damaged.value
    for name in ("a.rar", "a.zip.001", "data.h5", "data_batch_1"):
        assert HANGUL.search(refusal(tmp_path / name) or "")


def test_the_command_line_speaks_korean_where_the_system_does(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PIGEONHOLE_LANGUAGE"}
    done = subprocess.run(
        [sys.executable, "-P", entry.__file__, "classes", "nowhere"],
        env={**environment, "LANGUAGE": "", "LC_ALL": "", "LANG": "ko_KR.UTF-8", "PYTHONIOENCODING": "utf-8"},
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert HANGUL.search(done.stderr), done.stderr


@cache
def modules() -> dict[str, ast.Module]:
    """The modules of the engine by their path in it."""
    return {str(file.relative_to(ROOT)): ast.parse(file.read_text("utf-8")) for file in sorted(ROOT.rglob("*.py"))}


def errors() -> set[str]:
    """Names of the classes of errors. What is said of an image is kept in the store, by its kind."""
    classes = [node for tree in modules().values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found, before = {"EngineError"}, 0
    while len(found) > before:
        before = len(found)
        found |= {c.name for c in classes if any(name_of(base) in found for base in c.bases)} - {"ImageProblem"}
    return found


def name_of(node: ast.AST) -> str:
    return ast.unparse(node).rpartition(".")[2]


class Said:
    """The literals that an expression of a module says without a translation, followed through names and functions,
    and with `tables` through what the module has as data.
    """

    def __init__(self, module: ast.Module, *, tables: bool = False) -> None:
        self.data = module.body if tables else []
        self.tables = tables
        self.functions = {node.name: node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)}
        self.seen: set[ast.AST] = set()

    def by(self, node: ast.AST | None, function: ast.AST) -> Iterator[str]:
        if node is None or node in self.seen:
            return
        self.seen.add(node)
        parts: list[ast.AST] = []
        match node:
            case ast.Constant(value=str(text)) if WORD.search(text) and not SUFFIX.fullmatch(text):
                yield text
            case ast.JoinedStr(values=values) | ast.BoolOp(values=values):
                parts = [*values]
            case ast.FormattedValue(value=value) | ast.keyword(value=value) | ast.Starred(value=value):
                parts = [value]
            case ast.Subscript(value=value) if self.tables:
                parts = [value]
            case ast.Lambda(body=value):
                parts = [value]
            case ast.List(elts=values) | ast.Tuple(elts=values) | ast.Dict(values=values):
                parts = [*values]
            case ast.ListComp(elt=value) | ast.GeneratorExp(elt=value) | ast.DictComp(value=value):
                parts = [value]
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                parts = [left, right]
            case ast.IfExp(body=body, orelse=orelse):
                parts = [body, orelse]
            case ast.Call(func=func) if ast.unparse(func) not in MARKING:
                if isinstance(func, ast.Attribute) and func.attr == "format":
                    parts = [func.value, *node.args, *node.keywords]
                elif name_of(func) in TAKING:
                    parts = [*node.args, *node.keywords, *([func.value] if isinstance(func, ast.Attribute) else [])]
                elif (called := ast.unparse(func).removeprefix("self.")) in self.functions:
                    made = self.functions[called]
                    returned = [found.value for found in ast.walk(made) if isinstance(found, ast.Return)]
                    for value in returned:
                        yield from self.by(value, made)
                    parts = [*node.args]
            case ast.Name(id=name):
                parts = [*self.put_into(name, function)]
        for part in parts:
            yield from self.by(part, function)

    def put_into(self, name: str, function: ast.AST) -> Iterator[ast.AST]:
        """What a name of a function, or of the module, is or is given."""
        for found in [*ast.walk(function), *self.data]:
            match found:
                case ast.Assign(targets=targets, value=value) if name in map(ast.unparse, targets):
                    yield value
                case ast.AugAssign(target=ast.Name(id=target), value=value) if target == name:
                    yield value
                case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="append"), args=[value]):
                    if owner == name:
                        yield value


def functions(module: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef))


def test_every_error_and_all_that_a_job_says_is_a_text_for_translators() -> None:
    said_by = dict.fromkeys(errors(), 9) | SAID
    untranslated = []
    for path, module in modules().items():
        said = Said(module)
        for function in functions(module):
            raised = [node.exc for node in ast.walk(function) if isinstance(node, ast.Raise)]
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                helps = call in raised and name_of(call.func) in said.functions
                texts = call.args[: 9 if helps else said_by.get(name_of(call.func), 0)]
                untranslated += [(path, call.lineno, text) for each in texts for text in said.by(each, function)]
            for found in (
                node for node in ast.walk(function) if isinstance(node, ast.Assign)
            ):  # files that are damaged
                if any(ast.unparse(target).startswith("tree.damaged[") for target in found.targets):
                    untranslated += [(path, found.lineno, text) for text in said.by(found.value, function)]
    assert not untranslated, "write _(...) of engine/language.py around these"


def texts_of_results(module: ast.Module) -> Iterator[tuple[ast.AST, ast.AST]]:
    """What the commands of a module say at their end: the functions that word a result, and what is printed."""
    for function in functions(module):
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            match name_of(call.func):
                case "run" | "edit_project":
                    yield from ((text, function) for text in call.args[3:])
                case "echo" | "note" | "table" | "facts":
                    yield from ((text, function) for text in [*call.args, *call.keywords])


def said_by_commands(path: str, module: ast.Module) -> list[tuple[str, str]]:
    said, found = Said(module, tables=True), []
    for text, function in texts_of_results(module):
        made = said.functions.get(text.id) if isinstance(text, ast.Name) else None
        values = [node.value for node in ast.walk(made) if isinstance(node, ast.Return)] if made else [text]
        found += [(path, literal) for value in values for literal in said.by(value, made or function)]
    return found


def test_every_result_of_a_command_is_a_text_for_translators() -> None:
    commands = {path: module for path, module in modules().items() if path.startswith("cli")}
    assert sum(len([*texts_of_results(module)]) for module in commands.values()) > 60
    same_in_all_languages = {"pigeonhole ", "pigeonhole: ", " px", " MB"}
    found = [said for path, module in commands.items() for said in said_by_commands(path, module)]
    assert [(path, text) for path, text in found if text not in same_in_all_languages] == []


def test_a_result_that_is_no_text_for_translators_is_found() -> None:
    code = """
def _text(result):
    lines = [table(rows, head=[_("Class"), "Images"])]
    lines.append(f"{result['images']} left")
    return "\\n".join(lines) + ("; none" if result["none"] else _("all"))

def command():
    return run(job, params, console, _text)
"""
    found = {text for _path, text in said_by_commands("", ast.parse(code))}
    assert found == {"Images", " left", "; none"}


def test_nothing_else_is_called_like_the_function_that_translates() -> None:
    """A variable `_` of a function would take its place there."""
    wrong = []
    for path, module in modules().items():
        for function in functions(module):
            inside = [n for c in ast.walk(function) if isinstance(c, ast.comprehension) for n in ast.walk(c.target)]
            stored = (n for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
            bound = {n.id for n in stored if n not in inside}
            called = {ast.unparse(n.func) for n in ast.walk(function) if isinstance(n, ast.Call)}
            if "_" in bound & called:
                wrong.append((path, function.name))
    assert not wrong
