"""A table that cannot be written is refused before any work, so that hours of it are not lost at its end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.errors import UsageError
from engine.jobs.job import Cancel
from engine.review.compare import CompareParams, compare
from engine.review.confidence.calibrate import CalibrateParams, calibrate
from engine.review.duplicates import DuplicatesParams, find_duplicates
from engine.review.evaluate import EvaluateParams, MistakesParams, evaluate, find_mistakes
from engine.review.explain.job import ExplainParams, explain_images
from engine.review.suspects.job import SuspectsParams, find_suspects
from engine.review.tables import check_place

JOBS = {
    "calibrate": lambda project, out: (calibrate, CalibrateParams(project, csv=out)),
    "compare": lambda project, out: (compare, CompareParams(project, csv=out)),
    "duplicates": lambda project, out: (find_duplicates, DuplicatesParams(project, resolve="exclude", csv=out)),
    "evaluate": lambda project, out: (evaluate, EvaluateParams(project, report=out)),
    "explain": lambda project, out: (explain_images, ExplainParams(project, ("dark",), csv=out)),
    "mistakes": lambda project, out: (find_mistakes, MistakesParams(project, csv=out)),
    "suspects": lambda project, out: (find_suspects, SuspectsParams(project, folds=3, csv=out)),
}


@pytest.mark.parametrize("name", JOBS)
def test_no_job_begins_what_it_cannot_write(name, setting, tmp_path):
    model, seen = (setting.run().folder / "model.onnx").read_bytes(), []
    job, params = JOBS[name](str(setting.folder), str(tmp_path / "missing" / "out.csv"))

    with pytest.raises(UsageError, match=r"cannot be written to .*: its folder does not exist; choose another place"):
        job(params, emit=seen.append, cancel=Cancel())

    assert seen == []
    assert (setting.run().folder / "model.onnx").read_bytes() == model
    assert not (tmp_path / "missing").exists()


def test_a_place_that_can_be_written_stays_as_it_is(tmp_path):
    kept = tmp_path / "kept.csv"
    kept.write_text("from before")

    for path in (None, str(kept), str(tmp_path / "new.csv")):
        check_place(path, "table")

    assert kept.read_text() == "from before"
    assert not (tmp_path / "new.csv").exists()


def test_a_folder_and_a_closed_place_are_refused(tmp_path, monkeypatch):
    with pytest.raises(UsageError, match="there is a folder of that name"):
        check_place(str(tmp_path), "table")
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    with pytest.raises(UsageError, match="permission denied"):
        check_place(str(tmp_path / "new.csv"), "table")
