"""Duplicates in a report: pictures on both sides of the run's split make its scores too good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.errors import EngineError
from engine.jobs.job import Cancel, Emit
from engine.language import _, marked
from engine.library import query
from engine.library.project import Project
from engine.library.records import ImageRecord, Split
from engine.review.evaluation import Evaluation
from engine.review.report.pictures import data_uri
from engine.review.saved_duplicates import SavedDuplicates, saved_duplicates
from engine.similarity.duplicates import SIMILARITY, DuplicateGroup, duplicate_groups
from engine.training.runs.records import RunRecord, read_split

MOST_IMAGES, MOST_BYTES = 5000, 2**30  # that a report looks through itself: some seconds
MOST_GROUPS = 9
_KINDS = {"exact": marked("same file"), "near": marked("same picture"), "alike": marked("alike to the model")}


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of a group: a data URI, or None where the file is gone; its split in the run and its label."""

    image: ImageRecord
    uri: str | None
    small: bool
    label: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two images of a group that are in different splits; `more` are not shown."""

    words: str
    pictures: tuple[Shown, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Leakage:
    """Groups of the `looked_at` images: all, `across` splits, with labels that `differ`; `pairs` of those across.

    `learnt` of the scored images are in a group with one that the run trained on. `when` is the day of the search, ""
    for just now. `looked_at` 0: nobody has looked, and `images` are too many to do so for a report.
    """

    images: int
    looked_at: int = 0
    groups: int = 0
    across: int = 0
    differ: int = 0
    learnt: int = 0
    when: str = ""
    pairs: tuple[Pair, ...] = ()


def leakage(project: Project, evaluation: Evaluation, *, emit: Emit, cancel: Cancel) -> Leakage:
    """Duplicates among the project's usable images in the splits that the run had; those that are known, or, where
    the images are few, looked for now.

    Raises:
        JobCancelled: `cancel` was set.
    """
    known = query.images(project, query.image_ids(project, query.Filter()))
    images = _as_in_the_run([i for i in known if not i.excluded], evaluation.run)
    found: SavedDuplicates | None
    if len(images) <= MOST_IMAGES and sum(i.size_bytes for i in images) <= MOST_BYTES:
        groups = duplicate_groups(images, SIMILARITY, emit=emit, cancel=cancel)
        found = SavedDuplicates(tuple(groups), len(images))
    else:
        found = saved_duplicates(project.folder, {i.id: i for i in images})
    if found is None:
        return Leakage(len(images))
    across = sorted(
        (g for g in found.groups if g.across_splits), key=lambda g: (not _learnt_from(g), -g.similarity, g.images[0].id)
    )
    names = query.class_names(project)
    return Leakage(
        images=len(images),
        looked_at=found.looked_at,
        groups=len(found.groups),
        across=len(across),
        differ=sum(g.labels_differ for g in found.groups),
        learnt=_learnt(across, evaluation),
        when=found.when,
        pairs=tuple(_pair(g, names) for g in across[:MOST_GROUPS]),
    )


def _as_in_the_run(images: Sequence[ImageRecord], run: RunRecord) -> list[ImageRecord]:
    """The images in the splits that the run had them in: that is what its scores depend on."""
    try:
        rows = read_split(run)
    except EngineError:
        return list(images)
    by_id, by_file = {row.image_id: row.split for row in rows}, {row.file: row.split for row in rows}
    return [replace(i, split=by_id.get(i.id) or by_file.get(str(i.file)) or i.split) for i in images]


def _learnt(groups: Sequence[DuplicateGroup], evaluation: Evaluation) -> int:
    scored = set(evaluation.image_ids.tolist())
    trained = [g for g in groups if _learnt_from(g)]
    return sum(i.id in scored and i.split is not Split.TRAINING for g in trained for i in g.images)


def _learnt_from(group: DuplicateGroup) -> bool:
    return any(i.split is Split.TRAINING for i in group.images)


def _pair(group: DuplicateGroup, names: dict[int, str]) -> Pair:
    first = {image.split: image for image in reversed(group.images) if image.split is not Split.UNASSIGNED}
    chosen = [first[split] for split in (Split.TRAINING, Split.VALIDATION, Split.TEST) if split in first][:2]
    words = _(_KINDS[group.kind])
    if group.kind != "exact":
        words = _("{words}, similarity {similarity:.2f}").format(words=words, similarity=group.similarity)
    shown = [Shown(i, *data_uri(i.file), "" if i.class_id is None else names.get(i.class_id, "")) for i in chosen]
    return Pair(words, tuple(shown), len(group.images) - len(shown))
