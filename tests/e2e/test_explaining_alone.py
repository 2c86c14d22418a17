"""An explanation needs the exported model alone: no process that makes one loads what trains."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.conftest import _write_model
from tests.engine.review.conftest import make_setting

WINDOW = """
import sys
from pathlib import Path
from types import SimpleNamespace
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gui.jobs import JobRunner
from gui.review.gallery.explanation_map import PREDICTED, ExplanationMap
from gui.review.gallery.run_model import OpenedModel

app = QApplication([])
pane = ExplanationMap(JobRunner(), OpenedModel())
covers = []
pane.cover_changed.connect(lambda cover, _: (covers.append(cover), app.quit()) if cover is not None else None)
run = SimpleNamespace(run="some", folder=Path(sys.argv[1]), predicted=[1], labels=[0], classes=("dark", "light"))
pane.show_image(run, 0, SimpleNamespace(id=1, width=10, height=8, file=Path(sys.argv[2])))
pane.choice.button(PREDICTED).click()
QTimer.singleShot(60_000, app.quit)
app.exec()
assert covers, pane.words.text()
assert "onnxruntime" in sys.modules, "the map was made in this process"
"""
COMMAND = """
import sys
from engine.cli.main import main

assert main(["explain", *sys.argv[1:]]) == 0
assert "onnxruntime" in sys.modules, "the map was made in this process"
"""
CHECK = """
heavy = {"tensorflow", "keras", "tf2onnx", "torch", "jax"} & set(sys.modules)
assert not heavy, heavy
print("light")
"""


@pytest.mark.parametrize("how", ["window", "command"])
def test_an_explanation_loads_no_tensorflow(tmp_path: Path, how: str):
    setting = make_setting(tmp_path, _write_model)
    (picture,) = setting.pictures.rglob("test dark 2.png")
    if how == "window":
        script, arguments = WINDOW, [str(setting.run().folder), str(picture)]
    else:
        script, arguments = COMMAND, [str(setting.folder), picture.name, "--out", str(tmp_path / "maps")]
    done = subprocess.run(
        [sys.executable, "-c", script + CHECK, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("light\n")
    if how == "command":
        assert list((tmp_path / "maps").rglob("*.png"))
