"""Devices of ONNX Runtime: it computes on a graphics card where the installed package drives one that answers as the
processor does, else on the processor.

Which cards can be used depends on the package: `onnxruntime` knows CoreML on a Mac, `onnxruntime-gpu` CUDA and
`onnxruntime-directml` DirectML; all three are one Python module, `onnxruntime`, and one of them is installed.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelError
from engine.language import _
from engine.models.prediction_device import PredictionDevice

Device = Literal["auto", "cpu"]
CPU = "CPU"
LARGEST_DIFFERENCE = 1e-4  # of any probability, as between a run and its model file
_TESTED = 2  # images through both: an exchange of rows would show


class Provider(NamedTuple):
    """A way onto a graphics card. `concurrent`: several threads may use a session at the same time."""

    name: str
    key: str
    options: dict[str, str]
    package: str
    concurrent: bool = True


# In order of preference. Full precision everywhere: TensorFloat-32 and Apple's Neural Engine round too early.
PROVIDERS = (
    Provider("CUDA", "CUDAExecutionProvider", {"use_tf32": "0"}, "onnxruntime_gpu"),
    Provider("DirectML", "DmlExecutionProvider", {}, "onnxruntime_directml", concurrent=False),
    Provider("CoreML", "CoreMLExecutionProvider", {"ModelFormat": "MLProgram", "MLComputeUnits": "CPUAndGPU"}, ""),
)


class Opened(NamedTuple):
    """A session, the device it computes on, and, where a card was there and is not used, one sentence on why.

    `turn` is entered around each `run`; `input` is the name of the one input.
    """

    session: Any
    device: str
    note: str | None
    turn: AbstractContextManager[object]
    input: str


def open_session(
    path: Path, *, threads: int | None = None, data: bytes | None = None, device: Device = "auto"
) -> Opened:
    """Open the model at `path`, or `data` that was made of it, with `threads` for one prediction on the CPU.

    Raises:
        ModelError: ONNX Runtime refuses it on the CPU too.
    """
    note = None
    provider = None if device == "cpu" else _card_provider()
    if provider is not None:
        try:
            session = _session(data or str(path), threads, provider)
            reason = _why_not(session, provider, data or str(path), threads)
        except Exception as error:  # ONNX Runtime's own classes share no public base; whatever it is, there is a CPU
            reason = one_line(error)
        if reason is None:
            turn = nullcontext() if provider.concurrent else threading.Lock()
            return Opened(session, provider.name, None, turn, session.get_inputs()[0].name)
        sentence = _("{device} cannot be used: {why}; predictions are made on the CPU.")
        note = sentence.format(device=provider.name, why=reason)
    elif device != "cpu":
        note = hidden()
    try:
        session = _session(data or str(path), threads, None)
        return Opened(session, CPU, note, nullcontext(), session.get_inputs()[0].name)
    except Exception as error:
        raise ModelError(_("{path} cannot be used as a model: {why}").format(path=path, why=one_line(error))) from None


def prediction_device() -> PredictionDevice:
    """Return what predictions are made with on this machine."""
    onnxruntime = _runtime()
    runtime = f"ONNX Runtime {onnxruntime.__version__}"
    if _card_provider() is None:
        return PredictionDevice(CPU, runtime, hidden())
    opened = open_session(Path("test"), data=_smallest_model())
    return PredictionDevice(opened.device, runtime, opened.note)


def hidden() -> str | None:
    """Return a sentence where a package for a card is installed, but another one lies over it."""
    onnxruntime = _runtime()
    held = set(onnxruntime.get_available_providers())
    place = Path(onnxruntime.__file__).parents[1]
    for provider in PROVIDERS:
        if provider.package and provider.key not in held and any(place.glob(f"{provider.package}-*.dist-info")):
            package = provider.package.replace("_", "-")
            return _(
                "{package} is installed but hidden by onnxruntime, which has the same place; remove both and install "
                "{package} alone; predictions are made on the CPU."
            ).format(package=package)
    return None


def one_line(error: Exception) -> str:
    """The first line of what ONNX Runtime says, without its full stop."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(". ")


def _runtime() -> Any:
    """ONNX Runtime. On Windows it hands its events to the system, which may send them, until that is switched off."""
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    return onnxruntime


def has_card() -> bool:
    """Return whether the installed package drives a graphics card, there or not."""
    return _card_provider() is not None


def _card_provider() -> Provider | None:
    onnxruntime = _runtime()
    held = set(onnxruntime.get_available_providers())
    return next((provider for provider in PROVIDERS if provider.key in held), None)


def _session(model: bytes | str, threads: int | None, provider: Provider | None) -> Any:
    onnxruntime = _runtime()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    if threads is not None:
        options.intra_op_num_threads = threads
    chosen: Sequence[Any] = ["CPUExecutionProvider"]
    if provider is not None:
        chosen = [(provider.key, provider.options), *chosen]
        if provider.name == "CUDA":
            onnxruntime.preload_dlls()  # CUDA's libraries, where pip has brought them
        if provider.name == "DirectML":
            options.enable_mem_pattern = False  # DirectML knows neither patterns nor parallel operators
            options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    return onnxruntime.InferenceSession(model, options, providers=chosen)


def _why_not(session: Any, provider: Provider, model: bytes | str, threads: int | None) -> str | None:
    """Return why a session is not to be trusted with the card: it silently left it out, or answers otherwise than the
    CPU.
    """
    if provider.key not in session.get_providers():
        return _("its driver or libraries are missing")
    images = _images(session)
    expected = _session(model, threads, None).run(None, {session.get_inputs()[0].name: images})[0]
    found = session.run(None, {session.get_inputs()[0].name: images})[0]
    if found.shape != expected.shape or not np.allclose(
        found, expected, rtol=LARGEST_DIFFERENCE, atol=LARGEST_DIFFERENCE
    ):
        return _("it answers otherwise than the CPU for the same image")
    return None


def _images(session: Any) -> NDArray[np.uint8]:
    shape = [size if isinstance(size, int) else _TESTED for size in session.get_inputs()[0].shape]
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


def _smallest_model() -> bytes:
    """A network that gives each pixel back as it is."""
    from onnx import TensorProto, helper

    kinds = [helper.make_tensor_value_info(name, TensorProto.UINT8, [None, 1]) for name in ("images", "same")]
    graph = helper.make_graph([helper.make_node("Identity", ["images"], ["same"])], "same", kinds[:1], kinds[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    data: bytes = model.SerializeToString()
    return data
