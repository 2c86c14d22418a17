"""Trainings that are killed at a random instant of every epoch, and resumed, end as those that nobody disturbed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.events import EpochEnded
from engine.training import network  # noqa: F401  # makes what is ours in a checkpoint known to Keras
from engine.training.runs.checkpoint import Checkpoint
from engine.training.runs.records import CHECKPOINT, MODEL, find_run, history
from tests.benchmarks.recipes import ROOT, SHARED, WEIGHTS, made

PICTURES = 160
# Kinds of pictures, epochs, the latest kill in seconds after the first step of an epoch, and options.
# Transfer: three epochs on features, then the upper half of MobileNetV2.
TRAININGS: dict[str, tuple[str, int, float, list[str]]] = {
    "fashion-cnn": ("clothes", 5, 0.3, ["batch_size=4"]),
    "accurate": ("signs", 5, 1.0, ["image_size=40", "batch_size=16"]),
    "transfer": ("flowers", 7, 1.0, ["image_size=96", "head_epochs=3", "batch_size=16", f"weights={WEIGHTS}"]),
}


@pytest.mark.parametrize("recipe", TRAININGS)
def test_a_training_killed_in_every_epoch_ends_bit_for_bit_as_one_that_was_not(recipe: str, tmp_path: Path) -> None:
    if not SHARED.is_dir():
        pytest.skip(f"needs the pictures in {SHARED}")
    kind, epochs, latest, options = TRAININGS[recipe]
    project = made(tmp_path, kind, PICTURES)
    new = ["--recipe", recipe, "--epochs", str(epochs), *(part for option in options for part in ("--set", option))]
    whole, ended = sitting(project, new)
    assert ended
    numbers = random.Random(recipe)
    name, arguments = "", new
    for epoch in range(1, epochs + 1):  # a model file, which takes longer, follows the last: the process is still there
        again, ended = sitting(project, arguments, (epoch, numbers.uniform(0, latest)))
        assert not ended
        assert again == (name or again) != whole
        name, arguments = again, ["--resume", again]
    _, ended = sitting(project, arguments)
    assert ended
    assert find_run(project, name).has_model, f"no {MODEL}"
    assert course(project, name) == course(project, whole)
    for one, other in zip(weights(project, name), weights(project, whole), strict=True):
        np.testing.assert_array_equal(one, other)


def sitting(project: Path, arguments: list[str], kill: tuple[int, float] | None = None) -> tuple[str, bool]:
    """Train until the end, or `kill`: an epoch, and seconds after its first step; the run, and whether it ended."""
    name = ""
    command = [sys.executable, "main.py", "train", str(project), "--json", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said: dict[str, Any] = json.loads(line)
            name = said.get("run") or name
            if kill is not None and said.get("event") == "batch_ended" and said["epoch"] >= kill[0]:
                time.sleep(kill[1])
                process.kill()
                break
    return name, process.returncode == 0


def course(project: Path, name: str) -> list[EpochEnded]:
    return [replace(row, seconds=0.0, images_per_second=0.0) for row in history(find_run(project, name))]


def weights(project: Path, name: str) -> list[np.ndarray]:
    """Of the last epoch, with the optimiser's."""
    kept = Checkpoint(find_run(project, name).folder / CHECKPOINT).load()
    assert kept is not None
    return [np.asarray(v) for v in (*kept[0].weights, *kept[0].optimizer.variables)]
