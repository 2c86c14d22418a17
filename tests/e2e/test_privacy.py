"""Nothing leaves the machine, and nothing is left anywhere but in the project, the outputs and folders of our own."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from engine.environment import SILENT
from engine.models.targets import TARGETS
from tests.engine.conftest import _write_model
from tests.long_forms import LONG

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, str(ROOT / "main.py")]
OURS = (".cache/Pigeonhole", ".config/Pigeonhole", ".local/share/Pigeonhole", ".local/state/Pigeonhole")

# Every page is shown, and a dialog for files, in which Qt remembers folders for the next one.
WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog
import main

app = QApplication([])

def look():
    window = next(w for w in app.topLevelWidgets() if type(w).__name__ == "MainWindow")
    for page in range(4):
        window.show_page(page)
    window.choose_folder()
    QTimer.singleShot(1000, lambda: leave(window))

def leave(window):
    window.findChild(QFileDialog).reject()
    QTimer.singleShot(0, window.close)

QTimer.singleShot(1000, look)
sys.argv = ["pigeonhole", sys.argv[1]]
main.program()
"""


@pytest.fixture
def unshare() -> list[str]:
    """The words that run a command in a network and with mounts of its own."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        pytest.skip("needs unshare of Linux")
    words = ["unshare", "--net", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    if subprocess.run([*words, "true"], capture_output=True).returncode != 0:
        pytest.skip("this machine allows no network namespaces")
    return words


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """As of a person who just logged in. None of ours, and no `CI`, with which some libraries report nothing."""
    for name in ("home", "temporary", "work"):
        (tmp_path / name).mkdir()
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "TMPDIR": str(tmp_path / "temporary"),
        "CUDA_VISIBLE_DEVICES": "-1",
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def recorded(
    commands: list[list[str]],
    unshare: list[str],
    environment: dict[str, str],
    tmp_path: Path,
    beside: Sequence[list[str]] = (),
) -> dict[str, Any]:
    """What `recorded_network.py` says of these commands, all of which must end well."""
    record = tmp_path / "record.json"
    words = [*unshare, sys.executable, str(ROOT / "tests" / "e2e" / "recorded_network.py"), str(record)]
    words += [json.dumps(commands), json.dumps(list(beside))]
    subprocess.run(words, env=environment, cwd=tmp_path / "work", check=True)
    found: dict[str, Any] = json.loads(record.read_text())
    statuses = [done["status"] for done in found["commands"]]
    failed = [done for done in found["commands"] if done["status"] != 0]
    assert statuses == [0] * (len(commands) + len(beside)), failed
    return found


def left_elsewhere(tmp_path: Path) -> list[Path]:
    """Files in the home outside our folders, in the folder for temporary files and in the current one."""
    ours = tuple(tmp_path / "home" / folder for folder in OURS)
    files = [path for name in ("home", "temporary", "work") for path in (tmp_path / name).rglob("*")]
    return [path for path in files if not path.is_dir() and not any(path.is_relative_to(folder) for folder in ours)]


def draw(folder: Path) -> Path:
    for colour in ("red", "green", "blue"):
        (folder / colour).mkdir(parents=True)
        for number in range(8):
            picture = Image.effect_noise((20, 20), 60).convert("RGB")
            picture.paste(colour, (0, 0, 9 + number, 12))
            picture.save(folder / colour / f"{number}.png")
    return folder


def test_the_record_shows_a_name_that_is_looked_up_and_a_packet_that_would_leave(
    unshare: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    """Without this the other test would prove nothing."""
    code = """
import socket
try:
    socket.getaddrinfo("reports.example.com", 443)
except OSError as error:
    print(error)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
    sender.sendto(b"a report", ("203.0.113.7", 443))
