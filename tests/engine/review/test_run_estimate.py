"""How good the suggestions of a run are is counted on its check images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.library import query
from engine.library.project import Project
from engine.library.records import Split
from engine.models.predictions import Predictions
from engine.review.run_estimate import estimate_of_run
from engine.training.runs.records import PREDICTIONS, find_run
from tests.gui.small_project import make_project, write_run


def test_check_images_tell_and_test_images_do_not(tmp_path: Path) -> None:
    folder = make_project(tmp_path)
    write_run(folder, "r", wrong={"bee": ("ant", 0.7)})
    file = folder / "runs" / "r" / PREDICTIONS
    with Project.open(folder) as project:
        run = find_run(folder, "r")
        assert estimate_of_run(project, run) is None, "it has predictions for test images alone"
        own = Predictions.load(file)
        checked = [i.id for i in query.labelled_images(project) if i.split is Split.VALIDATION][:1]
        rows = np.zeros(1, int)
        replace(
            own,
            image_ids=np.concatenate([own.image_ids, checked]),
            splits=np.concatenate([own.splits, ["validation"]]),
            labels=np.concatenate([own.labels, own.labels[rows]]),
            probabilities=np.concatenate([own.probabilities, own.probabilities[rows]]),
        ).save(file)
        found = estimate_of_run(project, run)
    assert found is not None
    assert (found.images, found.sure.tolist()) == (1, [np.float32(0.9)])
    assert found.at_least(0.95) is None
    assert not found.enough
