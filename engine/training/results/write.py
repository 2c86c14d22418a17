"""Results of a run: its best epoch as `model.keras` and `model.onnx`, its predictions, its report in numbers."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.errors import JobCancelled
from engine.events import Log, ProblemFound
from engine.imaging.ranges import range_of
from engine.jobs.job import Cancel, Emit
from engine.language import _
from engine.library.records import Split
from engine.models.atomic import replacing, write_json
from engine.models.bundle import FORMAT_VERSION, ModelInfo
from engine.models.export import self_test, to_onnx
from engine.models.predictions import Predictions
from engine.models.predictor import Predictor
from engine.similarity.novelty import learn_novelty
from engine.training.data.loading import TrainingData
from engine.training.data.memory import BatchSize
from engine.training.frozen import FrozenImage, FrozenSplit
from engine.training.network import in_full_precision
from engine.training.options import TrainOptions
from engine.training.recipes.columns import plain
from engine.training.recipes.recipe import Recipe
from engine.training.results.figures import figures_of_splits, gather_predictions
from engine.training.runs.checkpoint import load_model
from engine.training.runs.folder import RunFolder
from engine.training.runs.records import KERAS_MODEL, MODEL, PREDICTIONS, REPORT

if TYPE_CHECKING:
    import keras

CHUNK = 512  # files that are read at once
PATIENCE = 3.0  # seconds that a person who pressed Stop waits for the self-test and the predictions of the test images


class Patience:
    """Patience of a person who pressed Stop: for all that is still to be done together."""

    def __init__(self, cancel: Cancel) -> None:
        self._cancel = cancel
        self._until: float | None = None

    def is_over(self) -> bool:
        """Return whether Stop was pressed, and it is some seconds since this was asked first."""
        if not self._cancel.is_set():
            return False
        now = time.monotonic()
        if self._until is None:
            self._until = now + PATIENCE
        return now >= self._until


def write_results(
    run: RunFolder,
    recipe: Recipe,
    options: TrainOptions,
    frozen: FrozenSplit,
    best: Path,
    pixels: TrainingData,
    emit: Emit,
    cancel: Cancel,
) -> float:
    """Write model, predictions and report; return the largest difference that the self-test found.

    `best` is the `.keras` file of the best epoch. A run that is stopped leaves all of this too. Only if it would take
    long the self-test sees but some of the validation images, as `run.json` and the report say ("proved_on"), the other
    predictions wait for Review, and the model does not tell what is unlike its training images.

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
        pixel_range=_range_of(frozen),
    )
    patience = Patience(cancel)
    images, training, validation = pixels.values, pixels.training, pixels.validation
    members = frozen.of(Split.VALIDATION)  # none where everything was trained on
    with replacing(run.folder / MODEL) as temporary:
        to_onnx(model, info, temporary)
        predictor = Predictor(temporary, device="cpu")  # a card is full of what was trained on it
        difference, seen, probabilities = _self_test(model, predictor, images, validation, BatchSize(emit), patience)
        if members:
            learn_novelty(temporary, images, pixels.labels, training, validation, is_over=patience.is_over)
    if len(seen) < len(validation):
        emit(Log(_partial_test_warning(len(seen), len(validation), held_out=bool(members))))
    validated = [members[row] for row in seen] if members else []
    predictions = _predictions(frozen, predictor, validated, probabilities[: len(validated)], emit, patience)
    predictions.save(run.folder / PREDICTIONS)
    facts = {"difference": difference, "proved_on": len(seen)}
    write_json(run.folder / REPORT, {"run": run.name, **facts, **figures_of_splits(predictions)})
    run.update(**facts)
    return difference


def _range_of(frozen: FrozenSplit) -> str:
    """The range of the source that most training images with a range are in, as the model file keeps it."""
    found = (range_of(str(member.file)) for member in frozen.of(Split.TRAINING))
    counts = Counter(pixel_range for pixel_range in found if pixel_range is not None)
    return counts.most_common(1)[0][0].to_text() if counts else ""


