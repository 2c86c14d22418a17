"""The model of the run that is reviewed, opened once for all that is asked of it. Used in threads of jobs; no Qt."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.jobs.job import Cancel, Emit
    from engine.models.predictor import Predictor
    from engine.similarity.look_alikes import LabelledFeatures


class RunModel:
    """One at a time is kept: a person reviews one run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._predictor: tuple[tuple[Path, int], Predictor] | None = None
        self._neighbours: tuple[tuple[Path, int], LabelledFeatures] | None = None

    def predictor(self, run: Path) -> Predictor:
        """Return the predictor of the run in that folder, on all cores but one: the window goes on meanwhile.

        Raises:
            ModelError: it cannot be used.
        """
        from engine.models.predictor import Predictor

        key = _key(run)
        with self._lock:
            if self._predictor is None or self._predictor[0] != key:
                self._predictor = key, Predictor(run / "model.onnx", threads=max(1, (os.cpu_count() or 2) - 1))
            return self._predictor[1]

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

        key = _key(run)
        with self._lock:
            if self._neighbours is not None and self._neighbours[0] == key:
                return self._neighbours[1]
        with Project.open(project, read_only=True) as opened:
            record = read_run(run)
            images = training_images(opened, record)
        if not is_prepared(record, images):
            return len(images)
        kept, features = features_of(run / "model.onnx", images, emit=emit, cancel=cancel)
        found = LabelledFeatures(kept, features)
        with self._lock:
            self._neighbours = key, found
        return found

    def forget(self) -> None:
        """Free the memory."""
        with self._lock:
            self._predictor = self._neighbours = None


def _key(run: Path) -> tuple[Path, int]:
    try:
        return run, (run / "model.onnx").stat().st_mtime_ns
    except OSError:
        return run, 0
