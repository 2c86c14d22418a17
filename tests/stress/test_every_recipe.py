"""Every recipe and every base: one epoch through the command line on real pictures of its kind, and a model file that
passes its self-test. The short form, networks without their training, is tests/engine/training/test_recipe_exports.py.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.training.runs.records import MODEL
from tests.benchmarks.recipes import SHARED, command, made, trainings

PICTURES = 90
TRAININGS = trainings()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not SHARED.is_dir():
        pytest.skip(f"needs the pictures in {SHARED}")
    return tmp_path_factory.mktemp("recipes")


@pytest.mark.parametrize(("name", "kind", "more"), TRAININGS, ids=[name for name, _, _ in TRAININGS])
def test_it_trains_an_epoch_and_its_model_file_answers_as_the_network(
    folder: Path, name: str, kind: str, more: list[str]
) -> None:
    project = made(folder, kind, PICTURES)
    result = command("train", str(project), "--recipe", name.split()[0], "--epochs", "1", "--json", *more)
    run = project / "runs" / str(result["run"])
    record = json.loads((run / "run.json").read_text())
    assert (record["state"], record["epochs"]) == ("finished", 1)
    assert 0 <= record["difference"] <= 1e-4
    assert record["parameters"] == result["parameters"] > 0
    picture = next(f for f in project.with_suffix("").rglob("*") if f.suffix in {".png", ".jpg"})
    command("classify", str(run / MODEL), str(picture), "--out", str(run / "out.csv"))
    assert (run / "out.csv").read_text().count("\n") == 2
