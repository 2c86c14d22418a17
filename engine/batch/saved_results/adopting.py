"""Results as images of a project: with labels where they are certain enough, with suggestions elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from engine.batch.items import ImageResult
from engine.batch.params import Adopted, AdoptParams
from engine.batch.saved_results.folder import LABELS, ROWS, read_labels
from engine.batch.saved_results.stored import rows, superseded
from engine.batch.saved_results.whereabouts import Whereabouts
from engine.errors import JobCancelled, ProjectError, SourceError
from engine.events import ImagesAdded, Progress
from engine.jobs.job import Cancel, Emit
from engine.language import _, marked
from engine.library.adding import Addition, NewImage, NewSource, chunks
from engine.library.checking import check_images
from engine.library.project import Project
from engine.library.query import summary
from engine.library.records import Split


def adopt(params: AdoptParams, *, emit: Emit, cancel: Cancel, project: Project) -> Adopted:
    """Add images to the open project as one edit, which can be undone; then look at each file.

    Images that the project has keep the labels that they have: one of them may be of a person who looked longer.

    Raises:
        SourceError: there is no file among the rows.
        ProjectError: the project cannot be written.
        JobCancelled: `cancel` was set; while images are added, the project stays as it was, unless a person has worked
            on some of them: then those that were added stay, and it has the same counts. While files are looked at, all
            images stay, and it has the whole result.
    """
    saved = Path(params.saved)
    labels, _others = read_labels(saved / LABELS)
    found = _Found(params)
    chosen = [*found.new(rows(saved / ROWS, labels, params.threshold, params.only))]
    if not chosen:
        raise SourceError(
            _("None of these predictions is of a file of its own that is still there; nothing was added.")
        )
    addition = Addition(project, len(chosen))
    labelled = 0
    try:
        addition.add_sources(NewSource(Path(folder), "none") for folder in found.folders(chosen))
        addition.add_classes(dict.fromkeys((*params.classes, *labels.values())))
        for chunk in chunks(iter(chosen)):
            cancel.check()
            addition.add_images(chunk)
            labelled += sum(image.class_name is not None for image in chunk)
            emit(Progress(marked("Adding"), addition.images, len(chosen)))
            emit(ImagesAdded(addition.images))
        cancel.check()
        addition.finish(unused_classes=True)
    except JobCancelled:
        if addition.end_early():
            raise JobCancelled(_adopted(addition, labelled, found, {})) from None
        raise
    except BaseException:
        # On a full disk this may fail too; then opening the project next time ends it.
        with suppress(ProjectError):
            addition.end_early()
        raise
    result = _adopted(addition, labelled, found, found.suggestions)
    try:
        check_images(project, emit=emit, cancel=cancel)
    except JobCancelled:
        raise JobCancelled(replace(result, unchecked=summary(project).unchecked)) from None
    return result


def _adopted(addition: Addition, labelled: int, found: _Found, suggestions: dict[str, tuple[str, float]]) -> Adopted:
    images, other = addition.images, addition.other_labels
    return Adopted(images, labelled - other, other, found.left_out, suggestions)


class _Found:
    def __init__(self, params: AdoptParams) -> None:
        self._params = params
        self._where = Whereabouts(Path(params.saved))
        self._sources = [os.path.abspath(s) for s in params.sources if Path(s).is_dir()]  # noqa: PTH100
        self.suggestions: dict[str, tuple[str, float]] = {}
        self.left_out = 0

    def new(self, found: Iterator[tuple[int, ImageResult]]) -> Iterator[NewImage]:
        old = superseded(Path(self._params.saved) / ROWS)
        for number, row in found:
            if number in old:
                continue
            path = os.path.abspath(self._where.of(row.path))  # noqa: PTH100
            if row.problem is not None:
                continue
            if not os.path.isfile(path):  # noqa: PTH113
                self.left_out += 1
                continue
            label = row.label
            if label is None and self._params.label and row.confidence >= self._params.threshold and not row.unlike:
                label = row.class_name
            if label is None:
                self.suggestions[path] = (row.class_name, row.confidence)
            folder = self._folder(path)
            # Without a split: whether a model's own answers are to be learned from is for a person to decide.
            yield NewImage(folder, os.path.relpath(path, folder).replace(os.sep, "/"), label, Split.UNASSIGNED, None)

    def _folder(self, path: str) -> str:
        """The source that holds a file, or else the folder that it lies in."""
        inside = (s for s in self._sources if path.startswith(s.rstrip(os.sep) + os.sep))
        return next(inside, os.path.dirname(path))  # noqa: PTH120

    @staticmethod
    def folders(images: list[NewImage]) -> list[str]:
        return list(dict.fromkeys(image.folder for image in images))
