"""Where a training runs. Loads Keras."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import keras

from engine.errors import UsageError
from engine.training.machine.hardware import graphics_cards
from engine.training.options import TrainOptions


def has_gpu() -> bool:
    """Whether Keras' backend sees a graphics card: Keras itself can ask TensorFlow and JAX, and the latter raises where
    there is none.
    """
    if keras.backend.backend() == "torch":
        import torch

        return bool(torch.cuda.is_available())
    try:
        return bool(keras.distribution.list_devices("gpu"))
    except RuntimeError:
        return False


def device_kind(wanted: str = "auto") -> str:
    """ "gpu" where Keras' backend sees one and `wanted` (of the options) is not "cpu", else "cpu".

    Raises:
        UsageError: a GPU is wanted and there is none.
    """
    if wanted == "cpu":
        return "cpu"
    if has_gpu():
        return "gpu"
    if wanted == "gpu":
        raise UsageError(f"There is no GPU that {keras.backend.backend()} can use; set device to auto or cpu.")
    return "cpu"


def device(wanted: str = "auto") -> str:
    """What a person calls the device that will train: the graphics card's name, or "CPU"."""
    if device_kind(wanted) == "cpu":
        return "CPU"
    names = graphics_cards()
    return names[0] if names else "GPU"


def scope(options: TrainOptions) -> AbstractContextManager[object]:
    """The block in which a network is built and trained on the device of the options."""
    forced = options.device == "cpu" and has_gpu()
    return keras.device("cpu:0") if forced else nullcontext()
