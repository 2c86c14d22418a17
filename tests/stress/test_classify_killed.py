"""A hundred kills at random instants, over classify with a table and with files that are moved."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.batch.classify import classify
from engine.batch.params import ClassifyParams
from engine.batch.sorting.undo import UndoSortParams, undo_sort
from engine.jobs.job import Cancel
from tests.engine.conftest import _write_model

ROOT = Path(__file__).resolve().parents[2]
KILLS, PICTURES = 100, 1500
SCRIPT = """
import json, sys
from engine.batch.classify import classify
from engine.batch.params import ClassifyParams
from engine.batch.sorting.undo import UndoSortParams, undo_sort
from engine.jobs.job import Cancel
jobs = {"classify": (classify, ClassifyParams), "undo": (undo_sort, UndoSortParams)}
job, params = jobs[sys.argv[1]]
chosen = json.loads(sys.argv[2])
if "sources" in chosen:
    chosen["sources"] = tuple(chosen["sources"])
print("ready", flush=True)
job(params(**chosen), emit=lambda event: None, cancel=Cancel())
print("done", flush=True)
"""


@pytest.fixture
def model(tmp_path):
    return _write_model(tmp_path / "model.onnx", classes=("dark", "grey", "light"))


@pytest.fixture
def pictures(tmp_path):
    """Every picture differs in its bytes; some cannot be read; some names occur in every folder."""
    numbers = np.random.default_rng(0)
    for number in range(PICTURES):
        path = tmp_path / "pictures" / f"part {number % 7}" / f"{number // 7:04}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        if number % 50 == 49:
            path.write_bytes(b"no picture %d" % number)
        else:
            Image.fromarray(numbers.integers(0, 256, (4, 4), np.uint8) // 2 + number % 128).save(path)
    return tmp_path / "pictures"


def contents(*folders):
    return Counter(p.read_bytes() for f in folders if f.exists() for p in f.rglob("*.png"))


def killed(job, params, seconds):
    """Run a job in a process of its own, killed so long after its start. Whether it ended before."""
    import json

    command = [sys.executable, "-c", SCRIPT, job, json.dumps(params)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.kill()
        return process.stdout.read() == "done\n"


def rows(out):
    with out.open(newline="") as file:
        good = [(r["path"], r["class"]) for r in csv.DictReader(file)]
    with out.with_name(f"{out.stem}.problems.csv").open(newline="") as file:
        return sorted(good + [(r["path"], "") for r in csv.DictReader(file)])


def test_a_table_is_whole_after_a_hundred_kills(tmp_path, model, pictures):
    whole = tmp_path / "whole.csv"
    classify(ClassifyParams(str(model), (str(pictures),), str(whole)), emit=lambda e: None, cancel=Cancel())
    expected, chance, kills, complete = rows(whole), random.Random(1), 0, 0
    assert len(expected) == PICTURES
    out = tmp_path / "out.csv"
    params = {"model": str(model), "sources": [str(pictures)], "out": str(out), "batch_size": 8, "resume": True}
    while kills < KILLS:
        if not killed("classify", params, chance.uniform(0, 0.25)):
            kills += 1
        if kills % 10 == 9:
            classify(ClassifyParams(**{**params, "sources": (str(pictures),)}), emit=lambda e: None, cancel=Cancel())
            assert rows(out) == expected
            complete += 1
            out.unlink()
            out.with_name("out.problems.csv").unlink()
            out.with_name("out.csv.rows.jsonl").unlink()
    assert complete >= 10


@pytest.mark.parametrize("mode", ["move", "copy"])
def test_no_file_is_lost_or_doubled_after_a_hundred_kills(tmp_path, model, pictures, mode):
    before, chance, kills = contents(pictures), random.Random(2), 0
    where = {str(p.relative_to(pictures)): p.read_bytes() for p in pictures.rglob("*.png")}
    target, resumed, undone = tmp_path / "sorted", 0, 0
    params = {
        **{"model": str(model), "sources": [str(pictures)], "sort_into": str(target), "sort": mode},
        **{"batch_size": 8, "resume": True},
    }
    while kills < KILLS:
        kills += not killed("classify", params, chance.uniform(0, 0.3))
        found = contents(pictures, target)
        assert set(found) == set(before), "contents are lost"
        if chance.random() < 0.15:
            chosen = ClassifyParams(**{**params, "sources": (str(pictures),)})
            result = classify(chosen, emit=lambda e: None, cancel=Cancel())
            assert result["images"] + result["problems"] == PICTURES
            assert contents(target) == before
            assert len(rows(target / "classified.csv")) == PICTURES
            resumed += 1
        if chance.random() < 0.2:
            journals = [str(p) for p in target.glob(".sorted-*.journal")]
            for journal in journals:
                while chance.random() < 0.5 and not killed("undo", {"journal": journal}, chance.uniform(0, 0.1)):
                    kills += 1
                assert undo_sort(UndoSortParams(journal), emit=print, cancel=Cancel())["left"] == 0
                Path(journal).unlink()
            assert {str(p.relative_to(pictures)): p.read_bytes() for p in pictures.rglob("*.png")} == where
            assert contents(target) == Counter()
            for table in target.glob("classified*"):
                table.unlink()
            undone += 1
    assert resumed > 3
    assert undone > 3
