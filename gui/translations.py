"""Writes the catalogues of the window's texts: `make translations`.

`pyside6-lupdate` collects the texts of the code into `resources/translations/*.ts`, where what is translated stays,
and `pyside6-lrelease` compiles them into the `.qm` that the window reads. `make translations
LANGUAGE=fr` begins a language.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import PySide6

from gui.language import FOLDER, SOURCE

CODE = Path(__file__).parent
TOOLS = Path(PySide6.__file__).parent


def collect(catalogue: Path) -> None:
    """Bring a catalogue up to the texts of the code; of the language of the code only what has plurals."""
    files = sorted(str(file) for file in CODE.rglob("*.py"))
    plurals = ["-pluralonly"] if catalogue.stem == SOURCE else []
    language = ["-source-language", SOURCE, "-target-language", catalogue.stem]
    _run("lupdate", "-silent", "-no-obsolete", "-locations", "none", *plurals, *language, *files, "-ts", str(catalogue))


def compile_(catalogue: Path, target: Path) -> None:
    _run("lrelease", "-silent", str(catalogue), "-qm", str(target))


def _run(tool: str, *arguments: str) -> None:
    subprocess.run([str(TOOLS / tool), *arguments], check=True, cwd=CODE.parent)


def main(new: Sequence[str]) -> None:
    names = {file.stem for file in FOLDER.glob("*.ts")} | {SOURCE, *filter(None, new)}
    for catalogue in sorted(FOLDER / f"{name}.ts" for name in names):
        collect(catalogue)
        compiled = catalogue.with_suffix(".new")
        compile_(catalogue, compiled)
        compiled.replace(catalogue.with_suffix(".qm"))  # a window that is open reads the old one


if __name__ == "__main__":
    main(sys.argv[1:])
