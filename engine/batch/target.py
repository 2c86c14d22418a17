"""What the two ends of a batch are: the model that is meant, and the file that may be written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.errors import ModelError, RunError, UsageError
from engine.imaging.decode import IMAGE_SUFFIXES
from engine.library.project import is_project, with_suffix
from engine.training.runs import find_run


def model_file(model: str) -> Path:
    """The `model.onnx` that is meant by a model file, a run folder, a project (its newest finished run) or the name of
    a run in a project of the current folder.

    Raises:
        ModelError: there is no such file, run or project.
        RunError: the run has no model.
    """
    path = Path(model)
    if path.is_file():
        return path
    if is_project(project := with_suffix(path)):
        return find_run(project, None).folder / "model.onnx"
    if not path.is_dir() and path.name == model:
        named = [run for run in Path().glob("*.pigeonhole/runs/*") if run.name == model]
        path = named[0] if len(named) == 1 else path
    if not path.is_dir():
        raise ModelError(f"There is no model {model}; name a model.onnx file, a run folder or a project.")
    if not (path / "model.onnx").is_file():
        raise RunError(f"{model} has no model.onnx; name a run folder that has one, or a model.onnx file.")
    return path / "model.onnx"


def check_out(out: str | None, model: str, sources: Sequence[str]) -> Path | None:
    """The file to write, if any.

    Raises:
        UsageError: writing there would destroy an image, the model or another input.
    """
    if out is None:
        return None
    path = Path(out)
    inputs = {Path(p).resolve() for p in (model, *sources)}
    if path.resolve() in inputs:
        raise UsageError(f"{out} is an input of this job; choose another file for the results.")
    if path.suffix.lower() in IMAGE_SUFFIXES | {".onnx", ".keras", ".sqlite"}:
        raise UsageError(f"Results are written as CSV, found {path.name}; choose a name that ends in .csv.")
    return path
