"""The features of all images of a project by a base, computed in the background and kept in the cache folder.

Each worker decodes some images and runs the network on them with one thread, so that decoding and network overlap and
no core waits (as `engine.batch.pipeline`). What is computed is on disk within half a second: a kill loses no more.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.errors import ImageProblem, UsageError
from engine.events import FeaturesReady, Log, ProblemFound, Progress
from engine.files import digest
from engine.imaging.pixels import load_each
from engine.jobs import memory
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.jobs.throttle import Throttle
from engine.language import _, marked
from engine.library import query
from engine.library.project import Project
from engine.library.records import ImageRecord
from engine.library.rescan import facts_of
from engine.problems import ProblemKind
from engine.similarity.bases import Base, Run, chosen_base, named_base
from engine.similarity.classifier import DIMENSIONS, Floats, fit_projection, sample
from engine.similarity.feature_store import MOST_BYTES, FeatureStore, prune

AT_ONCE = 4  # images that a worker decodes and looks at together
LEAST_MEMORY = 512 * 2**20  # bytes that are left to other programs
_BLOCK = 512  # images between two looks at what another process has computed
SECONDS_IN_MEMORY = 0.5
SECONDS_SHORT = 2.0  # between two looks whether memory is free again
PHASE = marked("Looking at the pictures")
_CHANGED = marked("has changed since it was listed; `pigeonhole rescan` looks at it again")


@dataclass(frozen=True, slots=True)
class FeatureParams:
    """A project's folder; ids of images that are wanted `first`, as those on screen; the name of a base (without it the
    one that was chosen for this machine).
    """

    project: str
    first: tuple[int, ...] = ()
    base: str | None = None


class Looked(NamedTuple):
    """Images with their features, and those that cannot be used, with the reasons."""

    images: list[ImageRecord]
    features: NDArray[np.floating]
    problems: list[tuple[ImageRecord, str]]


def base_of(name: str | None) -> Base:
    """Return the base of that name, or without one that which was chosen.

    Raises:
        UsageError: no base has the name.
    """
    if name is None:
        return chosen_base()
    found = named_base(name)
    if found is None:
        raise UsageError(
            _("There is no base {name}; `pigeonhole bases` lists those of this machine.").format(name=name)
        )
    return found


def store_of(base: Base) -> FeatureStore:
    """Return what is known by a base."""
    return FeatureStore(base.key, base.dimensions)


@dataclass(frozen=True, slots=True, eq=False)
class ComputedFeatures(Result):
    """How many of the usable `images` have features of the `base` now, were `computed` now, or cannot be read."""

    base: str
    key: str
    images: int
    ready: int
    computed: int
    problems: int
    seconds: float


def compute_features(params: FeatureParams, *, emit: Emit, cancel: Cancel) -> ComputedFeatures:
    """Compute the features of those images that have none yet. A job; can pause.

    Emits `FeaturesReady` twice a second at most: what it counts can be read from `store_of(base)` after its `refresh`.
    While it is paused, or memory is short, it holds no network.

    Raises:
        ProjectError: the project cannot be opened.
        ModelError: the base cannot be used.
        UsageError: no base has that name.
    """
    return compute_missing(params, lambda work, blocks: work.compute(blocks), emit=emit, cancel=cancel)


def compute_missing(
    params: FeatureParams, by: Callable[[Work, Iterator[list[ImageRecord]]], None], *, emit: Emit, cancel: Cancel
) -> ComputedFeatures:
    """Compute what is missing as `compute_features` does, `by` what has the `groups` of these blocks looked at, gives
    each answer to `take`, and ends with `write`.
    """
    began, base = time.monotonic(), base_of(params.base)
    store = store_of(base)
    with Project.open(Path(params.project), read_only=True) as project:
        images = _Images(project)
        ids = images.usable()
        missing = images.unknown(ids, store)
        work = Work(base, store, len(ids), len(ids) - len(missing), emit, cancel)
        try:
            if len(missing):
                by(work, images.in_order(missing, params.first, forward=store.begin()))
        finally:
            store.close()
        prune(max(MOST_BYTES, len(ids) * 2 * base.dimensions))
    work.tell(last=True)
    return ComputedFeatures(
        base=base.name,
        key=base.key,
        images=len(ids),
        ready=work.ready,
        computed=work.computed,
        problems=work.problems,
        seconds=time.monotonic() - began,
    )


def compute_for(images: Sequence[ImageRecord], base: Base, store: FeatureStore, *, emit: Emit, cancel: Cancel) -> None:
    """Compute the features of those of some images that have none yet, and keep them in the store.

    Raises:
        JobCancelled: within some images of being cancelled; what was computed is kept.
        ModelError: the base cannot be used.
    """
    missing = [image for image, is_known in zip(images, store.known(images), strict=True) if not is_known]
    if missing:
        work = Work(base, store, len(images), len(images) - len(missing), emit, cancel)
        store.begin()
        work.compute(iter([missing]))
        work.tell(last=True)


def features_of_file(base: Base, file: Path | bytes, cancel: Cancel) -> NDArray[np.float32]:
    """Return the features (dimensions,) of any picture (a path, or its bytes), which may be in no project; nothing is
    kept of it.

    Raises:
        ImageProblem: it cannot be read, or the base gives no numbers for it.
        JobCancelled: `cancel` was set.
        ModelError: the base cannot be used.
    """
    (pixels,) = load_each([file], size=(base.input_size, base.input_size), method=base.resize, cancel=cancel)
    if isinstance(pixels, ImageProblem):
        raise pixels
    found: NDArray[np.float32] = base.open()(np.stack([pixels]))[0]
    if not np.isfinite(found).all():
        raise ImageProblem(ProblemKind.OTHER, _("{base} gives no numbers for it").format(base=base.name))
    return found


def base_points(
    images: Sequence[ImageRecord], dimensions: int = DIMENSIONS, *, emit: Emit, cancel: Cancel
) -> tuple[list[ImageRecord], Floats]:
    """Return those of the images that can be read, and their points (n, `dimensions` at most) by the chosen base.

    What is missing is computed and kept. Raises what `compute_for` raises.
    """
    base = base_of(None)
    with closing(store_of(base)) as store:
        compute_for(images, base, store, emit=emit, cancel=cancel)
        good, features = store.read(images)
    kept = [image for image, is_good in zip(images, good, strict=True) if is_good]
    if not kept:
        return kept, np.empty((0, dimensions), np.float32)
    projection = fit_projection(features[sample(len(features))], dimensions)
    return kept, projection.apply(features)


class _Images:
    """The images of a project, some at a time: a million records take a gigabyte."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def usable(self) -> NDArray[np.int64]:
        """Ids of the images that have no problem and whose source is there."""
        gone = {source.id for source in query.sources(self._project) if source.missing}
        every = np.asarray(query.image_ids(self._project, query.Filter()), np.int64)
        good = [
            i.id for some in self._blocks(every, 4096) for i in some if i.problem is None and i.source_id not in gone
        ]
        return np.array(good, np.int64)

    def unknown(self, ids: NDArray[np.int64], store: FeatureStore) -> NDArray[np.int64]:
        """Those of them that the store has no sound features of."""
        found = [np.empty(0, np.int64)]
        for some in self._blocks(ids, 4096):
            known = store.read(some)[0]
            found.append(np.array([i.id for i, is_known in zip(some, known, strict=True) if not is_known], np.int64))
        return np.concatenate(found)

    def in_order(self, ids: NDArray[np.int64], first: Sequence[int], *, forward: bool) -> Iterator[list[ImageRecord]]:
        """Their records in blocks: those that are wanted first, then the others, from the end if not `forward`."""
        there = set(ids.tolist())
        wanted = [i for i in dict.fromkeys(first) if i in there]
        rest = ids[~np.isin(ids, wanted)]
        yield from self._blocks(np.array(wanted, np.int64), AT_ONCE)
        yield from self._blocks(rest if forward else rest[::-1], _BLOCK)

    def _blocks(self, ids: NDArray[np.int64], size: int) -> Iterator[list[ImageRecord]]:
        for start in range(0, len(ids), size):
            some = ids[start : start + size].tolist()
            found = {image.id: image for image in query.images(self._project, some)}
            yield [found[i] for i in some if i in found]  # removed meanwhile


