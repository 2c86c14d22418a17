"""The jobs that answer from features and labels alone: suggestions for images without a label, and look-alikes."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import DataError, ImageProblem, UsageError
from engine.events import Progress
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _, marked
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
    from engine.similarity.unlike import Missing

_COLUMNS = ("path", "suggested", "probability", "unlike")


@dataclass(frozen=True, slots=True)
class SuggestParams:
    """`accept` is how probable a suggestion must be to become a label, None for none; `csv` is a file to write.

    `with_unlike`: accept also what is suggested for images that are unlike everything that has a label.
    """

    project: str
    accept: float | None = None
    csv: str | None = None
    with_unlike: bool = False


@dataclass(frozen=True, slots=True)
class SimilarParams:
    """`image` is one of the project, by its path, or any file; `most` look-alikes are listed."""

    project: str
    image: str
    most: int = 20


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """`unlike` says that the image is unlike everything that has a label."""

    path: str
    image_id: int
    suggested: str
    probability: float
    unlike: bool


@dataclass(frozen=True, slots=True)
class AcceptedUnseen:
    """Suggestions of at least the probability `least` that became labels: `classes` are their numbers by class.

    `unlike` were left out as they are unlike everything that has a label. `wrong` is the share of the others that is
    expected to be wrong of the classes that are made, with its interval, from `checked_on` labelled images; None where
    these are too few. `wrong_at_most` counts images of classes that are not made yet too; None where nothing tells.
    `edit` is 0 where nothing changed.
    """

    least: float
    images: int
    classes: dict[str, int]
    unlike: int
    wrong: float | None
    wrong_low: float | None
    wrong_high: float | None
    wrong_at_most: float | None
    checked_on: int
    edit: int


@dataclass(frozen=True, slots=True, eq=False)
class Suggested(Result):
    """Suggestions for `images` images, learnt from `labelled` labelled ones; `rows` begin with the least sure.

    `accuracy`, `low` and `high` are by cross-validation on `estimated_on` labelled images; None where these are too
    few, or while a class has no label to learn from: `not_shown` names these, and none is accepted. `accepted` is None
    where nothing was to be accepted.
    """

    images: int
    labelled: int
    classes: int
    accuracy: float | None
    low: float | None
    high: float | None
    estimated_on: int
    not_shown: list[str]
    csv: str | None
    accepted: AcceptedUnseen | None
    rows: list[SuggestionRow]


@dataclass(frozen=True, slots=True)
class SimilarRow:
    """`similarity` is the cosine of the features, -1 to 1; `label` is "" where the image has none."""

    path: str
    image_id: int
    similarity: float
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class SimilarImages(Result):
    """The look-alikes of `image`, the most alike first."""

    image: str
    rows: list[SimilarRow]


def suggest(params: SuggestParams, *, emit: Emit, cancel: Cancel) -> Suggested:
    """Suggest a class for each image without a label, learnt from the labels; accept those that are sure enough.

    Features that are missing are computed first. What is accepted is one edit that can be undone; these labels are
    marked as accepted unseen. Images that have a label keep it, and those that are unlike everything that has one are
    left out, as they may be of a class that is not made yet. While a class has no label none is accepted.

    Raises:
        DataError: fewer than two classes have a label.
        UsageError: `with_unlike` without `accept`.
        EngineError: no such project, it is open elsewhere and would be changed, or the base cannot be used.
        JobCancelled: `cancel` was set.
    """
    if params.with_unlike and params.accept is None:
        raise UsageError(_("--with-unlike says what is accepted; give --accept too."))
    check_place(params.csv, marked("suggestions"))
    compute_features(FeatureParams(params.project), emit=emit, cancel=cancel)
    with Project.open(Path(params.project), read_only=params.accept is None) as project:
        found, estimate, missing = _learnt(project, emit, cancel)
        names = query.class_names(project)
        rows = _rows(project, found, names, missing)
        if params.csv is not None:
            write_csv(
                Path(params.csv),
                marked("suggestions"),
                _COLUMNS,
                ([getattr(row, name) for name in _COLUMNS] for row in rows),
            )
        accepted = None
        if params.accept is not None:
            open_ = found.of_open()
            what = acceptance(
                params.accept, open_, estimate, missing, with_unlike=params.with_unlike, not_shown=found.not_shown
            )
            cancel.check()
            accepted = _accepted(
                what, names, edits.accept_unseen(project, what.labels()).id, with_unlike=params.with_unlike
            )
    is_known = estimate is not None and estimate.enough
    return Suggested(
        images=len(rows),
        labelled=found.learnt_from,
        classes=len(found.classes),
        accuracy=estimate.accuracy if estimate is not None and is_known else None,
        low=estimate.low if estimate is not None and is_known else None,
        high=estimate.high if estimate is not None and is_known else None,
        estimated_on=estimate.images if estimate is not None else 0,
        not_shown=[names[class_id] for class_id in found.not_shown if class_id in names],
        csv=params.csv,
        accepted=accepted,
        rows=rows,
    )


def _learnt(project: Project, emit: Emit, cancel: Cancel) -> tuple[Snapshot, Estimate | None, Missing | None]:
    """Return what the labels suggest, calibrated, how good that is, and what tells of classes that are not made."""
    with closing(store_of(chosen_base())) as store:
        learner = ProjectLearner(store)
        learner.load(project, check=cancel.check)
        emit(Progress(marked("Learning from the labels"), 0))
        learner.link(check=cancel.check)
        learner.learn(project)
        estimate, found, missing = learner.estimate(), learner.snapshot(), learner.missing()
    if found is None or not found.is_a_choice:
        raise DataError(
            _(
                "Suggestions begin when two classes have a label; {classes} of the classes of {project} has one that "
                "somebody has looked at. Label some images of each class first."
            ).format(classes=len(found.classes) if found else 0, project=project.name)
        )
    return found, estimate, missing


def _rows(project: Project, found: Snapshot, names: dict[int, str], missing: Missing | None) -> list[SuggestionRow]:
    ids = found.least_sure_first()
    open_ids, class_ids, sures = (part.tolist() for part in found.of_open())
    told = dict(zip(open_ids, zip(class_ids, sures, strict=True), strict=True))
    unlike = set(missing.image_ids.tolist()) if missing is not None else set()
    paths = {image.id: str(image.file) for image in query.images(project, ids)}
    rows = []
    for image_id in ids:
        class_id, sure = told[image_id]
        if image_id in paths and class_id in names:
            rows.append(SuggestionRow(paths[image_id], image_id, names[class_id], round(sure, 4), image_id in unlike))
    return rows


def _accepted(what: Acceptance, names: dict[int, str], edit: int, *, with_unlike: bool) -> AcceptedUnseen:
    share, low, high = what.wrong or (None, None, None)
    counts = what.counts()
    return AcceptedUnseen(
        least=what.least,
        images=len(what.image_ids),
        classes={names[class_id]: counts[class_id] for class_id in names if counts[class_id]},
        unlike=0 if with_unlike else len(what.unlike_ids),
        wrong=share,
        wrong_low=low,
        wrong_high=high,
        wrong_at_most=what.at_worst,
        checked_on=what.checked.images if what.checked is not None else 0,
        edit=edit,
    )


def similar(params: SimilarParams, *, emit: Emit, cancel: Cancel) -> SimilarImages:
    """List the images of a project that look most like one of them, or like any picture. Changes nothing.

    Features that are missing are computed first.

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
        if not learner.ready:
            raise DataError(_("None of the images of {project} can be read.").format(project=project.name))
        if isinstance(own, int):
            found = learner.nearest(own, params.most)
            if not found:
                raise DataError(
                    _("{image} cannot be read, so nothing is known to look like it.").format(image=params.image)
                )
        else:
            try:
                features = features_of_file(base, own, cancel)
            except ImageProblem as problem:
                raise DataError(_("{own} cannot be used: {why}.").format(own=own, why=problem)) from None
            found = learner.nearest(features, params.most)
        names = query.class_names(project)
        images: dict[int, ImageRecord] = {i.id: i for i in query.images(project, [image for image, _like in found])}
    rows = [
        SimilarRow(
            path=str(images[image].file),
            image_id=image,
            similarity=round(similarity, 4),
            label=names.get(images[image].class_id or 0, ""),
        )
        for image, similarity in found
        if image in images
    ]
    return SimilarImages(params.image, rows)


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
            raise UsageError(
                _("{word!r} is neither an image of {project} nor a file.").format(word=word, project=project.name)
            ) from None
        return file
    if len(found) > 1:
        raise UsageError(
            _("{word!r} names {found:,} images of {project}; name one.").format(
                word=word, found=len(found), project=project.name
            )
        )
    return found[0]
