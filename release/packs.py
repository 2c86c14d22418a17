"""The packs of the frozen program: libraries that only a part of it needs, to lie beside its own.

They are copied as they are installed, without what nobody runs. The program finds them where its own libraries are.
"""

from __future__ import annotations

import ast
import compileall
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import Distribution, PackagePath
from importlib.util import find_spec
from pathlib import Path
from py_compile import PycInvalidationMode

from engine.libraries import PACKS, Pack
from release.licences import asked_by

# TensorFlow asks for these and loads none of them to train: they build TensorFlow, rewrite old programs for it, or
# speak with its debugger in other processes.
NOT_LOADED = {"libclang", "setuptools", "wheel", "google-pasta", "grpcio"}
# More than one pack asks for these, and two packages cannot have one file: they are frozen with the program.
IN_THE_PROGRAM = {"certifi", "charset-normalizer", "idna", "requests", "urllib3"}
UNUSED_FOLDERS = ("tensorflow/include/", "tensorflow/xla_aot_runtime_src/", "tensorflow/compiler/mlir/stablehlo/")
UNUSED_FOLDERS += ("examples/", "tools/")  # of tf2onnx's makers
# Of Ray: Java, the pages of its dashboard, and the libraries that stand on it beside Ray Data.
UNUSED_FOLDERS += ("ray/jars/", "ray/dashboard/client/", "ray/rllib/", "ray/serve/", "ray/llm/", "ray/tune/")
UNUSED_FOLDERS += ("ray/train/", "ray/workflow/")
UNUSED_FOLDERS += ("pyarrow/include/", "pyarrow/includes/", "pyarrow/src/")
UNUSED_PARTS = ("tests", "testdata")
UNUSED_ENDS = (".h", ".hpp", ".inc", ".pyi", ".pyx", ".pxd", ".pxi", ".a", ".lib", ".cc", ".proto", ".pyc", ".pth")
UNUSED_ENDS += ("_test.py",)
# Of Arrow: talk with databases over a network, and the same library by other names.
UNUSED_NAMES = re.compile(r"pyarrow/(_flight\.|flight\.py|libarrow_(python_)?flight\.|lib\w+\.so($|\.\d+\.\d+\.\d+$))")


@cache
def distributions(pack: Pack) -> tuple[Distribution, ...]:
    """What comes in this pack."""
    left_out = NOT_LOADED | IN_THE_PROGRAM
    return tuple(found for name, found in asked_by(pack.extra).items() if name not in left_out)


def modules(packs: Sequence[Pack] = PACKS) -> set[str]:
    """The modules and packages at the top of all that only packs ask for, also of what is left out of them."""
    asked = [found for pack in packs for name, found in asked_by(pack.extra).items() if name not in IN_THE_PROGRAM]
    tops = {file.parts[0] for found in asked for file in found.files or []}
    tops = {top.removesuffix(".py") for top in tops if not top.endswith((".pth", ".dist-info", ".libs", ".so"))}
    return {top for top in tops if top.isidentifier() and top != "__pycache__"}


def imported(packs: Sequence[Pack] = PACKS) -> list[str]:
    """All modules of Python and of the program's libraries that packs import: the frozen program must hold them."""
    own, found = modules(packs), set[str]()
    for file, _ in (each for pack in packs for each in files(pack)):
        if file.endswith(".py"):
            found |= {name for name in _imports(Path(file)) if name.partition(".")[0] not in own}
    return sorted(name for name in found if _is_module(name))


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def _is_module(name: str) -> bool:
    parent = name.rpartition(".")[0]
    try:
        return (not parent or _is_module(parent)) and find_spec(name) is not None
    except (ImportError, AttributeError, ValueError):
        return False


def files(pack: Pack) -> list[tuple[str, str]]:
    """Each file of a pack, and the folder where it belongs, as PyInstaller wants them."""
    found = [file for distribution in distributions(pack) for file in _wanted(distribution)]
    return [(str(file.locate()), file.parent.as_posix()) for file in found]


def copy(pack: Pack, folder: Path) -> None:
    """Write a pack into `folder`, compiled, and without the tables of symbols that only a debugger reads."""
    for file, place in files(pack):
        (folder / place).mkdir(parents=True, exist_ok=True)
        target = shutil.copy(file, folder / place / Path(file).name)
        if _is_program(target):
            subprocess.run(["strip", "--strip-unneeded", target], check=True)
    # Not compared with the source: nobody can write either, and an installation may give files another time.
    unchecked = PycInvalidationMode.UNCHECKED_HASH
    if not compileall.compile_dir(folder, quiet=1, stripdir=str(folder), invalidation_mode=unchecked):
        raise SystemExit(f"A module of {pack.name} cannot be compiled.")


def _is_program(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(4) == b"\x7fELF"


def _wanted(distribution: Distribution) -> Iterator[PackagePath]:
    for file in distribution.files or []:
        name = file.as_posix()
        unused = name.startswith(("../", *UNUSED_FOLDERS)) or name.endswith(UNUSED_ENDS)
        unused = unused or UNUSED_NAMES.match(name) is not None
        if not unused and not any(part in UNUSED_PARTS for part in file.parts):
            yield file


if __name__ == "__main__":
    sys.stdout.write("\n".join(imported()) + "\n")
