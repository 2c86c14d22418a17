"""The training pictures whose features are nearest to those of a picture: what a prediction rests on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.errors import DataError
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _
from engine.library import query
from engine.library.project import Project
from engine.library.records import ImageRecord, Split
from engine.similarity.features import are_cached, features_of
from engine.training.runs.records import MODEL, RunRecord, find_run, read_split


@dataclass(frozen=True, slots=True)
class NeighboursParams:
    """`run` None means the newest finished one."""

    project: str
    run: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PreparedNeighbours(Result):
    """Numbers of training pictures whose features are known now, and of those that cannot be read."""

    run: str
    images: int
    problems: int


def prepare(params: NeighboursParams, *, emit: Emit, cancel: Cancel) -> PreparedNeighbours:
    """Compute the features of all training pictures of a run and keep them in the cache.

    Raises:
        EngineError: no such project or run, or none of its training pictures is left.
    """
    with Project.open(Path(params.project), read_only=True) as project:
        run = find_run(project.folder, params.run)
        images = training_images(project, run)
    readable, _ = features_of(run.folder / MODEL, images, emit=emit, cancel=cancel)
    return PreparedNeighbours(run.name, len(readable), len(images) - len(readable))


def training_images(project: Project, run: RunRecord) -> list[ImageRecord]:
    """Return the images that a run learnt from, as far as they are still there and labelled.

    Raises:
        DataError: none is.
    """
    ids = [row.image_id for row in read_split(run) if row.split is Split.TRAINING]
    images = [i for i in query.images(project, ids) if i.class_id is not None and i.problem is None]
    if not images:
        raise DataError(_("None of the training pictures of {run} is in the project any more.").format(run=run.name))
    return images


def is_prepared(run: RunRecord, images: list[ImageRecord]) -> bool:
    """Return whether the features of these images are in the cache."""
    return are_cached(run.folder / MODEL, images)
