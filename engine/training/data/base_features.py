"""Features of the frozen layers of a base, computed once, so that the layers above them train fast. Loads Keras."""

from __future__ import annotations

import hashlib
import math
import zlib
from functools import partial
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
from engine.training.data.shared import Computed, Shared
from engine.training.fine_tuning import parts
from engine.training.network import base_of
from engine.training.options import TrainOptions

VIEWS = 3  # of each training image, where the options change images: as it is, and changed
_SHARE_OF_MEMORY = 0.125  # that maps, and what is kept for other trainings, may take


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
    if not _fits(images, shape):
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
    shared: Shared | None = None,
) -> TrainingData:
    """Put all images through the base, the training images in several views where `augmentation` is active.

    A view depends on `seed` and on the pixels of the picture alone: not on how many images `batch_size` lets the base
    see at once, nor on the others. Where other trainings have the same images, as `shared` knows, all images are
    computed in all views, if there is room for them beside what is kept already, and kept for these.

    Raises:
        JobCancelled: within some images of being cancelled.
        RunError: there is no memory for what the base says, or to look at a single image.
    """
    compute = partial(_computed, lower, data, augmentation, seed, emit, cancel, batch_size or BatchSize(emit))
    everything, views, shape = np.arange(len(data.values)), views_of(augmentation), lower.output_shape[1:]
    if shared is None or not shared.holds(data.values):
        return compute(data.validation, data.training).of(data)
    key = _digest(lower, seed, augmentation)
    found = shared.computed(data.values, key)
    if found is None and not _fits(views * len(everything), shape, beside=shared.size):
        return compute(data.validation, data.training).of(data)
    if found is None:
        found = compute(everything[:0], everything)
        shared.keep(data.values, key, found)
    return found.of(data)


def _computed(
    lower: keras.Model,
    data: TrainingData,
    augmentation: Augmentation,
    seed: int,
    emit: Emit,
    cancel: Cancel,
    batch_size: BatchSize,
    once: NDArray[np.int64],
    viewed: NDArray[np.int64],
) -> Computed:
    """What `lower` says of the images at the places `once`, and of those `viewed` in several views."""
    passes = [(once, 0)] + [(viewed, view) for view in range(views_of(augmentation))]
    total, done = sum(len(places) for places, _ in passes), 0
    values = _empty_array((total, *lower.output_shape[1:]))
    chunk = at_once(data.values.shape[1])

    def look(some: NDArray[Any]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = keras.ops.convert_to_numpy(lower.predict_on_batch(some))
        return found

    for places, view in passes:
        for start in range(0, len(places), chunk):
            cancel.check()
            chosen = data.values[places[start : start + chunk]]
            if view:
                chosen = np.concatenate([_changed(image[None], augmentation, seed, view) for image in chosen])
            for part in batch_size.through(look, chosen):
                values[done : done + len(part)] = part
                done += len(part)
            emit(Progress(marked("Looking at the pictures"), done, total))
    rows = np.zeros(len(data.values), np.int64)
    rows[once], rows[viewed] = np.arange(len(once)), len(once) + np.arange(len(viewed))
    return Computed(values, rows, len(viewed), views_of(augmentation))


def _changed(image: NDArray[np.uint8], augmentation: Augmentation, seed: int, view: int) -> NDArray[np.uint8]:
    """Return a view of a picture (1, ...), drawn by its own pixels: the same in each training that sees it."""
    return augmentation.apply(image, np.random.default_rng([seed, view, zlib.crc32(image.tobytes())]))


def _digest(lower: keras.Model, seed: int, augmentation: Augmentation) -> bytes:
    """Return what tells these layers and views from others, by their weights and options."""
    found = hashlib.blake2b(repr((seed, augmentation.options, lower.output_shape)).encode())
    for weight in lower.get_weights():
        found.update(weight.tobytes())
    return found.digest()


def _fits(images: int, shape: tuple[int, ...], beside: int = 0) -> bool:
    """Return whether values of this shape, kept of so many images, leave enough memory to others.

    So many bytes of other values are kept `beside` them.
    """
    return 4 * images * math.prod(shape) + beside <= _SHARE_OF_MEMORY * memory.allowed()


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
