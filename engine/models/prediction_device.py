"""The device that predictions are made with here, as jobs return it; knows nothing of ONNX Runtime or NumPy."""

from __future__ import annotations

from dataclasses import dataclass

from engine.jobs.result import Result


@dataclass(frozen=True, slots=True, eq=False)
class PredictionDevice(Result):
    """`device` is "CPU", "CUDA" ...; `runtime` is a name with its version; `note` says why no graphics card is used."""

    device: str
    runtime: str
    note: str | None