def _partial_test_warning(seen: int, images: int, *, held_out: bool) -> str:
    """Return the warning for a person who pressed Stop before the self-test had seen all images."""
    if held_out:
        sentence = _(
            "As you stopped, the model file was compared with the network on {seen:,} of {images:,} validation images; "
            "the others are predicted when their scores are asked for."
        )
    else:
        sentence = _(
            "As you stopped, the model file was compared with the network on {seen:,} of {images:,} training images."
        )
    return sentence.format(seen=seen, images=images)


def _self_test(
    model: keras.Model,
    predictor: Predictor,
    images: NDArray[np.uint8],
    places: NDArray[np.int64],
    batch_size: BatchSize,
    patience: Patience,
) -> tuple[float, list[int], NDArray[np.float32]]:
    """The self-test on the validation images, which are at these `places`, until patience is over: the largest
    difference, which of the images it saw, and what the file says of these.

    They go in parts, each of them spread evenly over all images, so that those of some parts stand for all.
    """
    parts = max(1, -(-len(places) // batch_size.at_once(images.shape[1])))
    largest, found = 0.0, np.empty((len(places), len(predictor.info.classes)), np.float32)
    for part in range(parts):
        if part and patience.is_over():
            parts_seen = part
            break
        tested = batch_size.through(lambda some: self_test(model, predictor, (some,)), images[places[part::parts]])
        if tested:
            largest = max(largest, *(difference for difference, _ in tested))
            found[part::parts] = np.concatenate([probabilities for _, probabilities in tested])
    else:
        parts_seen = parts
    seen = [row for row in range(len(places)) if row % parts < parts_seen]
    return largest, seen, found[seen]


def write_predictions(run: RunFolder, frozen: FrozenSplit, best: Path, held_out: NDArray[np.uint8], emit: Emit) -> None:
    """Write only what the best epoch predicts for the validation images `held_out`, by Keras: for a run that nobody
    keeps.

    Raises:
        OSError: the disk is full or read-only.
    """
    model = in_full_precision(load_model(best))
    batch_size = BatchSize(emit)
    size = batch_size.at_once(held_out.shape[1])
    parts: list[NDArray[np.float32]] = []
    for start in range(0, len(held_out), size):
        some = held_out[start : start + size]
        parts += batch_size.through(lambda images: np.asarray(model.predict_on_batch(images)), some)
    gather_predictions(frozen, frozen.of(Split.VALIDATION), parts).save(run.folder / PREDICTIONS)


def _predictions(
    frozen: FrozenSplit,
    predictor: Predictor,
    validated: list[FrozenImage],
    probabilities: NDArray[np.float32],
    emit: Emit,
    patience: Patience,
) -> Predictions:
    """Return predictions of the images that `validated`, where they are known, and of the test images."""
    members, parts = list(validated), [probabilities]
    try:
        tested = list(_tested(frozen.of(Split.TEST), predictor, emit, patience))
    except JobCancelled:
        emit(Log(_("The test images are not predicted yet; that is done when their scores are asked for.")))
        tested = []  # not some of them: a score of the first few would pass for one of all
    for images, found in tested:
        members += images
        parts.append(found)
    return gather_predictions(frozen, members, parts)


def _tested(
    test: list[FrozenImage], predictor: Predictor, emit: Emit, patience: Patience
) -> Iterator[tuple[list[FrozenImage], NDArray[np.float32]]]:
    """The test images that can be read, some at a time, with their probabilities.

    Raises:
        JobCancelled: there are more of them than patience.
    """
    for start in range(0, len(test), CHUNK):
        if patience.is_over():
            raise JobCancelled
        some = test[start : start + CHUNK]
        probabilities, problems = predictor.predict_files([m.file for m in some])
        for index, reason in problems.items():
            emit(ProblemFound(str(some[index].file), reason))
        good = [i for i in range(len(some)) if i not in problems]
        yield [some[i] for i in good], probabilities[good]
