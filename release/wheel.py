"""Build the wheel: `engine`, `gui`, `resources` and `main.py` go into the one package `pigeonhole`.

Their imports of each other are rewritten on the way (decision 27). Hatchling runs these hooks (pyproject.toml).
"""

from __future__ import annotations

import ast
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

PACKAGE = "pigeonhole"
TOPS = ("engine", "gui", "main", "resources")  # what goes into it
PAGES = ("licences.md", "glossary.md")  # of the documentation, which the window shows
# Run by those who change Pigeonhole, from a checkout.
LEFT_OUT = ("gui/translations.py", "resources/bases/make.py", "resources/sample/make.py")
# A module, or a module and something in it, as a whole string: "engine.jobs.child:main".
NAMED = re.compile(r"(?:engine|gui)(?:\.[a-z_]\w*)+(?::\w+)?")


class WheelHook(BuildHookInterface[Any]):
    """Lays out the files of the wheel in a temporary folder; an editable install takes the checkout as it is."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        self._folder = Path(tempfile.mkdtemp(prefix="pigeonhole-wheel-"))
        lay_out(Path(self.root), self._folder / PACKAGE)
        build_data["force_include"][str(self._folder / PACKAGE)] = PACKAGE

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            shutil.rmtree(self._folder)


class ReadmeHook(MetadataHookInterface):
    """Makes the README's links and pictures absolute: an index of packages has no files beside it."""

    def update(self, metadata: dict[str, Any]) -> None:
        text = (Path(self.root) / self.config.get("readme", "README.md")).read_text("utf-8")
        home = metadata["urls"]["Source"]
        metadata["readme"] = {"content-type": "text/markdown", "text": with_absolute_links(text, home)}


def lay_out(root: Path, target: Path) -> None:
    """Write the package as it is installed to the folder `target`."""
    shutil.copytree(root / PACKAGE, target, ignore=shutil.ignore_patterns("__pycache__"))
    for file in _files(root):
        name = file.relative_to(root)
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target / name)
    for page in PAGES:
        shutil.copy(root / "docs" / page, target / "resources")
    for file in target.rglob("*.py"):
        file.write_text(rewritten(file.read_text("utf-8"), str(file)), "utf-8")


def _files(root: Path) -> Iterator[Path]:
    for top in TOPS:
        for file in [root / f"{top}.py"] if top == "main" else sorted((root / top).rglob("*")):
            name = file.relative_to(root).as_posix()
            if (
                file.is_file()
                and "__pycache__" not in name
                and file.suffix not in (".ts", ".po")
                and name not in LEFT_OUT
            ):
                yield file


def rewritten(source: str, name: str) -> str:
    """Return a module with our packages named as they are once installed: `pigeonhole.engine` for `engine`.

    Raises:
        ValueError: it uses the name `engine` that `import engine.x` binds, which is another one then; or a module is
            named in a string of another form than "engine.x".
    """
    places = []  # lines and columns where "pigeonhole." goes
    lines = source.encode("utf-8").splitlines(keepends=True)  # columns of `ast` count bytes
    tree = ast.parse(source, name)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if _ours(alias.name):
                    if not alias.asname and alias.name.partition(".")[0] in used:
                        raise ValueError(f"{name}:{node.lineno}: write `from ... import`, not `import {alias.name}`")
                    places.append((alias.lineno, alias.col_offset))
        elif isinstance(node, ast.ImportFrom) and not node.level and _ours(node.module or ""):
            places.append((node.lineno, node.col_offset + len("from ")))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and NAMED.fullmatch(node.value):
            if not _is_plain(node, lines):
                raise ValueError(f'{name}:{node.lineno}: write "{node.value}", in plain quotes and in one piece')
            places.append((node.lineno, node.col_offset + 1))  # behind the quote
    for line, column in sorted(places, reverse=True):
        text = lines[line - 1]
        lines[line - 1] = text[:column] + f"{PACKAGE}.".encode() + text[column:]
    return b"".join(lines).decode("utf-8")


def _is_plain(text: ast.Constant, lines: list[bytes]) -> bool:
    """Return whether a string stands in the source as it is between two quotes, without a prefix."""
    written = lines[text.lineno - 1][text.col_offset : text.end_col_offset]
    return text.end_lineno == text.lineno and written[1:-1] == str(text.value).encode() and written[:1] in (b'"', b"'")


def _ours(module: str) -> bool:
    return module.partition(".")[0] in TOPS


def with_absolute_links(text: str, home: str) -> str:
    """Return Markdown with links and pictures that are relative to the repository at `home` made absolute."""

    def absolute(found: re.Match[str]) -> str:
        kind = "raw" if found[1].startswith("!") else "blob"
        return f"{found[1]}({home}/{kind}/main/{found[2]})"

    return re.sub(r"(!?\[[^\]]*\])\((?!https?:|#|mailto:)([^)\s]+)\)", absolute, text)
