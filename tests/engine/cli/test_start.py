"""What is loaded before a person sees something: each library costs a part of the second that they have to wait."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_the_start_of_the_window_loads_neither_the_parser_nor_numpy():
    code = (
        "import sys, main; main.main(['.']); "
        "print([m for m in ('typer', 'numpy', 'pandas', 'keras', 'PySide6') if m in sys.modules])"
    )
    no_screen = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"} | {"DISPLAY": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=no_screen, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_help_and_predictions_load_nothing_heavy(tmp_path, write_model):
    from PIL import Image

    model = write_model(tmp_path / "model.onnx")
    Image.new("RGB", (9, 9), "white").save(tmp_path / "white.png")
    arguments = ["classify", str(model), str(tmp_path / "white.png"), "--out", str(tmp_path / "out.csv")]
    heavy = ("tensorflow", "keras", "pandas", "sklearn", "matplotlib", "jinja2", "rich", "PySide6")
    code = (
        f"import sys, main; status = main.main({arguments!r}); print(status, [m for m in {heavy} if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "0 []"
    assert ",light," in (tmp_path / "out.csv").read_text()


def test_the_parser_is_made_once_for_the_commands_that_are_known():
    from engine.cli.app import parser
    from engine.cli.commands import load

    load("runs")
    assert "runs" in parser().commands
    load(None)
    assert "classify" in parser().commands
    assert parser() is parser()
