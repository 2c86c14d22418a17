"""The job that lists duplicates of a project, those first that leak from one split into another."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from engine.errors import UsageError
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _, marked
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Edit, Flag
from engine.review.saved_duplicates import save_duplicates
from engine.review.tables import check_place, write_csv
from engine.similarity.duplicates import SIMILARITY, DuplicateGroup, Look, duplicate_groups, keep_one, together
from engine.similarity.feature_job import base_points
from engine.similarity.features import features_of
from engine.training.runs.records import MODEL, find_run


@dataclass(frozen=True, slots=True)
class DuplicatesParams:
    """`similarity` is the least correlation of details, up to 1; `exact` looks for files with the same bytes alone.

    With `run`, the name of a run, images that its model sees alike are found too ("" for the newest finished one), and
    with `features` those that are alike by the features of the base that was chosen.

    `resolve` changes the project in one edit: "exclude" excludes all but one of each group from training and scores,
    "together" moves each group into one split. `csv` is the file to write, or None.
    """

    project: str
    similarity: float = SIMILARITY
    exact: bool = False
    resolve: Literal["", "exclude", "together"] = ""
    csv: str | None = None
    run: str | None = None
    features: bool = False


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """An image of a group; `across_splits` and `labels_differ` are said of the whole group."""

    group: int
    kind: str
    similarity: float
    across_splits: bool
    labels_differ: bool
    path: str
    image_id: int
    shown_by: int
    label: str
    split: str


@dataclass(frozen=True, slots=True, eq=False)
class FoundDuplicates(Result):
    """Numbers of groups, of the images in them and of the images `looked_at`; the name of the `edit`, "" for none."""

    groups: int
    images: int
    across_splits: int
    labels_differ: int
    looked_at: int
    seconds: float
    edit: str
    csv: str | None
    rows: list[DuplicateRow]


def find_duplicates(params: DuplicatesParams, *, emit: Emit, cancel: Cancel) -> FoundDuplicates:
    """List groups of duplicates of a project's usable images that are not excluded, and resolve them if asked.

    Raises:
        EngineError: no such project, a similarity that makes no sense, or an edit that cannot be saved.
        JobCancelled: `cancel` was set; nothing was changed.
    """
    if not 0 < params.similarity <= 1:
        raise UsageError(
            _("The similarity is above 0 and up to 1, found {similarity:g}.").format(similarity=params.similarity)
        )
    check_place(params.csv, marked("duplicates"))
    began = time.perf_counter()
    with Project.open(Path(params.project), read_only=not params.resolve) as project:
        images = [i for i in query.images(project, query.image_ids(project, query.Filter())) if not i.excluded]
        similarity = None if params.exact else params.similarity
        look: Look | None = base_points if params.features else None
        if params.run is not None:
            look = partial(features_of, find_run(project.folder, params.run or None).folder / MODEL)
        groups = duplicate_groups(images, similarity, look, emit=emit, cancel=cancel)
        if not params.exact:  # else what was found by details before tells more
            save_duplicates(project.folder, groups, len(images))
        names = query.class_names(project)
        done = _resolve(project, groups, params.resolve)
    rows = [
        DuplicateRow(
            group=number,
            kind=group.kind,
            similarity=round(group.similarity, 4),
            across_splits=group.across_splits,
            labels_differ=group.labels_differ,
            path=str(image.file),
            image_id=image.id,
            shown_by=shown_by,
            label=names.get(image.class_id, "") if image.class_id is not None else "",
            split=str(image.split),
        )
        for number, group in enumerate(groups, start=1)
        for image, shown_by in zip(group.images, group.shown_by, strict=True)
    ]
    if params.csv is not None:
        head = ("group", "kind", "similarity", "across_splits", "labels_differ", "path", "label", "split")
        write_csv(Path(params.csv), marked("duplicates"), head, ([getattr(row, name) for name in head] for row in rows))
    return FoundDuplicates(
        groups=len(groups),
        images=len(rows),
        across_splits=sum(group.across_splits for group in groups),
        labels_differ=sum(group.labels_differ for group in groups),
        looked_at=len(images),
        seconds=round(time.perf_counter() - began, 3),
        edit=done.name if done else "",
        csv=params.csv,
        rows=rows,
    )


def _resolve(project: Project, groups: Sequence[DuplicateGroup], how: str) -> Edit | None:
    if how == "exclude":
        return edits.set_flag(project, keep_one(groups), Flag.EXCLUDED)
    if how == "together":
        return edits.set_splits(project, together(groups), edits.JOIN_DUPLICATES)
    return None
