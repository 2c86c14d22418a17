"""Batches for Keras: each is a pure function of (seed, epoch, number), so that a resumed run sees the same ones."""

from __future__ import annotations

import math
import os
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from engine.training.augment import Augmentation

Batch = tuple[NDArray[np.uint8], NDArray[np.int64]]
_WORKERS = min(8, os.cpu_count() or 1)


class Batches(keras.utils.PyDataset):  # type: ignore[misc]  # Keras has no types
    """Some of the images with their labels; shuffled and augmented anew in each `epoch` when an augmentation is given.

    Batches are made ahead in threads; `close` ends these.
    """

    def __init__(
        self,
        images: NDArray[np.uint8],
        labels: NDArray[np.int64],
        indices: NDArray[np.int64],
        *,
        batch_size: int,
        seed: int = 0,
        augmentation: Augmentation | None = None,
    ) -> None:
        super().__init__()
        self._images, self._labels, self._indices = images, labels, indices
        self._batch_size, self._seed, self._augmentation = batch_size, seed, augmentation
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="batches")
        self._ahead: dict[int, Future[Batch]] = {}
        self._order = indices
        self.epoch = 0

    def __len__(self) -> int:
        return math.ceil(len(self._indices) / self._batch_size)

    def begin(self, epoch: int) -> None:
        """The order and the random numbers of an epoch, counted from 1."""
        for future in self._ahead.values():
            future.cancel()
        self._ahead.clear()
        self.epoch = epoch
        if self._augmentation is not None:
            self._order = np.random.default_rng([self._seed, epoch]).permutation(self._indices)

    def __getitem__(self, number: int) -> Batch:
        for ahead in range(number, min(number + 2 * _WORKERS, len(self))):
            if ahead not in self._ahead:
                self._ahead[ahead] = self._pool.submit(self.make, ahead)
        return self._ahead.pop(number).result()

    def make(self, number: int) -> Batch:
        """Batch `number`, from 0: uint8 images (b, height, width, channels) and int64 labels (b,)."""
        # Sorted, so that a memory-mapped file is read forwards; within a batch the order does not matter.
        chosen = np.sort(self._order[number * self._batch_size : (number + 1) * self._batch_size])
        images = self._images[chosen]
        if self._augmentation is not None and self._augmentation.active:
            images = self._augmentation.apply(images, np.random.default_rng([self._seed, self.epoch, number]))
        return images, self._labels[chosen]

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Batches:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()
