"""Facts to know before classifying: of a model, without ONNX Runtime, and of the device that it will run on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.batch.mirrored import learned_mirrored
from engine.batch.params import DeviceParams
from engine.jobs.job import Cancel, Emit
from engine.models.bundle import ModelInfo, read_info
from engine.models.prediction_device import PredictionDevice
from engine.models.threshold import Threshold, read_threshold


@dataclass(frozen=True, slots=True)
class About:
    """`mirrored`: it learned from mirrored images, so that mirror images may be looked at too."""

    info: ModelInfo
    threshold: Threshold | None
    mirrored: bool


def about_model(file: Path, *, stranger: bool) -> About:
    """Facts of a model file; one from a `stranger` is looked through first.

    Raises:
        ModelError: one sentence on why it cannot be used.
    """
    if stranger:
        from engine.models.inspection import check_model  # loads NumPy, which a run of one's own does not need

        check_model(file)
    info = read_info(file)
    return About(info, read_threshold(file), learned_mirrored(file, info))


def about_device(_: DeviceParams, *, emit: Emit, cancel: Cancel) -> PredictionDevice:  # noqa: ARG001  # shape of a job
    """Return what models run on here. A job, as finding out loads ONNX Runtime."""
    from engine.models.providers import prediction_device

    return prediction_device()
