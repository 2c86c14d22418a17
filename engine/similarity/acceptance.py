"""What accepting many suggestions at once would do, before anything is done: which ones, and how many are wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.similarity.classifier import Floats
from engine.similarity.learner import Estimate
from engine.similarity.unlike import Missing


@dataclass(frozen=True, slots=True, eq=False)
class Acceptance:
    """The n images without a label whose suggestion is at least `least` probable, the least probable first.

    `class_ids` (n,) are the classes that are suggested for `image_ids` (n,), `sure` (n,) their probabilities.
    `unlike_ids` (m,) are unlike everything that has a label, with suggestions as probable; left out unless asked for.
    `checked` tells how many of the suggestions that were as probable were right for labelled images that were held
    out; None where there is no such image. `of_missing` is how many of the n images are of classes that are not made
    yet, at most; None where nothing tells.
    """

    least: float
    image_ids: NDArray[np.int64]
    class_ids: NDArray[np.int64]
    sure: Floats
    unlike_ids: NDArray[np.int64]
    checked: Estimate | None
    of_missing: float | None

    @property
    def wrong(self) -> tuple[float, float, float] | None:
        """The share that is expected to be wrong, with its 95 % interval; None where too few held-out images tell.

        That is of images of the classes that have a label: all of others are wrong, which `at_worst` adds.
        """
        if self.checked is None or not self.checked.enough:
            return None
        return 1 - self.checked.accuracy, 1 - self.checked.high, 1 - self.checked.low

    @property
    def at_worst(self) -> float | None:
        """The share that is wrong at most, images of classes that are not made yet among them; None if unknown."""
        if self.wrong is None or self.of_missing is None:
            return None
        others = min(1.0, self.of_missing / max(len(self.image_ids), 1))
        return others + (1 - others) * self.wrong[2]

    def labels(self, without: Collection[int] = ()) -> dict[int, int]:
        """Return the class of each image, by its id, but for those that a person leaves out."""
        pairs = zip(self.image_ids.tolist(), self.class_ids.tolist(), strict=True)
        return {image: class_id for image, class_id in pairs if image not in without}

    def counts(self, without: Collection[int] = ()) -> Counter[int]:
        """Return how many images each class, by its id, would get."""
        taken = ~np.isin(self.image_ids, np.fromiter(without, np.int64, len(without)))
        classes, counts = np.unique(self.class_ids[taken], return_counts=True)
        return Counter(dict(zip(classes.tolist(), counts.tolist(), strict=True)))

    def least_sure(self, count: int, class_id: int | None = None) -> list[tuple[int, int, float]]:
        """Return id, class and probability of up to `count` images, the least probable first; of one class or all."""
        rows = np.arange(len(self.image_ids)) if class_id is None else np.flatnonzero(self.class_ids == class_id)
        some = (values[rows[:count]].tolist() for values in (self.image_ids, self.class_ids, self.sure))
        return list(zip(*some, strict=True))


def may_accept_unseen(not_shown: Collection[int]) -> bool:
    """Return whether suggestions may become labels that nobody looks at one by one: not while a class has no label, as
    all of its images are suggested another one. `not_shown` are these classes (`Snapshot.not_shown`).
    """
    return not not_shown


def acceptance(
    least: float,
    suggested: tuple[NDArray[np.int64], NDArray[np.int64], Floats],
    estimate: Estimate | None,
    missing: Missing | None = None,
    *,
    with_unlike: bool = False,
    not_shown: Collection[int] = (),
) -> Acceptance:
    """Return what accepting would do. `suggested` are ids, classes and probabilities of images without a label (n,).

    Args:
        with_unlike: whether images that are unlike everything that has a label are accepted too.
        not_shown: classes without a label; while there are any, none is accepted.
    """
    image_ids, class_ids, sure = suggested
    rows = np.flatnonzero((sure >= least) & may_accept_unseen(not_shown))
    rows = rows[np.argsort(sure[rows], kind="stable")]
    unlike = np.isin(image_ids[rows], missing.image_ids) if missing is not None else np.zeros(len(rows), bool)
    taken = rows if with_unlike else rows[~unlike]
    return Acceptance(
        least,
        image_ids[taken],
        class_ids[taken],
        sure[taken],
        image_ids[rows[unlike]],
        estimate.at_least(least) if estimate is not None else None,
        missing.most(with_unlike=with_unlike) if missing is not None else None,
    )