class Work:
    """What has been computed so far, and how far that is."""

    def __init__(self, base: Base, store: FeatureStore, images: int, ready: int, emit: Emit, cancel: Cancel) -> None:
        self.ready, self.computed, self.problems = ready, 0, 0
        self.base, self._store, self._images = base, store, images
        self._emit, self._cancel = emit, cancel
        self._waiting: list[Looked] = []  # to be written
        self._writes, self._looks, self._is_told = Throttle(SECONDS_IN_MEMORY), Throttle(SECONDS_SHORT), False
        self._began = time.monotonic()
        self._run: Run | None = None

    @property
    def left(self) -> int:
        """How many images have no features yet."""
        return self._images - self.ready - self.problems

    def compute(self, blocks: Iterator[list[ImageRecord]]) -> None:
        """Compute all blocks here.

        Raises:
            JobCancelled: within some images of being cancelled; what was computed is kept.
        """
        number = _cores()
        ahead: deque[Future[Looked]] = deque()
        self.tell()
        with ThreadPoolExecutor(number, thread_name_prefix="features") as pool:
            try:
                for some in self.groups(blocks):
                    if self._cancel.is_paused() or self._is_short():
                        self._finish(ahead)
                        self._rest()
                    self._cancel.check()
                    ahead.append(pool.submit(look, some, self.base, self._network(), self._cancel))
                    while len(ahead) > 2 * number:
                        self.take(ahead.popleft().result())
                self._finish(ahead)
            finally:
                self.write()
                pool.shutdown(wait=True, cancel_futures=True)

    def tell(self, *, last: bool = False) -> None:
        """Say how far it is."""
        done = self.ready + self.problems
        rate = self.computed / max(time.monotonic() - self._began, 1e-9) or None
        left = (self._images - done) / rate if rate else None
        self._emit(Progress(PHASE, done, self._images, rate, 0.0 if last else left))
        self._emit(FeaturesReady(self.ready, self._images, self.base.key))

    def groups(self, blocks: Iterator[list[ImageRecord]], size: int = AT_ONCE) -> Iterator[list[ImageRecord]]:
        """Yield the images of the blocks that have no features by now, up to `size` at a time."""
        for block in blocks:
            self._store.refresh()
            known = self._store.known(block)
            self.ready += int(known.sum())  # another process has computed these
            missing = [image for image, is_known in zip(block, known, strict=True) if not is_known]
            for start in range(0, len(missing), size):
                yield missing[start : start + size]

    def _network(self) -> Run:
        if self._run is None:
            self._run = self.base.open(threads=1)
        return self._run

    def _finish(self, ahead: deque[Future[Looked]]) -> None:
        while ahead:
            self.take(ahead.popleft().result())
        self.write()

    def _rest(self) -> None:
        """Wait while it is paused or memory is short, without the network."""
        self._run = None
        self.tell()
        self._cancel.wait_while_paused()
        while _is_memory_short() and not self._cancel.wait(SECONDS_SHORT):
            if not self._is_told:
                self._emit(Log(_("Memory is short: features are computed when there is more."), "warning"))
                self._is_told = True

    def _is_short(self) -> bool:
        return (self._run is None or self._looks.is_due()) and _is_memory_short()

    def take(self, some: Looked) -> None:
        """Count what was looked at; it is written within half a second, by this process alone."""
        for image, reason in some.problems:
            self.problems += 1
            self._emit(ProblemFound(str(image.file), reason))
        self._waiting.append(some)
        if self._writes.is_due():
            self.write()
            self.tell()

    def write(self) -> None:
        """Keep what was taken in."""
        images = [image for some in self._waiting for image in some.images]
        if images:
            before = self._store.problem
            self._store.add(images, np.concatenate([some.features for some in self._waiting if some.images]))
            if before is None and (now := self._store.problem) is not None:
                self._emit(
                    Log(
                        _("Features cannot be kept in {folder}: {why}.").format(folder=self._store.folder, why=now),
                        "warning",
                    )
                )
        self._waiting = []
        self.ready += len(images)
        self.computed += len(images)


