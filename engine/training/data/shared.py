"""Pixels and features that trainings on the same images share, such as the folds of one: made by the first of them."""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.events import Event, ProblemFound
from engine.jobs.job import Emit
from engine.training.data.loading import TrainingData
from engine.training.frozen import FrozenImage

_Key = tuple[int, Path, Hashable]  # id of an image, its file, and in which form its pixels are wanted
Load = Callable[[Sequence[Path], Emit], tuple[NDArray[np.uint8], list[int]]]


@dataclass(frozen=True, slots=True, eq=False)
class Computed:
    """What lower layers say of images: the first view of the one at place p is row `rows[p]` of `values`, its other
    views follow, `step` rows apart.
    """

    values: NDArray[np.float32]
    rows: NDArray[np.int64]
    step: int
    views: int

    def of(self, data: TrainingData) -> TrainingData:
        """Return the training images of `data` in all views and its validation images, with these values."""
        training = np.concatenate([self.rows[data.training] + view * self.step for view in range(self.views)])
        validation = self.rows[data.validation]
        labels = np.zeros(len(self.values), np.int64)
        labels[training] = np.tile(data.labels[data.training], self.views)
        labels[validation] = data.labels[data.validation]
        return TrainingData(self.values, labels, training, validation, self.views, self.step)


class Shared:
    """Pixels of images, and what layers that never change say of them, in memory for trainings one after another."""

    def __init__(self) -> None:
        self._places: dict[_Key, int] = {}
        self._pixels = np.empty(0, np.uint8)
        self._problems: dict[int, ProblemFound] = {}
        self._computed: list[tuple[NDArray[Any], bytes, Computed]] = []

    @property
    def size(self) -> int:
        """Bytes that are kept of what layers say."""
        return sum(found.values.nbytes for _, _, found in self._computed)

    def read(
        self, images: Sequence[FrozenImage], together: Sequence[FrozenImage], form: Hashable, load: Load, emit: Emit
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64], list[int]]:
        """Return the pixels of `images`, which `load` reads unless all of them were read last in the same `form`.

        Where all `images` are among those that the trainings take `together`, the latter are read, in their order: it
        is the same for each training, and within a batch it decides which random numbers change a picture.

        Returns:
            Pixels (n, height, width, channels), the place of each of `images` among them, and which of `images` could
            not be read: each of these is reported as a `ProblemFound`.
        """
        keys, every = ([(m.image_id, m.file, form) for m in some] for some in (images, together))
        if self._places.keys() >= set(keys):
            for key in keys:
                if self._places[key] in self._problems:
                    emit(self._problems[self._places[key]])
        else:
            self._load(every if set(every) >= set(keys) else keys, load, emit, {str(m.file) for m in images})
        places = [self._places[key] for key in keys]
        return self._pixels, np.array(places, np.int64), [i for i, p in enumerate(places) if p in self._problems]

    def _load(self, keys: Sequence[_Key], load: Load, emit: Emit, own: Container[str]) -> None:
        """Read the pixels of `keys`; a problem is reported now where the training that asks has its file as its own."""
        self._places.clear()
        self._computed.clear()
        self._pixels = np.empty(0, np.uint8)  # else those of before take memory while the new ones are read
        problems: dict[str, ProblemFound] = {}

        def noted(event: Event) -> None:
            if isinstance(event, ProblemFound):
                problems[event.path] = event
            if not isinstance(event, ProblemFound) or event.path in own:
                emit(event)

        self._pixels, unreadable = load([file for _, file, _ in keys], noted)
        self._problems = {place: problems[str(keys[place][1])] for place in unreadable}
        self._places = {key: place for place, key in enumerate(keys)}

    def holds(self, values: NDArray[Any]) -> bool:
        """Return whether other trainings may ask for the same values."""
        return values is self._pixels or any(values is computed.values for _, _, computed in self._computed)

    def computed(self, source: NDArray[Any], key: bytes) -> Computed | None:
        """Return what the layers told by `key` say of all images of `source`; None where nobody asked them yet."""
        return next((found for of, by, found in self._computed if of is source and by == key), None)

    def keep(self, source: NDArray[Any], key: bytes, found: Computed) -> None:
        """Keep what the layers told by `key` say of all images of `source`."""
        self._computed.append((source, key, found))
