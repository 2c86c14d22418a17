"""What trainings on the same images share is theirs alone: other images, or another form of them, are read anew."""

from __future__ import annotations

import weakref
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
        self.given: list[weakref.ref[NDArray[np.uint8]]] = []

    def load(self, files: Sequence[Path], emit: Emit) -> tuple[NDArray[np.uint8], list[int]]:
        assert not any(given() is not None for given in self.given), "pixels of before still take memory"
        self.read += [file.stem for file in files]
        bad = [place for place, file in enumerate(files) if file.stem == "3"]
        for place in bad:
            emit(ProblemFound(str(files[place]), "It is empty."))
        pixels = np.stack([np.full((2, 2, 3), int(file.stem), np.uint8) for file in files])
        self.given.append(weakref.ref(pixels))
        return pixels, bad


def test_the_same_images_are_read_once_in_whatever_part_of_a_training_they_are() -> None:
    disk, shared, events = Disk(), Shared(), list[Event]()
    first, places, unreadable = shared.read(IMAGES[2:], IMAGES, "small", disk.load, events.append)
    assert (first[places, 0, 0, 0].tolist(), unreadable) == ([2, 3, 4, 5], [1])
    again, places, unreadable = shared.read(IMAGES[3::-1], IMAGES, "small", disk.load, events.append)
    assert again is first
    assert (again[places, 0, 0, 0].tolist(), unreadable) == ([3, 2, 1, 0], [0])
    assert disk.read == list("012345"), "in the order of all, which is the same for each training"
    assert events == [ProblemFound("3.png", "It is empty.")] * 2


def test_a_part_of_the_images_is_not_read_again_and_has_no_problems_of_others() -> None:
    disk, shared, events = Disk(), Shared(), list[Event]()
    for some in (IMAGES[:3], IMAGES[4:]):
        shared.read(some, IMAGES, "small", disk.load, events.append)
    assert (disk.read, events) == (list("012345"), [])
    shared.read(IMAGES[4:], (), "large", disk.load, events.append)
    assert disk.read[6:] == list("45"), "nobody else takes the others"


def test_other_images_or_another_form_are_read_anew() -> None:
    disk, shared = Disk(), Shared()
    held = []
    for images, form in ((IMAGES[1:], "small"), (IMAGES[1:], "large"), (IMAGES, "large")):
        held.append(shared.holds(shared.read(images, (), form, disk.load, lambda event: None)[0]))
    assert len(disk.read) == 5 + 5 + 6
    assert held == [True] * 3


def test_what_layers_say_is_found_by_the_layers_and_by_what_they_saw() -> None:
    shared = Shared()
    pixels, *_ = shared.read(IMAGES, (), "small", Disk().load, lambda event: None)
    maps = Computed(np.arange(12, dtype=np.float32).reshape(12, 1), np.arange(6), 6, 2)
    shared.keep(pixels, b"lower", maps)
    assert shared.computed(pixels, b"lower") is maps
    assert shared.computed(pixels, b"upper") is None
    assert shared.computed(pixels.copy(), b"lower") is None
    assert shared.holds(maps.values)
    assert shared.size == maps.values.nbytes
    found = maps.of(TrainingData(pixels, np.arange(6), np.array([0, 4]), np.array([1])))
    assert found.values[found.training, 0].tolist() == [0, 4, 6, 10]
    assert found.values[found.validation, 0].tolist() == [1]
    assert found.labels[found.training].tolist() == [0, 4, 0, 4]
    assert (found.once.tolist(), found.views, found.step) == ([0, 4], 2, 6)
    shared.read(IMAGES, (), "large", Disk().load, lambda event: None)
    assert not shared.holds(pixels)
    assert not shared.holds(maps.values)
    assert shared.size == 0
