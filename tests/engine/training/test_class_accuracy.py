"""The accuracy of each class is told after each epoch, and is that of the predictions."""

from __future__ import annotations

import numpy as np
import pytest

from engine.events import ClassesMeasured, Event, RunStarted
from engine.jobs.job import Cancel
from engine.library.records import Split
from engine.models.predictions import Predictions
from engine.training.plan import TrainParams
from engine.training.trainer import train
from tests.engine.training.conftest import MakeProject, network_of
from tests.engine.training.test_trainer import build_small

TINY = {"image_size": 24, "epochs": 2, "batch_size": 8}


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("options", [{}, {"label_smoothing": 0.1}])
def test_the_accuracy_of_each_class_is_that_of_its_predictions(
    make_project: MakeProject, options: dict[str, float]
) -> None:
    counts = {Split.TRAINING: 8, Split.VALIDATION: 4}
    project = make_project({"dark": counts, "mid": {Split.TRAINING: 8}, "pale": counts})
    events: list[Event] = []
    with network_of("fashion-cnn", build_small):
        params = TrainParams(str(project), "fashion-cnn", TINY | options, export=False)
        result = train(params, emit=events.append, cancel=Cancel())
    started = next(e for e in events if isinstance(e, RunStarted))
    measured = [e for e in events if isinstance(e, ClassesMeasured)]
    assert started.classes == ("dark", "mid", "pale")
    assert [e.epoch for e in measured] == [1, 2]
    found = Predictions.load(project / "runs" / result["run"] / "predictions.npz")
    right = found.probabilities.argmax(1) == found.labels
    best = measured[result["best_epoch"] - 1].accuracies
    assert {e.images for e in measured} == {(4, 0, 4)}
    assert best[1] is None, "no image of this class validates"
    for label in (0, 2):
        assert best[label] == pytest.approx(np.mean(right[found.labels == label]))
