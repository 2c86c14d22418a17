"""Import and classification go on over pictures that crash their decoder, hang it or ask it for all memory."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.engine.conftest import _write_model
from tests.engine.imaging import hostile

ROOT = Path(__file__).resolve().parents[2]
FAULTS = ("crash", "spin", "lie")
REASONS = {
    "crash.qoi": "damaged: its decoder crashed (signal 11)",
    "lie.qoi": "damaged: its decoder crashed (exit status 0)",
    "spin.qoi": "takes too long: decoding it was stopped",
}
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends signals")


@pytest.fixture
def pictures(tmp_path):
    """Forty good pictures and one for each fault, in the middle."""
    folder = tmp_path / "pictures"
    hostile.good(folder, 40)
    for what in FAULTS:
        hostile.fault(folder / f"{what}.qoi", what)
    return folder


def started(*words, folder, seconds):
    environment = {**hostile.faulty_decoder(folder / "faulty"), "PIGEONHOLE_DECODE_SECONDS": seconds}
    command = [sys.executable, str(ROOT / "main.py"), *map(str, words), "--json"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=environment, cwd=folder, text=True, **pipes)


def events(*words, folder):
    with started(*words, folder=folder, seconds="1") as process:
        out, errors = process.communicate(timeout=200)
    assert process.returncode == 0, errors
    return [json.loads(line) for line in out.splitlines()]


def problems(told):
    return {Path(e["path"]).name: e["reason"] for e in told if e.get("event") == "problem_found"}


def test_an_import_lists_the_files_as_problems_and_goes_on(tmp_path, pictures):
    told = events("import", "p", pictures, folder=tmp_path)

    assert problems(told) == REASONS
    assert (told[-1]["images"], told[-1]["problems"]) == (43, 3)


def test_a_classification_lists_the_files_as_problems_and_goes_on(tmp_path, pictures):
    model = _write_model(tmp_path / "model.onnx")

    told = events("classify", model, pictures, "--out", tmp_path / "out.csv", folder=tmp_path)

    assert problems(told) == REASONS
    assert (told[-1]["images"], told[-1]["problems"]) == (40, 3)
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 41


@pytest.mark.parametrize("command", ["import", "classify"])
def test_ctrl_c_ends_a_picture_of_thousands_of_scans_within_a_second(tmp_path, command):
    file = hostile.progressive_jpeg(tmp_path / "pictures" / "scans.jpg", scans=5000)
    model = _write_model(tmp_path / "model.onnx")
    words = ["import", "p", file.parent] if command == "import" else ["classify", model, file.parent, "--out", "o.csv"]

    with started(*words, folder=tmp_path, seconds="60") as process:
        wait_until_a_decoder_works(process.pid)
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        taken = time.monotonic() - sent

    assert process.returncode == 130
    assert taken < 1


def wait_until_a_decoder_works(pid):
    import psutil

    end = time.monotonic() + 60
    while time.monotonic() < end:
        for child in psutil.Process(pid).children():
            if child.cmdline()[-1:] == ["decode"] and child.cpu_times().user > 0.5:
                return
        time.sleep(0.05)
    raise AssertionError("no decoder works")
