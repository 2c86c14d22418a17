"""K-fold validation: as many trainings as there are folds, each validated on another part of the labelled images."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import replace
from statistics import mean, stdev
from typing import TYPE_CHECKING, Any

from engine.errors import JobCancelled, UsageError
from engine.events import Log
from engine.jobs.job import Cancel, Emit
from engine.library import query
from engine.library.project import Project
from engine.library.records import Split
from engine.training.frozen import FrozenSplit, check

if TYPE_CHECKING:
    from engine.training.trainer import TrainParams

MOST = 20


def check_folds(folds: int) -> None:
    """Raise UsageError for a number of folds that is not 2 to 20."""
    if not 2 <= folds <= MOST:
        raise UsageError(f"The number of folds is 2 to {MOST}, found {folds}.")


def fold_of_split(frozen: FrozenSplit, project: Project, fold: int, folds: int, seed: int) -> FrozenSplit:
    """The split with fold `fold` (from 1) of all images but the test images as validation, the others for training.

    Raises:
        DataError: a fold leaves nothing to train or to validate on.
    """
    check_folds(folds)
    groups = {r.id: r.group for r in query.labelled_images(project)}
    pool = [i for i, m in enumerate(frozen.images) if m.split is not Split.TEST]
    numbers = places(
        [frozen.images[i].label for i in pool], [groups.get(frozen.images[i].image_id) for i in pool], folds, seed
    )
    images = list(frozen.images)
    for i, number in zip(pool, numbers, strict=True):
        images[i] = replace(images[i], split=Split.VALIDATION if number == fold - 1 else Split.TRAINING)
    found = replace(frozen, images=tuple(images))
    check(found)
    return found


def places(labels: Sequence[int], groups: Sequence[Hashable], folds: int, seed: int) -> list[int]:
    """The fold of each image, 0 to `folds` - 1: each class spread evenly, a group (None: none) in one fold."""
    units: dict[int, dict[Hashable, list[int]]] = defaultdict(lambda: defaultdict(list))
    first_label: dict[Hashable, int] = {}
    for i, (label, group) in enumerate(zip(labels, groups, strict=True)):
        key: Hashable = ("image", i) if group is None else ("group", group)
        units[first_label.setdefault(key, label)][key].append(i)
    found = [0] * len(labels)
    sizes = [0] * folds
    for label in sorted(units):
        some = list(units[label].values())
        random.Random(f"{seed} {label}").shuffle(some)  # noqa: S311  not a secret
        own = [0] * folds
        for unit in sorted(some, key=len, reverse=True):
            fold = min(range(folds), key=lambda f: (own[f], sizes[f], f))
            own[fold] += len(unit)
            sizes[fold] += len(unit)
            for i in unit:
                found[i] = fold
    return found


def train_folds(params: TrainParams, *, emit: Emit, cancel: Cancel) -> dict[str, Any]:
    """Train `params.folds` runs, each validated on another fold.

    Returns:
        "runs", "folds", "validation_accuracies", "validation_accuracy" (their mean), "deviation" (the sample standard
        deviation), "epochs", "seconds", "images_per_second", "classes", "state", and "run", the best one.

    Raises:
        JobCancelled: with the above of the runs that ended.
        EngineError: as `trainer.train` does.
    """
    from engine.training.trainer import train

    check_folds(params.folds)
    ended: list[dict[str, Any]] = []
    try:
        for fold in range(1, params.folds + 1):
            emit(Log(f"Fold {fold} of {params.folds}"))
            ended.append(train(replace(params, fold=fold), emit=emit, cancel=cancel))
    except JobCancelled as stop:
        if ended:
            raise JobCancelled(_summary(ended, params.folds, "stopped")) from None
        raise stop
    return _summary(ended, params.folds, "finished")


def _summary(ended: Sequence[dict[str, Any]], folds: int, state: str) -> dict[str, Any]:
    accuracies = [float(result["validation_accuracy"]) for result in ended]
    best = max(ended, key=lambda result: float(result["validation_accuracy"]))
    return {
        "runs": [result["run"] for result in ended],
        "run": best["run"],
        "folds": folds,
        "validation_accuracies": accuracies,
        "validation_accuracy": mean(accuracies),
        "deviation": stdev(accuracies) if len(accuracies) > 1 else 0.0,
        "epochs": sum(int(result["epochs"]) for result in ended),
        "seconds": sum(float(result["seconds"]) for result in ended),
        "images_per_second": mean(float(result["images_per_second"]) for result in ended),
        "classes": best["classes"],
        "state": state,
    }
