"""The frozen split for training a run again with the fixes: its split, the current labels.

Whoever compares the two runs wants the same test images, and wants to see what other labels are worth and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.errors import DataError
from engine.jobs.job import Emit
from engine.language import _
from engine.library import query
from engine.library.project import Project
from engine.library.records import ClassRecord, ImageRecord, Split
from engine.training import frozen as split
from engine.training.frozen import FrozenImage, FrozenSplit
from engine.training.runs.matching import class_ids, found_again
from engine.training.runs.records import RunRecord, read_record, read_split

if TYPE_CHECKING:
    from engine.training.options import TrainOptions


def with_current_labels(project: Project, run: RunRecord, options: TrainOptions, emit: Emit) -> FrozenSplit:
    """Return what `freeze` gives, with the images that the run decided on where they were in it.

    The project's own split of an image goes before: who moved an image since meant it; of a fold, only the test split.
    Of a group that the run had divided, all images go where most of them are. Images that were excluded or have no
    label any more are left out, new ones are in.

    Raises:
        DataError: the labelled images cannot be trained on.
        RunError: the `split.csv` of the run is damaged.
    """
    fresh = split.freeze(project, options, emit)
    records = {record.id: record for record in query.labelled_images(project)}
    rows = read_split(run)
    found = found_again(rows, list(records.values()))
    then = {now.id: row.split for row, now in zip(rows, found, strict=True) if now is not None}
    validates = any(record.split is Split.VALIDATION for record in records.values())
    folded = bool(read_record(run.folder).get("fold"))

    def decided(image: FrozenImage) -> Split | None:
        """Return where the run put an image of which the project does not say where it belongs."""
        before, record = then.get(image.image_id), records[image.image_id]
        if folded and Split.TEST not in (before, record.split):
            return before
        return before if _is_by_run(record, before, validates=validates) else None

    free = [decided(image) for image in fresh.images]
    images = [
        replace(image, split=choice) if choice is not None else image
        for image, choice in zip(fresh.images, free, strict=True)
    ]
    groups = [records[image.image_id].group for image in images]
    together = _together(images, groups, [choice is not None for choice in free])
    frozen = replace(fresh, images=tuple(together)).without_unseen_checks()
    split.check(frozen, validated=not options.train_on_everything)
    unlearnt = set(range(len(frozen.classes))) - {image.label for image in frozen.of(Split.TRAINING)}
    if unlearnt:
        names = ", ".join(frozen.classes[label] for label in sorted(unlearnt))
        raise DataError(
            _("No training image is left of {names}; label some, or train without the split of {run}.").format(
                names=names, run=run.name
            )
        )
    return frozen


def touches_training(run: RunRecord, records: Sequence[ImageRecord], classes: Sequence[ClassRecord]) -> bool:
    """Return whether `with_current_labels` would train on, or choose the best epoch by, other images or labels than the
    run.

    `records` and `classes` are what `query` says of the labelled images now. False where at most images of the test
    split differ: a new run would be the same model and get another score. In doubt, as of a fold, it is True.

    Raises:
        RunError: the run's files are damaged.
    """
    record_of_run = read_record(run.folder)
    if record_of_run.get("fold") or run.options.get("train_on_everything"):
        return True
    ids = class_ids(record_of_run, classes)
    rows = read_split(run)
    found = found_again(rows, records)
    if any(row.split is not Split.TEST and now is None for row, now in zip(rows, found, strict=True)):
        return True
    then = {
        now.id: (ids.get(row.class_name), row.split) for row, now in zip(rows, found, strict=True) if now is not None
    }
    validates = any(record.split is Split.VALIDATION for record in records)
    for record in records:
        class_id, before = then.get(record.id, (None, Split.TEST))
        by_run = record.id in then and _is_by_run(record, before, validates=validates)
        side = before if by_run else record.split
        if Split.TEST is before is side:
            continue
        if side is not before or class_id != record.class_id:
            return True
    return False


def _is_by_run(record: ImageRecord, before: Split | None, *, validates: bool) -> bool:
    """Return whether the run decides where an image is that was `before` in it; `validates`: the project
    says who does.
    """
    own = record.split
    return own is Split.UNASSIGNED or (own is Split.TRAINING and not validates and before is not Split.TEST)


def _together(
    images: Sequence[FrozenImage], groups: Sequence[str | None], free: Sequence[bool]
) -> Sequence[FrozenImage]:
    """The images with those of a group, as far as they are free to go, where most of the group is."""
    sides: dict[str, Counter[Split]] = {}
    for image, group in zip(images, groups, strict=True):
        if group is not None:
            sides.setdefault(group, Counter())[image.split] += 1
    side_of_group = {group: held.most_common(1)[0][0] for group, held in sides.items() if len(held) > 1}
    return [
        replace(image, split=side_of_group[group]) if can_go and group is not None and group in side_of_group else image
        for image, group, can_go in zip(images, groups, free, strict=True)
    ]
