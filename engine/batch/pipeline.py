"""Images to probabilities in parallel, in the order of the input and in constant memory.

Each worker decodes some images and runs the network on them itself, with one thread. Measured on two cores against
a network with threads of its own: two thirds of its processor time, because no thread spins while it waits
(`docs/scale.md` has the figures).
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.batch.ensemble import Ensemble, View
from engine.batch.items import Item
from engine.errors import ImageProblem
from engine.imaging.pixels import load
from engine.jobs.job import Cancel

BYTES_PER_CHUNK = 64 * 2**20  # of archive members, which are in memory while they wait
_FIRST_CHUNK = 4  # so that a few large images are spread over all workers


class Chunk(NamedTuple):
    """Some items in order: probabilities float32 (readable items, classes), and the reasons of the others by place."""

    items: list[Item]
    probabilities: NDArray[np.float32]
    reasons: dict[int, str]


def workers() -> int:
    """How many cores this process may use."""
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
                    yield first.result()
            while ahead:
                yield ahead.popleft()[0].result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


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
    pixels = [np.empty((len(items), *view.shape), np.uint8) for view in ensemble.views]
    reasons: dict[int, str] = {}
    readable = 0
    for place, item in enumerate(items):
        cancel.check()
        try:
            for array, view in zip(pixels, ensemble.views, strict=True):
                array[readable] = see(item, view, cancel)
            readable += 1
        except ImageProblem as problem:
            reasons[place] = str(problem)
    if not readable:
        return Chunk(items, np.empty((0, len(ensemble.classes)), np.float32), reasons)
    return Chunk(items, ensemble.predict([array[:readable] for array in pixels]), reasons)


def see(item: Item, view: View, cancel: Cancel | None = None) -> NDArray[np.uint8]:
    """The pixels of an item, uint8 (height, width, channels).

    Raises:
        ImageProblem: it cannot be used.
        JobCancelled: `cancel` was set.
    """
    if item.problem is not None:
        raise ImageProblem(item.problem)
    source = item.data if item.data is not None else Path(item.path)
    size = (view.width, view.height)
    return load(source, size=size, channels=view.channels, method=view.resize, cancel=cancel)
