"""The loop through the real `main()`: import, train, evaluate, mistakes, classify, export, on the built-in sample."""

import csv
import json
import re
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import main as entry
from engine.library.sample import write_sample
from engine.models.bundle import read_info
from engine.models.predictor import Predictor
from engine.review.explain.rise import explain_file
from tests.digits import write_digits

# Keras 3 on numpy 2; nothing of ours.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")]


@pytest.fixture
def pigeonhole(capsys):
    """Runs a command with --json that must succeed; gives its events and the last line."""

    def run(*arguments):
        status = entry.main([*map(str, arguments), "--json"])
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert status == 0, lines[-1]
        return lines[:-1], lines[-1]

    return run


@pytest.fixture(autouse=True)
def few_masks(monkeypatch):
    """Let a map in a report come of some versions of the picture: 400 take a network of photographs four seconds."""
    monkeypatch.setattr("engine.review.report.extras.explain_file", partial(explain_file, masks=16))


def rows_of(path):
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_project_goes_from_folders_to_predictions(tmp_path, pigeonhole):
    pictures = write_digits(tmp_path, one_of=4)
    project = tmp_path / "digits.pigeonhole"

    events, result = pigeonhole("import", project, pictures.pictures)
    listed = len(list(pictures.pictures.rglob("*.png")))
    assert result["images"] == listed
    assert [e["images"] for e in events if e["event"] == "images_added"][-1] == listed

    _, result = pigeonhole("info", project)
    assert set(result) == {"images", "classes", "problems", "sources", "unseen"}
    assert (result["images"], result["problems"]) == (listed, 0)
    assert [c["name"] for c in result["classes"]] == list("0123456789")
    assert all(set(c) == {"name", "training", "validation", "test", "unassigned", "unseen"} for c in result["classes"])
    in_test = len(list((pictures.pictures / "test").rglob("*.png")))
    assert sum(c["test"] for c in result["classes"]) == in_test

    events, trained = pigeonhole(
        *("train", project, "--recipe", "fashion-cnn", "--epochs", 3, "--batch-size", 8, "--seed", 7),
        *("--set", "plateau=0"),
    )
    assert trained["epochs"] == 3
    assert set(trained) >= {"run", "validation_accuracy", "seconds", "images_per_second"}
    assert [e["epoch"] for e in events if e["event"] == "epoch_ended"] == [1, 2, 3]
    run = project / "runs" / trained["run"]

    _, listed_runs = pigeonhole("runs", project)
    assert [r["name"] for r in listed_runs["runs"]] == [trained["run"]]

    report = tmp_path / "report.html"
    _, scores = pigeonhole("evaluate", project, "--report", report)
    assert scores["images"] == in_test
    assert scores["accuracy"] == pytest.approx(1 - scores["mistakes"] / in_test)
    assert scores["accuracy"] > 0.5
    page = report.read_text("utf-8")
    assert page.count("<svg") == 6  # the charts, and the map by label and by mistake
    assert page.count("<figure ") == min(scores["mistakes"], 240)
    assert not re.search(r"""(src|href)=["']?(https?:|/)""", page)

    table = tmp_path / "mistakes.csv"
    _, mistakes = pigeonhole("mistakes", project, "--csv", table)
    wrong = rows_of(table)
    assert len(wrong) == mistakes["mistakes"] == scores["mistakes"]
    assert all(row["label"] != row["predicted"] for row in wrong)
    assert [float(r["confidence"]) for r in wrong] == sorted((float(r["confidence"]) for r in wrong), reverse=True)

    out = tmp_path / "classified.csv"
    _, batch = pigeonhole("classify", run, pictures.unlabelled, "--out", out, "--top", 2)
    rows = rows_of(out)
    assert batch["images"] == len(rows) == 100
    probabilities, problems = Predictor(run / "model.onnx").predict_files([Path(row["path"]) for row in rows])
    assert problems == {}
    assert [row["class"] for row in rows] == [str(i) for i in probabilities.argmax(axis=1)]
    np.testing.assert_allclose([float(r["confidence"]) for r in rows], probabilities.max(axis=1), atol=1e-6)

    exported = tmp_path / "mine.onnx"
    _, _ = pigeonhole("export", project, "--run", trained["run"], "--format", "onnx", "--out", exported)
    assert read_info(exported).classes == tuple("0123456789")


def test_the_sample_does_the_whole_job_and_run_again_trains_no_second_time(tmp_path, pigeonhole, monkeypatch):
    written = write_sample(tmp_path)  # what is there already is taken as it is
    for file in sorted(written.pictures.glob("*/*"))[::2]:
        file.unlink()
    _, first = pigeonhole("sample", "--out", tmp_path, "--headless")

    for name in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":6543")  # where no server is
    _, second = pigeonhole("sample", "--out", tmp_path)

    assert first == second
    assert first["accuracy"] > 0.5, "of half the pictures, six classes"
    assert first["classified"] == len(rows_of(first["results"])) == 24
    for place in ("project", "pictures", "unlabelled", "model", "report", "results"):
        assert Path(first[place]).exists()
    assert len(list(Path(first["project"], "runs").iterdir())) == 1
