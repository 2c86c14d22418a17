"""The jobs that answer from features and labels alone: suggestions for images without a label, and look-alikes."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import DataError, ImageProblem, UsageError
from engine.events import Progress
from engine.jobs.job import Cancel, Emit
from engine.library import edits, query
from engine.library.finding import find_images
from engine.library.project import Project
from engine.review.tables import check_place, write_csv
from engine.similarity.acceptance import Acceptance, acceptance
from engine.similarity.bases import chosen_base
from engine.similarity.feature_job import FeatureParams, compute_features, features_of_file, store_of
from engine.similarity.project_learner import ProjectLearner, Snapshot

if TYPE_CHECKING:
    from engine.library.records import ImageRecord
    from engine.similarity.learner import Estimate

_COLUMNS = ("path", "suggested", "probability")


@dataclass(frozen=True, slots=True)
class SuggestParams:
    """`accept` is how probable a suggestion must be to become a label, None for none; `csv` is a file to write."""

    project: str
    accept: float | None = None
    csv: str | None = None


@dataclass(frozen=True, slots=True)
class SimilarParams:
    """`image` is one of the project, by its path, or any file; `most` look-alikes are listed."""

    project: str
    image: str
    most: int = 20


def suggest(params: SuggestParams, *, emit: Emit, cancel: Cancel) -> dict[str, Any]:
    """Suggest a class for each image without a label, learnt from the labels; accept those that are sure enough.

    Features that are missing are computed first. What is accepted is one edit that can be undone; these labels are
    marked as accepted unseen. Images that have a label keep it.

    Returns:
        "images" (suggested for), "labelled" (images that this rests on), "classes", "accuracy", "low", "high" and
        "estimated_on" (by cross-validation on the labelled images; None where these are too few), "csv", "rows", the
        least sure first: path, image_id, suggested, probability; and "accepted": None, or "least", "images", "classes"
        (their number by class), "wrong", "wrong_low", "wrong_high" (the share that is expected to be wrong; None where
        too few labelled images tell), "checked_on" (the labelled images that tell) and "edit" (0: nothing changed).

    Raises:
        DataError: fewer than two classes have a label.
        EngineError: no such project, it is open elsewhere and would be changed, or the base cannot be used.
        JobCancelled: `cancel` was set.
    """
    check_place(params.csv, "suggestions")
    compute_features(FeatureParams(params.project), emit=emit, cancel=cancel)
    with Project.open(Path(params.project), read_only=params.accept is None) as project:
        found, estimate = _learnt(project, emit, cancel)
        names = {c.id: c.name for c in query.classes(project)}
        rows = _rows(project, found, names)
        if params.csv is not None:
            write_csv(Path(params.csv), "suggestions", _COLUMNS, ([row[name] for name in _COLUMNS] for row in rows))
        accepted = None
        if params.accept is not None:
            what = acceptance(params.accept, found.of_open(), estimate)
            cancel.check()
            accepted = _told(what, names) | {"edit": edits.accept_unseen(project, what.labels()).id}
    known = estimate is not None and estimate.enough
    return {
        "images": len(rows),
        "labelled": found.learnt_from,
        "classes": len(found.classes),
        "accuracy": estimate.accuracy if estimate is not None and known else None,
        "low": estimate.low if estimate is not None and known else None,
        "high": estimate.high if estimate is not None and known else None,
        "estimated_on": estimate.images if estimate is not None else 0,
        "csv": params.csv,
        "accepted": accepted,
        "rows": rows,
    }


def _learnt(project: Project, emit: Emit, cancel: Cancel) -> tuple[Snapshot, Estimate | None]:
    """Return what the labels suggest, calibrated, and how good that is."""
    with closing(store_of(chosen_base())) as store:
        learner = ProjectLearner(store)
        learner.load(project, check=cancel.check)
        emit(Progress("Learning from the labels", 0))
        learner.link(check=cancel.check)
        learner.learn(project)
        estimate, found = learner.estimate(), learner.snapshot()
    if found is None or not found.is_a_choice:
        raise DataError(
            f"Suggestions begin when two classes have a label; {len(found.classes) if found else 0} of the classes of "
            f"{project.name} has one that somebody has looked at. Label some images of each class first."
        )
    return found, estimate


def _rows(project: Project, found: Snapshot, names: dict[int, str]) -> list[dict[str, Any]]:
    ids = found.least_sure_first()
    paths = {image.id: str(image.file) for image in query.images(project, ids)}
    rows = []
    for image_id in ids:
        suggested = found.of(image_id)
        if suggested is not None and image_id in paths and suggested[0] in names:
            class_id, sure = suggested
            rows.append(
                {
                    "path": paths[image_id],
                    "image_id": image_id,
                    "suggested": names[class_id],
                    "probability": round(sure, 4),
                }
            )
    return rows


def _told(what: Acceptance, names: dict[int, str]) -> dict[str, Any]:
    share, low, high = what.wrong or (None, None, None)
    counts = what.counts()
    return {
        "least": what.least,
        "images": len(what.image_ids),
        "classes": {names[class_id]: counts[class_id] for class_id in names if counts[class_id]},
        "wrong": share,
        "wrong_low": low,
        "wrong_high": high,
        "checked_on": what.checked.images if what.checked is not None else 0,
    }


def similar(params: SimilarParams, *, emit: Emit, cancel: Cancel) -> dict[str, Any]:
    """List the images of a project that look most like one of them, or like any picture. Changes nothing.

    Features that are missing are computed first.

    Returns:
        "image", and "rows", the most alike first: path, image_id, likeness (cosine, -1 to 1), label ("" for none).

    Raises:
        UsageError: there is no such image and no such file.
        DataError: the picture cannot be read, or none of the project can.
        EngineError: no such project, or the base cannot be used.
        JobCancelled: `cancel` was set.
    """
    with Project.open(Path(params.project), read_only=True) as project:
        own = _image_or_file(project, params.image)
    compute_features(FeatureParams(params.project), emit=emit, cancel=cancel)
    base = chosen_base()
    with Project.open(Path(params.project), read_only=True) as project, closing(store_of(base)) as store:
        learner = ProjectLearner(store)
        learner.load(project, check=cancel.check)
        if learner.learner is None or learner.projection is None:
            raise DataError(f"None of the images of {project.name} can be read.")
        if isinstance(own, int):
            found = learner.learner.nearest(own, params.most)
            if not found:
                raise DataError(f"{params.image} cannot be read, so nothing is known to look like it.")
        else:
            try:
                features = features_of_file(base, own, cancel)
            except ImageProblem as problem:
                raise DataError(f"{own} cannot be used: {problem}.") from None
            found = learner.learner.nearest(learner.projection.apply(features[None])[0], params.most)
        names = {c.id: c.name for c in query.classes(project)}
        images: dict[int, ImageRecord] = {i.id: i for i in query.images(project, [image for image, _ in found])}
    rows = [
        {
            "path": str(images[image].file),
            "image_id": image,
            "likeness": round(likeness, 4),
            "label": names.get(images[image].class_id or 0, ""),
        }
        for image, likeness in found
        if image in images
    ]
    return {"image": params.image, "rows": rows}


def _image_or_file(project: Project, word: str) -> int | Path:
    """Return the id of an image of the project, else the file that the word names.

    Raises:
        UsageError: it names neither, or several images.
    """
    try:
        found = find_images(project, [word])
    except UsageError:
        file = Path(word).expanduser()
        if not file.is_file():
            raise UsageError(f"{word!r} is neither an image of {project.name} nor a file.") from None
        return file
    if len(found) > 1:
        raise UsageError(f"{word!r} names {len(found):,} images of {project.name}; name one.")
    return found[0]
