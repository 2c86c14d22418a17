"""Writes the catalogues of all texts: `make translations`. What is translated stays.

`pyside6-lupdate` collects the texts of the window into `resources/translations/*.ts`, and `pyside6-lrelease` compiles
them into the `.qm` that the window reads. Babel collects those of the engine into `*.po` and compiles them into the
`*.mo` that gettext reads. `make translations LANGUAGE=fr` begins a language.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import PySide6
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from engine.places import TRANSLATIONS
from gui.language import SOURCE

CODE = Path(__file__).parent
ENGINE = CODE.parent / "engine"
TOOLS = Path(PySide6.__file__).parent
METHODS = [("**.py", "python"), ("**/templates/*.html", "jinja2"), ("**/templates/*.js", "jinja2")]
CALLS = {"_": None, "marked": None, "plural": (1, 2)}  # functions of engine/language.py
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


def collected(catalogue: Catalog) -> Catalog:
    """Return a catalogue of the engine brought up to the texts of its code."""
    template = Catalog()
    for _, _, text, _, _ in extract_from_dir(ENGINE, METHODS, keywords=CALLS):
        template.add(text)
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
