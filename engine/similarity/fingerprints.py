"""Fingerprints of pictures: which of them show the same, found in sub-quadratic time.

A fingerprint is the picture in grey at 32 x 32. Candidates are neighbours among its lowest frequencies (the part of
the discrete cosine transform that perceptual hashes take the signs of), found with a k-d tree. Each candidate is then
laid over its neighbour as well as shifting and stretching allow (Lucas, Kanade 1981: An Iterative Image Registration
Technique), and what counts is the correlation of their details where they overlap: it does not change with brightness
and contrast, and hardly with compression, size and a slight crop, but two pictures that are merely alike do not share
their details.
"""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ImageProblem
from engine.files import read_regular
from engine.imaging.decode import decode, to_array
from engine.imaging.resize import resize
from engine.jobs.job import Cancel
from engine.problems import unreadable

SIDE = 32  # pixels of a fingerprint
_FREQUENCIES = 6
_NEIGHBOURS = 4
_FARTHEST = 0.6  # between unit vectors of frequencies
_FLAT = 2.0  # grey levels of standard deviation; below it there is nothing to recognise
_LEVELS = ((16, 4), (32, 3))  # (pixels, steps) from coarse to fine
_HOPELESS = 0.75  # correlation without regard to details; of two small pictures that of _HOPELESS_SMALL
_HOPELESS_SMALL = 0.95
_BLUR = 1.5  # standard deviation in pixels: what it takes away are the details
_LARGEST_STRETCH, _LARGEST_SHIFT = 0.25, 0.15  # shift as a share of the side
_SMALLEST_OVERLAP = 0.6
_PAIRS_AT_ONCE = 1024
_AT_ONCE = 4096  # pictures


def fingerprint(file: Path) -> tuple[bytes, NDArray[np.uint8]]:
    """Return the digest of a file's content, and its picture as uint8 (32, 32).

    Raises:
        ImageProblem: it cannot be used; the text is the reason.
    """
    try:
        data = read_regular(file)
    except OSError as error:
        raise ImageProblem(*unreadable(error)) from error
    image = resize(decode(data, mode="grey", at_least=2 * SIDE), (SIDE, SIDE), method="stretch")
    return hashlib.blake2b(data, digest_size=16).digest(), to_array(image).reshape(SIDE, SIDE)


