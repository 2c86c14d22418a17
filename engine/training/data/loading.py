"""Images of a run as one array in memory, or in a temporary file where they would take over a quarter of it."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from engine.errors import ImageProblem, RunError
from engine.events import ProblemFound, Progress
from engine.files import reason_of
from engine.imaging.decode import Mode
from engine.imaging.pixels import load_each
from engine.imaging.resize import Method
from engine.jobs import memory
from engine.jobs.job import Cancel, Emit
from engine.jobs.throttle import Throttle
from engine.language import _, marked
from engine.places import cache_folder
from engine.training.options import TrainOptions
from engine.training.recipes.recipe import input_shape

_CHUNK = 256  # files between two looks at the cancel flag
_AT_ONCE = 16  # files that a thread reads in one go
_SHARE_OF_MEMORY = 0.25
_MOST_AT_ONCE, _PIXELS_AT_ONCE = 128, 16 * 224 * 224


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Training and validation images as one array: `values` (n, ...) are their pixels, or what lower layers give.

    `labels` are (n,); `training` and `validation` are places. The training images come `views` times, all of them in a
    view before those in the next, which lie `step` places further on.
    """

    values: NDArray[Any]
    labels: NDArray[np.int64]
    training: NDArray[np.int64]
    validation: NDArray[np.int64]
    views: int = 1
    step: int = 0

    @property
    def once(self) -> NDArray[np.int64]:
        """The training images in their first view."""
        return self.training[: len(self.training) // self.views]


def load_images(
    files: Sequence[Path], options: TrainOptions, *, emit: Emit, cancel: Cancel
) -> tuple[NDArray[np.uint8], list[int]]:
    """Read all files in threads, in order.

    Returns:
        uint8 (n, height, width, channels), and the places of the files that could not be read: their pixels are 0.
        Each of these was reported as a `ProblemFound`.

    Raises:
        JobCancelled: within some files of being cancelled.
    """
    images = allocate((len(files), *input_shape(options)))
    unreadable: list[int] = []
    started, throttle = time.monotonic(), Throttle()

    def read(some: range) -> list[str | None]:
        side, channels, method = options.image_size, cast(Mode, options.channels), cast(Method, options.resize)
        batch = [files[index] for index in some]
        reasons: list[str | None] = []
        for index, found in zip(
            some, load_each(batch, size=(side, side), channels=channels, method=method, cancel=cancel), strict=True
        ):
            if isinstance(found, ImageProblem):
                reasons.append(str(found))
            else:
                images[index] = found
                reasons.append(None)
        return reasons

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(files), _CHUNK):
            cancel.check()
            indices = range(start, min(start + _CHUNK, len(files)))
            groups = [indices[place : place + _AT_ONCE] for place in range(0, len(indices), _AT_ONCE)]
            for index, reason in zip(indices, chain.from_iterable(pool.map(read, groups)), strict=True):
                if reason is not None:
                    unreadable.append(index)
                    emit(ProblemFound(str(files[index]), reason))
            if throttle.is_due(last=indices.stop == len(files)):
                rate = indices.stop / max(time.monotonic() - started, 1e-9)
                left = (len(files) - indices.stop) / rate
                emit(Progress(marked("Loading images"), indices.stop, len(files), rate, left))
    return images, unreadable


def at_once(image_size: int) -> int:
    """Return how many images of a size a network sees in one go where it only looks: its layers' outputs take the
    memory.

    128 pictures of 224 px take MobileNetV2 2 GB, and TensorFlow's allocator for processors never gives a byte back to
    the system: it doubles what it holds whenever no gap is wide enough.
    """
    return max(1, min(_MOST_AT_ONCE, _PIXELS_AT_ONCE // image_size**2))


def allocate(shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """A uint8 array of zeros; beyond a quarter of the machine's memory in a file that vanishes with the process.

    Raises:
        RunError: neither memory nor the cache folder has room for it.
    """
    size = int(np.prod(shape, dtype=np.int64))
    if size <= _SHARE_OF_MEMORY * memory.allowed():
        return np.zeros(shape, np.uint8)
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=cache_folder(), prefix="pixels-") as file:
            _reserve(file.fileno(), size)
            return np.memmap(file, np.uint8, "w+", shape=shape)
    except OSError as error:
        raise RunError(
            _(
                "The images take {size:.1f} GB at this size, for which {folder} has no room ({why}); "
                "choose a smaller image size."
            ).format(size=size / 1000000000.0, folder=cache_folder(), why=reason_of(error))
        ) from None


def _reserve(file: int, size: int) -> None:
    """Reserve `size` bytes now: a file with holes would end the process by SIGBUS once the disk is full."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file, 0, size)
    elif shutil.disk_usage(cache_folder()).free < size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
