"""Writes the catalogues of all texts: `make translations`. What is translated stays.

`pyside6-lupdate` collects the texts of the window into `resources/translations/*.ts`, and `pyside6-lrelease` compiles
them into the `.qm` that the window reads. The texts of the engine go into `*.po`, and Babel compiles them into the
`*.mo` that gettext reads; with them go words that are data: of options, recipes, conditions, importers and targets, of
the glossary, and the help of the command line. `make translations LANGUAGE=fr` begins a language.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import PySide6
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from engine.cli import all_commands
from engine.library.filters import conditions
from engine.library.importers.registry import IMPORTERS
from engine.library.records import Flag, Split
from engine.models.targets import TARGETS
from engine.places import TRANSLATIONS
from engine.review.assessment import Action, Quality, Weakness
from engine.statistics import Trend
from engine.training.option_words import choice_words
from engine.training.options import specs
from engine.training.recipes.registry import recipes
from gui.guide import glossary
from gui.language import SOURCE
from gui.train.option_editors import BY_EDITORS

CODE = Path(__file__).parent
ENGINE = CODE.parent / "engine"
TOOLS = Path(PySide6.__file__).parent
TEMPLATES = [("**/templates/*.html", "jinja2"), ("**/templates/*.js", "jinja2")]
CALLS = {"_": 1, "marked": 1, "plural": 2}  # functions of engine/language.py, and how many texts they take
NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # else each run would write other files


def collect(catalogue: Path) -> None:
    """Bring a catalogue up to the texts of the window; of the language of the code only what has plurals."""
    files = sorted(str(file) for file in CODE.rglob("*.py"))
    plurals = ["-pluralonly"] if catalogue.stem == SOURCE else []
    language = ["-source-language", SOURCE, "-target-language", catalogue.stem]
    _run("lupdate", "-silent", "-no-obsolete", "-locations", "none", *plurals, *language, *files, "-ts", str(catalogue))


def compile_(catalogue: Path, target: Path) -> None:
    _run("lrelease", "-silent", str(catalogue), "-qm", str(target))


def _run(tool: str, *arguments: str) -> None:
    subprocess.run([str(TOOLS / tool), *arguments], check=True, cwd=CODE.parent)


def read(catalogue: Path) -> Catalog:
    """Read the catalogue of the engine in one language, or begin it."""
    if not catalogue.is_file():
        return Catalog(locale=catalogue.stem)
    with catalogue.open("rb") as stream:
        return read_po(stream, locale=catalogue.stem)


def spoken() -> list[Path]:
    """The modules whose texts are in `.po`: those of the engine, and of ours what speaks before there is Qt."""
    return [*sorted(ENGINE.rglob("*.py")), CODE / "screen.py", CODE.parent / "main.py"]


def literals(code: str) -> Iterator[str | tuple[str, ...]]:
    """The texts of a module, with their plurals: Babel does not look within f-strings."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and (count := CALLS.get(ast.unparse(node.func))):
            texts = [arg.value for arg in node.args[:count] if isinstance(arg, ast.Constant) and arg.value]
            if len(texts) == count:
                yield tuple(map(str, texts)) if count > 1 else str(texts[0])


def words() -> Iterator[str]:
    """The texts that are data of the engine and of the documentation."""
    yield from all_commands.texts()
    for spec in specs():
        yield from (spec.group, spec.label, spec.help, spec.unit, *map(choice_words, spec.choices))
    yield from BY_EDITORS
    for recipe in recipes().values():
        yield from (recipe.title, recipe.summary)
    for field in conditions():
        yield from (field.label, field.help, field.any_label, field.summary, field.unit)
        yield from (choice.label for choice in field.choices)
    for importer in IMPORTERS:
        yield from (importer.menu, *importer.kinds.values())
    for target in TARGETS.values():
        yield from (target.title, target.words)
    for kind in (Action, Flag, Quality, Split, Trend, Weakness):
        yield from kind
    for entry in glossary.entries():
        yield from (entry.word, entry.meaning)


def collected(catalogue: Catalog) -> Catalog:
    """Return a catalogue of the engine brought up to the texts of its code."""
    template = Catalog()
    for _, _, text, _, _ in extract_from_dir(ENGINE, TEMPLATES, keywords={"_": None, "plural": (1, 2)}):
        template.add(text)
    for file in spoken():
        for text in literals(file.read_text("utf-8")):
            template.add(text)
    for word in filter(None, words()):
        template.add(word)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = "# What the engine says to people. `make translations` keeps it."
    catalogue.project, catalogue.version, catalogue.fuzzy = "Pigeonhole", "", False
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = ""
    catalogue.creation_date = catalogue.revision_date = NO_TIME
    return catalogue


def compiled(catalogue: Catalog, target: Path) -> None:
    with target.open("wb") as stream:
        write_mo(stream, catalogue)


def main(new: Sequence[str]) -> None:
    names = {file.stem for file in TRANSLATIONS.glob("*.ts")} | {SOURCE, *filter(None, new)}
    for name in sorted(names):
        of_window, half = TRANSLATIONS / f"{name}.ts", TRANSLATIONS / f"{name}.new"
        collect(of_window)
        compile_(of_window, half)
        half.replace(of_window.with_suffix(".qm"))  # a window that is open reads the old one
        if name != SOURCE:
            of_engine = TRANSLATIONS / f"{name}.po"
            catalogue = collected(read(of_engine))
            with of_engine.open("wb") as stream:
                write_po(stream, catalogue, width=120, sort_output=True, no_location=True)
            compiled(catalogue, half)
            half.replace(of_engine.with_suffix(".mo"))


if __name__ == "__main__":
    main(sys.argv[1:])
