"""What trainings on the same images share is theirs alone: other images, or another form of them, are read anew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.events import Event, ProblemFound
from engine.jobs.job import Emit
from engine.library.records import Split
from engine.training.data.loading import TrainingData
from engine.training.data.shared import Computed, Shared
from engine.training.frozen import FrozenImage

IMAGES = [FrozenImage(n, 1, f"{n}.png", Path(f"{n}.png"), n % 2, Split.TRAINING) for n in range(6)]


class Disk:
    """Pictures that are their number all over; number 3 cannot be read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def load(self, files: Sequence[Path], emit: Emit) -> tuple[NDArray[np.uint8], list[int]]:
        self.read += [file.stem for file in files]
        bad = [place for place, file in enumerate(files) if file.stem == "3"]
        for place in bad:
            emit(ProblemFound(str(files[place]), "It is empty."))
        return np.stack([np.full((2, 2, 3), int(file.stem), np.uint8) for file in files]), bad


def test_the_same_images_are_read_once_in_whatever_part_of_a_training_they_are() -> None:
    disk, shared, events = Disk(), Shared(), list[Event]()
    first, places, unreadable = shared.read(IMAGES[:4], IMAGES[4:], "small", disk.load, events.append)
    assert (first[places, 0, 0, 0].tolist(), unreadable) == ([0, 1, 2, 3], [3])
    again, places, unreadable = shared.read(IMAGES[:1:-1], IMAGES[:2], "small", disk.load, events.append)
    assert again is first
    assert (again[places, 0, 0, 0].tolist(), unreadable) == ([5, 4, 3, 2], [2])
    assert disk.read == list("012345")
    assert events == [ProblemFound("3.png", "It is empty.")] * 2


def test_other_images_or_another_form_are_read_anew() -> None:
    disk, shared = Disk(), Shared()
    first, *_ = shared.read(IMAGES, (), "small", disk.load, lambda event: None)
    larger, *_ = shared.read(IMAGES, (), "large", disk.load, lambda event: None)
    fewer, *_ = shared.read(IMAGES[1:], (), "large", disk.load, lambda event: None)
    assert len(disk.read) == 6 + 6 + 5
    assert [shared.holds(pixels) for pixels in (first, larger, fewer)] == [False, False, True]


def test_what_layers_say_is_found_by_the_layers_and_by_what_they_saw() -> None:
    shared = Shared()
    pixels, *_ = shared.read(IMAGES, (), "small", Disk().load, lambda event: None)
    maps = Computed(np.arange(12, dtype=np.float32).reshape(12, 1), np.arange(6), 6, 2)
    shared.keep(pixels, b"lower", maps)
    assert shared.computed(pixels, b"lower") is maps
    assert shared.computed(pixels, b"upper") is None
    assert shared.computed(pixels.copy(), b"lower") is None
    assert shared.holds(maps.values)
    found = maps.of(TrainingData(pixels, np.arange(6), np.array([0, 4]), np.array([1])))
    assert found.values[found.training, 0].tolist() == [0, 4, 6, 10]
    assert found.values[found.validation, 0].tolist() == [1]
    assert found.labels[found.training].tolist() == [0, 4, 0, 4]
    assert (found.once.tolist(), found.views, found.step) == ([0, 4], 2, 6)
    shared.read(IMAGES, (), "large", Disk().load, lambda event: None)
    assert not shared.holds(maps.values)
