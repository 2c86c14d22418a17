"""The features that a model gives for images, kept in the cache folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import ImageProblem
from engine.events import Log, ProblemFound, Progress
from engine.files import reason_of
from engine.imaging.ranges import range_of
from engine.jobs.job import Cancel, Emit
from engine.language import _, marked
from engine.library.records import ImageRecord
from engine.models.atomic import replacing
from engine.models.predictor import Predictor
from engine.places import cache_folder

_FILES_AT_ONCE = 256


def features_of(
    model: Path, images: Sequence[ImageRecord], *, emit: Emit, cancel: Cancel
) -> tuple[list[ImageRecord], NDArray[np.float32]]:
    """Return those of the images that can be read, and their features (n, d); the cache keeps them for the same images.

    Raises:
        ModelError: the model cannot be used.
        JobCancelled: within some files of being cancelled.
    """
    place = _cache_file(model, images)
    if (found := _cached(place)) is not None:
        good, features = found
        return [images[i] for i in good.tolist()], features
    predictor = Predictor(model, cancel=cancel)
    parts, kept = [], []
    for start in range(0, len(images), _FILES_AT_ONCE):
        cancel.check()
        emit(Progress(marked("Looking at images"), start, len(images)))
        some = images[start : start + _FILES_AT_ONCE]
        features, problems = predictor.features_of_files([image.file for image in some])
        for index, reason in problems.items():
            emit(ProblemFound(str(some[index].file), reason))
        if len(features):
            parts.append(features)
        kept += [start + i for i in range(len(some)) if i not in problems]
    features = np.concatenate(parts) if parts else np.empty((0, 0), np.float32)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with replacing(place) as temporary:
            np.savez(temporary, kept=np.array(kept, np.int64), features=features)
    except OSError as error:
        emit(
            Log(
                _("The features cannot be kept in {folder}: {why}.").format(folder=place.parent, why=reason_of(error)),
                "warning",
            )
        )
    return [images[i] for i in kept], features


def are_cached(model: Path, images: Sequence[ImageRecord]) -> bool:
    """Return whether the cache holds the features of just these images."""
    return _cache_file(model, images).is_file()


def features_of_file(predictor: Predictor, file: Path) -> NDArray[np.float32]:
    """Return the features (d,) of one picture.

    Raises:
        ImageProblem: it cannot be used; the text is the reason.
    """
    found, problems = predictor.features_of_files([file])
    if problems:
        raise ImageProblem.read(problems[0])
    first: NDArray[np.float32] = found[0]
    return first


def unit_length(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the vectors (n, d) at length 1; those of length 0 stay so."""
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (features / np.maximum(lengths, np.float32(1e-12))).astype(np.float32, copy=False)
    return unit


def _cache_file(model: Path, images: Sequence[ImageRecord]) -> Path:
    facts = model.stat()
    digest = hashlib.blake2b(f"{model} {facts.st_size} {facts.st_mtime_ns}".encode("utf-8", "surrogateescape"))
    ids = np.array([(i.id, i.size_bytes, i.modified_ns) for i in images], np.int64)
    digest.update(ids.tobytes())
    folders = sorted({image.folder for image in images})
    digest.update(" ".join(str(range_of(f"{folder}{os.sep}") or "") for folder in folders).strip().encode())
    return cache_folder() / "features" / f"{digest.hexdigest()[:32]}.npz"


def _cached(place: Path) -> tuple[NDArray[np.int64], NDArray[np.float32]] | None:
    try:
        with place.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            return file["kept"], file["features"]
    except (OSError, KeyError, ValueError, EOFError):
        return None
