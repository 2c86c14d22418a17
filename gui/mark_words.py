"""Writes `engine_words.py`, which marks words of the engine for translators: `make words`.

Words of options, recipes, conditions, importers, steps and obstacles stand in the engine, which knows no Qt and cannot
mark them itself. `pyside6-lupdate` reads the file that is written here; nothing imports it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import engine.training
from engine.library.filters import conditions
from engine.library.importers.registry import IMPORTERS
from engine.models.targets import TARGETS
from engine.problems import ProblemKind
from engine.training.options import specs
from engine.training.readiness import Obstacle
from engine.training.recipes.registry import recipes
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
        "Readiness": [obstacle.value for obstacle in Obstacle],
    }
    return {context: list(dict.fromkeys(filter(None, some))) for context, some in found.items()}


def _conditions() -> Iterator[str]:
    """Words of the conditions that images are chosen by."""
    for field in conditions():
        yield from (field.label, field.help, field.any_label, field.summary, field.unit)
        yield from (choice.label for choice in field.choices)


def _steps() -> Iterator[str]:
    """What a training says it does: the first argument of each `Progress`, a text or the name of a constant."""
    for file in sorted(Path(engine.training.__path__[0]).rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        constants = {
            node.targets[0].id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Progress":
                phase = node.args[0]
                yield str(phase.value if isinstance(phase, ast.Constant) else constants[ast.unparse(phase)])


def write() -> None:
    lines = [f"    QT_TRANSLATE_NOOP({context!r}, {word!r}),\n" for context, some in words().items() for word in some]
    FILE.write_text(f"{HEAD}{''.join(lines)})\n", "utf-8")


if __name__ == "__main__":
    write()
