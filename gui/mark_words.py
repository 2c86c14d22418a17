"""Writes `engine_words.py`, which marks words of the engine for translators: `make words`.

Words of options, recipes, conditions, importers, steps and obstacles stand in the engine, which knows no Qt and cannot
mark them itself, and those of the glossary in a page of the documentation. `pyside6-lupdate` reads the file that is
written here; nothing imports it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import engine
from engine.library.filters import conditions
from engine.library.importers.registry import IMPORTERS
from engine.models.targets import TARGETS
from engine.problems import ProblemKind
from engine.training.options import specs
from engine.training.readiness import Obstacle
from engine.training.recipes.registry import recipes
from gui.guide.glossary import entries
from gui.train.option_editors import ZERO, choice_words

FILE = Path(__file__).with_name("engine_words.py")
BY_EDITORS = ("on", "off", "None", "Choose a file…")  # asked for in the context of the options by their editors
HEAD = '''"""Marks words of the engine for translators. Written by `make words`; do not change it by hand."""

from PySide6.QtCore import QT_TRANSLATE_NOOP

MARKED = (
'''


def words() -> dict[str, list[str]]:
    """Return the words by the context in which the window asks for them."""
    options: list[str] = []
    for spec in specs():
        options += [spec.group, spec.label, spec.help, spec.unit, *map(choice_words, spec.choices)]
    titles = [word for recipe in recipes().values() for word in (recipe.title, recipe.summary)]
    found = {
        "TrainOptions": [*options, *ZERO.values(), *BY_EDITORS],
        "Recipes": titles,
        "Problem": [kind.value for kind in ProblemKind if kind],
        "Filter": list(_conditions()),
        "Importers": [word for importer in IMPORTERS for word in (importer.menu, *importer.kinds.values())],
        "Target": [target.words for target in TARGETS.values()],
        "Progress": list(_steps()),
        "Glossary": [text for entry in entries() for text in (entry.word, entry.meaning)],
        "Readiness": [obstacle.value for obstacle in Obstacle],
    }
    return {context: list(dict.fromkeys(filter(None, some))) for context, some in found.items()}


def _conditions() -> Iterator[str]:
    """Words of the conditions that images are chosen by."""
    for field in conditions():
        yield from (field.label, field.help, field.any_label, field.summary, field.unit)
        yield from (choice.label for choice in field.choices)


def _steps() -> Iterator[str]:
    """What a job says it does: the phase of each `Progress`, and what is handed on to one as `phase`."""
    trees = [ast.parse(file.read_text("utf-8")) for file in sorted(Path(engine.__path__[0]).rglob("*.py"))]
    places = {"Progress": 0} | dict(place for tree in trees for place in _phases(tree))
    for tree in trees:
        constants = {
            ast.unparse(node.targets[0]): node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                defaults = zip(reversed(node.args.args), reversed(node.args.defaults), strict=False)
                yield from (str(value.value) for name, value in defaults if name.arg == "phase" and _is_text(value))
            elif isinstance(node, ast.Call):
                place = places.get(ast.unparse(node.func).rpartition(".")[2], len(node.args))
                given = [*node.args[place : place + 1], *(k.value for k in node.keywords if k.arg == "phase")]
                for phase in given:
                    if _is_text(phase) or ast.unparse(phase) in constants:
                        yield str(phase.value if _is_text(phase) else constants[ast.unparse(phase)])


def _phases(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """The functions and classes of a module that take a `phase`, with its place among what is handed to them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            makers: list[tuple[str, ast.AST]] = [
                (node.name, child) for child in node.body if getattr(child, "name", "") == "__init__"
            ]
        else:
            makers = [(getattr(node, "name", ""), node)]
        for name, maker in makers:
            if isinstance(maker, ast.FunctionDef):
                arguments = [argument.arg for argument in maker.args.args if argument.arg != "self"]
                if "phase" in arguments and name != "__init__":
                    yield name, arguments.index("phase")


def _is_text(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def write() -> None:
    lines = [f"    QT_TRANSLATE_NOOP({context!r}, {word!r}),\n" for context, some in words().items() for word in some]
    FILE.write_text(f"{HEAD}{''.join(lines)})\n", "utf-8")


if __name__ == "__main__":
    write()
