"""Classify folders of any size: listed, decoded, predicted and written as a stream, in the order of the input."""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from engine.batch.listing import Count, check_sources, image_files
from engine.batch.sinks import CsvSink, NoSink, Sink, why
from engine.batch.target import check_out, model_file
from engine.errors import EngineError, ImageProblem, JobCancelled, SourceError
from engine.events import Classified, ProblemFound, Progress
from engine.imaging.decode import Mode
from engine.imaging.pixels import load
from engine.imaging.resize import Method
from engine.jobs.job import Cancel, Emit
from engine.models.bundle import ModelInfo
from engine.models.predictor import Predictor

SECONDS_BETWEEN_EVENTS = 0.1
FILES_PER_TASK = 8  # small enough to keep all threads busy on a few large pictures


@dataclass(frozen=True, slots=True)
class ClassifyParams:
    """`model` is a `model.onnx`, a run folder or a project; `sources` are folders and images.

    `out` is the CSV file to write, or None; `top` how many classes it names for each image.
    """

    model: str
    sources: tuple[str, ...]
    out: str | None = None
    top: int = 1
    batch_size: int = 32


class _Batch(NamedTuple):
    """Some files of the input in order: the pixels of those that could be read, the reasons of the others."""

    paths: list[str]
    pixels: NDArray[np.uint8]  # (readable files, height, width, channels)
    reasons: dict[str, str]


def classify(params: ClassifyParams, *, emit: Emit, cancel: Cancel) -> dict[str, Any]:
    """Classify every image of the sources. Memory does not grow with their number.

    Emits `Progress`, `ProblemFound` and, about ten times a second, `Classified` with the rows since the last one.

    Returns:
        "images" (classified), "problems", "seconds", "images_per_second", "out", and "classes" (name: images).

    Raises:
        EngineError: a model, source or output file that does not fit, or a disk that is full.
        JobCancelled: with the counts so far; the rows written so far stay.
    """
    check_sources(params.sources)
    predictor = Predictor(model_file(params.model))
    top = max(1, min(params.top, len(predictor.info.classes)))
    out = check_out(params.out, params.model, params.sources)
    watch = _Watch(emit, params.out)
    try:
        with CsvSink(out, top=top) if out else NoSink() as sink, Count(params.sources) as count:
            unreadable = partial(watch.problem, sink)
            with closing(_batches(params, predictor.info, cancel, unreadable)) as batches:
                for batch in batches:
                    watch.add(sink, batch, _top(predictor, batch.pixels, top))
                    watch.report(sink, count.total)
                    cancel.check()
            watch.report(sink, count.total, last=True)
    except OSError as error:
        raise EngineError(
            f"{out} cannot be written any further: {why(error)}; free some space and try again."
        ) from error
    except JobCancelled:
        raise JobCancelled(watch.result()) from None
    if not watch.images and not watch.problems:
        raise SourceError(f"There are no images in {', '.join(params.sources)}; expected files such as .jpg or .png.")
    return watch.result()


def _batches(
    params: ClassifyParams, info: ModelInfo, cancel: Cancel, unreadable: Callable[[str, str], None]
) -> Generator[_Batch]:
    """Decoded batches in the order of the input; the next ones are decoded in threads while the network is busy."""
    workers = os.cpu_count() or 1
    per_batch = max(1, params.batch_size // FILES_PER_TASK)
    files = image_files(params.sources, cancel=cancel, unreadable=unreadable)
    ahead: deque[Future[_Batch]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="decode") as pool:
        try:
            while True:
                while len(ahead) < 2 * per_batch + workers and (paths := list(islice(files, FILES_PER_TASK))):
                    ahead.append(pool.submit(_decode, paths, info, cancel))
                if not ahead:
                    return
                yield _joined([ahead.popleft().result() for _ in range(min(per_batch, len(ahead)))])
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _decode(paths: list[str], info: ModelInfo, cancel: Cancel) -> _Batch:
    size, mode, method = (info.width, info.height), cast(Mode, info.channels), cast(Method, info.resize)
    channels = 1 if mode == "grey" else 3
    pixels = np.empty((len(paths), info.height, info.width, channels), dtype=np.uint8)
    reasons: dict[str, str] = {}
    readable = 0
    for path in paths:
        cancel.check()
        try:
            pixels[readable] = load(Path(path), size=size, channels=mode, method=method)
            readable += 1
        except ImageProblem as problem:
            reasons[path] = str(problem)
    return _Batch(paths, pixels[:readable], reasons)


def _joined(batches: Sequence[_Batch]) -> _Batch:
    return _Batch(
        [path for batch in batches for path in batch.paths],
        np.concatenate([batch.pixels for batch in batches]),
        {path: reason for batch in batches for path, reason in batch.reasons.items()},
    )


def _top(predictor: Predictor, pixels: NDArray[np.uint8], top: int) -> list[list[tuple[str, float]]]:
    """For each image its most probable classes with their probabilities, highest first."""
    if not len(pixels):
        return []
    probabilities = predictor.predict(pixels)
    order = np.argsort(-probabilities, axis=1, kind="stable")[:, :top]
    names = predictor.info.classes
    return [[(names[i], float(row[i])) for i in ranks] for row, ranks in zip(probabilities, order, strict=True)]


@dataclass(slots=True)
class _Watch:
    """Counts what was done and tells about it, at most ten times a second."""

    emit: Emit
    out: str | None
    images: int = 0
    problems: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    rows: list[tuple[str, str, float]] = field(default_factory=list)
    began: float = field(default_factory=time.perf_counter)
    told: float = 0.0

    def add(self, sink: Sink, batch: _Batch, tops: list[list[tuple[str, float]]]) -> None:
        remaining = iter(tops)
        for path in batch.paths:
            if reason := batch.reasons.get(path):
                self.problem(sink, path, reason)
                continue
            top = next(remaining)
            self.images += 1
            self.classes[top[0][0]] += 1
            self.rows.append((path, *top[0]))
            sink.write(path, top)

    def problem(self, sink: Sink, path: str, reason: str) -> None:
        self.problems += 1
        sink.problem(path, reason)
        self.emit(ProblemFound(path, reason))

    def report(self, sink: Sink, total: int | None, *, last: bool = False) -> None:
        now = time.perf_counter()
        if now - self.told < SECONDS_BETWEEN_EVENTS and not last:
            return
        self.told = now
        sink.flush()
        if self.rows:
            self.emit(Classified(tuple(self.rows)))
            self.rows = []
        done = self.images + self.problems
        rate = done / max(now - self.began, 1e-9)
        left = (total - done) / rate if total is not None and rate else None
        self.emit(Progress("Classifying", done, total, rate, left))

    def result(self) -> dict[str, Any]:
        seconds = time.perf_counter() - self.began
        return {
            "images": self.images,
            "problems": self.problems,
            "seconds": round(seconds, 3),
            "images_per_second": round(self.images / max(seconds, 1e-9), 1),
            "out": self.out,
            "classes": dict(self.classes.most_common()),
        }
