"""What a run leaves: its best epoch as `model.keras` and `model.onnx`, its predictions, its report in numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.events import ProblemFound
from engine.jobs.job import Emit
from engine.library.records import Split
from engine.models.atomic import replacing, write_json
from engine.models.bundle import FORMAT_VERSION, ModelInfo
from engine.models.export import self_test, to_onnx
from engine.models.predictions import Predictions
from engine.models.predictor import Predictor
from engine.training.checkpoint import load_model
from engine.training.frozen import FrozenImage, FrozenSplit
from engine.training.network import in_full_precision
from engine.training.options import TrainOptions
from engine.training.recipes.recipe import Recipe
from engine.training.run_folder import RunFolder
from engine.training.runs import KERAS_MODEL, MODEL, PREDICTIONS, REPORT

_CHUNK = 512  # images through both networks at once


def deliver(
    run: RunFolder,
    recipe: Recipe,
    options: TrainOptions,
    frozen: FrozenSplit,
    best: Path,
    held_out: tuple[NDArray[np.uint8], NDArray[np.int64]],
    emit: Emit,
) -> float:
    """Write model, predictions and report; returns the largest difference that the self-test found.

    `best` is the `.keras` file of the best epoch; `held_out` are all images and the places of the validation images.

    Raises:
        ModelError: the network cannot be exported or fails its self-test; an earlier `model.onnx` of the run stays.
        OSError: the disk is full or read-only.
    """
    model = in_full_precision(load_model(best))
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
        predictor = Predictor(temporary)
        images, places = held_out
        chunks = (images[places[i : i + _CHUNK]] for i in range(0, len(places), _CHUNK))
        difference, probabilities = self_test(model, predictor, chunks)
    predictions = _predictions(frozen, predictor, probabilities, emit)
    predictions.save(run.folder / PREDICTIONS)
    write_json(run.folder / REPORT, {"run": run.name, "difference": difference, **_report(predictions)})
    return difference


def _predictions(frozen: FrozenSplit, predictor: Predictor, validation: NDArray[np.float32], emit: Emit) -> Predictions:
    held_out, test = frozen.of(Split.VALIDATION), frozen.of(Split.TEST)
    members, parts = list(held_out), [validation[: len(held_out)]]  # none where everything was trained on
    for images, probabilities in _tested(test, predictor, emit):
        members += images
        parts.append(probabilities)
    return Predictions(
        image_ids=np.array([m.image_id for m in members], np.int64),
        splits=np.array([m.split.value for m in members], np.str_),
        labels=np.array([m.label for m in members], np.int64),
        probabilities=np.concatenate(parts),
        classes=frozen.classes,
        class_ids=frozen.class_ids,
    )


def _tested(
    test: list[FrozenImage], predictor: Predictor, emit: Emit
) -> Iterator[tuple[list[FrozenImage], NDArray[np.float32]]]:
    """The test images that can be read, some at a time, with their probabilities."""
    for start in range(0, len(test), _CHUNK):
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
