"""The job that fits the temperature of a run on its validation images and stores it in the model file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataError, RunError, UsageError
from engine.events import Log, Progress
from engine.figures import percent
from engine.files import reason_of
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _, marked
from engine.library.project import Project
from engine.models.bundle import ModelInfo, read_info
from engine.models.temperature import set_temperature
from engine.models.threshold import Threshold, write_threshold
from engine.review.confidence.reliability import (
    Coverage,
    calibrating_temperature,
    coverage,
    fit_temperature,
    reliability,
    tempered,
    threshold_for,
)
from engine.review.evaluation import Evaluation
from engine.review.new_predictions import evaluated
from engine.review.tables import check_place, write_csv
from engine.training.runs.records import MODEL, RunRecord, find_run

TEST = "test"  # what it was measured on
FEWEST = 10  # images to fit one number on
FAR = 0.1  # calibration error from which on nobody would call a model about as sure as it should be


@dataclass(frozen=True, slots=True)
class CalibrateParams:
    """`run` None means the newest finished one; `accuracy` (0 to 1) is the one that a threshold is sought for.

    With `keep` that threshold is stored in the model file too: below it an answer is "unsure". `csv` is the file to
    write coverage and accuracy over the threshold to, or None.
    """

    project: str
    run: str | None = None
    accuracy: float = 0.99
    csv: str | None = None
    keep: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Calibrated(Result):
    """The temperature of a run and what it does to its expected calibration error (0 to 1), on so many `images`.

    `helps` is False where another one would not help images that it was not fitted on, `well_calibrated` True where the
    model was about as sure as it should be before. `threshold` and `coverage` are None where no threshold gives the
    wanted `accuracy`.
    """

    run: str
    temperature: float
    helps: bool
    error_before: float
    error_after: float
    well_calibrated: bool = field(metadata={"key": "believable"})
    measured_on: str
    images: int
    accuracy: float
    threshold: float | None
    coverage: float | None
    csv: str | None

    @property
    def measured_on_test(self) -> bool:
        return self.measured_on == TEST


def calibrate(params: CalibrateParams, *, emit: Emit, cancel: Cancel) -> Calibrated:
    """Fit a run's temperature on its validation images and store it in its `model.onnx`.

    It is 1, which changes nothing, where another one would not help images that it was not fitted on: parts of the
    validation images, or the test images.

    The errors are measured on images that the temperature was not fitted on: the test images where there are any,
    else each half of the validation images with the temperature of the other one. Doing it again changes nothing.

    Raises:
        EngineError: as `evaluate`; too few validation images; the model file cannot be written.
    """
    if not 0 < params.accuracy <= 1:
        raise UsageError(
            _("The wanted accuracy is a share above 0 and up to 1, such as 0.99; found {accuracy:g}.").format(
                accuracy=params.accuracy
            )
        )
    check_place(params.csv, marked("coverage"))
    run, validation, test = _read(params, emit, cancel)
    emit(Progress(marked("Calibrating"), 0))
    temperature = calibrating_temperature(*validation)
    if test is not None:
        labels, before, after = *test, tempered(test[1], temperature)
    elif temperature == 1:
        labels, before, after = *validation, validation[1]
    else:
        labels, before, after = _crossed(*validation)
    errors = [reliability(labels, probabilities).error for probabilities in (before, after)]
    helps = test is None or errors[1] <= errors[0]
    if not helps:  # validation images that look like those trained on promise more than others hold
        temperature, after, errors[1] = 1.0, before, errors[0]
    cancel.check()
    try:
        set_temperature(run.folder / MODEL, temperature)
    except OSError as error:
        raise RunError(
            _("The model of the run {run} cannot be written: {why}.").format(run=run.name, why=reason_of(error))
        ) from error
    _tell(helps, temperature, errors, emit)
    curve = coverage(labels, after)
    if params.csv is not None:
        _write(params.csv, curve)
    found = threshold_for(curve, params.accuracy)
    if params.keep and found is not None:
        _write_to_model(run.folder / MODEL, curve, found)
    return Calibrated(
        run=run.name,
        temperature=temperature,
        helps=helps,
        error_before=errors[0],
        error_after=errors[1],
        well_calibrated=errors[0] <= FAR,
        measured_on=TEST if test else marked("validation, in halves"),
        images=len(labels),
        accuracy=params.accuracy,
        threshold=None if found is None else found[0],
        coverage=None if found is None else found[1],
        csv=params.csv,
    )


def _tell(helps: bool, temperature: float, errors: list[float], emit: Emit) -> None:
    if not helps:
        sentence = _(
            "The temperature that suits the validation images makes its calibration error larger on the test images: "
            "its confidence stays as it was trained. Group near-duplicates and train again."
        )
        emit(Log(sentence, "warning"))
    elif temperature == 1 and errors[0] > FAR:
        sentence = _(
            "No temperature lowers the calibration error on the validation images; its confidence stays as it is. It "
            "is off by {percent} on average where it was measured."
        )
        emit(Log(sentence.format(percent=percent(errors[0])), "warning"))
    elif temperature == 1:
        emit(Log(_("The model is about as sure as it should be; its confidence stays as it is.")))
    elif errors[1] > errors[0]:
        emit(Log(_("The calibration error did not fall on these images, though it did on those fitted on."), "warning"))


def _write(csv: str, curve: Coverage) -> None:
    columns = (curve.thresholds, curve.coverage, curve.accuracy)
    rows = zip(*(c.round(6).tolist() for c in columns), strict=True)
    write_csv(Path(csv), marked("coverage"), ("threshold", "coverage", "accuracy"), rows)


def _write_to_model(model: Path, curve: Coverage, found: tuple[float, float]) -> None:
    accuracy = float(curve.accuracy[np.flatnonzero(curve.thresholds == found[0])[0]])
    try:
        write_threshold(model, Threshold(found[0], accuracy, found[1]))
    except OSError as error:
        raise RunError(
            _("The model {model} cannot be written: {why}.").format(model=model, why=reason_of(error))
        ) from error


Data = tuple[NDArray[np.int64], NDArray[np.float32]]


def _read(params: CalibrateParams, emit: Emit, cancel: Cancel) -> tuple[RunRecord, Data, Data | None]:
    """The run, what it says of its validation images, and of its test images where there are any."""
    with Project.open(Path(params.project), read_only=True) as project:
        run = find_run(project.folder, params.run)
        info = read_info(run.folder / MODEL)
        validation = _raw(evaluated(project, run.name, "validation", emit=emit, cancel=cancel), info)
        if len(validation[0]) < FEWEST:
            raise DataError(
                _("A temperature needs {needed} validation images to be fitted on, found {count}.").format(
                    needed=FEWEST, count=len(validation[0])
                )
            )
        test: Data | None
        try:
            test = _raw(evaluated(project, run.name, "test", emit=emit, cancel=cancel), info)
        except DataError:
            test = None
    return run, validation, test


def _raw(evaluation: Evaluation, info: ModelInfo) -> Data:
    """Labels and the network's own probabilities, of the images whose class it knows."""
    known = evaluation.labels < len(info.classes)
    probabilities = evaluation.probabilities[known, : len(info.classes)]
    return evaluation.labels[known], tempered(probabilities, 1 / info.temperature)


def _crossed(
    labels: NDArray[np.int64], probabilities: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
    """Labels, probabilities and calibrated ones, each image by a temperature that was fitted without it."""
    side = np.random.default_rng(0).permutation(len(labels)) % 2
    after = probabilities.copy()
    for half in (0, 1):
        own, other = side == half, side != half
        after[own] = tempered(probabilities[own], fit_temperature(labels[other], probabilities[other]))
    return labels, probabilities, after
