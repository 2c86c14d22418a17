"""Too little memory: how each backend says so, and fewer images at a time where a network only looks at them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numpy.typing import NDArray

from engine.errors import RunError
from engine.events import Log
from engine.jobs.job import Emit
from engine.language import _
from engine.training.data.loading import at_once

R = TypeVar("R")


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether a backend, or NumPy, says so: their errors share no class.

    On a processor TensorFlow hands on what oneDNN says, "Status:1", which is `dnnl_out_of_memory`, as an aborted step;
    torch there raises a bare RuntimeError which names its allocator.
    """
    name, words = type(error).__name__, str(error)
    if isinstance(error, MemoryError) or name in {"ResourceExhaustedError", "OutOfMemoryError"}:
        return True
    if "RESOURCE_EXHAUSTED" in words or "DefaultCPUAllocator" in words:
        return True
    return name == "AbortedError" and "Status:1, message" in words


class BatchSize:
    """The number of images that a network sees at once in prediction; halved wherever the memory is too
    small for them.
    """

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._most: int | None = None  # as far as is known

    def at_once(self, image_size: int, least: int = 1) -> int:
        """Return `loading.at_once` of this size, at least `least`; fewer where memory was too small before."""
        wanted = max(at_once(image_size), least)
        return wanted if self._most is None else min(wanted, self._most)

    def halve(self, images: int) -> int:
        """`images` were too many; how many to take from now on.

        Raises:
            RunError: it was a single one.
        """
        if images == 1:
            raise RunError(
                _("The device has too little memory to look at a single image; choose a smaller image size.")
            )
        self._most = images // 2
        sentence = _("The device has too little memory to look at {images} images at once; from here on it is {most}.")
        self._emit(Log(sentence.format(images=images, most=self._most), "warning"))
        return self._most

    def through(self, look: Callable[[NDArray[Any]], R], images: NDArray[Any]) -> list[R]:
        """Return what `look` says of images, all at once or, where the memory is too small, in parts, in order.

        Raises:
            RunError: it is too small even for one.
        """
        found: list[R] = []
        done = 0
        while done < len(images):
            some = images[done : done + (self._most or len(images))]
            try:
                found.append(look(some))
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
                self.halve(len(some))
            else:
                done += len(some)
        return found