def look(images: list[ImageRecord], base: Base, run: Run, cancel: Cancel) -> Looked:
    """Decode some images, AT_ONCE at most, and give their features, here and now."""
    size = (base.input_size, base.input_size)
    loaded = [
        found if isinstance(found, ImageProblem) or _is_as_listed(image) else ImageProblem(ProblemKind.OTHER, _CHANGED)
        for image, found in zip(
            images,
            load_each([image.file for image in images], size=size, method=base.resize, cancel=cancel),
            strict=True,
        )
    ]
    problems = [(i, str(found)) for i, found in zip(images, loaded, strict=True) if isinstance(found, ImageProblem)]
    good = [(i, found) for i, found in zip(images, loaded, strict=True) if not isinstance(found, ImageProblem)]
    if not good:
        return Looked([], np.empty((0, base.dimensions), np.float32), problems)
    features = run(np.stack([pixels for _, pixels in good]))
    finite = np.array([bool(np.isfinite(row).all()) for row in features])
    problems += [
        (i, _("{base} gives no numbers for it").format(base=base.name))
        for (i, _pixels), ok in zip(good, finite, strict=True)
        if not ok
    ]
    return Looked([i for (i, _pixels), ok in zip(good, finite, strict=True) if ok], features[finite], problems)


def _is_as_listed(image: ImageRecord) -> bool:
    """Whether a file still holds what its record says; otherwise its features would be those of another picture.

    Only a file of another size or date is read for it.
    """
    if facts_of(Path(image.folder), image.path) == (image.size_bytes, image.modified_ns):
        return True
    return image.digest is not None and image.digest == digest(image.file)


def _is_memory_short() -> bool:
    free = memory.available()
    return free is not None and free < LEAST_MEMORY


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1
