"""Classifying, sorting, undoing and looking at models through the real `main()`."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import main as entry
from tests.engine.conftest import _write_model

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def model(tmp_path):
    return str(_write_model(tmp_path / "model.onnx", classes=("dark", "light")))


@pytest.fixture
def pictures(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number, value in enumerate(np.linspace(0, 255, 20).astype(int)):
        Image.new("L", (9, 9), int(value)).save(folder / f"{number:02}.png")
    return folder


@pytest.fixture
def pigeonhole(capsys):
    """Runs a command with --json that must succeed; gives the last line."""

    def run(*arguments):
        status = entry.main([*map(str, arguments), "--json"])
        lines = capsys.readouterr().out.splitlines()
        assert status == 0, lines[-1]
        return json.loads(lines[-1])

    return run


def test_sorting_by_moving_is_taken_back_by_undo(tmp_path, model, pictures, pigeonhole, capsys):
    before = {p.name: p.read_bytes() for p in pictures.iterdir()}

    result = pigeonhole("classify", model, pictures, "--into", tmp_path / "sorted", "--by", "move", "--threshold", 0.7)

    assert sum(1 for _ in (tmp_path / "sorted").rglob("*.png")) == result["sorted"] == 20
    assert {p.name for p in (tmp_path / "sorted").iterdir() if p.is_dir()} == {"dark", "light", "unsure"}
    assert list(pictures.iterdir()) == []
    assert pigeonhole("undo", result["journal"])["restored"] == 20
    assert {p.name: p.read_bytes() for p in pictures.iterdir()} == before
    assert entry.main(["undo", model]) == 2
    assert "is no journal of sorted files" in capsys.readouterr().err


def test_paths_come_on_standard_input_and_leave_as_json_lines(tmp_path, model, pictures, pigeonhole, monkeypatch):
    class Stdin:
        buffer = io.BytesIO(b"\n".join(os.fsencode(p) for p in sorted(pictures.iterdir())[:3]))

    monkeypatch.setattr(sys, "stdin", Stdin)
    result = pigeonhole("classify", model, "-", pictures / "1*.png", "--out", tmp_path / "o.jsonl", "--all", "--top", 2)

    rows = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text().splitlines()]
    assert [Path(r["path"]).stem for r in rows] == ["00", "01", "02", *map(str, range(10, 20))]
    assert result["images"] == 13


def test_a_batch_goes_on_with_resume_and_writes_a_page(tmp_path, model, pictures, pigeonhole):
    out = tmp_path / "out.csv"
    pigeonhole("classify", model, pictures, "--out", out)
    journal = tmp_path / "out.csv.rows.jsonl"
    journal.write_text("".join(journal.read_text().splitlines(keepends=True)[:8]) + '["torn')

    result = pigeonhole("classify", model, pictures, "--out", out, "--resume", "--summary", tmp_path / "page.html")

    assert (result["resumed"], result["images"]) == (7, 20)
    with out.open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 20
    assert "20 images classified" in (tmp_path / "page.html").read_text("utf-8")


def test_a_hot_folder_is_left_with_ctrl_c(tmp_path, model, pictures):
    command = [sys.executable, str(ROOT / "main.py"), "classify", model, str(pictures)]
    process = subprocess.Popen(
        [*command, "--out", str(tmp_path / "out.csv"), "--watch", "--json"], stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        seen = 0
        for line in process.stdout:
            event = json.loads(line)
            seen += len(event.get("rows", ())) if event.get("event") == "classified" else 0
            if seen == 20:
                break
        process.send_signal(signal.SIGINT)
        last = json.loads(process.stdout.read().splitlines()[-1])
    assert process.returncode == 0
    assert last["images"] == 20


def test_model_tells_what_a_file_is(tmp_path, model, pigeonhole, capsys):
    facts = pigeonhole("model", model)
    assert (facts["kind"], facts["usable"], facts["info"]["classes"]) == ("ONNX", True, ["dark", "light"])

    (tmp_path / "evil.pt").write_bytes(b"\x80\x04evil")
    assert entry.main(["model", str(tmp_path / "evil.pt")]) == 0
    assert "no: evil.pt is a Python pickle, which runs code" in capsys.readouterr().out
    (tmp_path / "cut.onnx").write_bytes(Path(model).read_bytes()[:100])
    assert entry.main(["model", str(tmp_path / "cut.onnx")]) == 1
    assert entry.main(["classify", str(tmp_path / "cut.onnx"), str(tmp_path), "--out", str(tmp_path / "x.csv")]) == 1
    assert capsys.readouterr().err.count("\n") <= 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--engine", "ray", "--out", "o", "--resume"], "--engine ray writes Parquet files"),
        (["--out", "o.csv", "--threshold", "2"], "--threshold"),
        (["--into", "t", "--by", "magic"], "'magic' is not one of"),
        (["--resume"], "Missing option '--out'"),
        (["--out", "o.csv", "--form", "xml"], "submission, found 'xml'"),
    ],
)
def test_wrong_usage_is_one_line(model, pictures, arguments, words, capsys):
    assert entry.main(["classify", model, str(pictures), *arguments]) == 2
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1
