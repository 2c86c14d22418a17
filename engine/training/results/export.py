"""Export of a run's model to a file, or in another form to a folder, compared on validation pictures first."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from engine.errors import ImageProblem, ModelError, ProjectError, RunError, UsageError
from engine.events import Log, Progress
from engine.files import reason_of
from engine.imaging.decode import Mode
from engine.imaging.pixels import load
from engine.imaging.ranges import range_of
from engine.imaging.resize import Method
from engine.jobs.job import Cancel, Emit
from engine.language import _, marked
from engine.library import query
from engine.library.project import Project
from engine.library.records import Split
from engine.models.atomic import replacing
from engine.models.bundle import ModelInfo
from engine.models.portable import FACTS, SCRIPT, Check, check_export, check_installed, write_model
from engine.models.predictor import Predictor
from engine.models.targets import TARGETS, Exported, ExportParams, Target
from engine.training.runs.records import KERAS_MODEL, MODEL, RunRecord, find_run, read_split

_COMPARED_ON = 500  # validation pictures, evenly chosen
_CALIBRATED_ON = 200  # training pictures
_PHASES = 3


def export(params: ExportParams, *, emit: Emit, cancel: Cancel) -> Exported:
    """Write the model of a run to `params.out`, whole or not at all; an existing file or export is replaced.

    Before it is there, its own runtime opens it and it is compared with the run on validation pictures.

    Raises:
        UsageError: the format is unknown.
        RunError: there is no such run, it left no model, or the place cannot be written.
        ModelError: the run's model is damaged, cannot be written so, or answers differently.
    """
    chosen, project = target(params.format), Path(params.project)
    run = find_run(project, params.run)
    place = Path(params.out)
    is_file = chosen.one_file and (place.is_dir() or bool(place.suffix)) and not is_export(place)
    check_installed(chosen)
    if not is_file:
        return export_folder(project, run, chosen, place, emit=emit, cancel=cancel)
    # Whoever the model is from, it is looked through before it is passed on.
    predictor = Predictor(run.folder / MODEL, cancel=cancel)
    source, out = run.folder / (KERAS_MODEL if chosen.from_keras else MODEL), Path(params.out)
    if not source.is_file():
        raise ModelError(
            _("The run {run} has no {source}; resume it to have it written again.").format(
                run=run.name, source=source.name
            )
        )
    if out.is_dir():
        out /= f"{run.name}{source.suffix}"
    cancel.check()
    check = check_file(project, run, chosen, predictor, emit=emit, cancel=cancel)
    try:
        with replacing(out) as temporary:
            shutil.copyfile(source, temporary)
    except OSError as error:
        raise RunError(
            _("The model cannot be written to {out}: {why}.").format(out=out, why=reason_of(error))
        ) from None
    size = out.stat().st_size
    emit(Progress(marked("Exporting"), 1, 1))
    return _exported(run, chosen, out, size, check)


def export_folder(
    project_folder: Path, run: RunRecord, target: Target, out: Path, *, emit: Emit, cancel: Cancel
) -> Exported:
    """Write the model of `run` in the form `target` to the folder `out`, whole or not at all.

    An earlier export at `out` is replaced; any other folder that holds something is refused.

    Raises:
        UsageError: the place holds something else, or the runtime is not installed.
        ModelError: the network cannot be written so, or answers differently.
        RunError: the run lacks a file, or the place cannot be written.
    """
    if out.is_dir() and any(out.iterdir()) and not is_export(out):
        out /= f"{run.name}-{target.name}"
    check_place(out)
    predictor = Predictor(run.folder / MODEL, cancel=cancel)  # before a converter opens what may be a stranger's
    info = predictor.info
    if not (run.folder / KERAS_MODEL).is_file() and target.from_keras:
        raise ModelError(
            _("The run {run} has no {file}; resume it to have it written again.").format(run=run.name, file=KERAS_MODEL)
        )
    check_files, labels = _labelled(project_folder, run, Split.VALIDATION, _COMPARED_ON)
    emit(Progress(marked("Exporting"), 0, _PHASES))
    part = out.with_name(f".{uuid.uuid4().hex}.part")
    try:
        part.mkdir(parents=True)
        calibration = _calibration(project_folder, run, info) if target.needs_pictures else None
        network, onnx = run.folder / KERAS_MODEL, run.folder / MODEL
        write_model(target, network, onnx, info, part, calibration=calibration, cancel=cancel)
        emit(Progress(marked("Exporting"), 1, _PHASES))
        check = _check(part, target, predictor, check_files, labels, emit, cancel)
        emit(Progress(marked("Exporting"), 2, _PHASES))
        if out.exists():
            shutil.rmtree(out)
        part.replace(out)
    except OSError as error:
        raise RunError(
            _("The model cannot be written to {out}: {why}.").format(out=out, why=reason_of(error))
        ) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    emit(Progress(marked("Exporting"), _PHASES, _PHASES))
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    return _exported(run, target, out, size, check)


def check_file(
    project_folder: Path, run: RunRecord, target: Target, predictor: Predictor, *, emit: Emit, cancel: Cancel
) -> Check | None:
    """The check of `export_folder` for a form that is one file, a copy of the run's own; None where no validation
    picture can be found any more.

    Raises:
        ModelError: the file does not open in its own runtime, or answers differently.
    """
    files, labels = _labelled(project_folder, run, Split.VALIDATION, _COMPARED_ON)
    if not files:
        return None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        network, onnx = run.folder / KERAS_MODEL, run.folder / MODEL
        write_model(target, network, onnx, predictor.info, folder, calibration=None, cancel=cancel)
        return _check(folder, target, predictor, files, labels, emit, cancel)


def is_export(folder: Path) -> bool:
    """Return whether an export lies there."""
    return (folder / FACTS).is_file() and (folder / SCRIPT).is_file()


def check_place(out: Path) -> None:
    """Raise UsageError if something lies at `out` that is not an earlier export."""
    if out.is_dir() and any(out.iterdir()) and not is_export(out):
        raise UsageError(_("{out} holds something else already; name a folder that is not there yet.").format(out=out))
    if out.is_file():
        raise UsageError(_("{out} is a file; this form is a folder, name one that is not there yet.").format(out=out))


def _exported(run: RunRecord, target: Target, out: Path, size: int, check: Check | None) -> Exported:
    found = Exported(run.name, target.name, str(out), size)
    if check is None:
        return found
    return replace(
        found,
        images=check.images,
        difference=check.difference,
        accuracy=check.accuracy,
        run_accuracy=check.run_accuracy,
    )


def _check(
    folder: Path,
    target: Target,
    predictor: Predictor,
    files: Sequence[Path],
    labels: Sequence[int],
    emit: Emit,
    cancel: Cancel,
) -> Check | None:
    expected, problems = predictor.predict_files(files)
    ranges = (None, predictor.info.deep_range)  # pictures of a source with another range look otherwise elsewhere
    good = [n for n, file in enumerate(files) if n not in problems and range_of(str(file)) in ranges]
    if not good:
        emit(
            Log(
                _("None of the run's validation pictures can be found: the exported model was not compared."), "warning"
            )
        )
        return None
    check = check_export(
        folder, target, [files[i] for i in good], [labels[i] for i in good], expected[good], cancel=cancel
    )
    if check is None:
        emit(Log(_("The script beside the model reads no pictures such as these; they were not compared."), "warning"))
    return check


def _labelled(project_folder: Path, run: RunRecord, split: Split, most: int) -> tuple[list[Path], list[int]]:
    """Files and labels of a part of the run's frozen split, those that are still in the project, evenly chosen."""
    try:
        with Project.open(project_folder, read_only=True) as project:
            files = {(r.source_id, r.path): r.file for r in query.labelled_images(project)}
    except ProjectError:
        return [], []
    place = {name: index for index, name in enumerate(run.classes)}
    rows = [row for row in read_split(run) if row.split is split and (row.source_id, row.path) in files]
    chosen = rows[:: max(1, len(rows) // most)][:most]
    return [files[row.source_id, row.path] for row in chosen], [place[row.class_name] for row in chosen]


def _calibration(project_folder: Path, run: RunRecord, info: ModelInfo) -> NDArray[np.uint8]:
    images = []
    for file in _labelled(project_folder, run, Split.TRAINING, _CALIBRATED_ON)[0]:
        size = (info.width, info.height)
        try:
            channels, method = cast(Mode, info.channels), cast(Method, info.resize)
            images.append(load(file, size=size, channels=channels, method=method, pixel_range=info.deep_range))
        except ImageProblem:
            continue
    if not images:
        raise ModelError(_("8-bit integers are calibrated on training pictures, but none of the run's can be found."))
    return np.stack(images)


def target(name: str) -> Target:
    """The form of that name.

    Raises:
        UsageError: there is none.
    """
    if name not in TARGETS:
        raise UsageError(
            _("The format must be one of {targets}, found {name!r}.").format(targets=", ".join(TARGETS), name=name)
        )
    return TARGETS[name]
