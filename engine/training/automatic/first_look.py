"""What can be seen of a project's pictures within seconds: sizes, colours, and whether the base tells classes apart."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from engine.language import marked
from engine.library import query
from engine.library.records import ImageRecord, Split
from engine.training.facts import sizes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.jobs.job import Cancel, Emit
    from engine.library.project import Project
    from engine.similarity.learner import Estimate
    from engine.similarity.learning_curve import LearningCurve
    from engine.training.frozen import FrozenSplit

SMALL = 96  # pixels of the longer side up to which pictures are signs, symbols and thumbnails rather than photographs
SAMPLED, OPENED = 64, 12  # images of which the size is asked for, and of which the pixels are read
_LOOKED_AT = 600  # labelled images whose features are computed for the first look, of each class its share
_READY = 4_000  # those that are taken where their features are there already
_FEWEST_FOR_A_RATE = 16  # images from which on a rate is measured: the first carry the start of the network


@dataclass(frozen=True, slots=True)
class Expected:
    """An accuracy, 0 to 1, with its 95 % interval."""

    accuracy: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class FirstLook:
    """`side` is the median of the pictures' longer sides in px, `grey` whether none that was opened has colours.

    `training` and `check` count the images of either kind, `classes` those that have training images; all 0 where the
    labels were not looked at. `by_features` is what a classifier on the features of the base reaches by
    cross-validation, None where these were too few, and `of_all` that of all images, those without a label among them;
    `curve` is its learning curve. `missing` images have no features
    yet, of which `rate` are computed a second, None where that was not measured.
    """

    side: int
    grey: bool
    training: int = 0
    check: int = 0
    classes: int = 0
    by_features: Estimate | None = None
    of_all: Estimate | None = None
    curve: LearningCurve | None = None
    missing: int = 0
    rate: float | None = None

    @property
    def is_small(self) -> bool:
        return self.side <= SMALL

    @property
    def on_check_images(self) -> Expected | None:
        """What the classifier on features is expected to reach on check images with all training images: what it
        reaches by cross-validation, moved on along the learning curve. None where too few images tell it.
        """
        return self._moved_on(self.by_features)

    @property
    def of_new_pictures(self) -> Expected | None:
        """The same for new pictures, as those without a label are: labelled ones may be easier or harder. None where
        these are so unlike them that nothing tells.
        """
        return None if self.is_unlike else self._moved_on(self.of_all or self.by_features)

    @property
    def is_unlike(self) -> bool:
        """Whether the labelled pictures are too unlike those without a label to promise anything of these."""
        return self.of_all is not None and self.of_all.enough and not self.of_all.stands

    def _moved_on(self, found: Estimate | None) -> Expected | None:
        if found is None or self.curve is None or not found.enough:
            return None
        left = self.curve.left(self.training)  # of all mistakes alike: other images may be easier than those it is of
        accuracy, low, high = (1 - left * (1 - share) for share in (found.accuracy, found.low, found.high))
        return Expected(accuracy, low, high)


def outside(project: Project) -> FirstLook | None:
    """Return sizes and colours alone; None where no picture can be read.

    Reads some files: not in a slot of the window.
    """
    ids = query.image_ids(project, query.Filter(labelled=True)) or query.image_ids(project, query.Filter())
    step = max(1, len(ids) // SAMPLED)
    return _outside(query.images(project, ids[::step][:SAMPLED]))


def first_look(project: Project, frozen: FrozenSplit, *, emit: Emit, cancel: Cancel) -> FirstLook | None:
    """Return what can be seen of the images of a split, without those that are set aside to test; None where no picture
    can be read.

    Features that are computed for it are kept for the training.

    Raises:
        JobCancelled: within some images of being cancelled.
        ModelError: the base cannot be used.
    """
    members = [m for m in frozen.images if m.split in (Split.TRAINING, Split.VALIDATION)]
    records = query.images(project, [m.image_id for m in members])
    step = max(1, len(records) // SAMPLED)
    seen = _outside(records[::step][:SAMPLED])
    if seen is None:
        return None
    counts = Counter(m.split for m in members)
    tried = _tried(project, [r for r in records if not r.unseen], records, emit, cancel)
    return FirstLook(
        side=seen.side,
        grey=seen.grey,
        training=counts[Split.TRAINING],
        check=counts[Split.VALIDATION],
        classes=len(frozen.classes),
        by_features=tried.by_features,
        of_all=tried.of_all,
        curve=tried.curve,
        missing=tried.missing,
        rate=tried.rate,
    )


def _outside(records: Sequence[ImageRecord]) -> FirstLook | None:
    sides = [max(size) for size in sizes(records)]
    if not sides:
        return None
    some = records[:: max(1, len(records) // OPENED)][:OPENED]
    grey = [found for found in (_is_grey(record.file) for record in some) if found is not None]
    return FirstLook(side=int(median(sides)), grey=bool(grey) and all(grey))


def _is_grey(file: Path) -> bool | None:
    """Whether all pixels are shades of grey; None where the file cannot be read."""
    from PIL import ImageChops

    from engine.errors import ImageProblem
    from engine.imaging.decode import decode

    try:
        red, green, blue = decode(file, at_least=64).split()
    except ImageProblem:
        return None
    return not ImageChops.difference(red, green).getbbox() and not ImageChops.difference(green, blue).getbbox()


@dataclass(frozen=True, slots=True)
class _Tried:
    """What was tried with the base, as in `FirstLook`."""

    by_features: Estimate | None
    of_all: Estimate | None
    curve: LearningCurve | None
    missing: int
    rate: float | None


def _tried(project: Project, seen: list[ImageRecord], images: list[ImageRecord], emit: Emit, cancel: Cancel) -> _Tried:
    """Try the base on some of the images whose label somebody has `seen`; for those that wait for a label nothing is
    computed.
    """
    import numpy as np

    from engine.events import Progress
    from engine.similarity.bases import chosen_base
    from engine.similarity.classifier import fit_projection, in_proportion
    from engine.similarity.feature_job import compute_for, store_of
    from engine.similarity.learning_curve import cross_validated
    from engine.similarity.waiting import features_of_waiting

    base, rate = chosen_base(), None
    with closing(store_of(base)) as store:
        known = store.known(seen)
        labels = np.array([image.class_id for image in seen], np.int64)
        ready = bool(known.all())
        places = np.sort(in_proportion(labels, _READY if ready else _LOOKED_AT))
        some = [seen[place] for place in places.tolist()]
        unknown = int((~known[places]).sum())
        began = time.monotonic()
        compute_for(some, base, store, emit=emit, cancel=cancel)
        if unknown >= _FEWEST_FOR_A_RATE:
            rate = unknown / max(time.monotonic() - began, 1e-6)
        good, features = store.read(some)
        of_waiting, waiting = features_of_waiting(project, store, _READY)
        missing = int((~store.known(images)).sum())
    emit(Progress(marked("Looking at the pictures"), 0, None))
    some = [image for image, is_good in zip(some, good, strict=True) if is_good]
    if not some:
        return _Tried(None, None, None, missing, rate)
    labels = labels[places[good]]
    groups = [image.group for image in some]
    projection = fit_projection(np.concatenate([features, of_waiting]))  # of labelled ones alone it would suit these
    by_features = cross_validated(
        projection.apply(features),
        labels,
        groups,
        waiting=projection.apply(of_waiting) if len(of_waiting) else None,
        waiting_share=waiting / max(len(of_waiting), 1) * len(some) / len(seen),
        check=cancel.check,
    )
    if by_features is None:
        return _Tried(None, None, None, missing, rate)
    return _Tried(by_features.estimate, by_features.of_all, by_features.curve, missing, rate)
