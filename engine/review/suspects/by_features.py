"""Labels judged by the features of a base, before any run and again after each correction.

Each label is compared with what multinomial logistic regression says that learnt from the other labels: in five folds,
with images that look alike in one of them, so that no image is judged by its own copy. That takes a second for some
thousand images, where training networks takes as long as so many trainings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataError
from engine.language import _
from engine.library import query
from engine.library.splits import connected, joined, stratified_folds
from engine.review.files import Files
from engine.similarity.classifier import (
    Classifier,
    Floats,
    evenly,
    fit_classifier,
    fit_projection,
    fit_temperature,
    sample,
    softmax,
)
from engine.similarity.graph import nearest_neighbours, unit_points

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.library.records import ImageRecord
    from engine.similarity.feature_store import FeatureStore

FOLDS = 5
_ALIKE = 0.85  # cosine of points from which on two images are held out together: 9 of 10 such pairs are one sign
_MOST_LEARNT = 4_000  # images that a fold learns from, evenly of all classes
_UNLIKELY = -30.0  # logit of a class that a fold did not know


@dataclass(frozen=True, slots=True, eq=False)
class JudgedLabels:
    """Labelled images, n of them over k classes, and what was learnt from the other labels says of each.

    `labels` index `classes`; `unready` counts labelled images that have no features yet.
    """

    image_ids: NDArray[np.int64]  # (n,)
    files: Sequence[Path]  # (n,)
    labels: NDArray[np.int64]  # (n,)
    probabilities: Floats  # (n, k)
    classes: tuple[str, ...]
    class_ids: tuple[int, ...]
    unready: int = 0


class LabelJudge:
    """Judges the labels of one project by what a store knows. Not safe to use from several threads at once.

    What it keeps from one time to the next makes the next faster: points of images, folds, and their classifiers.
    """

    def __init__(self, store: FeatureStore) -> None:
        self._store = store
        self._ids = np.empty(0, np.int64)  # of the images that have points
        self._points: Floats = np.empty((0, 0), np.float32)
        self._alike: list[int | None] = []
        self._fold_of: dict[int, int] = {}
        self._learnt: dict[int, Classifier] = {}
        self.unready = 0  # labelled images without features, when labels were judged last

    def judge(self, project: Project, *, check: Callable[[], None] = lambda: None) -> JudgedLabels:
        """Judge the current labels; images of whose class no other fold has one are left out.

        Args:
            check: called now and then; may raise to stop.

        Raises:
            DataError: there are no two classes with two labelled images that have features.
        """
        images = query.labelled_images(project)
        good = self._take(images, check)
        self.unready = int((~good).sum())
        judged = [image for image, is_good in zip(images, good, strict=True) if is_good]
        labels = np.array([image.class_id for image in judged], np.int64)
        class_ids = tuple(cls.id for cls in query.classes(project) if cls.id in set(labels.tolist()))
        names = query.class_names(project)
        columns = np.searchsorted(np.sort(class_ids), labels)
        columns = np.argsort(class_ids)[columns] if len(class_ids) else columns
        if (np.bincount(columns, minlength=1) >= 2).sum() < 2:
            raise DataError(
                _(
                    "Labels are judged by each other: expected two classes with two labelled images each whose "
                    "features are computed, found {count} among {judged:,} images. Label some more."
                ).format(count=len(class_ids), judged=len(judged))
            )
        seen = ~np.array([image.unseen for image in judged], bool)
        folds = self._folds(judged, columns)
        found, is_known = held_out(self._points, columns, folds, seen, self._learnt, check=check)
        known_images = [image for image, known in zip(judged, is_known.tolist(), strict=True) if known]
        return JudgedLabels(
            image_ids=np.array([image.id for image in known_images], np.int64),
            files=Files(known_images),
            labels=columns[is_known],
            probabilities=found[is_known],
            classes=tuple(names[i] for i in class_ids),
            class_ids=class_ids,
            unready=self.unready,
        )

    def _take(self, images: Sequence[ImageRecord], check: Callable[[], None]) -> NDArray[np.bool_]:
        """Have the points of those of the images that have features, in order; return which these are."""
        self._store.refresh()
        good = self._store.known(images)
        ids = np.array([image.id for image, ok in zip(images, good, strict=True) if ok], np.int64)
        if np.array_equal(ids, self._ids):
            return good
        good, features = self._store.read(images)
        ids = np.array([image.id for image, ok in zip(images, good, strict=True) if ok], np.int64)
        check()
        if len(ids):
            projection = fit_projection(features[sample(len(features))])
            self._points = projection.apply(features)
            self._alike = _look_alikes(self._points, check)
        self._ids, self._fold_of, self._learnt = ids, {}, {}
        return good

    def _folds(self, images: Sequence[ImageRecord], columns: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the fold of each image (n,): the same as the time before, unless there are other images."""
        if not self._fold_of:
            groups = joined([self._alike, [image.group for image in images]])
            found = stratified_folds(columns.tolist(), _small_enough(groups, columns), FOLDS, 0)
            self._fold_of = dict(zip(self._ids.tolist(), found, strict=True))
        return np.array([self._fold_of[image.id] for image in images], np.int64)


def held_out(
    points: Floats,
    columns: NDArray[np.int64],
    folds: NDArray[np.int64],
    seen: NDArray[np.bool_],
    learnt: dict[int, Classifier],
    *,
    check: Callable[[], None] = lambda: None,
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the probabilities (n, classes) of images as the other folds have them, calibrated by all of them, and of
    which images (n,) another fold knew the class.

    Args:
        points: (n, k).
        columns: (n,) the class of each, 0 and up; every class has an image.
        folds: (n,) 0 to `FOLDS` - 1.
        seen: (n,) whether somebody has looked at the label; from others nothing is learnt.
        learnt: by fold what was learnt the time before, to begin with; it is renewed.
        check: called before each fold; may raise to stop.
    """
    logits = np.full((len(columns), int(columns.max()) + 1), _UNLIKELY, np.float32)
    is_known = np.zeros(len(columns), bool)
    for fold in range(FOLDS):
        check()
        judged, others = folds == fold, np.flatnonzero((folds != fold) & seen)
        if not judged.any() or not len(others):
            continue
        some = others[evenly(columns[others], _MOST_LEARNT)]
        found = learnt[fold] = fit_classifier(points[some], columns[some], start=learnt.get(fold))
        known = np.array(found.classes)
        logits[np.ix_(judged, known)] = points[judged] @ found.weights + found.offsets
        is_known |= judged & np.isin(columns, known)
    temperature = fit_temperature(logits[is_known], columns[is_known])
    return softmax(logits / np.float32(temperature)), is_known


def _look_alikes(points: Floats, check: Callable[[], None]) -> list[int | None]:
    """Return the group of each point (n,) of those that near neighbours connect; None where it is alone."""
    places, cosines = nearest_neighbours(unit_points(points), check=check)
    rows, columns = np.nonzero(cosines >= _ALIKE)
    groups = connected(len(points), np.stack([rows, places[rows, columns]], axis=1))
    return joined([groups])


def _small_enough(groups: Sequence[int | None], columns: NDArray[np.int64]) -> list[int | None]:
    """Return the groups but those that hold most of a class: in one fold, they would leave none of it to learn from."""
    numbers = np.array([-1 if group is None else group for group in groups], np.int64)
    sizes = np.bincount(columns)
    found = list(groups)
    for group in np.unique(numbers[numbers >= 0]):
        members = np.flatnonzero(numbers == group)
        if (2 * np.bincount(columns[members], minlength=len(sizes)) > sizes)[columns[members]].any():
            for place in members.tolist():
                found[place] = None
    return found
