"""A run without a network to train: the frozen base and a logistic regression on its features. Loads no Keras."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataError, EngineError, ImageProblem, ModelError, RunError
from engine.events import EpochEnded, Log, Progress, RunStarted, TrainingEnds
from engine.files import reason_of
from engine.imaging.pixels import load_each
from engine.jobs.job import Cancel, Emit
from engine.language import _, marked
from engine.library import query
from engine.library.project import Project
from engine.library.records import Split
from engine.library.splits import stratified_folds
from engine.models.atomic import write_json
from engine.models.bundle import FORMAT_VERSION, ModelInfo, Novelty
from engine.models.export import LARGEST_DIFFERENCE
from engine.models.predictor import Predictor
from engine.similarity.bases import Base, chosen_base
from engine.similarity.classifier import (
    Classifier,
    Floats,
    Projection,
    fit_classifier,
    fit_projection,
    fit_temperature,
    sample,
    softmax,
)
from engine.similarity.feature_job import compute_for, store_of
from engine.similarity.model_file import write_model
from engine.similarity.novelty import TrainingSpace, limit_of, training_space
from engine.similarity.threads import one_thread
from engine.training import frozen as split
from engine.training.frozen import FrozenSplit
from engine.training.plan import Trained, TrainingPlan
from engine.training.results.figures import figures_of_splits, gather_predictions
from engine.training.runs.folder import RunFolder
from engine.training.runs.records import MODEL, PREDICTIONS, REPORT

COMPONENTS = 256  # more than while labelling: a run has time
PENALTIES = 0.01, 0.1  # few labels want less than many; images held out in turn tell which (docs/decisions/0037)
_FOLDS = 5
_PROVED_ON = 4  # images on which the model file is compared with the base and the classifier: 16 take half a second


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    """The fitted classifier, and its output for each image of the split: probabilities (n, classes), labels (n,).

    `novelty` is None where there are too few check images to tell what is unlike the training images.
    """

    base: Base
    projection: Projection
    classifier: Classifier
    frozen: FrozenSplit
    probabilities: Floats
    labels: NDArray[np.int64]
    space: TrainingSpace
    novelty: Novelty | None

    def places(self, *wanted: Split) -> NDArray[np.int64]:
        """Return the places of the images of these splits."""
        return np.array([i for i, m in enumerate(self.frozen.images) if m.split in wanted], np.int64)

    def scores(self, places: NDArray[np.int64]) -> tuple[float, float]:
        """Return mean cross-entropy and accuracy of the images at `places`."""
        probabilities, labels = self.probabilities[places], self.labels[places]
        likelihood = np.maximum(probabilities[np.arange(len(labels)), labels], 1e-12)
        return float(-np.log(likelihood).mean()), float((probabilities.argmax(axis=1) == labels).mean())


def train_on_features(plan: TrainingPlan, project: Path, *, emit: Emit, cancel: Cancel) -> Trained:
    """Fit a classifier on the features of the frozen split and leave a run like any other, but for `model.keras`.

    Emits and returns what `trainer.train` does; there is one epoch.

    Raises:
        JobCancelled: `cancel` was set; features that were computed are kept, and no run is left.
        EngineError: images, base or disk do not allow it; one clear sentence.
    """
    if plan.run is not None:
        raise RunError(
            _("The run {run} cannot be resumed: a run of instant has one epoch. Train anew.").format(run=plan.run.name)
        )
    began = time.monotonic()
    fitted = _fit(plan, project, emit, cancel)
    training = fitted.places(Split.TRAINING)
    validation = fitted.places(Split.VALIDATION)
    epoch = _epoch(fitted, training, validation, time.monotonic() - began)
    try:
        run = RunFolder.create(plan.runs_folder, plan.recipe.name, plan.options, fitted.frozen, plan.all_facts())
    except OSError as error:
        raise RunError(
            _("No run can be written to {folder}: {why}.").format(folder=plan.runs_folder, why=reason_of(error))
        ) from None
    with run.writing():
        try:
            run.update(device="CPU", backend="onnxruntime", parameters=_parameters(fitted))
            _tell(run, fitted, len(training), len(validation), epoch, emit)
            difference = _write(run, fitted, emit)
            run.write_history([epoch])
            run.update(
                state="finished",
                epochs=1,
                best_epoch=1,
                validation_accuracy=epoch.validation_accuracy if len(validation) else None,
                validation_loss=epoch.validation_loss if len(validation) else None,
                validation_images=len(validation),
                seconds=round(time.monotonic() - began, 3),
                images_per_second=round(epoch.images_per_second, 1),
                difference=difference,
            )
        except OSError as error:
            run.discard()
            raise RunError(
                _("The run cannot be written to {folder}: {why}.").format(folder=plan.runs_folder, why=reason_of(error))
            ) from None
        except EngineError:
            run.discard()
            raise
    return Trained.of_run(run.record, run.name)


def _fit(plan: TrainingPlan, project: Path, emit: Emit, cancel: Cancel) -> _Fitted:
    base = chosen_base()
    frozen, features, groups = _features(plan, project, base, emit, cancel)
    emit(Progress(marked("Fitting"), 0, None))
    with one_thread():
        found = _fitted(base, frozen, features, groups, plan.options.seed)
    cancel.check()
    return found


def _fitted(
    base: Base, frozen: FrozenSplit, features: NDArray[np.float16], groups: Sequence[str | None], seed: int
) -> _Fitted:
    labels = np.array([m.label for m in frozen.images], np.int64)
    training = np.array([i for i, m in enumerate(frozen.images) if m.split is Split.TRAINING], np.int64)
    projection = fit_projection(features[training[sample(len(training))]], COMPONENTS, by_length=False)
    points = projection.apply(features)
    seen = np.array([not frozen.images[i].unseen for i in training], bool)
    own = [groups[i] for i in training]
    classifier = _with_all(fit_calibrated(points[training], labels[training], own, seen, seed), len(frozen.classes))
    space = training_space(features[training], labels[training])
    check = [i for i, m in enumerate(frozen.images) if m.split is Split.VALIDATION]
    novelty = limit_of(space, features[check])
    return _Fitted(base, projection, classifier, frozen, classifier.probabilities(points), labels, space, novelty)


def _epoch(fitted: _Fitted, training: NDArray[np.int64], validation: NDArray[np.int64], seconds: float) -> EpochEnded:
    """Return the one row of the history; without validation images its figures are of the training images."""
    loss, accuracy = fitted.scores(training)
    held_out_loss, held_out_accuracy = fitted.scores(validation if len(validation) else training)
    rate = len(training) / max(seconds, 1e-9)
    return EpochEnded(1, 1, loss, accuracy, held_out_loss, held_out_accuracy, 0.0, seconds, rate, best=True)


def _parameters(fitted: _Fitted) -> int:
    return len(fitted.frozen.classes) * (fitted.base.dimensions + 1)


def _tell(run: RunFolder, fitted: _Fitted, training: int, validation: int, epoch: EpochEnded, emit: Emit) -> None:
    fold = (run.record.get("fold") or {}).get("number", 0)
    emit(
        RunStarted(
            run=run.name,
            recipe=str(run.record["recipe"]),
            device="CPU",
            epochs=1,
            batches_per_epoch=1,
            training_images=training,
            validation_images=validation,
            parameters=_parameters(fitted),
            classes=fitted.frozen.classes,
            fold=fold,
        )
    )
    emit(epoch)


def _features(
    plan: TrainingPlan, project: Path, base: Base, emit: Emit, cancel: Cancel
) -> tuple[FrozenSplit, NDArray[np.float16], list[str | None]]:
    """Return the split without the images that cannot be read; features and groups of the others, in its order."""
    with Project.open(project, read_only=True) as opened:
        records = {r.id: r for r in query.images(opened, [m.image_id for m in plan.frozen.images])}
    images = [records[m.image_id] for m in plan.frozen.images]
    with closing(store_of(base)) as store:
        compute_for(images, base, store, emit=emit, cancel=cancel)
        good, features = store.read(images)
    if not good.any():
        raise DataError(
            _(
                "None of the {images} images can be read; the first was expected at {file}. Check that the folder is "
                "there."
            ).format(images=len(images), file=images[0].file)
        )
    frozen = plan.frozen
    if not good.all():
        emit(
            Log(
                _("{count} of {images} images cannot be read and are left out.").format(
                    count=int((~good).sum()), images=len(images)
                ),
                "warning",
            )
        )
        frozen = frozen.without(np.flatnonzero(~good).tolist())
        split.check(frozen, validated=not plan.options.train_on_everything)
    return frozen, features, [records[m.image_id].group for m in frozen.images]


def fit_calibrated(
    points: Floats, labels: NDArray[np.int64], groups: Sequence[str | None], seen: NDArray[np.bool_], seed: int
) -> Classifier:
    """Return the classifier of all points, with the penalty and the temperature by which points held out in turn are
    the likeliest.

    Only those that are `seen` (n,) tell it: labels that were accepted unseen are those that a classifier is sure of.
    """
    classes, targets, counts = np.unique(labels, return_inverse=True, return_counts=True)
    folds = np.array(stratified_folds(labels.tolist(), groups, _FOLDS, seed))
    whole: Classifier | None = None
    tried: list[tuple[float, Classifier]] = []
    for penalty in PENALTIES:
        whole = fit_classifier(points, labels, start=whole, penalty=penalty)
        logits = np.full((len(labels), len(classes)), -30, np.float32)
        for fold in np.unique(folds):
            learnt = labels[folds != fold]
            part = fit_classifier(points[folds != fold], learnt, start=whole, penalty=penalty)
            part = part.adjusted(np.unique(learnt, return_counts=True)[1])
            columns = np.searchsorted(classes, np.array(part.classes))
            logits[np.ix_(folds == fold, columns)] = points[folds == fold] @ part.weights + part.offsets
        temperature = fit_temperature(logits[seen], targets[seen])
        likely = softmax(logits[seen] / np.float32(temperature))[np.arange(seen.sum()), targets[seen]]
        loss = -float(np.log(np.maximum(likely, 1e-12)).sum())
        tried.append((loss, replace(whole.adjusted(counts), temperature=temperature)))
    return min(tried, key=lambda pair: pair[0])[1]


def _with_all(classifier: Classifier, classes: int) -> Classifier:
    """Return the classifier with a column for each class of the run, also one whose training images are unreadable."""
    known = list(classifier.classes)
    weights = np.zeros((len(classifier.weights), classes), np.float32)
    offsets = np.full(classes, -30 * classifier.temperature, np.float32)
    weights[:, known], offsets[known] = classifier.weights, classifier.offsets
    return Classifier(tuple(range(classes)), weights, offsets, classifier.temperature)


def _write(run: RunFolder, fitted: _Fitted, emit: Emit) -> float:
    """Write model, predictions and report; return the largest difference of the model file to what was fitted.

    Raises:
        ModelError: the difference is above 1e-4.
        OSError: the place cannot be written.
    """
    emit(TrainingEnds(run.name))
    emit(Progress(marked("Saving the model"), 0, None))
    base, frozen = fitted.base, fitted.frozen
    info = ModelInfo(
        format_version=FORMAT_VERSION,
        classes=frozen.classes,
        width=base.input_size,
        height=base.input_size,
        channels="rgb",
        resize=base.resize,
        recipe=str(run.record["recipe"]),
        run=run.name,
        temperature=1.0,
        novelty=fitted.novelty,
    )
    space = None if fitted.novelty is None else fitted.space
    write_model(base, fitted.projection, fitted.classifier, info, run.folder / MODEL, space)
    difference, images = _check_model_file(run, fitted)
    held_out = fitted.places(Split.VALIDATION, Split.TEST)
    members = [frozen.images[i] for i in held_out]
    predictions = gather_predictions(frozen, members, [fitted.probabilities[held_out]])
    predictions.save(run.folder / PREDICTIONS)
    facts = {"difference": difference, "proved_on": images}
    write_json(run.folder / REPORT, {"run": run.name, **facts, **figures_of_splits(predictions)})
    return difference


def _check_model_file(run: RunFolder, fitted: _Fitted) -> tuple[float, int]:
    """Compare the model file with base and classifier on some pictures; return the difference and their number.

    Raises:
        ModelError: the difference is above 1e-4.
    """
    base, members = fitted.base, fitted.frozen.images
    files = [m.file for m in members[:: max(1, len(members) // _PROVED_ON)][:_PROVED_ON]]
    loaded = load_each(files, size=(base.input_size, base.input_size), method=base.resize)
    pictures = [found for found in loaded if not isinstance(found, ImageProblem)]
    if not pictures:
        return 0.0, 0
    features = base.open()(np.stack(pictures))
    expected = fitted.classifier.probabilities(fitted.projection.apply(features))
    found = Predictor(run.folder / MODEL, device="cpu").answer(np.stack(pictures))
    difference = float(np.abs(expected - found.probabilities).max())
    if fitted.novelty is not None and found.novelty is not None:  # squares, as a root makes much of nothing near 0
        expected_novelty = fitted.space.distances(features) / fitted.novelty.limit
        difference = max(difference, float(np.abs(expected_novelty**2 - found.novelty**2).max()))
    if difference > LARGEST_DIFFERENCE:
        raise ModelError(
            _("The model file answers otherwise than the base and its classifier, by up to {difference:g}.").format(
                difference=difference
            )
        )
    return difference, len(pictures)