def matching_pairs(
    pictures: NDArray[np.uint8], similarity: float, small: NDArray[np.bool_], *, cancel: Cancel
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return pairs of pictures that show the same.

    Args:
        pictures: fingerprints (n, 32, 32).
        similarity: the least correlation of the details of a pair, up to 1.
        small: (n,) those that were no larger than their fingerprint: so few pixels are alike by chance, so two of
            these must be eight times closer to 1.

    Returns:
        Places of the two, (pairs, 2), the smaller first, and their correlations (pairs,).

    Raises:
        JobCancelled: `cancel` was set.
    """
    pairs = _candidates(pictures)
    both_small = small[pairs[:, 0]] & small[pairs[:, 1]]

    def looked_at(start: int) -> NDArray[np.float32]:
        cancel.check()
        some = slice(start, start + _PAIRS_AT_ONCE)
        hopeless = np.where(both_small[some], _HOPELESS_SMALL, _HOPELESS)
        return correlations(pictures[pairs[some, 0]], pictures[pairs[some, 1]], hopeless)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = np.concatenate([np.empty(0, np.float32), *pool.map(looked_at, range(0, len(pairs), _PAIRS_AT_ONCE))])
    kept = found >= _least(similarity, both_small)
    return pairs[kept], found[kept]


def matches_of(
    pictures: NDArray[np.uint8], one: NDArray[np.uint8], similarity: float, both_small: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which of the pictures (n, 32, 32) show the same as `one` (32, 32), as a mask (n,).

    `both_small` (n,): that picture and `one` were no larger than their fingerprints.
    """
    hopeless = np.where(both_small, _HOPELESS_SMALL, _HOPELESS)
    similarities = correlations(pictures, np.broadcast_to(one, pictures.shape), hopeless)
    found: NDArray[np.bool_] = similarities >= _least(similarity, both_small)
    return found


def _least(similarity: float, both_small: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.where(both_small, 1 - (1 - similarity) / 8, similarity)


def _candidates(pictures: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Pairs (m, 2) of pictures whose lowest frequencies are neighbours; m is at most 4 n."""
    from scipy.spatial import cKDTree

    blocks = range(0, len(pictures), _AT_ONCE)  # eight bytes for each pixel of all pictures would be too much
    spread = np.concatenate([np.empty(0), *(pictures[i : i + _AT_ONCE].std(axis=(1, 2)) for i in blocks)])
    shown = np.flatnonzero(spread >= _FLAT)
    if len(shown) < 2:
        return np.empty((0, 2), np.int64)
    blocks = range(0, len(shown), _AT_ONCE)
    points = np.concatenate([frequencies(pictures[shown[i : i + _AT_ONCE]]) for i in blocks])
    near = min(_NEIGHBOURS + 1, len(shown))
    tree = cKDTree(points)
    distances, places = tree.query(points, k=near, distance_upper_bound=_FARTHEST, workers=-1)
    rows, columns = np.nonzero(np.isfinite(distances))
    one, other = shown[rows], shown[places[rows, columns]]
    pairs = np.stack([np.minimum(one, other), np.maximum(one, other)], axis=1)[one != other]
    return np.unique(pairs, axis=0).astype(np.int64)


def frequencies(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the lowest 20 frequencies of each picture but the mean, as unit vectors (n, 20)."""
    place = (np.arange(SIDE) + 0.5) * np.pi / SIDE
    waves = np.cos(np.arange(_FREQUENCIES)[:, None] * place).astype(np.float32)
    rows, columns = np.mgrid[:_FREQUENCIES, :_FREQUENCIES]
    lowest = (rows + columns > 0) & (rows + columns < _FREQUENCIES)
    found = np.einsum("uy,nyx,vx->nuv", waves, pictures.astype(np.float32), waves, optimize=True)[:, lowest]
    unit: NDArray[np.float32] = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-6)
    return unit


def correlations(
    one: NDArray[np.uint8], other: NDArray[np.uint8], hopeless: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return of each pair of pictures (n, 32, 32) the correlation (n,) of their details where they overlap when laid
    over each other at best; -1 where that takes more than a slight crop explains, or where the pictures themselves
    correlate less than `hopeless` (n,).
    """
    result = np.full(len(one), -1, np.float32)
    left, fits = np.arange(len(one)), np.tile(np.array([1, 0, 1, 0], np.float32), (len(one), 1))
    for side, steps in _LEVELS:
        if not len(left):
            return result
        a, b = _shrunk(one[left], side), _shrunk(other[left], side)
        fits = _aligned(a, b, fits, steps)
        seen, inside = _warped(a, fits)
        slight = (np.abs(fits[:, [0, 2]] - 1) <= _LARGEST_STRETCH) & (np.abs(fits[:, [1, 3]]) <= _LARGEST_SHIFT)
        hopeful = slight.all(axis=1) & (_correlation(seen, b, inside) >= hopeless[left])
        left, fits = left[hopeful], fits[hopeful]
    seen, inside, b = seen[hopeful], inside[hopeful], b[hopeful]
    result[left] = _correlation(_details(seen), _details(b), inside)
    return result


def _details(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a blur takes away; beyond its edge a picture goes on as at its edge."""
    side = pictures.shape[1]
    offsets = np.arange(side)
    reach = round(3 * _BLUR)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / _BLUR) ** 2)
    blur: NDArray[Any] = np.zeros((side, side), np.float32)
    for step, weight in zip(range(-reach, reach + 1), weights / weights.sum(), strict=True):
        np.add.at(blur, (offsets, (offsets + step).clip(0, side - 1)), weight)
    details: NDArray[np.float32] = pictures - blur @ pictures @ blur.T
    return details


def _shrunk(pictures: NDArray[np.uint8], side: int) -> NDArray[np.float32]:
    step = SIDE // side
    found: NDArray[np.float32] = pictures.reshape(-1, side, step, side, step).mean(axis=(2, 4), dtype=np.float32)
    return found


def _aligned(
    one: NDArray[np.float32], other: NDArray[np.float32], fits: NDArray[np.float32], steps: int
) -> NDArray[np.float32]:
    """`fits` improved by Gauss-Newton steps, such that `other` is `one` seen through them, up to gain and offset."""
    side = one.shape[1]
    across, down = np.meshgrid(*(_places(side),) * 2)
    flat, system = other.reshape(len(one), -1, 1), np.empty((len(one), 6, side * side), np.float32)
    for _ in range(steps):
        seen, inside = _warped(one, fits)
        slope_y, slope_x = np.gradient(seen, 1 / side, axis=(1, 2))
        columns = (seen, np.float32(1), slope_x * across, slope_x, slope_y * down, slope_y)
        for place, column in enumerate(columns):
            system[:, place] = (column * inside).reshape(len(one), -1)  # inside is 0 or 1, so once is enough
        normal = (system @ system.transpose(0, 2, 1)).astype(np.float64) + 1e-6 * np.eye(6)
        found = np.linalg.solve(normal, system @ flat)[..., 0].astype(np.float32)
        gain = np.where(np.abs(found[:, :1]) < 0.1, np.float32(0.1), found[:, :1])
        fits = fits + _composed(fits, (found[:, 2:] / gain).clip(-0.1, 0.1))
    return fits


def _composed(fits: NDArray[np.float32], change: NDArray[np.float32]) -> NDArray[np.float32]:
    """How `fits` change when the picture seen through them is moved by `change`."""
    return np.stack(
        [fits[:, 0] * change[:, 0], fits[:, 0] * change[:, 1], fits[:, 2] * change[:, 2], fits[:, 2] * change[:, 3]],
        axis=1,
    )


def _places(side: int) -> NDArray[np.float32]:
    """Centres of pixels, from the middle of the picture, as shares of its side."""
    return ((np.arange(side) + 0.5) / side - 0.5).astype(np.float32)


def _warped(
    pictures: NDArray[np.float32], fits: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The pictures through `fits`, bilinear, and a mask (0 or 1) of the pixels that they hold."""
    side = pictures.shape[1]
    places = _places(side)
    x = (fits[:, 0:1] * places + fits[:, 1:2] + 0.5) * side - 0.5
    y = (fits[:, 2:3] * places + fits[:, 3:4] + 0.5) * side - 0.5
    inside = ((y >= -0.5) & (y <= side - 0.5))[:, :, None] & ((x >= -0.5) & (x <= side - 0.5))[:, None, :]
    # As products of matrices: three times as fast as gathering four neighbours of each pixel.
    seen: NDArray[np.float32] = np.matmul(np.matmul(_weights(y, side), pictures), _weights(x, side).transpose(0, 2, 1))
    return seen, inside.astype(np.float32)


def _weights(places: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """(n, places, side): how much of each of `side` pixels is at each place (n, places) between them."""
    distance = np.abs(places.clip(0, side - 1)[..., None] - np.arange(side, dtype=np.float32))
    weights: NDArray[np.float32] = np.maximum(1 - distance, 0)
    return weights


def _correlation(
    seen: NDArray[np.float32], other: NDArray[np.float32], inside: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Of the pixels inside; -1 where these are too few."""
    count = inside.sum(axis=(1, 2))
    known = np.maximum(count, 1)[:, None, None]
    a = (seen - (seen * inside).sum(axis=(1, 2), keepdims=True) / known) * inside
    b = (other - (other * inside).sum(axis=(1, 2), keepdims=True) / known) * inside
    spread = np.sqrt((a * a).sum(axis=(1, 2)) * (b * b).sum(axis=(1, 2)))
    found = (a * b).sum(axis=(1, 2)) / np.maximum(spread, 1e-6)
    return np.where(count >= _SMALLEST_OVERLAP * inside.shape[1] ** 2, found, np.float32(-1))
