"""The frozen split of a run: which images it learns from, which it is measured on, decided once."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.errors import DataError, RunError
from engine.events import Log
from engine.jobs.job import Emit
from engine.language import _
from engine.library import query
from engine.library.filters import HELD_OUT
from engine.library.project import Project
from engine.library.records import ImageRecord, Split
from engine.library.splits import allowed, check_folds, stratified, stratified_folds
from engine.similarity.classifier import evenly, in_proportion
from engine.training.options import TrainOptions
from engine.training.readiness import Obstacle, obstacle_of
from engine.training.runs.matching import found_again, ids_now
from engine.training.runs.records import RunRecord, read_split

_COLUMNS = ("image_id", "source_id", "path", "class", "split", "file")


@dataclass(frozen=True, slots=True)
class FrozenImage:
    """An image of a run; `label` indexes the run's classes."""

    image_id: int
    source_id: int
    path: str
    file: Path
    label: int
    split: Split
    unseen: bool = False  # the label is a suggestion that nobody has looked at


@dataclass(frozen=True, slots=True)
class FrozenSplit:
    """The classes of a run in order, with the store's ids, and its images in the order of the store."""

    classes: tuple[str, ...]
    class_ids: tuple[int, ...]
    images: tuple[FrozenImage, ...]

    def of(self, split: Split) -> list[FrozenImage]:
        return [image for image in self.images if image.split is split]

    def without(self, indices: Iterable[int]) -> FrozenSplit:
        """The same without some of the images, by their place in `images`."""
        dropped = frozenset(indices)
        return replace(self, images=tuple(m for i, m in enumerate(self.images) if i not in dropped))

    def without_unseen_checks(self) -> FrozenSplit:
        """The same without the held-out images whose label was accepted unseen: such a label checks nothing."""
        return self.without(i for i, m in enumerate(self.images) if m.unseen and m.split in HELD_OUT)

    def fingerprint(self) -> str:
        """The same for the same images with the same labels in the same split, wherever their folder is."""
        rows = "\n".join(f"{m.image_id},{m.source_id},{m.path},{m.label},{m.split}" for m in self.images)
        return hashlib.sha256(f"{self.classes}\n{rows}".encode("utf-8", "surrogateescape")).hexdigest()

    def checked_with(self) -> str | None:
        """Return a fingerprint of the check images alone, whatever their labels; None without any."""
        ids = "\n".join(str(image_id) for image_id in sorted(m.image_id for m in self.of(Split.VALIDATION)))
        return hashlib.sha256(ids.encode()).hexdigest() if ids else None

    def to_csv(self) -> str:
        """Return what `split.csv` holds; `runs.read_split` reads it."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(_COLUMNS)
        for m in self.images:
            writer.writerow((m.image_id, m.source_id, m.path, self.classes[m.label], m.split.value, m.file))
        return text.getvalue()


def freeze(project: Project, options: TrainOptions, emit: Emit, *, with_test_images: bool = False) -> FrozenSplit:
    """Decide what a new run learns from: the project's splits as they stand, completed where images have none.

    `with_test_images` ignores these splits, so that no image is left out of training and validation.

    Labelled images without a split, and all training images where there is no validation split, are divided by
    `options.validation_fraction`: stratified, seeded, images of one group on one side. Images whose label was accepted
    unseen are trained on at most; they are left out where their group is held out.

    Raises:
        DataError: the labelled images cannot be trained on.
    """
    records = query.labelled_images(project)
    if not records:
        raise DataError(_(Obstacle.NOTHING_LABELLED.value))
    if with_test_images:
        records = [replace(r, split=Split.UNASSIGNED) for r in records]
    records = [r for r in assigned(records, options) if r.split is not Split.UNASSIGNED]
    trained = {r.class_id for r in records if r.split is Split.TRAINING}
    classes = [c for c in query.classes(project) if c.id in trained]
    place = {c.id: index for index, c in enumerate(classes)}
    _tell_left_out(project, records, trained, emit)
    images = tuple(
        FrozenImage(r.id, r.source_id, r.path, r.file, place[r.class_id], r.split, r.unseen)
        for r in records
        if r.class_id is not None and r.class_id in place
    )
    frozen = FrozenSplit(tuple(c.name for c in classes), tuple(c.id for c in classes), images)
    check(frozen)
    _tell_small(frozen, emit)
    return frozen


def at_most(frozen: FrozenSplit, most: int) -> FrozenSplit:
    """Return the split with at most `most` training images, evenly of all classes, about a quarter as many that check,
    of each class its share, and no test images: what a first model learns from where all would take long.
    """
    left: set[int] = set()
    for split, count, choose in ((Split.TRAINING, most, evenly), (Split.VALIDATION, most // 4, in_proportion)):
        places = np.array([i for i, m in enumerate(frozen.images) if m.split is split], np.int64)
        labels = np.array([frozen.images[i].label for i in places.tolist()], np.int64)
        left.update(places[choose(labels, count)].tolist())
    return frozen.without(set(range(len(frozen.images))) - left)


def everything(frozen: FrozenSplit) -> FrozenSplit:
    """The same with the validation images among the training images."""
    images = (replace(m, split=Split.TRAINING) if m.split is Split.VALIDATION else m for m in frozen.images)
    return replace(frozen, images=tuple(images))


def fold_of_split(frozen: FrozenSplit, project: Project, fold: int, folds: int, seed: int) -> FrozenSplit:
    """Return the split with fold `fold` (from 1) of all images but the test images validating, the others training.

    Images whose label was accepted unseen train in each fold, but for those in which others of their group validate.

    Raises:
        UsageError: the number of folds is not 2 to 20.
        DataError: a fold leaves nothing to train or to validate on.
    """
    check_folds(folds)
    groups = {r.id: r.group for r in query.labelled_images(project)}
    pool = [i for i, m in enumerate(frozen.images) if m.split is not Split.TEST and not m.unseen]
    members = [frozen.images[i] for i in pool]
    numbers = stratified_folds([m.label for m in members], [groups.get(m.image_id) for m in members], folds, seed)
    images = list(frozen.images)
    for i, number in zip(pool, numbers, strict=True):
        images[i] = replace(images[i], split=Split.VALIDATION if number == fold - 1 else Split.TRAINING)
    validating = {groups.get(m.image_id) for m in images if m.split is Split.VALIDATION} - {None}
    images = [m for m in images if not (m.unseen and groups.get(m.image_id) in validating)]
    found = replace(frozen, images=tuple(images))
    check(found)
    return found


def thaw(project: Project, run: RunRecord, class_ids: Sequence[int], emit: Emit) -> FrozenSplit:
    """The frozen split of an earlier run. Its images and classes are found again and have the project's ids of now.

    Raises:
        DataError: too few of its images are left.
        RunError: its `split.csv` is damaged.
    """
    rows = read_split(run)
    place = {name: index for index, name in enumerate(run.classes)}
    images = []
    for row, record in zip(rows, found_again(rows, query.labelled_images(project)), strict=True):
        if row.class_name not in place:
            raise RunError(
                _("The split of the run {run} names a class that is unknown to the run: {name}.").format(
                    run=run.name, name=row.class_name
                )
            )
        if record is not None:
            label = place[row.class_name]
            images.append(
                FrozenImage(record.id, record.source_id, record.path, record.file, label, row.split, record.unseen)
            )
    frozen = FrozenSplit(run.classes, ids_now(run.classes, class_ids, query.classes(project)), tuple(images))
    frozen = frozen.without_unseen_checks()
    validated = not run.options.get("train_on_everything")
    gone = len(rows) - len(frozen.images)
    if not gone:
        check(frozen, validated=validated)
        return frozen
    try:
        check(frozen, validated=validated)
    except DataError:
        raise DataError(
            _(
                "{gone:,} of the {all:,} images of the run {run} are no longer among the labelled images, too many to "
                "train on the rest; add their folder again, or train anew."
            ).format(gone=gone, all=len(rows), run=run.name)
        ) from None
    sentence = _(
        "{gone:,} of the {all:,} images of the run {run} are no longer among the labelled images; they are left out."
    )
    emit(Log(sentence.format(gone=gone, all=len(rows), run=run.name), "warning"))
    return frozen


def check(frozen: FrozenSplit, *, validated: bool = True) -> None:
    """Raise DataError where a classifier cannot be trained and (`validated`) validated on these images."""
    training = Counter(frozen.classes[m.label] for m in frozen.of(Split.TRAINING))
    obstacle = obstacle_of(training.values(), validated=not validated or bool(frozen.of(Split.VALIDATION)))
    if obstacle is Obstacle.NOTHING_HELD_OUT and any(m.unseen for m in frozen.images):
        obstacle = Obstacle.NOTHING_LOOKED_AT
    if obstacle is not None:
        raise DataError(_(obstacle.value).format(*training))


def assigned(records: Sequence[ImageRecord], options: TrainOptions) -> list[ImageRecord]:
    """The records with every unassigned one, and training ones where nothing validates, in a split.

    An unassigned image whose group is on one side already goes there too. One whose label was accepted unseen stays
    unassigned where its group is held out.
    """
    sides = {r.group: r.split for r in records if r.group is not None and r.split is not Split.UNASSIGNED}
    settled = {r.id: allowed(sides[r.group], unseen=r.unseen) for r in records if _is_open(r) and r.group in sides}
    records = [replace(r, split=settled.get(r.id, r.split)) for r in records]
    has_validation = any(r.split is Split.VALIDATION for r in records)
    open_splits = {Split.UNASSIGNED} if has_validation else {Split.UNASSIGNED, Split.TRAINING}
    pool = [r for r in records if r.split in open_splits and settled.get(r.id) is not Split.UNASSIGNED]
    if not pool:
        return list(records)
    fraction = options.validation_fraction
    parts = stratified(
        [r.class_id for r in pool if r.class_id is not None],
        {Split.TRAINING: 1 - fraction, Split.VALIDATION: fraction},
        options.seed,
        groups=[r.group for r in pool],
        unseen=[r.unseen for r in pool],
    )
    chosen = {r.id: split for r, split in zip(pool, parts, strict=True)}
    return [replace(r, split=chosen.get(r.id, r.split)) for r in records]


def _is_open(record: ImageRecord) -> bool:
    return record.split is Split.UNASSIGNED


def _tell_left_out(project: Project, records: Sequence[ImageRecord], trained: set[int | None], emit: Emit) -> None:
    used = {r.class_id for r in records}
    for cls in query.classes(project):
        if cls.id in used and cls.id not in trained:
            emit(
                Log(
                    _("The class {name!r} has no training images; the model will not know it.").format(name=cls.name),
                    "warning",
                )
            )


def _tell_small(frozen: FrozenSplit, emit: Emit) -> None:
    counts = Counter(m.label for m in frozen.of(Split.TRAINING))
    validated = {m.label for m in frozen.of(Split.VALIDATION)}
    for label, name in enumerate(frozen.classes):
        if counts[label] == 1:
            emit(
                Log(
                    _("The class {name!r} has a single training image; label more to have it recognised.").format(
                        name=name
                    ),
                    "warning",
                )
            )
        if label not in validated:
            emit(
                Log(
                    _("No image of the class {name!r} validates; its quality cannot be measured.").format(name=name),
                    "warning",
                )
            )
