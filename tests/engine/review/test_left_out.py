"""Images that a run was to be scored on and has no prediction for: said, whoever decided that they are held out."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Flag, Split
from engine.models.predictions import Predictions
from engine.review.reviewed import LeftOut, Reviewed, Reviewer
from engine.training.runs.records import PREDICTIONS, SPLIT, find_run
from tests.gui.small_project import make_project, write_run


def stopped(folder: Path, held_out: list[int], predicted: list[int], lost: int) -> None:
    """A run that drew its own validation images and was stopped before all were predicted; one is gone since."""
    with Project.open(folder, read_only=True) as project:
        images = query.labelled_images(project)
    own = Predictions.load(folder / "runs" / "r" / PREDICTIONS)
    rows = np.zeros(len(predicted), int)
    replace(
        own,
        image_ids=np.concatenate([own.image_ids, predicted]),
        splits=np.concatenate([own.splits, np.full(len(predicted), "validation")]),
        labels=np.concatenate([own.labels, own.labels[rows]]),
        probabilities=np.concatenate([own.probabilities, own.probabilities[rows]]),
    ).save(folder / "runs" / "r" / PREDICTIONS)
    with (folder / "runs" / "r" / SPLIT).open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("image_id", "source_id", "path", "class", "split", "file"))
        for image in images:
            split = Split.VALIDATION if image.id in held_out else image.split
            writer.writerow((image.id, image.source_id, image.path, "ant", split.value, image.file))
        writer.writerow((lost, 1, "gone.png", "ant", "validation", "gone.png"))


def test_validation_images_that_the_run_drew_are_left_out_until_they_are_predicted(tmp_path: Path) -> None:
    folder = make_project(tmp_path)
    write_run(folder, "r")
    with Project.open(folder, read_only=True) as project:
        images = query.labelled_images(project)
        drawn, lost = [i.id for i in images if i.split is Split.TRAINING][:4], 999
        decided = [i.id for i in images if i.split is Split.VALIDATION]
        stopped(folder, drawn, drawn[:1], lost)
        run = find_run(folder, "r")
        found = Reviewer().read(project, run, "validation", ())
        tested = Reviewer().read(project, run, "test", ())
    assert isinstance(found, Reviewed)
    assert isinstance(tested, Reviewed)
    assert found.image_ids.tolist() == drawn[:1]
    assert found.left_out == LeftOut(unpredicted=tuple(sorted([*drawn[1:], *decided])))
    assert tested.left_out == LeftOut()


def test_no_label_that_was_accepted_unseen_is_scored(tmp_path: Path) -> None:
    folder = make_project(tmp_path)
    write_run(folder, "r")
    with Project.open(folder) as project:
        run, reviewer = find_run(folder, "r"), Reviewer()
        before = reviewer.read(project, run, "test", ())
        assert isinstance(before, Reviewed)
        one = int(before.image_ids[0])
        edits.set_flag(project, [one], Flag.UNSEEN)
        found = reviewer.after(project, [one])
        read_anew = Reviewer().read(project, run, "test", ())
        edits.look_at(project, [one])
        looked_at = reviewer.after(project, [one])
    for without in (found, read_anew):
        assert isinstance(without, Reviewed)
        assert without.image_ids.tolist() == before.image_ids.tolist()[1:]
    assert isinstance(read_anew, Reviewed)
    assert read_anew.left_out == LeftOut(unseen=1)
    assert isinstance(looked_at, Reviewed)
    assert looked_at.image_ids.tolist() == before.image_ids.tolist()
