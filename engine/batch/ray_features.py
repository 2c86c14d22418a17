"""The features of a project's images, computed on a Ray cluster: workers look, this process alone writes.

Files must be found at the same place on every machine. The base travels with the job.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engine.batch.ray_engine import cluster, imported_ray, unfinished, workers_of
from engine.events import Log
from engine.files import read_regular
from engine.imaging import ranges
from engine.imaging.ranges import PixelRange
from engine.jobs.job import Cancel, Emit
from engine.language import _
from engine.library import query
from engine.library.project import Project
from engine.library.records import ImageRecord
from engine.similarity.bases import Base, built_in_base
from engine.similarity.feature_job import AT_ONCE, ComputedFeatures, FeatureParams, Looked, Work, compute_missing, look
from engine.similarity.feature_store import as_kept

IMAGES_PER_TASK = 64  # 160 KB of features; a worker that dies has as many looked at again
_TASKS = 2  # of each worker: one that it works on, one that waits
_POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class RayFeatureParams:
    """A project's folder and the name of a base as in `FeatureParams`, a cluster as in `RayParams`."""

    project: str
    base: str | None = None
    address: str | None = None
    workers: int | None = None


def features_on_ray(params: RayFeatureParams, *, emit: Emit, cancel: Cancel) -> ComputedFeatures:
    """Compute the features of those images of a project that have none yet, as `compute_features` does, on a cluster.

    What was computed before a kill, a cancel or a failure is kept, and is not computed again.

    Raises:
        UsageError: Ray is not installed, or no base has that name.
        ProjectError: the project cannot be opened.
        ModelError: the base cannot be used.
        EngineError: the cluster cannot be reached, or fails.
        JobCancelled: `cancel` was set.
    """
    ray = imported_ray(params)
    with Project.open(Path(params.project), read_only=True) as project:
        known = {str(source.folder): source.pixel_range for source in query.sources(project)}

    def on_cluster(work: Work, blocks: Iterator[list[ImageRecord]]) -> None:
        work.base.open(threads=1)  # refuses here what every worker would refuse
        with cluster(ray, params):
            workers = workers_of(ray, params)
            emit(Log(_("Ray: {images:,} images, {cpus:.0f} CPUs").format(images=work.left, cpus=workers)))
            data = ray.put(read_regular(work.base.file))
            made = ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=-1)(_FeatureWorker)
            _give_out(ray, work, blocks, [made.remote(work.base, data, known) for _ in range(workers)], cancel)

    return compute_missing(FeatureParams(params.project, base=params.base), on_cluster, emit=emit, cancel=cancel)


def _give_out(ray: Any, work: Work, blocks: Iterator[list[ImageRecord]], workers: list[Any], cancel: Cancel) -> None:
    """Have the workers look at all blocks, and take in what they answer. The driver holds what waits for a worker.

    A worker gets images once it has started: where others use the cluster that may be much later, or never.
    """
    starting = {worker.is_ready.remote(): worker for worker in workers}
    idle: deque[Any] = deque()
    running: dict[Any, Any] = {}

    def take() -> None:
        """Take in an answer, if one comes soon."""
        cancel.check()
        try:
            done = ray.wait([*starting, *running], timeout=_POLL_SECONDS)[0]
            found = [(answer, ray.get(answer)) for answer in done]
        except Exception as error:  # Ray's own classes share no public base
            raise unfinished(error) from error
        for answer, looked in found:
            if answer in starting:
                idle.extend([starting.pop(answer)] * _TASKS)
            else:
                idle.append(running.pop(answer))
                work.take(looked)

    work.tell()
    try:
        for images in work.groups(blocks, IMAGES_PER_TASK):
            while not idle:
                take()
            worker = idle.popleft()
            running[worker.look.remote(images)] = worker
        while running:
            take()
    finally:
        work.write()


class _FeatureWorker:
    """A process of the cluster with the base in memory."""

    def __init__(self, base: Base, data: bytes, known: Mapping[str, PixelRange | None]) -> None:
        ranges.know(known)
        self._folder = TemporaryDirectory()  # as long as the worker lives: a process that is started for it reads it
        if built_in_base().key != base.key:
            file = Path(self._folder.name) / base.file.name
            file.write_bytes(data)
            self._base = replace(base, file=file)
        else:
            self._base = built_in_base()
        self._run = self._base.open(threads=1)

    def is_ready(self) -> bool:
        """Return True; it is asked once it has started."""
        return True

    def look(self, images: list[ImageRecord]) -> Looked:
        """Decode the images and give their features, as many at once as the local engine does."""
        import numpy as np

        found = [
            look(images[start : start + AT_ONCE], self._base, self._run, Cancel())
            for start in range(0, len(images), AT_ONCE)
        ]
        return Looked(
            [image for some in found for image in some.images],
            as_kept(np.concatenate([some.features for some in found])),
            [problem for some in found for problem in some.problems],
        )
