"""Devices of this machine to train on, and the choice among them.

The drivers and the installed packages tell what is there, without Keras; only functions that ask its backend load it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import AbstractContextManager, nullcontext
from ctypes.util import find_library
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from engine.errors import UsageError
from engine.jobs import memory
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _, plural
from engine.libraries import installed
from engine.models.prediction_device import PredictionDevice

if TYPE_CHECKING:
    from engine.training.options import TrainOptions

BACKENDS = ("tensorflow", "torch", "jax")


def graphics_cards() -> list[str]:
    """The names of NVIDIA's cards in this machine, whether or not a backend can use them."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return []
    query = [tool, "--query-gpu=name", "--format=csv,noheader"]
    try:
        found = subprocess.run(query, capture_output=True, text=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [line.strip() for line in found.splitlines() if line.strip()]


def trains_on_card(options: TrainOptions) -> bool:
    """Return whether a training with these options will run on a graphics card: what a recipe may ask before it trains.

    Quick, and the same in the window as in the training: Keras has a word in it only where it is loaded already.
    """
    if options.device != "auto":
        return options.device == "gpu"  # where there is none the training says so
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES", "0").strip() in ("", "-1")
    backend = os.environ.get("KERAS_BACKEND", "tensorflow") if options.backend == "auto" else options.backend
    if hidden or not graphics_cards() or not has_cudnn(backend):
        return False
    if "keras" not in sys.modules:
        return True
    return has_gpu()


def multiplies_bfloat16() -> bool:
    """Return whether this machine's processor has instructions for it (x86-64 since 2020 or so, as numpy sees it).

    Without, TensorFlow would do it in software, slower than with all bits. It has no such kernels for others than x86.
    """
    from numpy._core._multiarray_umath import __cpu_features__  # type: ignore[import-not-found]

    return bool(__cpu_features__.get("AVX512BF16", False))


def has_cudnn(backend: str) -> bool:
    """Return whether NVIDIA's library is there, without which no backend uses a card: from its own package, of the
    system, or, on Windows, within torch. TensorFlow has no use for it there.
    """
    if sys.platform == "win32":
        torch = find_spec("torch") if backend == "torch" else None
        return torch is not None and any((Path(torch.origin or "").parent / "lib").glob("cudnn*.dll"))
    package = find_spec("nvidia") is not None and find_spec("nvidia.cudnn") is not None
    return package or find_library("cudnn") is not None


def has_gpu() -> bool:
    """Return whether Keras' backend sees a graphics card: Keras itself can ask TensorFlow and JAX, and the latter
    raises where there is none.
    """
    import keras

    if keras.backend.backend() == "torch":
        import torch

        return bool(torch.cuda.is_available())
    try:
        return bool(keras.distribution.list_devices("gpu"))
    except RuntimeError:
        return False


def device_kind(choice: str = "auto") -> str:
    """ "gpu" where Keras' backend sees one and `choice` (of the options) is not "cpu", else "cpu".

    Raises:
        UsageError: a GPU is wanted and there is none.
    """
    if choice == "cpu":
        return "cpu"
    if has_gpu():
        return "gpu"
    if choice == "gpu":
        import keras

        raise UsageError(
            _("There is no GPU that {backend} can use; set device to auto or cpu.").format(
                backend=keras.backend.backend()
            )
        )
    return "cpu"


def device(choice: str = "auto") -> str:
    """Return what a person calls the device that will train: the graphics card's name, or "CPU"."""
    if device_kind(choice) == "cpu":
        return "CPU"
    names = graphics_cards()
    return names[0] if names else "GPU"


def scope(options: TrainOptions) -> AbstractContextManager[object]:
    """The block in which a network is built and trained on the device of the options."""
    import keras

    forced = options.device == "cpu" and has_gpu()
    return keras.device("cpu:0") if forced else nullcontext()


@dataclass(frozen=True, slots=True)
class Device:
    name: str
    kind: Literal["cpu", "gpu"]
    detail: str


@dataclass(frozen=True, slots=True, eq=False)
class Devices(Result):
    """Devices of this machine to train on: backends that are installed, `memory` in bytes; what predictions run on."""

    devices: list[Device]
    backends: list[str]
    memory: int
    predictions: PredictionDevice


def devices(params: None, *, emit: Emit, cancel: Cancel) -> Devices:  # noqa: ARG001  # shape of a job
    """Return what this machine has to train and predict on."""
    from engine.models.providers import prediction_device

    cores = plural("{count} core", "{count} cores", os.cpu_count() or 1)
    detail = _("{cores}, {memory:.0f} GB memory").format(cores=cores, memory=memory.allowed() / 2**30)
    halves = ", bfloat16" if multiplies_bfloat16() else ""
    found = [Device("CPU", "cpu", detail + halves)]
    found += [Device(name, "gpu", "NVIDIA") for name in graphics_cards()]
    backends = [b for b in BACKENDS if installed(b)]
    return Devices(found, backends, memory.allowed(), prediction_device())
