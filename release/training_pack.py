"""The training pack: the libraries that only training needs, to lie beside those of the frozen program.

They are copied as they are installed, without what nobody runs. The program finds them where its own libraries are.
"""

from __future__ import annotations

import ast
import compileall
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import Distribution, PackagePath
from importlib.util import find_spec
from pathlib import Path
from py_compile import PycInvalidationMode

from release.licences import libraries

# TensorFlow asks for these and loads none of them to train: they build TensorFlow, rewrite old programs for it, or
# speak with its debugger in other processes.
NOT_LOADED = {"libclang", "setuptools", "wheel", "google-pasta", "grpcio"}
UNUSED_FOLDERS = ("tensorflow/include/", "tensorflow/xla_aot_runtime_src/", "tensorflow/compiler/mlir/stablehlo/")
UNUSED_FOLDERS += ("examples/", "tools/")  # of tf2onnx's makers
UNUSED_PARTS = ("tests", "testdata")
UNUSED_ENDS = (".h", ".hpp", ".inc", ".pyi", ".pyx", ".pxd", ".a", ".lib", ".cc", ".proto", ".pyc", ".pth", "_test.py")


@cache
def distributions() -> tuple[Distribution, ...]:
    """What training asks for and the program does not."""
    return tuple(found for name, found in libraries()[1].items() if name not in NOT_LOADED)


def modules() -> set[str]:
    """The modules and packages at the top of all that only training asks for, also of what is left out of the pack."""
    tops = {file.parts[0] for found in libraries()[1].values() for file in found.files or []}
    tops = {top.removesuffix(".py") for top in tops if not top.endswith((".pth", ".dist-info", ".libs", ".so"))}
    return {top for top in tops if top.isidentifier() and top != "__pycache__"}


def imported() -> list[str]:
    """All modules of Python and of the program's libraries that the pack imports: the frozen program must hold them."""
    own, found = modules(), set[str]()
    for file, _ in files():
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


def files() -> list[tuple[str, str]]:
    """Each file of the pack, and the folder where it belongs, as PyInstaller wants them."""
    found = [file for distribution in distributions() for file in _wanted(distribution)]
    return [(str(file.locate()), file.parent.as_posix()) for file in found]


def copy(folder: Path) -> None:
    """Write the pack into `folder`, compiled, and without the tables of symbols that only a debugger reads."""
    for file, place in files():
        (folder / place).mkdir(parents=True, exist_ok=True)
        target = shutil.copyfile(file, folder / place / Path(file).name)
        if ".so" in target.name:
            subprocess.run(["strip", "--strip-unneeded", target], check=True)
    # Not compared with the source: nobody can write either, and an installation may give files another time.
    unchecked = PycInvalidationMode.UNCHECKED_HASH
    if not compileall.compile_dir(folder, quiet=1, stripdir=str(folder), invalidation_mode=unchecked):
        raise SystemExit("A module of the training pack cannot be compiled.")


def _wanted(distribution: Distribution) -> Iterator[PackagePath]:
    for file in distribution.files or []:
        name = file.as_posix()
        unused = name.startswith(("../", *UNUSED_FOLDERS)) or name.endswith(UNUSED_ENDS)
        if not unused and not any(part in UNUSED_PARTS for part in file.parts):
            yield file


if __name__ == "__main__":
    sys.stdout.write("\n".join(imported()) + "\n")
