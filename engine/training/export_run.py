"""Taking the model of a run out of its project."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ModelError, RunError, UsageError
from engine.events import Progress
from engine.jobs.job import Cancel, Emit
from engine.models.atomic import replacing
from engine.models.bundle import read_info
from engine.training.runs import KERAS_MODEL, MODEL, find_run

_FILES = {"onnx": MODEL, "keras": KERAS_MODEL}


@dataclass(frozen=True, slots=True)
class ExportParams:
    """`project` is the project's folder, `run` a run's name (None: the newest finished), `out` a file or a folder.

    `format` is "onnx" (complete in itself, for any ONNX runtime) or "keras" (to train further in Keras).
    """

    project: str
    run: str | None
    format: str
    out: str


def export(params: ExportParams, *, emit: Emit, cancel: Cancel) -> dict[str, Any]:
    """Copy the model of a run to `params.out`, whole or not at all; an existing file is replaced.

    Returns:
        "run", "format", "out" (the file that was written), "bytes".

    Raises:
        UsageError: the format is unknown.
        RunError: there is no such run, it left no model, or the place cannot be written.
        ModelError: the run's model is damaged.
    """
    if params.format not in _FILES:
        raise UsageError(f"The format must be one of {', '.join(_FILES)}, found {params.format!r}.")
    run = find_run(Path(params.project), params.run)
    read_info(run.folder / MODEL)
    source, out = run.folder / _FILES[params.format], Path(params.out)
    if not source.is_file():
        raise ModelError(f"The run {run.name} has no {source.name}; resume it to have it written again.")
    if out.is_dir():
        out /= f"{run.name}{source.suffix}"
    cancel.check()
    try:
        with replacing(out) as temporary:
            shutil.copyfile(source, temporary)
    except OSError as error:
        raise RunError(f"The model cannot be written to {out}: {error.strerror}.") from None
    size = out.stat().st_size
    emit(Progress("Exporting", 1, 1))
    return {"run": run.name, "format": params.format, "out": str(out), "bytes": size}
