"""No circle of imports in `engine` and `gui`, also not through functions or `TYPE_CHECKING`: a module can be read
after those that it imports, and moved without them.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def modules(root: Path) -> dict[str, Path]:
    """The modules of both packages by name; a package is its `__init__.py`."""
    files = [file for package in ("engine", "gui") for file in sorted((root / package).rglob("*.py"))]
    return {".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


def imported(file: Path, known: dict[str, Path]) -> set[str]:
    """The modules among `known` that a file imports anywhere: at its top, in functions, for types."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{file}: expected absolute imports only"
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inside & known.keys() or {node.module}
    return found & known.keys()


def circles(imports: dict[str, set[str]]) -> list[list[str]]:
    """The sets of modules that reach each other (strongly connected components of more than one), each sorted."""

    def reached(start: str) -> set[str]:
        found: set[str] = set()
        waiting = [start]
        while waiting:
            for name in imports[waiting.pop()] - found:
                found.add(name)
                waiting.append(name)
        return found

    reach = {name: reached(name) for name in imports}
    inside = [name for name in imports if name in reach[name]]
    together = {tuple(sorted(b for b in inside if b in reach[a] and a in reach[b])) for a in inside}
    return [list(names) for names in sorted(together)]


def test_no_modules_import_each_other_in_a_circle():
    known = modules(ROOT)
    assert len(known) > 300, "both packages were found"
    found = circles({name: imported(file, known) for name, file in known.items()})
    assert found == [], "take what both need into a module below them, or put the two into one"


@pytest.mark.parametrize(
    "line",
    [
        "from gui.b import B",
        "from gui import b",
        "import gui.b",
        "def f():\n    from gui.b import B",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from gui.b import B",
    ],
)
def test_a_circle_is_found_wherever_the_import_stands(tmp_path: Path, line: str):
    (tmp_path / "gui").mkdir()
    texts = {"__init__": "", "a": line, "b": "import gui.c", "c": "from gui import a", "d": "import gui.a"}
    for name, text in texts.items():
        (tmp_path / "gui" / f"{name}.py").write_text(text, "utf-8")
    known = modules(tmp_path)
    assert circles({name: imported(file, known) for name, file in known.items()}) == [["gui.a", "gui.b", "gui.c"]]
