"""Out-of-fold predictions of all labelled images: the run's recipe is trained again, each time without one fold."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.errors import DataError, RunError
from engine.events import EpochEnded, Event, Log, ProblemFound, Progress
from engine.files import reason_of
from engine.jobs.job import Cancel, Emit
from engine.language import _
from engine.library.project import Project
from engine.library.splits import check_folds
from engine.models.predictions import Predictions
from engine.places import cache_folder
from engine.training.data.shared import Shared
from engine.training.plan import TrainParams
from engine.training.runs.records import PREDICTIONS, RunRecord
from engine.training.trainer import train


def fold_predictions(project: Project, run: RunRecord, folds: int, *, emit: Emit, cancel: Cancel) -> Predictions:
    """Return predictions of every labelled image by a network that did not learn from it.

    Images of one group share a fold. The project itself is not touched: the runs are written to the cache folder and
    removed afterwards. Takes as long as `folds` trainings.

    Raises:
        UsageError: `folds` is not 2 to 20.
        EngineError: the labelled images cannot be trained on.
        JobCancelled: `cancel` was set.
    """
    check_folds(folds)
    # Weights that know the held-out images are no start, and these images themselves are not trained on.
    options = run.options | {"start_from": "", "train_on_everything": False}
    params = TrainParams(
        str(project.folder), run.recipe, options, folds=folds, export=False, with_test_images=True
    )  # no model file is made, as nobody opens it
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache_folder(), prefix="folds-") as runs:
            parts, shared, reported = [], Shared(), set[ProblemFound]()
            for fold in range(1, folds + 1):
                cancel.check()
                progress = _FoldProgress(emit, fold, folds, reported)
                chosen = replace(params, fold=fold, runs_folder=runs)
                name = train(chosen, emit=progress, cancel=cancel, shared=shared)["run"]
                parts.append(Predictions.load(Path(runs) / name / PREDICTIONS))
                shutil.rmtree(Path(runs) / name, ignore_errors=True)  # else checkpoints of all folds wait for the last
    except OSError as error:
        raise RunError(
            _("There is no space for the trainings in {folder}: {why}.").format(
                folder=cache_folder(), why=reason_of(error)
            )
        ) from error
    return _joined(parts)


def _joined(parts: Sequence[Predictions]) -> Predictions:
    """Return the predictions of all folds as one; each must know the same classes."""
    if any(part.class_ids != parts[0].class_ids for part in parts):
        raise DataError(_("A class has too few images to be in every fold; label more of it or take fewer folds."))
    return Predictions.joined(parts)


class _FoldProgress:
    """Reports the epochs of several trainings as one progress, and each file that cannot be read once."""

    def __init__(self, emit: Emit, fold: int, folds: int, reported: set[ProblemFound]) -> None:
        self._emit, self._fold, self._folds, self._reported = emit, fold, folds, reported

    def __call__(self, event: Event) -> None:
        if isinstance(event, EpochEnded):
            done, total = (self._fold - 1) * event.epochs + event.epoch, self._folds * event.epochs
            phase = _("Training fold {fold} of {folds}").format(fold=self._fold, folds=self._folds)
            self._emit(Progress(phase, done, total))
            return
        if isinstance(event, ProblemFound) and event not in self._reported:
            self._reported.add(event)
            self._emit(event)
        elif isinstance(event, Log) and event.level == "warning":
            self._emit(event)
