"""Features of a frozen base, computed once: the layers above it then train in seconds. Loads Keras."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from engine.events import Progress
from engine.jobs.job import Cancel, Emit
from engine.training.feeding.augment import Augmentation
from engine.training.feeding.data import at_once
from engine.training.network import base_of

VIEWS = 3  # of each training image, where the options change images: as it is, and changed


@dataclass(frozen=True, slots=True)
class Features:
    """What the base says of training and validation images, float32 (n, ...), like `images` elsewhere."""

    values: NDArray[np.float32]
    labels: NDArray[np.int64]
    training: NDArray[np.int64]
    validation: NDArray[np.int64]


def split_above_base(model: keras.Model) -> tuple[keras.Model, keras.Model]:
    """The network up to the base (with the pooling that follows it), and the head above: both share its layers."""
    place = base_of(model)
    assert place is not None
    pooled = isinstance(model.layers[place + 1], keras.layers.GlobalAveragePooling2D)
    cut = place + 1 + pooled
    lower = keras.Sequential([keras.Input(model.input_shape[1:], dtype="uint8"), *model.layers[:cut]])
    upper = keras.Sequential([keras.Input(lower.output_shape[1:]), *model.layers[cut:]])
    return lower, upper


def features(
    lower: keras.Model,
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    training: NDArray[np.int64],
    validation: NDArray[np.int64],
    augmentation: Augmentation,
    seed: int,
    *,
    emit: Emit,
    cancel: Cancel,
) -> Features:
    """Put all images through the base, the training images in several views where `augmentation` is active."""
    views = VIEWS if augmentation.active else 1
    passes = [(validation, None)] + [(training, np.random.default_rng([seed, view])) for view in range(views)]
    total, done = sum(len(places) for places, _ in passes), 0
    values: list[NDArray[Any]] = []
    chunk = at_once(images.shape[1])
    for number, (places, random) in enumerate(passes):
        for start in range(0, len(places), chunk):
            cancel.check()
            chosen = images[places[start : start + chunk]]
            if number > 1 and random is not None:
                chosen = augmentation.apply(chosen, random)
            values.append(keras.ops.convert_to_numpy(lower.predict_on_batch(chosen)))
            done += len(chosen)
            emit(Progress("Computing features", done, total))
    held_out = len(validation)
    return Features(
        np.concatenate(values).astype(np.float32),
        labels[np.concatenate([places for places, _ in passes])],
        np.arange(held_out, total),
        np.arange(held_out),
    )
