"""Taking the model of a run out of its project."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from engine.errors import ModelError, RunError
from engine.events import Progress
from engine.jobs.job import Cancel, Emit
from engine.models.atomic import replacing
from engine.models.bundle import read_info
from engine.models.targets import ExportParams
from engine.training.delivery.export_targets import export_folder, is_export, prove_file, target
from engine.training.runs.records import KERAS_MODEL, MODEL, find_run

_FILES = {"onnx": MODEL, "keras": KERAS_MODEL}


def export(params: ExportParams, *, emit: Emit, cancel: Cancel) -> dict[str, Any]:
    """Write the model of a run to `params.out`, whole or not at all; an existing file or export is replaced.

    Before it is there, its own runtime opens it and it is compared with the run on validation pictures.

    Returns:
        "run", "format", "out" (the file or folder that was written), "bytes"; of the comparison "images",
        "difference", "accuracy" and "run_accuracy", where the pictures can still be found.

    Raises:
        UsageError: the format is unknown.
        RunError: there is no such run, it left no model, or the place cannot be written.
        ModelError: the run's model is damaged, cannot be written so, or answers differently.
    """
    chosen, project = target(params.format), Path(params.project)
    run = find_run(project, params.run)
    wanted = Path(params.out)
    is_file = params.format in _FILES and (wanted.is_dir() or bool(wanted.suffix)) and not is_export(wanted)
    if not is_file:
        return export_folder(project, run, chosen, wanted, emit=emit, cancel=cancel)
    read_info(run.folder / MODEL)
    source, out = run.folder / _FILES[params.format], Path(params.out)
    if not source.is_file():
        raise ModelError(f"The run {run.name} has no {source.name}; resume it to have it written again.")
    if out.is_dir():
        out /= f"{run.name}{source.suffix}"
    cancel.check()
    figures = prove_file(project, run, chosen, emit=emit, cancel=cancel)
    try:
        with replacing(out) as temporary:
            shutil.copyfile(source, temporary)
    except OSError as error:
        raise RunError(f"The model cannot be written to {out}: {error.strerror}.") from None
    size = out.stat().st_size
    emit(Progress("Exporting", 1, 1))
    return {"run": run.name, "format": params.format, "out": str(out), "bytes": size, **figures}
