"""The training pictures that a run's model sees as most alike to a picture: why it thinks what it thinks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataError, ImageProblem
from engine.jobs.job import Cancel, Emit
from engine.library import query
from engine.library.project import Project
from engine.library.records import ImageRecord, Split
from engine.models.predictor import Predictor
from engine.review.layout import features_of, is_cached
from engine.training.runs.records import MODEL, RunRecord, find_run, read_split


@dataclass(frozen=True, slots=True)
class NeighboursParams:
    """`run` None means the newest finished one."""

    project: str
    run: str | None = None


def prepare(params: NeighboursParams, *, emit: Emit, cancel: Cancel) -> dict[str, Any]:
    """Look at all training pictures of a run once; their features are kept in the cache.

    Returns:
        "run", "images" (looked at), "problems".

    Raises:
        EngineError: no such project or run, or none of its training pictures is left.
    """
    with Project.open(Path(params.project), read_only=True) as project:
        run = find_run(project.folder, params.run)
        images = training_images(project, run)
    kept, _ = features_of(run.folder / MODEL, images, emit=emit, cancel=cancel)
    return {"run": run.name, "images": len(kept), "problems": len(images) - len(kept)}


def training_images(project: Project, run: RunRecord) -> list[ImageRecord]:
    """The images that a run learnt from, as far as they are still there and labelled.

    Raises:
        DataError: none is.
    """
    ids = [row.image_id for row in read_split(run) if row.split is Split.TRAINING]
    images = [i for i in query.images(project, ids) if i.class_id is not None and i.problem is None]
    if not images:
        raise DataError(f"None of the training pictures of {run.name} is in the project any more.")
    return images


def is_prepared(run: RunRecord, images: list[ImageRecord]) -> bool:
    """Whether `features_of` these images answers at once."""
    return is_cached(run.folder / MODEL, images)


class Neighbours:
    """The training pictures of a run by what its model sees in them. Safe to use from several threads."""

    def __init__(self, images: list[ImageRecord], features: NDArray[np.float32]) -> None:
        """`images` and their `features` (n, d), in the same order."""
        self._ids = np.array([image.id for image in images], np.int64)
        self._classes = np.array([image.class_id for image in images], np.int64)
        self._features = _unit(features)

    def __len__(self) -> int:
        return len(self._ids)

    def nearest(
        self, features: NDArray[np.float32], class_id: int, count: int, *, but: int | None = None
    ) -> list[tuple[int, float]]:
        """The ids of the `count` pictures labelled `class_id` most alike to one with these features (d,), the most
        alike first, each with the cosine of the angle between them, -1 to 1.

        Args:
            but: id of an image to leave out, such as the picture itself.
        """
        rows = np.flatnonzero((self._classes == class_id) & (self._ids != (-1 if but is None else but)))
        alike = self._features[rows] @ _unit(features.reshape(1, -1))[0]
        order = np.argsort(-alike, kind="stable")[:count]
        return [(int(self._ids[rows[i]]), float(alike[i])) for i in order]


def features_of_file(predictor: Predictor, file: Path) -> NDArray[np.float32]:
    """The features (d,) of one picture.

    Raises:
        ImageProblem: it cannot be used; the text is the reason.
    """
    found, problems = predictor.features_of_files([file])
    if problems:
        raise ImageProblem(problems[0])
    first: NDArray[np.float32] = found[0]
    return first


def _unit(features: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    unit: NDArray[np.float32] = features / np.maximum(lengths, np.float32(1e-12))
    return unit
