"""Stop is heard while a run is delivered too: what was trained is kept, long predictions are left for later."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.errors import JobCancelled
from engine.events import Event, Log
from engine.jobs.job import Cancel
from engine.library.records import Split
from engine.models.predictor import Predictor
from engine.training.data.memory import BatchSize
from engine.training.frozen import FrozenImage, FrozenSplit
from engine.training.results import write

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
    validated, patience = frozen.of(Split.VALIDATION), write.Patience(cancel)
    found = write._predictions(frozen, predictor, validated, VALIDATION, seen.append, patience)
    np.testing.assert_array_equal(found.probabilities[:2], VALIDATION)
    assert len(found.image_ids) == len(found.labels) == len(found.splits) == len(found.probabilities)
    return found.splits.tolist(), seen


def test_a_stop_that_comes_in_the_middle_leaves_all_test_images_for_later(
    frozen: FrozenSplit, predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel, chunks = Cancel(), []
    monkeypatch.setattr(write, "CHUNK", 4)
    monkeypatch.setattr(write, "PATIENCE", 0.0)
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
    times, cancel = iter([0.0, 0.0, 2.0, 4.0]), Cancel()
    cancel.set()
    monkeypatch.setattr(write, "CHUNK", 4)
    monkeypatch.setattr(write, "time", SimpleNamespace(monotonic=lambda: next(times)))
    found = write._tested(frozen.of(Split.TEST), predictor, lambda event: None, write.Patience(cancel))

    with pytest.raises(JobCancelled):
        list(found)
    assert next(times, None) is None


class Proof:
    """The self-test of images of which each is its own number; `stop_at` so many it is stopped."""

    def __init__(self, images: int, monkeypatch: pytest.MonkeyPatch, stop_at: int = 10**9, most: int = 10**9) -> None:
        self.seen: list[list[int]] = []
        self.told: list[Event] = []
        self._cancel, self._stop_at, self._most = Cancel(), stop_at, most
        self._images = np.arange(images + 5, dtype=np.uint8).reshape(-1, 1, 1, 1)
        self._places = np.arange(5, images + 5)
        monkeypatch.setattr(write, "self_test", self._test)
        monkeypatch.setattr(write, "PATIENCE", 0.0)
        monkeypatch.setattr("engine.training.data.loading._MOST_AT_ONCE", 4)

    def _test(self, model: Any, predictor: Any, chunks: Iterable[np.ndarray]) -> tuple[float, np.ndarray]:
        (images,) = chunks
        if len(images) > self._most:
            raise MemoryError
        self.seen.append(images.ravel().tolist())
        if sum(map(len, self.seen)) >= self._stop_at:
            self._cancel.set()
        return float(images.max()), np.stack([images.ravel(), images.ravel()], 1).astype(np.float32)

    def run(self) -> tuple[float, list[int], np.ndarray]:
        known = SimpleNamespace(info=SimpleNamespace(classes=("dark", "light")))
        batch_size, patience = BatchSize(self.told.append), write.Patience(self._cancel)
        return write._self_test(None, known, self._images, self._places, batch_size, patience)  # type: ignore[arg-type]


def test_the_proof_sees_all_validation_images_and_gives_what_it_saw_in_their_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proof = Proof(10, monkeypatch)
    largest, seen, found = proof.run()
    assert (largest, seen) == (14.0, list(range(10)))
    assert found[:, 0].tolist() == list(range(5, 15))
    assert [len(part) for part in proof.seen] == [4, 3, 3]


def test_a_stop_ends_the_proof_with_images_from_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    proof = Proof(100, monkeypatch, stop_at=8)
    _, seen, found = proof.run()
    assert seen == [row for row in range(100) if row % 25 < 2]
    assert found[:, 0].tolist() == [5 + row for row in seen]
    assert len(proof.seen) == 2


def test_a_stop_before_the_proof_leaves_a_model_that_was_proved_on_some_images(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proof = Proof(100, monkeypatch)
    proof._cancel.set()
    assert proof.run()[1] == [0, 25, 50, 75]


def test_the_proof_takes_fewer_images_at_once_where_the_memory_is_too_small(monkeypatch: pytest.MonkeyPatch) -> None:
    proof = Proof(10, monkeypatch, most=1)
    _, seen, found = proof.run()
    assert seen == list(range(10))
    assert found[:, 0].tolist() == list(range(5, 15))
    assert {len(part) for part in proof.seen} == {1}
    assert len(proof.told) == 2  # four are too many, then two
