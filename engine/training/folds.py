"""K-fold validation: which labelled images each of the folds holds out."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import replace

from engine.errors import UsageError
from engine.library import query
from engine.library.project import Project
from engine.library.records import Split
from engine.training.frozen import FrozenSplit, check

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
