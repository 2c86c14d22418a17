"""A run without a network to train: the frozen base and a logistic regression on its features. Loads no Keras."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataError, ImageProblem, JobCancelled, ModelError, RunError
from engine.events import EpochEnded, Log, Progress, RunStarted
from engine.imaging.pixels import load_each
from engine.jobs.job import Cancel, Emit
from engine.library import query
from engine.library.project import Project
from engine.library.records import Split
from engine.library.splits import stratified_folds
from engine.models.atomic import write_json
from engine.models.bundle import FORMAT_VERSION, ModelInfo
from engine.models.predictor import Predictor
from engine.similarity.bases import Base, chosen_base
from engine.similarity.classifier import (
    Classifier,
    Floats,
    Projection,
    fit_classifier,
    fit_projection,
    fit_temperature,
)
from engine.similarity.feature_job import compute_for, store_of
from engine.similarity.model_file import write_model
from engine.training import frozen as split
from engine.training.frozen import FrozenSplit
from engine.training.plan import Plan
from engine.training.results.figures import figures_of_splits, gather_predictions
from engine.training.runs.folder import RunFolder
from engine.training.runs.records import MODEL, PREDICTIONS, REPORT

_DIMENSIONS = 256  # more than while labelling: a run has time
_FOLDS = 5
_PROVED_ON = 16  # images on which the model file is compared with the base and the classifier
_LARGEST_DIFFERENCE = 1e-4


def train_on_features(plan: Plan, project: Path, *, emit: Emit, cancel: Cancel) -> dict[str, Any]:
    """Fit a classifier on the features of the frozen split and leave a run like any other, but for `model.keras`.

    Emits and returns what `trainer.train` does; there is one epoch.

    Raises:
        JobCancelled: `cancel` was set; features that were computed are kept, and no run is left.
        EngineError: images, base or disk do not allow it; one clear sentence.
    """
    began = time.monotonic()
    if plan.run is not None:
        raise RunError(f"The run {plan.run.name} cannot be resumed: a run of instant has one epoch. Train anew.")
    base = chosen_base()
    frozen, features = _features(plan, project, base, emit, cancel)
    labels = np.array([m.label for m in frozen.images], np.int64)
    splits = np.array([m.split.value for m in frozen.images])
    training, validation, test = (
        np.flatnonzero(splits == s.value) for s in (Split.TRAINING, Split.VALIDATION, Split.TEST)
    )
    emit(Progress("Fitting", 0, None))
    projection = fit_projection(features[training], _DIMENSIONS)
    points = projection.apply(features)
    classifier = _with_all(_fitted(points[training], labels[training], plan.options.seed), len(frozen.classes))
    cancel.check()
    probabilities = classifier.probabilities(points)
    seconds = time.monotonic() - began
    measured = validation if len(validation) else training
    epoch = EpochEnded(
        epoch=1,
        epochs=1,
        loss=_loss(probabilities[training], labels[training]),
        accuracy=_accuracy(probabilities[training], labels[training]),
        validation_loss=_loss(probabilities[measured], labels[measured]),
        validation_accuracy=_accuracy(probabilities[measured], labels[measured]),
        learning_rate=0.0,
        seconds=seconds,
        images_per_second=len(training) / max(seconds, 1e-9),
        best=True,
    )
    try:
        run = RunFolder.create(plan.runs_folder, plan.recipe.name, plan.options, frozen, plan.facts or {})
    except OSError as error:
        raise RunError(f"No run can be written to {plan.runs_folder}: {error.strerror}.") from None
    parameters = classifier.weights.shape[1] * (base.dimensions + 1)
    with run.writing():
        run.update(device="CPU", backend="onnxruntime", parameters=parameters)
        emit(
            RunStarted(
                run.name,
                plan.recipe.name,
                "CPU",
                1,
                1,
                len(training),
                len(validation),
                parameters,
                classes=frozen.classes,
                fold=(run.record.get("fold") or {}).get("number", 0),
            )
        )
        emit(epoch)
        try:
            difference = _write(run, plan, base, projection, classifier, frozen, emit)
            held_out = np.concatenate([validation, test])
            members = [frozen.images[i] for i in held_out]
            predictions = gather_predictions(frozen, members, [probabilities[held_out]])
            predictions.save(run.folder / PREDICTIONS)
            facts = {"difference": difference, "proved_on": min(_PROVED_ON, len(frozen.images))}
            write_json(run.folder / REPORT, {"run": run.name, **facts, **figures_of_splits(predictions)})
            run.write_history([epoch])
        except OSError as error:
            run.discard()
            raise RunError(f"The run cannot be written to {plan.runs_folder}: {error.strerror}.") from None
        except (ModelError, JobCancelled):
            run.discard()
            raise
        on_held_out = len(validation) > 0
        run.update(
            state="finished",
            epochs=1,
            best_epoch=1,
            validation_accuracy=epoch.validation_accuracy if on_held_out else None,
            validation_loss=epoch.validation_loss if on_held_out else None,
            seconds=round(time.monotonic() - began, 3),
            images_per_second=round(epoch.images_per_second, 1),
            difference=difference,
        )
    names = ("epochs", "best_epoch", "validation_accuracy", "validation_loss", "seconds", "images_per_second")
    facts = {name: run.record[name] for name in (*names, "parameters", "state", "difference")}
    return {"run": run.name, **facts, "classes": list(frozen.classes)}


def _features(
    plan: Plan, project: Path, base: Base, emit: Emit, cancel: Cancel
) -> tuple[FrozenSplit, NDArray[np.float16]]:
    """Return the split without the images that cannot be read, and the features of the others, in its order."""
    with Project.open(project, read_only=True) as opened:
        records = {r.id: r for r in query.images(opened, [m.image_id for m in plan.frozen.images])}
    images = [records[m.image_id] for m in plan.frozen.images]
    with closing(store_of(base)) as store:
        compute_for(images, base, store, emit=emit, cancel=cancel)
        good, features = store.read(images)
    if not good.any():
        raise DataError(
            f"None of the {len(images)} images can be read; the first was expected at {images[0].file}. "
            "Check that the folder is there."
        )
    frozen = plan.frozen
    if not good.all():
        emit(Log(f"{int((~good).sum())} of {len(images)} images cannot be read and are left out.", "warning"))
        frozen = frozen.without(np.flatnonzero(~good).tolist())
        split.check(frozen, validated=not plan.options.train_on_everything)
    return frozen, features


def _fitted(points: Floats, labels: NDArray[np.int64], seed: int) -> Classifier:
    """Return the classifier of all points, with the temperature that points held out in turn ask for."""
    whole = fit_classifier(points, labels)
    folds = np.array(stratified_folds(labels.tolist(), [None] * len(labels), _FOLDS, seed))
    logits = np.full((len(labels), len(whole.classes)), -30, np.float32)
    for fold in np.unique(folds):
        part = fit_classifier(points[folds != fold], labels[folds != fold], start=whole)
        columns = np.searchsorted(np.array(whole.classes), np.array(part.classes))
        logits[np.ix_(folds == fold, columns)] = points[folds == fold] @ part.weights + part.offsets
    temperature = fit_temperature(logits, np.searchsorted(np.array(whole.classes), labels))
    return Classifier(whole.classes, whole.weights, whole.offsets, temperature)


def _with_all(classifier: Classifier, classes: int) -> Classifier:
    """Return the classifier with a column for each class of the run, also one whose training images are unreadable."""
    known = list(classifier.classes)
    weights = np.zeros((len(classifier.weights), classes), np.float32)
    offsets = np.full(classes, -30 * classifier.temperature, np.float32)
    weights[:, known], offsets[known] = classifier.weights, classifier.offsets
    return Classifier(tuple(range(classes)), weights, offsets, classifier.temperature)


def _write(
    run: RunFolder,
    plan: Plan,
    base: Base,
    projection: Projection,
    classifier: Classifier,
    frozen: FrozenSplit,
    emit: Emit,
) -> float:
    """Write the model file; return its largest difference to base and classifier on some of the pictures.

    Raises:
        ModelError: the difference is above 1e-4.
        OSError: the place cannot be written.
    """
    emit(Progress("Saving the model", 0, None))
    info = ModelInfo(
        format_version=FORMAT_VERSION,
        classes=frozen.classes,
        width=base.input_size,
        height=base.input_size,
        channels="rgb",
        resize=base.resize,
        recipe=plan.recipe.name,
        run=run.name,
        temperature=1.0,
    )
    write_model(base, projection, classifier, info, run.folder / MODEL)
    step = max(1, len(frozen.images) // _PROVED_ON)
    files = [m.file for m in frozen.images[::step][:_PROVED_ON]]
    loaded = load_each(files, size=(base.input_size, base.input_size), method=base.resize)
    pictures = [found for found in loaded if not isinstance(found, ImageProblem)]
    if not pictures:
        return 0.0
    expected = classifier.probabilities(projection.apply(base.open()(np.stack(pictures))))
    found = Predictor(run.folder / MODEL, device="cpu").predict(np.stack(pictures))
    difference = float(np.abs(expected - found).max())
    if difference > _LARGEST_DIFFERENCE:
        raise ModelError(f"The model file answers otherwise than the base and its classifier, by up to {difference:g}.")
    return difference


def _accuracy(probabilities: Floats, labels: NDArray[np.int64]) -> float:
    return float((probabilities.argmax(axis=1) == labels).mean())


def _loss(probabilities: Floats, labels: NDArray[np.int64]) -> float:
    """Return the mean cross-entropy."""
    return float(-np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-12)).mean())
