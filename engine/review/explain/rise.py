"""RISE: the parts of a picture that a model goes by, for any class and any model file: parts are covered with the mean
colour, and what that does to the probabilities is laid over the picture. Runs on ONNX Runtime alone.

Source: Petsiuk, Das, Saenko (2018), RISE: Randomized Input Sampling for Explanation of Black-box Models,
arXiv:1806.07421. Here the logarithm of the probability counts, so that a class far below the top has a map too, and
its covariance with each pixel being shown, so that a map also has parts that speak against the class. Where several
classes are asked about, such as the predicted and the true one, each is contrasted with the others: people ask why this
one and not that one (Miller, 2019, Explanation in artificial intelligence, arXiv:1706.07269). On pictures pasted
together from two classes the map lies on its own half more often for it: docs/benchmarks.md.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from engine.imaging.decode import Mode
from engine.imaging.pixels import load
from engine.imaging.resize import Method
from engine.jobs.job import Cancel
from engine.models.predictor import Predictor

CELLS = 7  # a side
MASKS = 400
FOR, AGAINST = (255, 140, 0), (30, 110, 255)  # red, green, blue
_AT_ONCE = 32
_CONTRAST = 0.5  # how much of a map is what speaks against the other classes that were asked about
_TINY = 1e-4  # of a probability: smaller ones count as equal


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of a picture: probabilities (classes,), the classes explained, and for each of these a map (h,
    w).

    A map holds -1 to 1: above 0 where the picture speaks for the class, below 0 where it speaks against it; it has the
    shape of the model's input and is scaled by its largest value.
    """

    probabilities: NDArray[np.float32]
    classes: tuple[int, ...]
    maps: NDArray[np.float32]  # (len(classes), h, w)
    pixels: NDArray[np.uint8]  # (h, w, 3 or 1), as the model saw them


def explain_file(
    predictor: Predictor, file: Path, classes: Sequence[int] | None = None, *, masks: int = MASKS, cancel: Cancel
) -> Explanation:
    """Explain the predicted class of an image file, or the classes asked for.

    Raises:
        ImageProblem: it cannot be used; the text is the reason.
        JobCancelled: `cancel` was set.
    """
    info = predictor.info
    size, channels, method = (info.width, info.height), cast(Mode, info.channels), cast(Method, info.resize)
    pixels = load(file, size=size, channels=channels, method=method)
    return explain(predictor, pixels, classes, masks=masks, cancel=cancel)


def explain(
    predictor: Predictor,
    pixels: NDArray[np.uint8],
    classes: Sequence[int] | None = None,
    *,
    masks: int = MASKS,
    seed: int = 0,
    cancel: Cancel,
) -> Explanation:
    """Explain a picture, uint8 (h, w, 3 or 1) as the model takes it; the same for the same `seed`.

    Args:
        classes: indices of classes, contrasted with each other where there are several; None: the predicted one.
        masks: how many versions of the picture the model is asked about.

    Raises:
        JobCancelled: within a batch of `cancel` being set.
    """
    whole = predictor.predict(pixels[None])[0]
    chosen = tuple(classes) if classes is not None else (int(whole.argmax()),)
    covered = pixels.mean(axis=(0, 1), dtype=np.float32)
    random = np.random.default_rng(seed)
    numbers = [min(_AT_ONCE, masks - start) for start in range(0, masks, _AT_ONCE)]
    shown = [_masks(random, number, pixels.shape[0], pixels.shape[1]) for number in numbers]

    def ask(some: NDArray[np.float32]) -> NDArray[np.float32]:
        cancel.check()
        mixed = covered + some[..., None] * (pixels - covered)
        found = predictor.predict(mixed.round().astype(np.uint8))[:, chosen]
        return _contrasted(np.log(found + np.float32(_TINY)))

    # Some batches at once, best with one thread for each of them: threads that share a batch spin while they wait.
    with ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="explain") as pool:
        values = list(pool.map(ask, shown))
    maps = _covariances(np.concatenate(values), np.concatenate(shown))
    largest = np.abs(maps).max(axis=(1, 2), keepdims=True)
    return Explanation(
        whole, chosen, (maps / np.maximum(largest, np.float32(1e-12))).astype(np.float32, copy=False), pixels
    )


def _contrasted(logs: NDArray[np.float32]) -> NDArray[np.float32]:
    """(masks, k): each class less a part of the mean of the others; itself where it is the only one."""
    others = max(1, logs.shape[1] - 1)
    apart: NDArray[np.float32] = logs - np.float32(_CONTRAST) * (logs.sum(axis=1, keepdims=True) - logs) / others
    return apart


def _covariances(values: NDArray[np.float32], shown: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return by how much each of the values (masks, k) grows when a pixel (masks, h, w) is shown: (k, h, w)."""
    values = values - values.mean(axis=0)
    shown = shown - shown.mean(axis=0)
    together = np.tensordot(values, shown, axes=(0, 0))
    maps: NDArray[np.float32] = together / np.maximum(np.einsum("mhw,mhw->hw", shown, shown), np.float32(1e-9))
    return maps


def _masks(random: np.random.Generator, n: int, height: int, width: int) -> NDArray[np.float32]:
    """(n, height, width) of 0 (covered) to 1 (shown): cells drawn with even chances, shifted at random, smooth."""
    cells = (random.random((n, CELLS + 2, CELLS + 2)) < 0.5).astype(np.float32)
    shifts = random.random((n, 2))
    down = _weights(height, shifts[:, 0])
    across = _weights(width, shifts[:, 1])
    smooth: NDArray[np.float32] = np.matmul(np.matmul(down, cells), across.transpose(0, 2, 1))
    return smooth


def _weights(pixels: int, shifts: NDArray[np.float64]) -> NDArray[np.float32]:
    """(n, pixels, cells): how much of each cell is in each pixel along one side, linear between centres of cells."""
    place = (np.arange(pixels) + 0.5) / pixels * CELLS + shifts[:, None]
    distance = np.abs(place[..., None] - np.arange(CELLS + 2))
    weights: NDArray[np.float32] = np.maximum(1 - distance, 0).astype(np.float32)
    return weights


def overlay(explanation: Explanation, number: int) -> NDArray[np.uint8]:
    """The picture with the map of one of its explained classes over it, uint8 (h, w, 3).

    What speaks for the class is orange, what speaks against it blue: distinguished also by people who confuse red and
    green.

    Args:
        number: place in `explanation.classes`.
    """
    grey = explanation.pixels.mean(axis=2, dtype=np.float32, keepdims=True)
    values = explanation.maps[number][..., None]
    colour = np.where(values > 0, np.array(FOR, np.float32), np.array(AGAINST, np.float32))
    cover = 0.6 * np.abs(values)  # of the picture, at most
    mixed: NDArray[np.uint8] = (grey * (1 - cover) + colour * cover).round().clip(0, 255).astype(np.uint8)
    return mixed
