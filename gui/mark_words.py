"""Writes `engine_words.py`, which marks words of the engine for translators: `make words`.

Words of options, recipes, conditions and importers stand in the engine, which knows no Qt and cannot
mark them itself, and those of the glossary in a page of the documentation. `pyside6-lupdate` reads the file that is
written here; nothing imports it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.library.filters import conditions
from engine.library.importers.registry import IMPORTERS
from engine.models.targets import TARGETS
from engine.training.options import specs
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
        "Filter": list(_conditions()),
        "Importers": [word for importer in IMPORTERS for word in (importer.menu, *importer.kinds.values())],
        "Target": [target.words for target in TARGETS.values()],
        "Glossary": [text for entry in entries() for text in (entry.word, entry.meaning)],
    }
    return {context: list(dict.fromkeys(filter(None, some))) for context, some in found.items()}


def _conditions() -> Iterator[str]:
    """Words of the conditions that images are chosen by."""
    for field in conditions():
        yield from (field.label, field.help, field.any_label, field.summary, field.unit)
        yield from (choice.label for choice in field.choices)


def write() -> None:
    lines = [f"    QT_TRANSLATE_NOOP({context!r}, {word!r}),\n" for context, some in words().items() for word in some]
    FILE.write_text(f"{HEAD}{''.join(lines)})\n", "utf-8")


if __name__ == "__main__":
    write()
