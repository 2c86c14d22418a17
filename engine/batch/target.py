"""Checks before a batch: which models are used, and which files may be written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from engine.batch.outputs.tables import OUTPUTS
from engine.batch.sorting.journal import MODES
from engine.batch.sources.archives import is_archive
from engine.batch.sources.stream import STANDARD_INPUT
from engine.errors import ModelError, RunError, UsageError
from engine.imaging.signatures import IMAGE_SUFFIXES
from engine.language import _
from engine.suggestions import did_you_mean_beside

_NOT_FOR_RESULTS = IMAGE_SUFFIXES | {".onnx", ".keras", ".sqlite", ".zip", ".tar", ".tgz"}


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
    from engine.library.project import is_project, with_suffix  # only here: a file's prediction should come at once

    if is_project(project := with_suffix(path)):
        from engine.training.runs.records import find_run

        return find_run(project, None).folder / "model.onnx"
    if not path.is_dir() and path.name == model:
        named = [run for run in Path().glob("*.pigeonhole/runs/*") if run.name == model]
        path = named[0] if len(named) == 1 else path
    if not path.is_dir():
        sentence = _("There is no model {model}; name a model.onnx file, a run folder or a project.")
        raise ModelError(sentence.format(model=model) + did_you_mean_beside(path))
    if not (path / "model.onnx").is_file():
        raise RunError(
            _("{model} has no model.onnx; name a run folder that has one, or a model.onnx file.").format(model=model)
        )
    return path / "model.onnx"


def check_out(out: str | None, inputs: Sequence[str]) -> Path | None:
    """The file to write, if any.

    Raises:
        UsageError: writing there would destroy an image, a model or another input.
    """
    if out is None:
        return None
    path = Path(out)
    if path.resolve() in {Path(p).resolve() for p in inputs if p != STANDARD_INPUT}:
        raise UsageError(_("{out} is an input of this job; choose another file for the predictions.").format(out=out))
    if path.suffix.lower() in _NOT_FOR_RESULTS:
        words = ", ".join(_(form.words) for form in OUTPUTS.values() if form.suffixes)
        raise UsageError(
            _("Predictions are written as {words}, found {path}; choose a name that ends in .csv.").format(
                words=words, path=path.name
            )
        )
    return path


def check_sorting(target: str, mode: str, sources: Sequence[str]) -> Path:
    """The folder to sort into.

    Raises:
        UsageError: the mode is unknown, or `target` is one of the sources itself.
    """
    if mode not in MODES:
        raise UsageError(_("Files are sorted by {modes}, found {mode!r}.").format(modes=", ".join(MODES), mode=mode))
    place = os.path.realpath(target)
    for source in sources:
        if source != STANDARD_INPUT and os.path.realpath(source) == place:
            raise UsageError(
                _("{target} is a source itself; sort into a folder in it or beside it.").format(target=target)
            )
        if mode != "copy" and is_archive(source) and Path(source).is_file():
            raise UsageError(
                _("Pictures in an archive such as {source} can only be copied out of it, found {mode!r}.").format(
                    source=source, mode=mode
                )
            )
    return Path(target)
