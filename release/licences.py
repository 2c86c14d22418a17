"""Write docs/licences.md: the licence of every library that an installation brings, as each says of itself.

python -m release.licences      (in an environment that has them all: `uv sync --extra cluster`)
"""

from __future__ import annotations

import re
import sys
import tomllib
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "licences.md"
HEAD = """\
# Licences of what comes with Pigeonhole

Pigeonhole is under the Apache License 2.0. The built-in base, MobileNetV2, is Google's, under the same
(`resources/bases/NOTICE`). The drawings of the built-in sample are in the public domain;
`resources/sample/pictures.csv` names the author of each. The libraries below are installed with it; `python -m
release.licences` wrote this table from what each says of itself, with the versions of `uv.lock` on Linux.

Some hold libraries of others in folders of their own, under the terms of those: PySide6 holds Qt (LGPL 3),
opencv-python-headless holds FFmpeg (LGPL 2.1), pillow-heif holds libheif and libde265 (LGPL 3) and x265 (GPL 2 or
later). All of these are files that can be replaced by one's own. Our packages for Linux hold x265 too: who passes one
on does so by the terms of the GPL.
"""
# Of those that say nothing: what their own files say.
READ = {"namex": "Apache-2.0"}


def main() -> int:
    tables = {
        "The program": core(),
        "Training": asked_by("training"),
        "A cluster (the extra `cluster`)": asked_by("cluster"),
    }
    texts = [f"## {heading}\n\n{table(found)}" for heading, found in tables.items()]
    TARGET.write_text("\n".join([HEAD, *texts]), "utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {[len(found) for found in tables.values()]} libraries")
    return 0


@cache
def core() -> dict[str, Distribution]:
    """All that the program asks for, by name."""
    return closure(_project()["dependencies"])


@cache
def asked_by(extra: str) -> dict[str, Distribution]:
    """All that an extra asks for besides."""
    found = closure(_project()["optional-dependencies"][extra])
    return {name: distribution for name, distribution in found.items() if name not in core()}


def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def closure(requirements: list[str]) -> dict[str, Distribution]:
    """All that these ask for here, by name."""
    found: dict[str, Distribution] = {}
    asked = [(Requirement(text), "") for text in requirements]
    while asked:
        wanted, extra = asked.pop()
        name = re.sub(r"[-_.]+", "-", wanted.name).lower()
        if name in found or (wanted.marker is not None and not wanted.marker.evaluate({"extra": extra})):
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            raise SystemExit(f"{name} is not installed; run `uv sync`.") from None
        for text in found[name].requires or []:
            asked += [(Requirement(text), extra) for extra in wanted.extras or {""}]
    return dict(sorted(found.items()))


def table(libraries: dict[str, Distribution]) -> str:
    rows = [f"| {name} | {found.version} | {licence(name, found)} |" for name, found in libraries.items()]
    return "\n".join(["| library | version | licence |", "|---|---|---|", *rows, ""])


def licence(name: str, found: Distribution) -> str:
    """The licence by the first of: the expression of SPDX, the classifiers, the first line of free text."""
    told = found.metadata
    classified = [
        line.rpartition(" :: ")[2].removesuffix(" License")
        for line in told.get_all("Classifier") or []
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    text = told.get("License-Expression") or ", ".join(classified) or (told.get("License") or "").strip().split("\n")[0]
    text = READ.get(name) or text
    if not text:
        raise SystemExit(f"{name} says no licence; read its files and add it to READ in {__file__}.")
    return text.replace("|", "/")


if __name__ == "__main__":
    sys.exit(main())
