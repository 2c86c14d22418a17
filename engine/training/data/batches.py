"""Batches for Keras: each is a pure function of (seed, epoch, number), so that a resumed run sees the same ones."""

from __future__ import annotations

import math
import os
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from engine.training.data.augment import Augmentation
from engine.training.data.imbalance import class_weights, resampled
from engine.training.data.mixing import is_soft, mix, one_hot
from engine.training.options import TrainOptions

Batch = tuple[NDArray[Any], ...]
_WORKERS = min(8, os.cpu_count() or 1)


class Batches(keras.utils.PyDataset):  # type: ignore[misc]  # Keras has no types
    """Batches of images with their labels; shuffled and augmented anew in each `epoch` when an augmentation is given.

    With `options` the batches are as these say: labels as shares of `classes` where they are mixed or smoothed, weights
    or other numbers of images against imbalance (the latter two only in training, that is with an augmentation).
    Where `images` are features of so many `views`, which lie `step` places apart, each epoch draws one of each image;
    pixels alone are changed.
    Batches are made ahead in threads; `close` ends these.
    """

    def __init__(
        self,
        images: NDArray[Any],
        labels: NDArray[np.int64],
        indices: NDArray[np.int64],
        *,
        batch_size: int,
        seed: int = 0,
        augmentation: Augmentation | None = None,
        options: TrainOptions | None = None,
        classes: int = 0,
        views: int = 1,
        step: int = 0,
    ) -> None:
        super().__init__()
        self._images, self._labels, self._indices = images, labels, indices
        self._batch_size, self._seed, self._augmentation = batch_size, seed, augmentation
        self._options = options or TrainOptions()
        self._classes, self._views, self._step = classes, views, step
        self._has_pixels = images.dtype == np.uint8
        training = augmentation is not None
        kind = self._options.imbalance if training else "none"
        self._resample = kind if kind in {"oversample", "undersample"} else ""
        self._weights = class_weights(labels[indices], classes) if kind == "class-weights" else None
        self._mixes = training and bool(self._options.cutmix or self._options.mixup) and self._has_pixels
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="batches")
        self._ahead: dict[int, Future[Batch]] = {}
        self._order = self._drawn(0)
        self.epoch = 0

    def __len__(self) -> int:
        return math.ceil(len(self._order) / self._batch_size)

    @property
    def size(self) -> int:
        """Images of an epoch."""
        return len(self._order)

    @property
    def batch_size(self) -> int:
        """Images of a batch, of all but perhaps the last."""
        return self._batch_size

    def resize(self, batch_size: int) -> None:
        """Batches of another size from the next one on, which is the first."""
        self._drop()
        self._batch_size = batch_size

    def begin(self, epoch: int) -> None:
        """The order and the random numbers of an epoch, counted from 1."""
        self._drop()
        self.epoch = epoch
        if self._augmentation is not None:
            random = np.random.default_rng([self._seed, epoch])
            self._order = random.permutation(self._drawn(epoch))
            if self._views > 1:
                self._order += self._step * random.integers(0, self._views, len(self._order))

    def _drop(self) -> None:
        """Forget the batches that were made ahead."""
        for future in self._ahead.values():
            future.cancel()
        self._ahead.clear()

    def _drawn(self, epoch: int) -> NDArray[np.int64]:
        if not self._resample:
            return self._indices
        random = np.random.default_rng([self._seed, epoch, 1])
        return resampled(self._indices, self._labels, self._resample, random)

    def __getitem__(self, number: int) -> Batch:
        for ahead in range(number, min(number + 2 * _WORKERS, len(self))):
            if ahead not in self._ahead:
                self._ahead[ahead] = self._pool.submit(self.make, ahead)
        return self._ahead.pop(number).result()

    def make(self, number: int) -> Batch:
        """Batch `number`, from 0: uint8 images (b, height, width, channels), labels (b,) or (b, classes), weights."""
        # Sorted, so that a memory-mapped file is read forwards; within a batch the order does not matter.
        chosen = np.sort(self._order[number * self._batch_size : (number + 1) * self._batch_size])
        images, labels = self._images[chosen], self._labels[chosen]
        random = np.random.default_rng([self._seed, self.epoch, number])
        if self._augmentation is not None and self._augmentation.active and self._has_pixels:
            images = self._augmentation.apply(images, random)
        if not is_soft(self._options):
            return (images, labels) if self._weights is None else (images, labels, self._weights[labels])
        shares = one_hot(labels, self._classes)
        if self._mixes:
            images, shares = mix(images, shares, self._options, random)
        return (images, shares) if self._weights is None else (images, shares, self._weights[labels])

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Batches:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()
