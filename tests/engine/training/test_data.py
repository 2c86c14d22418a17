from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import JobCancelled, RunError
from engine.events import Event, ProblemFound, Progress
from engine.imaging.pixels import load
from engine.jobs import memory
from engine.jobs.job import Cancel
from engine.places import cache_folder
from engine.training.data import loading
from engine.training.data.augment import Augmentation
from engine.training.data.batches import Batches
from engine.training.data.loading import load_images
from engine.training.options import TrainOptions

OPTIONS = TrainOptions(image_size=16)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    random = np.random.default_rng(0)
    found = [tmp_path / f"{number}.png" for number in range(6)]
    for file in found:
        Image.fromarray(random.integers(0, 256, (20, 30, 3), np.uint8)).save(file)
    found[2].write_bytes(b"")
    found[4].unlink()
    return found


def test_images_are_the_pixels_of_the_one_decode_in_order(files: list[Path]) -> None:
    events: list[Event] = []
    images, unreadable = load_images(files, OPTIONS, emit=events.append, cancel=Cancel())
    assert images.shape == (6, 16, 16, 3)
    assert images.dtype == np.uint8
    for place in (0, 1, 3, 5):
        np.testing.assert_array_equal(images[place], load(files[place], size=(16, 16)))
    assert unreadable == [2, 4]
    assert [e.path for e in events if isinstance(e, ProblemFound)] == [str(files[2]), str(files[4])]
    assert [(e.done, e.total) for e in events if isinstance(e, Progress)] == [(6, 6)]


def test_more_than_a_quarter_of_the_memory_goes_to_a_file_that_leaves_no_trace(
    files: list[Path], monkeypatch: pytest.MonkeyPatch, empty_home: Path
) -> None:
    in_memory, _ = load_images(files, OPTIONS, emit=lambda event: None, cancel=Cancel())
    monkeypatch.setattr(memory, "allowed", lambda: 4000)
    mapped, unreadable = load_images(files, OPTIONS, emit=lambda event: None, cancel=Cancel())
    assert isinstance(mapped, np.memmap)
    assert unreadable == [2, 4]
    np.testing.assert_array_equal(mapped, in_memory)
    assert not [path for path in empty_home.rglob("*") if path.is_file()]


def test_no_room_for_the_images_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "allowed", lambda: 4000)
    cache_folder().parent.mkdir(parents=True, exist_ok=True)
    cache_folder().write_text("a file where the folder should be")
    with pytest.raises(RunError, match="choose a smaller image size"):
        loading.allocate((10, 100, 100, 3))


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="only POSIX systems reserve room for a file")
def test_a_full_disk_is_told_before_a_pixel_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(memory, "allowed", lambda: 4000)
    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(RunError, match=r"no space left on device.*choose a smaller image size"):
        loading.allocate((10, 100, 100, 3))


def test_loading_stops_when_it_is_cancelled(files: list[Path]) -> None:
    cancel = Cancel()
    cancel.set()
    with pytest.raises(JobCancelled):
        load_images(files, OPTIONS, emit=lambda event: None, cancel=cancel)


IMAGES = np.random.default_rng(1).integers(0, 256, (50, 8, 8, 1), np.uint8)
LABELS = np.arange(50)


def all_of(batches: Batches) -> list[tuple[np.ndarray, np.ndarray]]:
    return [batches[number] for number in range(len(batches))]


def test_each_epoch_holds_every_chosen_image_once() -> None:
    chosen = np.arange(10, 47)
    with Batches(IMAGES, LABELS, chosen, batch_size=8, seed=3, augmentation=Augmentation(TrainOptions())) as batches:
        orders = []
        for epoch in (1, 2):
            batches.begin(epoch)
            found = all_of(batches)
            assert [len(labels) for _, labels in found] == [8, 8, 8, 8, 5]
            labels = np.concatenate([labels for _, labels in found])
            np.testing.assert_array_equal(np.concatenate([images for images, _ in found]), IMAGES[labels])
            assert sorted(labels.tolist()) == chosen.tolist()
            orders.append(labels.tolist())
    assert orders[0] != orders[1]


def test_a_batch_depends_on_seed_epoch_and_number_alone() -> None:
    augmentation = Augmentation(TrainOptions(rotation=30, zoom=0.2))
    with (
        Batches(IMAGES, LABELS, LABELS, batch_size=16, seed=3, augmentation=augmentation) as through,
        Batches(IMAGES, LABELS, LABELS, batch_size=16, seed=3, augmentation=augmentation) as resumed,
    ):
        through.begin(1)
        all_of(through)
        through.begin(2)
        expected = all_of(through)
        resumed.begin(2)
        resumed[0]  # as Keras does, to learn the shapes
        for (images, labels), (again, same) in zip(expected, all_of(resumed), strict=True):
            np.testing.assert_array_equal(images, again)
            np.testing.assert_array_equal(labels, same)


def test_validation_batches_are_neither_shuffled_nor_changed() -> None:
    with Batches(IMAGES, LABELS, np.arange(5, 25), batch_size=8) as batches:
        found = all_of(batches)
    assert np.concatenate([labels for _, labels in found]).tolist() == list(range(5, 25))
    np.testing.assert_array_equal(np.concatenate([images for images, _ in found]), IMAGES[5:25])
