"""A run made of runs: the mean of their probabilities, evaluated and exported like any other, as one model file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import EngineError, ModelError, RunError, UsageError
from engine.events import Log, Progress
from engine.files import reason_of
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _, marked
from engine.library import query
from engine.library.project import Project
from engine.library.records import Split
from engine.models.atomic import replacing, write_json
from engine.models.bundle import ModelInfo, read_info
from engine.models.export import LARGEST_DIFFERENCE
from engine.models.mean_model import write_mean
from engine.models.predictions import Predictions
from engine.models.predictor import Predictor
from engine.training.frozen import FrozenSplit, thaw
from engine.training.options import TrainOptions, with_overrides
from engine.training.runs.folder import RunFolder
from engine.training.runs.matching import found_again
from engine.training.runs.records import MODEL, PREDICTIONS, REPORT, RunRecord, find_run, read_record, read_split

RECIPE = "ensemble"
_TESTED = 64  # images that go through the new model file


@dataclass(frozen=True, slots=True)
class EnsembleParams:
    """`project` is the project's folder, `runs` the names of at least two of its runs."""

    project: str
    runs: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Joined(Result):
    """The run of an ensemble. Accuracies are None where nothing was held out by all members; `members_accuracy` is
    theirs on the same images, of which there were `counted_on`; `images` were held out by all. `difference`
    is that of the file to the mean.
    """

    run: str
    members: list[str]
    validation_accuracy: float | None
    test_accuracy: float | None
    images: int
    counted_on: int
    members_accuracy: list[float | None]
    difference: float
    classes: list[str]


def ensemble(params: EnsembleParams, *, emit: Emit, cancel: Cancel) -> Joined:
    """Make a run of runs. An image counts as held out where no member was trained on it.

    Raises:
        UsageError: fewer than two runs, or runs that see their images differently.
        RunError, ModelError: a run is missing or damaged, or the disk cannot be written.
    """
    if len(set(params.runs)) < 2:
        raise UsageError(
            _("An ensemble needs at least two different runs, found {runs}.").format(runs=len(set(params.runs)))
        )
    with Project.open(Path(params.project), read_only=True) as project:
        members = [find_run(project.folder, name) for name in dict.fromkeys(params.runs)]
        infos = check_members(members)
        frozen, before = _frozen(project, members, emit)
        runs_folder = project.runs_folder
    cancel.check()
    options = with_overrides(TrainOptions(), members[0].options)
    facts: dict[str, Any] = {"members": [m.name for m in members]}
    if _has_all_checks(members, frozen):
        facts["checked_with"] = members[0].checked_with
    try:
        run = RunFolder.create(runs_folder, RECIPE, options, frozen, facts)
        with run.writing():
            return _fill(run, members, infos, frozen, before, emit)
    except OSError as error:
        raise RunError(
            _("The ensemble cannot be written to {folder}: {why}.").format(folder=runs_folder, why=reason_of(error))
        ) from None


def _has_all_checks(members: Sequence[RunRecord], frozen: FrozenSplit) -> bool:
    """Return whether the check images are those of each member; what these could not read they still were to have."""
    checks = sum(row.split is Split.VALIDATION for row in read_split(members[0]))
    return len({m.checked_with for m in members}) == 1 and len(frozen.of(Split.VALIDATION)) == checks


def check_members(members: Sequence[RunRecord]) -> list[ModelInfo]:
    """Return what the model files of some runs say of themselves.

    Raises:
        UsageError: they cannot be one model, as they know other classes or see their images differently.
        ModelError: a model file cannot be read.
    """
    infos = [read_info(m.folder / MODEL) for m in members]
    first = infos[0]
    for member, info in zip(members[1:], infos[1:], strict=True):
        if set(info.classes) != set(first.classes):
            raise UsageError(
                _("{member} knows other classes than {other}; an ensemble needs the same.").format(
                    member=member.name, other=members[0].name
                )
            )
        ours, theirs = ((i.width, i.height, i.channels, i.resize) for i in (first, info))
        if ours != theirs:
            raise UsageError(
                _(
                    "{member} sees its images as {seen} and {other} as {other_seen}; an ensemble in one "
                    "file needs the same of all."
                ).format(
                    member=member.name,
                    seen=_input_words(info),
                    other=members[0].name,
                    other_seen=_input_words(first),
                )
            )
    return infos


def _input_words(info: ModelInfo) -> str:
    return f"{info.width} × {info.height} {info.channels} ({info.resize})"


def _frozen(project: Project, members: Sequence[RunRecord], emit: Emit) -> tuple[FrozenSplit, list[dict[int, int]]]:
    """The first member's images; held out are those that every member held out. Also each member's own ids of images,
    by those of now: they differ where a source was removed and added anew since.
    """
    ids = [c["id"] for c in read_record(members[0].folder)["classes"]]
    records = query.labelled_images(project)
    splits, before = [], []
    for member in members:
        rows = read_split(member)
        found = [(now, row) for now, row in zip(found_again(rows, records), rows, strict=True) if now is not None]
        splits.append({now.id: row.split for now, row in found})
        before.append({now.id: row.image_id for now, row in found})
    first = thaw(project, members[0], ids, emit)
    images = []
    for image in first.images:
        seen = {s.get(image.image_id) for s in splits}
        split = image.split if seen == {image.split} else Split.VALIDATION
        if seen - {Split.VALIDATION, Split.TEST}:
            split = Split.TRAINING
        images.append(replace(image, split=split))
    return replace(first, images=tuple(images)).without_unseen_checks(), before