"""
    found = recorded([[sys.executable, "-c", code]], unshare, environment, tmp_path)
    assert "reports.example.com" in found["names"]
    assert found["packets"] == ["203.0.113.7"]


@pytest.mark.stress
@pytest.mark.slow
def test_the_whole_job_asks_for_no_name_sends_nothing_and_leaves_files_in_our_folders_only(
    unshare: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    pictures, project, out = draw(tmp_path / "pictures"), str(tmp_path / "p.pigeonhole"), tmp_path / "out"
    out.mkdir()
    recorded([[*PROGRAM, "import", project, str(pictures)]], unshare, environment, tmp_path)
    train = [*PROGRAM, "train", project, "--recipe", "quick", "--set", "epochs=1"]
    found = [recorded([train], unshare, environment, tmp_path)]
    (run,) = (tmp_path / "p.pigeonhole" / "runs").iterdir()

    # The others load TensorFlow twice or three times.
    cheap = ("onnx", "openvino")
    targets = [t for t in TARGETS.values() if t.name in cheap or LONG]
    classify = [*PROGRAM, "classify", str(run), str(pictures)]
    commands = [
        [*PROGRAM, "evaluate", project, "--report", str(out / "report.html")],
        [*classify, "--out", str(out / "results.csv")],
        *([*PROGRAM, command, project] for command in ("suspects", "duplicates", "map")),
        [sys.executable, "-c", WINDOW, project],
    ]
    # ONNX Runtime first looked up the host of its reports after some ten seconds.
    watch = shlex.join([*classify, "--out", str(out / "watched.csv"), "--watch"])
    watching = ["sh", "-c", f"timeout -s INT 15 {watch}; [ $? = 124 ]"]
    for target in targets:
        if importlib.util.find_spec(target.module) is not None:
            place = out / target.name
            commands.append(
                [*PROGRAM, "export", project, "--run", run.name, "--format", target.name, "--out", str(place)]
            )
            commands.append([sys.executable, str(place / "predict.py"), str(pictures / "red" / "0.png")])
    found.append(recorded(commands, unshare, environment, tmp_path, [watching]))

    assert [(record["names"], record["packets"]) for record in found] == [([], [])] * 2
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["home", "temporary", "work", "pictures", "p.pigeonhole", "out", "record.json"]
    )
    assert left_elsewhere(tmp_path) == []
    assert len(list(pictures.rglob("*.*"))) == 24, "something was written among the pictures"


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed (extra `cluster`)")
def test_a_cluster_on_this_machine_asks_and_sends_nothing_and_runs_nothing_of_the_current_folder(
    unshare: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    pictures, model = draw(tmp_path / "pictures"), _write_model(tmp_path / "model.onnx", classes=("dark", "light"))
    for name in ("numpy", "engine", "pyarrow", "json"):
        (tmp_path / "work" / f"{name}.py").write_text(f"open({str(tmp_path / 'temporary' / name)!r}, 'w')")
    classify = [*PROGRAM, "classify", str(model), str(pictures), "--engine", "ray", "--out", str(tmp_path / "out")]
    before = set(Path("/tmp").glob("*ray*"))

    found = recorded([classify], unshare, environment, tmp_path)

    assert (found["names"], found["packets"]) == ([], [])
    assert [file for file in left_elsewhere(tmp_path) if file.parent.name != "work"] == []
    assert set(Path("/tmp").glob("*ray*")) <= before


def test_telemetry_is_off_however_the_engine_is_come_by() -> None:
    """Whichever module is imported first, and whatever the user's own environment says."""
    code = "import json, os, engine.models.providers; print(json.dumps(dict(os.environ)))"
    environment = {**os.environ, **dict.fromkeys(SILENT, "")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout).items() >= SILENT.items()


def test_only_modules_of_the_engine_import_a_library_that_reports() -> None:
    """All of them come after `engine/__init__.py`, which silences the library."""
    reporting = re.compile(r"^\s*(import|from) (onnxruntime|ray|openvino|keras|huggingface_hub|matplotlib)\b", re.M)
    files = [ROOT / "main.py", *(ROOT / "gui").rglob("*.py")]
    assert [file for file in files if reporting.search(file.read_text("utf-8"))] == []
