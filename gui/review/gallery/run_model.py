"""The model of the run that is reviewed, opened once for all that is asked of it. Used in threads of jobs; no Qt."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from engine.jobs.job import Cancel

if TYPE_CHECKING:
    from engine.jobs.job import Emit
    from engine.models.predictor import Predictor
    from engine.similarity.look_alikes import LabelledFeatures


class _Cache:
    """The opened model of one run at a time, as a person reviews one run."""

    def __init__(self) -> None:
        self.lock, self.cancel = threading.Lock(), Cancel()
        self.predictor: tuple[tuple[Path, int], Predictor] | None = None
        self.neighbours: tuple[tuple[Path, int], LabelledFeatures] | None = None


class OpenedModel:
    """Opened by the first job that asks, and kept for the others until it is to be forgotten."""

    def __init__(self) -> None:
        self._cache = _Cache()

    def predictor(self, run: Path) -> Predictor:
        """Return the predictor of the run in that folder, on all cores but one: the window goes on meanwhile.

        Raises:
            ModelError: it cannot be used.
            JobCancelled: it was to be forgotten meanwhile.
        """
        from engine.models.predictor import Predictor

        key, cache = _key(run), self._cache
        with cache.lock:
            if cache.predictor is None or cache.predictor[0] != key:
                threads = max(1, (os.cpu_count() or 2) - 1)
                cache.predictor = key, Predictor(run / "model.onnx", threads=threads, cancel=cache.cancel)
            return cache.predictor[1]

    def neighbours(self, project: Path, run: Path, *, emit: Emit, cancel: Cancel) -> LabelledFeatures | int:
        """Return the training pictures of the run, or how many of them need features first.

        Raises:
            EngineError: none of them is left.
        """
        from engine.library.project import Project
        from engine.review.nearest_training import is_prepared, training_images
        from engine.similarity.features import features_of
        from engine.similarity.look_alikes import LabelledFeatures
        from engine.training.runs.records import read_run

        key, cache = _key(run), self._cache
        with cache.lock:
            if cache.neighbours is not None and cache.neighbours[0] == key:
                return cache.neighbours[1]
        with Project.open(project, read_only=True) as opened:
            record = read_run(run)
            images = training_images(opened, record)
        if not is_prepared(record, images):
            return len(images)
        kept_images, features = features_of(run / "model.onnx", images, emit=emit, cancel=cancel)
        found = LabelledFeatures(kept_images, features)
        with cache.lock:
            cache.neighbours = key, found
        return found

    def forget(self) -> None:
        """Free the memory, and end what a stranger's model computes; waits for no job that opens one."""
        self._cache.cancel.set()
        self._cache = _Cache()


def _key(run: Path) -> tuple[Path, int]:
    try:
        return run, (run / "model.onnx").stat().st_mtime_ns
    except OSError:
        return run, 0
