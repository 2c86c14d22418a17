"""How long a recipe takes on this machine, about: from what trainings were measured to cost a picture and an epoch."""

from __future__ import annotations

import os

from engine.training.automatic.first_look import FirstLook
from engine.training.automatic.pace import pace
from engine.training.options import TrainOptions

# Core-seconds, measured on two cores (docs/benchmarks.md): Transfer at 224 px, Quick at 32 px.
_VIEW, _VIEWS = 0.02, 3  # the features of one view of a picture, and how many views a training image has
_HEAD_EPOCH = 0.0016  # a training image in an epoch on features
_FINE_EPOCH = 0.0195  # a training image in an epoch of fine-tuning
_BASE_SIDE = 224
_SMALL_EPOCH = 0.00115  # a training image in an epoch of a network for small pictures
_SMALL_SIDE = 32
_ACCURATE = {40: 1.2, 0: 2.2}  # from so many px on -> how many times as long Accurate takes as Quick at the same size
_START_AND_END = 20.0  # seconds for loading Keras, testing and writing the model
_BUSY = 0.72  # share of the cores that a training keeps busy
_FEATURES_A_CORE = 35.0  # features a second and core, where the first look had none to measure
_MOST_SECONDS = 20.0  # for the features of a first model
_LEAST_IMAGES = 1_000  # that a first model learns from, however slow the machine is
_FITTING = 1.0  # seconds of instant when all features are there, and for each thousand images


def first_images(look: FirstLook) -> int:
    """Return how many training images the first model may have, so that it is there within seconds; 0 for all."""
    reached = round(_rate(look) * _MOST_SECONDS)
    return max(_LEAST_IMAGES, reached) if look.missing > reached else 0


def features_seconds(look: FirstLook, most: int) -> float:
    """Return how long a model on features takes that learns from `most` training images, 0 for all: the features that
    it needs and that are still missing, and the fit.
    """
    missing = min(look.missing, most * 5 // 4) if most else look.missing
    images = min(most or look.training, look.training) * (look.training + look.check) / max(1, look.training)
    return missing / _rate(look) + _FITTING * (1 + images / 1000)


def _rate(look: FirstLook) -> float:
    return look.rate if look.rate is not None else _FEATURES_A_CORE * (os.cpu_count() or 1)


def expected_seconds(recipe: str, measured: float, *, on_card: bool) -> float | None:
    """Return how long a training takes here that takes `measured` seconds where times were measured, by earlier
    trainings of its recipe; None on a graphics card that none has used yet.
    """
    found = pace(recipe, on_card=on_card)
    if found is None:
        return None if on_card else measured
    return measured * found


def measured_seconds(recipe: str, options: TrainOptions, look: FirstLook) -> float:
    """Return how long a training takes on cores like those of the measurements, as many as there are here."""
    if options.head_epochs:
        fine = max(0, options.epochs - options.head_epochs)
        work = _VIEW * (_VIEWS * look.training + look.check)
        work += look.training * fine * _FINE_EPOCH
        work *= (options.image_size / _BASE_SIDE) ** 2
        work += look.training * options.head_epochs * _HEAD_EPOCH
    else:
        work = look.training * options.epochs * _SMALL_EPOCH * (options.image_size / _SMALL_SIDE) ** 2
        if recipe == "accurate":
            work *= next(times for side, times in _ACCURATE.items() if options.image_size >= side)
    return _START_AND_END + work / (_BUSY * (os.cpu_count() or 1))
