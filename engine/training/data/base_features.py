"""Features of the frozen layers of a base, computed once, so that the layers above them train fast. Loads Keras."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from engine.errors import RunError
from engine.events import Progress
from engine.jobs import memory
from engine.jobs.job import Cancel, Emit
from engine.language import _, marked
from engine.training.data.augment import Augmentation
from engine.training.data.loading import TrainingData, at_once
from engine.training.data.memory import BatchSize
from engine.training.fine_tuning import parts
from engine.training.network import base_of
from engine.training.options import TrainOptions

VIEWS = 3  # of each training image, where the options change images: as it is, and changed
_SHARE_OF_MEMORY = 0.125  # that maps may take


def split_above_base(model: keras.Model) -> tuple[keras.Model, keras.Model]:
    """The network up to the base (with the pooling that follows it), and the head above: both share its layers."""
    place = base_of(model)
    assert place is not None
    pooled = isinstance(model.layers[place + 1], keras.layers.GlobalAveragePooling2D)
    cut = place + 1 + pooled
    lower = keras.Sequential([keras.Input(model.input_shape[1:], dtype=model.inputs[0].dtype), *model.layers[:cut]])
    head = keras.Sequential([keras.Input(lower.output_shape[1:]), *model.layers[cut:]])
    return lower, head


def split_in_base(model: keras.Model, options: TrainOptions, images: int) -> tuple[keras.Model, keras.Model] | None:
    """The network up to the part of its base that is fine-tuned, and all above: both share its layers.

    None where nothing is below, where each batch must see other pixels, or where the maps of so many `images` between
    the two would take too much memory.
    """
    place = base_of(model)
    if place is None or options.freeze_base or options.cutmix or options.mixup:
        return None
    found = parts(model.layers[place], options.fine_tune_share)
    if found is None:
        return None
    shape = found[1].input_shape[1:]
    if 4 * images * math.prod(shape) > _SHARE_OF_MEMORY * memory.allowed():
        return None
    lower = keras.Sequential(
        [keras.Input(model.input_shape[1:], dtype=model.inputs[0].dtype), *model.layers[:place], found[0]]
    )
    return lower, keras.Sequential([keras.Input(shape), found[1], *model.layers[place + 1 :]])


def features(
    lower: keras.Model,
    data: TrainingData,
    augmentation: Augmentation,
    seed: int,
    *,
    emit: Emit,
    cancel: Cancel,
    batch_size: BatchSize | None = None,
) -> TrainingData:
    """Put all images through the base, the training images in several views where `augmentation` is active.

    The views do not depend on how many images `batch_size` lets the base see at once.

    Raises:
        JobCancelled: within some images of being cancelled.
        RunError: there is no memory for what the base says, or to look at a single image.
    """
    views, batch_size = views_of(augmentation), batch_size or BatchSize(emit)
    passes = [(data.validation, None)] + [(data.training, np.random.default_rng([seed, view])) for view in range(views)]
    total, done = sum(len(places) for places, _ in passes), 0
    values = _empty_array((total, *lower.output_shape[1:]))
    chunk = at_once(data.values.shape[1])

    def look(some: NDArray[Any]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = keras.ops.convert_to_numpy(lower.predict_on_batch(some))
        return found

    for number, (places, random) in enumerate(passes):
        for start in range(0, len(places), chunk):
            cancel.check()
            chosen = data.values[places[start : start + chunk]]
            if number > 1 and random is not None:
                chosen = augmentation.apply(chosen, random)
            for part in batch_size.through(look, chosen):
                values[done : done + len(part)] = part
                done += len(part)
            emit(Progress(marked("Computing features"), done, total))
    held_out = len(data.validation)
    return TrainingData(
        values,
        data.labels[np.concatenate([places for places, _ in passes])],
        np.arange(held_out, total),
        np.arange(held_out),
        views,
    )


def _empty_array(shape: tuple[int, ...]) -> NDArray[np.float32]:
    try:
        return np.empty(shape, np.float32)
    except MemoryError:
        raise RunError(
            _(
                "The features of {images:,} images take {size:.1f} GB, which this machine has not free; without "
                "“Freeze the base” and with 0 epochs for “Head first” none are kept."
            ).format(images=shape[0], size=4 * math.prod(shape) / 1000000000.0)
        ) from None


def views_of(augmentation: Augmentation) -> int:
    """Return in how many views each training image is computed."""
    return VIEWS if augmentation.active else 1
