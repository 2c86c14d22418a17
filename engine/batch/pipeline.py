"""Images to probabilities in parallel, in the order of the input and in constant memory.

Each worker decodes some images and runs the network on them itself, with one thread. Measured on two cores against
a network with threads of its own: two thirds of its processor time, because no thread spins while it waits
(`docs/scale.md` has the figures).
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.batch.ensemble import Ensemble, View
from engine.batch.items import ImageResult, Item
from engine.errors import ImageProblem
from engine.imaging.pixels import load_each
from engine.jobs.job import Cancel
from engine.models.predictor import Answers

BYTES_PER_CHUNK = 64 * 2**20  # of archive members, which are in memory while they wait
_POLL_SECONDS = 0.1
_FIRST_CHUNK = 4  # so that a few large images are spread over all workers


class Chunk(NamedTuple):
    """A chunk of items in order: what the models say of those that can be read, and the reasons of the
    others by place.
    """

    items: list[Item]
    answers: Answers
    reasons: dict[int, str]


def workers() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def predicted(
    items: Iterator[Item], ensemble: Ensemble, *, batch_size: int, cancel: Cancel
) -> Generator[Chunk, None, None]:
    """Chunks of at most `batch_size` items in the order of the input.

    Raises:
        SourceError: as `items` does.
        JobCancelled: within some images of being cancelled.
    """
    number = workers()
    ahead: deque[tuple[Future[Chunk], int]] = deque()  # with the bytes that each holds
    held = 0
    chunks = _chunks(items, batch_size)
    with ThreadPoolExecutor(number, thread_name_prefix="classify") as pool:
        try:
            for chunk in chunks:
                size = sum(len(item.data or b"") for item in chunk)
                ahead.append((pool.submit(predict_items, chunk, ensemble, cancel), size))
                held += size
                while len(ahead) > 2 * number or held > 2 * number * BYTES_PER_CHUNK:
                    first, size = ahead.popleft()
                    held -= size
                    yield _result(first, cancel)
            while ahead:
                yield _result(ahead.popleft()[0], cancel)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _result(future: Future[Chunk], cancel: Cancel) -> Chunk:
    """Return what a worker made of its images; a network that hangs does not keep a person from cancelling."""
    while True:
        try:
            return future.result(_POLL_SECONDS)
        except TimeoutError:
            if future.done():  # it was raised by the worker
                raise
            cancel.check()


def _chunks(items: Iterator[Item], batch_size: int) -> Iterator[list[Item]]:
    size, chunk, held = min(_FIRST_CHUNK, batch_size), [], 0
    for item in items:
        chunk.append(item)
        held += len(item.data or b"")
        if len(chunk) >= size or held >= BYTES_PER_CHUNK:
            yield chunk
            chunk, held = [], 0
            size = min(batch_size, 2 * size)
    if chunk:
        yield chunk


def predict_items(items: list[Item], ensemble: Ensemble, cancel: Cancel) -> Chunk:
    """Decode some items and predict them, here and now.

    Raises:
        JobCancelled: within an image of being cancelled.
    """
    reasons = {place: item.problem for place, item in enumerate(items) if item.problem is not None}
    places = [place for place in range(len(items)) if place not in reasons]
    sources = [item.data if item.data is not None else Path(item.path) for item in map(items.__getitem__, places)]
    cancel.check()
    seen = [_see(sources, view, cancel) for view in ensemble.views]
    readable: list[tuple[NDArray[np.uint8], ...]] = []
    for place, *views in zip(places, *seen, strict=True):
        problem = next((found for found in views if isinstance(found, ImageProblem)), None)
        if problem is None:
            readable.append(tuple(found for found in views if not isinstance(found, ImageProblem)))
        else:
            reasons[place] = str(problem)
    if not readable:
        return Chunk(items, Answers(np.empty((0, len(ensemble.classes)), np.float32), None), reasons)
    return Chunk(items, ensemble.answer([np.stack(pictures) for pictures in zip(*readable, strict=True)]), reasons)


def _see(sources: Sequence[bytes | Path], view: View, cancel: Cancel) -> list[NDArray[np.uint8] | ImageProblem]:
    """The pixels of each picture, uint8 (height, width, channels), or why there are none."""
    size = (view.width, view.height)
    return load_each(
        sources, size=size, channels=view.channels, method=view.resize, pixel_range=view.pixel_range, cancel=cancel
    )


def rows_of(chunk: Chunk, classes: tuple[str, ...], *, top: int, threshold: float | None) -> Iterator[ImageResult]:
    """Give a row for each item of the chunk, in order: its `top` most probable of `classes`, highest first."""
    probabilities, novelty = chunk.answers
    order = np.argsort(-probabilities, axis=1, kind="stable")[:, :top]
    novelties = [None] * len(order) if novelty is None else novelty.tolist()
    found = iter(zip(probabilities, order, novelties, strict=True))
    for index, item in enumerate(chunk.items):
        if index in chunk.reasons:
            yield ImageResult(item.path, problem=chunk.reasons[index], item=item)
            continue
        shares, ranks, novel = next(found)
        best = tuple((classes[rank], float(shares[rank])) for rank in ranks)
        unlike = novel is not None and novel > 1
        unsure = threshold is not None and best[0][1] < threshold and not unlike
        yield ImageResult(item.path, best, shares, unsure, item=item, novelty=novel)
