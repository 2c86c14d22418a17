"""Stop is heard while a run is delivered too: what was trained is kept, long predictions are left for later."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from engine.errors import JobCancelled
from engine.events import Event, Log
from engine.jobs.job import Cancel
from engine.library.records import Split
from engine.models.predictor import Predictor
from engine.training.delivery import deliver
from engine.training.frozen import FrozenImage, FrozenSplit

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")


@pytest.fixture
def frozen(tmp_path: Path) -> FrozenSplit:
    """Two validation images, which were predicted before, and forty test images."""
    images = []
    for number in range(42):
        file = tmp_path / f"{number}.png"
        Image.new("L", (9, 9), 6 * number).save(file)
        split = Split.VALIDATION if number < 2 else Split.TEST
        images.append(FrozenImage(number, 1, file.name, file, int(number > 20), split))
    return FrozenSplit(("dark", "light"), (1, 2), tuple(images))


@pytest.fixture
def predictor(tmp_path: Path, write_model) -> Predictor:
    return Predictor(write_model(tmp_path / "model.onnx"))


VALIDATION = np.array([[0.9, 0.1], [0.8, 0.2]], np.float32)


def predicted(frozen: FrozenSplit, predictor: Predictor, cancel: Cancel) -> tuple[list[str], list[Event]]:
    seen: list[Event] = []
    found = deliver._predictions(frozen, predictor, VALIDATION, seen.append, cancel)
    np.testing.assert_array_equal(found.probabilities[:2], VALIDATION)
    assert len(found.image_ids) == len(found.labels) == len(found.splits) == len(found.probabilities)
    return found.splits.tolist(), seen


def test_a_stop_that_comes_in_the_middle_leaves_all_test_images_for_later(
    frozen: FrozenSplit, predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel, chunks = Cancel(), []
    monkeypatch.setattr(deliver, "_CHUNK", 4)
    monkeypatch.setattr(deliver, "_PATIENCE", 0.0)
    real = predictor.predict_files

    def predict_files(files):
        chunks.append(len(files))
        if len(chunks) == 3:
            cancel.set()
        return real(files)

    monkeypatch.setattr(predictor, "predict_files", predict_files)

    splits, seen = predicted(frozen, predictor, cancel)

    assert splits == ["validation"] * 2
    assert chunks == [4, 4, 4]
    assert [event.message for event in seen if isinstance(event, Log)] == [
        "The test images are not predicted yet; that is done when their scores are asked for."
    ]


def test_few_test_images_are_predicted_although_the_run_was_stopped(frozen: FrozenSplit, predictor: Predictor) -> None:
    cancel = Cancel()
    cancel.set()

    splits, seen = predicted(frozen, predictor, cancel)

    assert splits == ["validation"] * 2 + ["test"] * 40
    assert seen == []


def test_the_patience_is_for_all_test_images_together(
    frozen: FrozenSplit, predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    times, cancel = iter([0.0, 0.0, 0.0, 2.0, 4.0]), Cancel()
    cancel.set()
    monkeypatch.setattr(deliver, "_CHUNK", 4)
    monkeypatch.setattr(deliver, "time", SimpleNamespace(monotonic=lambda: next(times)))
    found = deliver._tested(frozen.of(Split.TEST), predictor, lambda event: None, cancel)

    with pytest.raises(JobCancelled):
        list(found)
    assert next(times, None) is None