def _fill(
    run: RunFolder,
    members: Sequence[RunRecord],
    infos: Sequence[ModelInfo],
    frozen: FrozenSplit,
    before: Sequence[Mapping[int, int]],
    emit: Emit,
) -> Joined:
    try:
        predictions, each = _mean(members, frozen, before)
        info = replace(infos[0], classes=frozen.classes, recipe=RECIPE, run=run.name, temperature=1.0)
        orders = [[i.classes.index(name) for name in frozen.classes] for i in infos]
        with replacing(run.folder / MODEL) as temporary:
            files = [m.folder / MODEL for m in members]
            write_mean(files, orders, info, temporary)
            emit(Progress(marked("Testing the model"), 0, None))
            held_out = set(predictions.image_ids.tolist())
            tested = [i.file for i in frozen.images if i.image_id in held_out][:_TESTED]
            difference = _self_test(temporary, files, orders, tested)
        predictions.save(run.folder / PREDICTIONS)
    except EngineError as error:
        run.update(state="failed", error=str(error))
        raise
    report = {split: _accuracy(predictions, predictions.probabilities, split) for split in ("validation", "test")}
    only_tested = report["validation"] is None and report["test"] is not None
    write_json(run.folder / REPORT, {"run": run.name, "difference": difference, **_report(predictions, report)})
    if not len(predictions.image_ids):
        emit(Log(_("No image was held out by all of these runs: this ensemble cannot be measured here."), "warning"))
    run.update(
        state="finished",
        difference=difference,
        validation_accuracy=report["validation"],
        validation_loss=_loss(predictions, "validation"),
        validation_images=int((predictions.splits == "validation").sum()),
        validated_on="test" if only_tested else "validation",
        seconds=sum(m.seconds for m in members),
        parameters=sum(int(read_record(m.folder).get("parameters") or 0) for m in members),
    )
    shared = "test" if report["test"] is not None else "validation"
    return Joined(
        run=run.name,
        members=[m.name for m in members],
        validation_accuracy=report["validation"],
        test_accuracy=report["test"],
        images=len(predictions.image_ids),
        counted_on=int((predictions.splits == shared).sum()),
        members_accuracy=[_accuracy(predictions, probabilities, shared) for probabilities in each],
        difference=difference,
        classes=list(frozen.classes),
    )


def _mean(
    members: Sequence[RunRecord], frozen: FrozenSplit, before: Sequence[Mapping[int, int]]
) -> tuple[Predictions, list[NDArray[np.float32]]]:
    """Return what all members predicted for the images that all held out: its mean, and each one's own."""
    all_predictions = [Predictions.load(m.folder / PREDICTIONS) for m in members]
    rows = []
    for predictions, own in zip(all_predictions, before, strict=True):
        row = {int(i): index for index, i in enumerate(predictions.image_ids)}
        rows.append(row | {now: row[then] for now, then in own.items() if then in row})
    held_out = [i for i in frozen.images if i.split is not Split.TRAINING and all(i.image_id in r for r in rows)]
    each = []
    for predictions, row in zip(all_predictions, rows, strict=True):
        order = [predictions.classes.index(name) for name in frozen.classes]
        places = [row[i.image_id] for i in held_out]
        each.append(predictions.probabilities[places][:, order])
    mean = np.asarray(np.mean(each, axis=0, dtype=np.float64), np.float32)
    found = Predictions(
        image_ids=np.array([i.image_id for i in held_out], np.int64),
        splits=np.array([i.split.value for i in held_out], np.str_),
        labels=np.array([i.label for i in held_out], np.int64),
        probabilities=mean,
        classes=frozen.classes,
        class_ids=frozen.class_ids,
    )
    return found, each


def _self_test(model: Path, members: Sequence[Path], orders: Sequence[Sequence[int]], files: Sequence[Path]) -> float:
    """Return the largest difference of the file's probabilities to the mean of the members' own files, on `files`.

    What the runs have stored is no measure: `instant` predicts from features in half precision.
    """
    found, problems = Predictor(model).predict_files(files)
    own = [Predictor(member).predict_files(files)[0][:, order] for member, order in zip(members, orders, strict=True)]
    readable = [place for place in range(len(files)) if place not in problems]
    largest = float(np.abs(found - np.mean(own, axis=0))[readable].max(initial=0.0))
    if largest > LARGEST_DIFFERENCE:
        raise ModelError(
            _("The ensemble's file failed its self-test: it differs from the mean by {largest:.2g}.").format(
                largest=largest
            )
        )
    return largest


def _accuracy(predictions: Predictions, probabilities: NDArray[np.float32], split: str) -> float | None:
    chosen = predictions.splits == split
    if not chosen.any():
        return None
    return float((probabilities.argmax(1) == predictions.labels)[chosen].mean())


def _report(predictions: Predictions, accuracies: Mapping[str, float | None]) -> dict[str, Any]:
    """Images and accuracy of each split, as any run reports them."""
    counts = {split: int((predictions.splits == split).sum()) for split in accuracies}
    return {s: {"images": counts[s], "accuracy": a} for s, a in accuracies.items() if a is not None}


def _loss(predictions: Predictions, split: str) -> float | None:
    chosen = np.flatnonzero(predictions.splits == split)
    if not len(chosen):
        return None
    of_labels = predictions.probabilities[chosen, predictions.labels[chosen]]
    return float(-np.log(np.maximum(of_labels, 1e-7)).mean())
