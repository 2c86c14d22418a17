"""The rules of the house that only a fresh interpreter can show."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    "keras",
    "tensorflow",
    "jax",
    "torch",
    "matplotlib",
    "pandas",
    "sklearn",
    "cv2",
    "onnxruntime",
    "numpy",
    "tf2onnx",
)

OPEN_WINDOW = """
import json, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import main

app = QApplication([])

def when_open():
    if any(type(w).__name__ == "MainWindow" and w.isVisible() for w in app.topLevelWidgets()):
        print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
    app.quit()

QTimer.singleShot(300, when_open)
sys.exit(main.main([]))
"""

ENGINE_WITHOUT_QT = """
import importlib, json, pkgutil, sys

class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6"}:
            raise ModuleNotFoundError(f"No module named {name!r}")
        return None

sys.meta_path.insert(0, NoQt())
import engine
for module in pkgutil.walk_packages(engine.__path__, "engine."):
    importlib.import_module(module.name)
import main
print(json.dumps(sorted(sys.modules)))
"""


def in_a_fresh_interpreter(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_window_opens_with_nothing_heavy_loaded() -> None:
    loaded = set(json.loads(in_a_fresh_interpreter(OPEN_WINDOW).splitlines()[-1]))
    assert "PySide6" in loaded
    assert not loaded & set(HEAVY)


def test_imports_in_the_process_of_the_window_read_no_sources() -> None:
    code = (
        "import gui.app, linecache; before = set(linecache.cache); import numpy; print(set(linecache.cache) - before)"
    )
    assert in_a_fresh_interpreter(code).strip() == "set()"


def test_every_module_of_the_engine_loads_where_qt_is_not_installed() -> None:
    loaded = json.loads(in_a_fresh_interpreter(ENGINE_WITHOUT_QT).splitlines()[-1])
    assert not [name for name in loaded if name.startswith(("PySide6", "gui"))]


def test_listing_recipes_and_runs_loads_no_training_library() -> None:
    code = """
import json, sys
import main, engine.jobs.child
from engine.cli.commands import load
load(None)
from engine.training import options, trainer
from engine.training.runs import records as runs
from engine.training.recipes.registry import recipes
assert recipes()
print(json.dumps(sorted(sys.modules)))
"""
    loaded = json.loads(in_a_fresh_interpreter(code).splitlines()[-1])
    assert not {name.partition(".")[0] for name in loaded} & {
        "keras",
        "tensorflow",
        "jax",
        "torch",
        "tf2onnx",
        "sklearn",
    }


@pytest.mark.parametrize("package", ["engine", "gui"])
def test_packages_reexport_nothing(package: str) -> None:
    import ast

    for init in (ROOT / package).rglob("__init__.py"):
        body = ast.parse(init.read_text(encoding="utf-8")).body
        if init.parent == ROOT / "engine":  # which prepares the environment of whatever follows
            assert list(map(ast.unparse, body[1:])) == ["from engine import environment", "environment.prepare()"]
            body = body[:1]
        assert len(body) == 1, f"{init} holds more than a docstring"
        assert isinstance(body[0], ast.Expr), f"{init} holds something else than a docstring"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send to another process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_a_request_to_end_close_the_window_in_order(number: signal.Signals) -> None:
    code = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import main, sys
app = QApplication([])
QTimer.singleShot(300, lambda: print("open", flush=True))
status = main.main([])
print("closed", flush=True)
sys.exit(status)
"""
    program = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "open\n"
    program.send_signal(number)
    rest, _ = program.communicate(timeout=30)
    assert (rest, program.returncode) == ("closed\n", 0)


def test_no_two_decisions_have_the_same_number() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [page.name[:4] for page in pages]
    assert len(set(numbers)) == len(numbers)
    for number, page in zip(numbers, pages, strict=True):
        assert page.read_text(encoding="utf-8").startswith(f"# {int(number)}. "), page.name
