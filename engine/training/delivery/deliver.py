"""What a run leaves: its best epoch as `model.keras` and `model.onnx`, its predictions, its report in numbers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import JobCancelled
from engine.events import Log, ProblemFound
from engine.jobs.job import Cancel, Emit
from engine.library.records import Split
from engine.models.atomic import replacing, write_json
from engine.models.bundle import FORMAT_VERSION, ModelInfo
from engine.models.export import self_test, to_onnx
from engine.models.predictions import Predictions
from engine.models.predictor import Predictor
from engine.training.feeding.data import at_once
from engine.training.frozen import FrozenImage, FrozenSplit
from engine.training.network import in_full_precision
from engine.training.options import TrainOptions
from engine.training.recipes.columns import plain
from engine.training.recipes.recipe import Recipe
from engine.training.runs.checkpoint import load_model
from engine.training.runs.folder import RunFolder
from engine.training.runs.records import KERAS_MODEL, MODEL, PREDICTIONS, REPORT

_CHUNK = 512  # files that are read at once
_PATIENCE = 3.0  # seconds that a person who pressed Stop waits for the predictions of the test images


def deliver(
    run: RunFolder,
    recipe: Recipe,
    options: TrainOptions,
    frozen: FrozenSplit,
    best: Path,
    held_out: tuple[NDArray[np.uint8], NDArray[np.int64]],
    emit: Emit,
    cancel: Cancel,
) -> float:
    """Write model, predictions and report; returns the largest difference that the self-test found.

    `best` is the `.keras` file of the best epoch; `held_out` are all images and the places of the validation images.
    A run that is stopped leaves all of this too; only the predictions of its test images wait for Review if they would
    take long.

    Raises:
        ModelError: the network cannot be exported or fails its self-test; an earlier `model.onnx` of the run stays.
        OSError: the disk is full or read-only.
    """
    model = plain(in_full_precision(load_model(best)))
    with replacing(run.folder / KERAS_MODEL) as temporary:
        model.save(temporary)
    info = ModelInfo(
        format_version=FORMAT_VERSION,
        classes=frozen.classes,
        width=options.image_size,
        height=options.image_size,
        channels=options.channels,
        resize=options.resize,
        recipe=recipe.name,
        run=run.name,
        temperature=1.0,
    )
    with replacing(run.folder / MODEL) as temporary:
        to_onnx(model, info, temporary)
        predictor = Predictor(temporary, device="cpu")  # a card is full of what was trained on it
        images, places = held_out
        size = at_once(options.image_size)
        chunks = (images[places[i : i + size]] for i in range(0, len(places), size))
        difference, probabilities = self_test(model, predictor, chunks)
    predictions = _predictions(frozen, predictor, probabilities, emit, cancel)
    predictions.save(run.folder / PREDICTIONS)
    write_json(run.folder / REPORT, {"run": run.name, "difference": difference, **_report(predictions)})
    return difference


def leave_predictions(run: RunFolder, frozen: FrozenSplit, best: Path, held_out: NDArray[np.uint8]) -> None:
    """Only what the best epoch says of the validation images `held_out`, by Keras: for a run that nobody keeps.

    Raises:
        OSError: the disk is full or read-only.
    """
    model = in_full_precision(load_model(best))
    size = at_once(held_out.shape[1])
    parts = [np.asarray(model.predict_on_batch(held_out[i : i + size])) for i in range(0, len(held_out), size)]
    _gathered(frozen, frozen.of(Split.VALIDATION), parts).save(run.folder / PREDICTIONS)


def _predictions(
    frozen: FrozenSplit, predictor: Predictor, validation: NDArray[np.float32], emit: Emit, cancel: Cancel
) -> Predictions:
    held_out, test = frozen.of(Split.VALIDATION), frozen.of(Split.TEST)
    members, parts = list(held_out), [validation[: len(held_out)]]  # none where everything was trained on
    try:
        tested = list(_tested(test, predictor, emit, cancel))
    except JobCancelled:
        emit(Log("The test images are not predicted yet; that is done when their scores are asked for."))
        tested = []  # not some of them: a score of the first few would pass for one of all
    for images, probabilities in tested:
        members += images
        parts.append(probabilities)
    return _gathered(frozen, members, parts)


def _gathered(frozen: FrozenSplit, members: list[FrozenImage], parts: list[NDArray[np.float32]]) -> Predictions:
    return Predictions(
        image_ids=np.array([m.image_id for m in members], np.int64),
        splits=np.array([m.split.value for m in members], np.str_),
        labels=np.array([m.label for m in members], np.int64),
        probabilities=np.concatenate(parts),
        classes=frozen.classes,
        class_ids=frozen.class_ids,
    )


def _tested(
    test: list[FrozenImage], predictor: Predictor, emit: Emit, cancel: Cancel
) -> Iterator[tuple[list[FrozenImage], NDArray[np.float32]]]:
    """The test images that can be read, some at a time, with their probabilities.

    Raises:
        JobCancelled: `cancel` was set, and there are more of them than patience.
    """
    until: float | None = None
    for start in range(0, len(test), _CHUNK):
        if cancel.is_set():
            until = until or time.monotonic() + _PATIENCE
            if time.monotonic() >= until:
                raise JobCancelled
        some = test[start : start + _CHUNK]
        probabilities, problems = predictor.predict_files([m.file for m in some])
        for index, reason in problems.items():
            emit(ProblemFound(str(some[index].file), reason))
        good = [i for i in range(len(some)) if i not in problems]
        yield [some[i] for i in good], probabilities[good]


def _report(predictions: Predictions) -> dict[str, Any]:
    """Images and top-1 accuracy of each split."""
    correct = predictions.probabilities.argmax(1) == predictions.labels
    report: dict[str, Any] = {}
    for name in (Split.VALIDATION.value, Split.TEST.value):
        chosen = predictions.splits == name
        if chosen.any():
            report[name] = {"images": int(chosen.sum()), "accuracy": float(correct[chosen].mean())}
    return report
