"""Out-of-sample probabilities of all labelled images: the run's recipe is trained again, each time without one fold."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.errors import DataError, RunError, UsageError
from engine.events import EpochEnded, Event, Log, ProblemFound, Progress
from engine.jobs.job import Cancel, Emit
from engine.library import edits, query
from engine.library.project import SUFFIX, Project
from engine.library.records import ImageRecord, Split
from engine.library.store import FILE_NAME, encode_path
from engine.models.predictions import Predictions
from engine.places import cache_folder
from engine.training.runs.records import PREDICTIONS, RunRecord
from engine.training.trainer import TrainParams, train

MOST_FOLDS = 20
SEED = 42


def fold_predictions(project: Project, run: RunRecord, folds: int, *, emit: Emit, cancel: Cancel) -> Predictions:
    """Predictions of every labelled image by a network that did not learn from it.

    Images of one group share a fold. The project itself is not touched: the trainings run on a copy of its store in
    the cache folder, which is removed afterwards. Takes as long as `folds` trainings.

    Raises:
        UsageError: `folds` is not 2 to 20.
        EngineError: the labelled images cannot be trained on.
        JobCancelled: `cancel` was set.
    """
    if not 2 <= folds <= MOST_FOLDS:
        raise UsageError(f"The number of folds is 2 to {MOST_FOLDS}, found {folds}.")
    images = query.labelled_images(project)
    places = fold_of([image.class_id for image in images], [image.group for image in images], folds)
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache_folder(), prefix="folds-") as folder:
            copy = _copy(project, Path(folder) / f"folds{SUFFIX}")
            parts = []
            for fold in range(folds):
                cancel.check()
                held_out = [image for image, place in zip(images, places, strict=True) if place == fold]
                _hold_out(copy, images, held_out)
                parts.append(_trained(copy, run, emit=_Watch(emit, fold, folds), cancel=cancel))
    except OSError as error:
        raise RunError(f"The trainings have no room in {cache_folder()}: {error.strerror}.") from error
    return _joined(parts)


def fold_of(class_ids: Sequence[object], groups: Sequence[object], folds: int) -> list[int]:
    """The fold of each image, 0 to `folds` - 1: classes are spread evenly, a group (None: no group) stays together."""
    units: dict[object, list[int]] = {}
    for place, group in enumerate(groups):
        units.setdefault(("alone", place) if group is None else ("group", group), []).append(place)
    order = list(units.values())
    np.random.default_rng(SEED).shuffle(order)
    order.sort(key=len, reverse=True)  # large groups first, small ones even them out
    held: list[Counter[object]] = [Counter() for _ in range(folds)]
    result = [0] * len(class_ids)
    for unit in order:
        cls = class_ids[unit[0]]
        fold = min(range(folds), key=lambda f: (held[f][cls], held[f].total()))
        for place in unit:
            held[fold][class_ids[place]] += 1
            result[place] = fold
    return result


def _copy(project: Project, folder: Path) -> Path:
    """A project with the same images, found where they are now whatever folder the copy stands in."""
    folder.mkdir()
    with project.store.read() as db, closing(sqlite3.connect(folder / FILE_NAME)) as copy:
        db.backup(copy)
    with Project.open(folder) as opened, opened.store.write() as db:
        for source in query.sources(project):
            place = encode_path(str(source.folder))
            db.execute("UPDATE sources SET folder = ?, relative = NULL WHERE id = ?", (place, source.id))
    return folder


def _hold_out(copy: Path, images: Sequence[ImageRecord], held_out: Sequence[ImageRecord]) -> None:
    splits = dict.fromkeys((image.id for image in images), Split.TRAINING)
    splits |= dict.fromkeys((image.id for image in held_out), Split.VALIDATION)
    with Project.open(copy) as project:
        edits.set_splits(project, splits)


def _trained(copy: Path, run: RunRecord, *, emit: Emit, cancel: Cancel) -> Predictions:
    """The predictions of a run that is gone afterwards. Neither weights that know the held-out images nor these images
    themselves are trained on; and a model file that nobody opens is not made."""
    options = run.options | {"start_from": "", "train_on_everything": False}
    params = TrainParams(project=str(copy), recipe=run.recipe, overrides=options, export=False)
    folder = copy / "runs" / train(params, emit=emit, cancel=cancel)["run"]
    predictions = Predictions.load(folder / PREDICTIONS)
    shutil.rmtree(folder, ignore_errors=True)  # else checkpoints of all folds wait for the last one
    return predictions


def _joined(parts: Sequence[Predictions]) -> Predictions:
    """All folds in one; each knows the same classes."""
    first = parts[0]
    if any(part.class_ids != first.class_ids for part in parts):
        raise DataError("A class has too few images to be in every fold; label more of it or take fewer folds.")
    return replace(
        first,
        image_ids=np.concatenate([part.image_ids for part in parts]),
        splits=np.concatenate([part.splits for part in parts]),
        labels=np.concatenate([part.labels for part in parts]),
        probabilities=np.concatenate([part.probabilities for part in parts]),
    )


class _Watch:
    """What a person wants to hear of several trainings: how far all of them are."""

    def __init__(self, emit: Emit, fold: int, folds: int) -> None:
        self._emit, self._fold, self._folds = emit, fold, folds

    def __call__(self, event: Event) -> None:
        if isinstance(event, EpochEnded):
            done, total = self._fold * event.epochs + event.epoch, self._folds * event.epochs
            self._emit(Progress(f"Training fold {self._fold + 1} of {self._folds}", done, total))
            return
        first = self._fold == 0  # the same files are read for each fold
        if (isinstance(event, Log) and event.level == "warning") or (isinstance(event, ProblemFound) and first):
            self._emit(event)
