"""What accepting many suggestions at once would do, before anything is done: which ones, and how many are wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.similarity.classifier import Floats
from engine.similarity.learner import Estimate

USUAL_LEAST = 0.95  # how probable a suggestion is to be at least, where nobody says


@dataclass(frozen=True, slots=True, eq=False)
class Acceptance:
    """The n images without a label whose suggestion is at least `least` probable, the least probable first.

    `class_ids` (n,) are the classes that are suggested for `image_ids` (n,), `sure` (n,) their probabilities.
    `checked` tells how many of the suggestions that were as probable were right for labelled images that were held
    out; None where there is no such image.
    """

    least: float
    image_ids: NDArray[np.int64]
    class_ids: NDArray[np.int64]
    sure: Floats
    checked: Estimate | None

    @property
    def wrong(self) -> tuple[float, float, float] | None:
        """The share that is expected to be wrong, with its 95 % interval; None where too few held-out images tell."""
        if self.checked is None or not self.checked.enough:
            return None
        return 1 - self.checked.accuracy, 1 - self.checked.high, 1 - self.checked.low

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


def acceptance(
    least: float,
    suggested: tuple[NDArray[np.int64], NDArray[np.int64], Floats],
    estimate: Estimate | None,
) -> Acceptance:
    """Return what accepting would do. `suggested` are ids, classes and probabilities of images without a label (n,)."""
    image_ids, class_ids, sure = suggested
    rows = np.flatnonzero(sure >= least)
    rows = rows[np.argsort(sure[rows], kind="stable")]
    checked = estimate.at_least(least) if estimate is not None else None
    return Acceptance(least, image_ids[rows], class_ids[rows], sure[rows], checked)
