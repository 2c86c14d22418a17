"""Nearest neighbours among images, and labels that spread along them.

With few labels a classifier knows little of how classes lie; the images without a label show it. Labels are spread over
the graph of nearest neighbours (Zhou et al. 2004, Learning with Local and Global Consistency): with five labels a class
that is right for 3 of 100 photographs more than logistic regression alone (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.similarity.classifier import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_array

NEIGHBOURS = 10
_EXACT = 4_000  # points up to which each is compared with all others
_PROBES = 8  # nearest cells that are searched beyond that
_CELL = 400  # points in a cell, in the mean
_ROUNDS = 4  # of k-means, on a sample: cells need not be perfect
_ROWS_AT_ONCE = 1024
_SHARPNESS = 10.0  # weight of a link: exp(10 cos)
_CLASSES_AT_ONCE = 16  # that spread side by side: what is held meanwhile does not grow with the classes
_SPREAD = 0.9  # of what an image says, the share that its neighbours say; Zhou's alpha
_MOST_ITERATIONS = 30
_TOLERANCE = 1e-3


def unit_points(points: Floats) -> Floats:
    """Return the points (n, k) at length 1; those of length 0 stay so."""
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    found: Floats = (points / np.maximum(lengths, np.float32(1e-12))).astype(np.float32, copy=False)
    return found


def nearest_neighbours(
    units: Floats, count: int = NEIGHBOURS, *, check: Callable[[], None] = lambda: None
) -> tuple[NDArray[np.int32], Floats]:
    """Return of each of the unit vectors (n, k) its nearest others, (n, count), and their cosines, nearest first.

    Exact up to 4,000 points. Beyond, each is compared with those in the nearest cells of a k-means (an inverted file:
    Jégou et al. 2011, Product Quantization for Nearest Neighbor Search). Where there are fewer than `count` others, the
    places that are left hold the point itself with cosine -1.

    Args:
        check: called every thousand points; may raise to stop.
    """
    n = len(units)
    places = np.repeat(np.arange(n, dtype=np.int32)[:, None], count, axis=1)
    cosines = np.full((n, count), -1, np.float32)
    if n < 2:
        return places, cosines
    if n <= _EXACT:
        everyone = np.arange(n, dtype=np.int32)
        for start in range(0, n, _ROWS_AT_ONCE):
            check()
            rows = np.arange(start, min(start + _ROWS_AT_ONCE, n), dtype=np.int32)
            places[rows], cosines[rows] = _nearest_of(units, rows, everyone, count)
        return places, cosines
    cells, centres = _cells(units, check)
    members = np.split(
        np.argsort(cells, kind="stable").astype(np.int32), np.cumsum(np.bincount(cells, minlength=len(centres)))[:-1]
    )
    near = np.argsort(-(centres @ centres.T), axis=1, kind="stable")[:, :_PROBES]
    for cell, own in enumerate(members):
        check()
        candidates = np.concatenate([members[other] for other in near[cell]])
        for start in range(0, len(own), _ROWS_AT_ONCE):
            rows = own[start : start + _ROWS_AT_ONCE]
            places[rows], cosines[rows] = _nearest_of(units, rows, candidates, count)
    return places, cosines


def _nearest_of(
    units: Floats, rows: NDArray[np.int32], candidates: NDArray[np.int32], count: int
) -> tuple[NDArray[np.int32], Floats]:
    """Return the nearest `candidates` of the points at `rows`, but themselves, and the cosines."""
    similarities = units[rows] @ units[candidates].T
    similarities[rows[:, None] == candidates[None]] = -2
    most = min(count, len(candidates) - 1)
    places, cosines = np.repeat(rows[:, None], count, axis=1), np.full((len(rows), count), -1, np.float32)
    if most < 1:
        return places, cosines
    best = np.argpartition(-similarities, most - 1, axis=1)[:, :most]
    values = np.take_along_axis(similarities, best, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    places[:, :most] = candidates[np.take_along_axis(best, order, axis=1)]
    cosines[:, :most] = np.take_along_axis(values, order, axis=1)
    return places, cosines


def _cells(units: Floats, check: Callable[[], None]) -> tuple[NDArray[np.int64], Floats]:
    """Return the cell of each point (n,) and the centres (cells, k) of a spherical k-means on a sample."""
    random = np.random.default_rng(0)
    wanted = max(1, len(units) // _CELL)
    sample = units[random.choice(len(units), min(len(units), 20 * wanted), replace=False)]
    centres = sample[random.choice(len(sample), wanted, replace=False)]
    for _ in range(_ROUNDS):
        check()
        of = _closest(sample, centres)
        sums = np.zeros_like(centres)
        np.add.at(sums, of, sample)
        filled = np.bincount(of, minlength=wanted) > 0
        centres = np.where(filled[:, None], unit_points(sums), centres)
    return _closest(units, centres), centres


def _closest(units: Floats, centres: Floats) -> NDArray[np.int64]:
    blocks = range(0, len(units), 8 * _ROWS_AT_ONCE)
    return np.concatenate([(units[i : i + 8 * _ROWS_AT_ONCE] @ centres.T).argmax(axis=1) for i in blocks])


def graph_of(places: NDArray[np.int32], cosines: Floats) -> csr_array:
    """Return the symmetric graph (n, n) of nearest neighbours as `nearest_neighbours` gives them.

    A link weighs exp(10 cos), divided by the roots of what all links of its two ends weigh.
    """
    from scipy.sparse import csr_array

    n, count = places.shape
    rows = np.repeat(np.arange(n, dtype=np.int32), count)
    links = (places.ravel() != rows) & (cosines.ravel() > -1)
    weights = np.exp(np.float32(_SHARPNESS) * cosines.ravel()[links])
    graph = csr_array((weights, (rows[links], places.ravel()[links])), shape=(n, n), dtype=np.float32)
    del rows, links, weights
    graph = csr_array(graph.maximum(graph.T))
    scale = (1 / np.sqrt(np.maximum(np.asarray(graph.sum(axis=1)).ravel(), 1e-12))).astype(np.float32)
    graph.data *= scale[graph.indices]
    graph.data *= np.repeat(scale, np.diff(graph.indptr))
    return graph


def spread_labels(
    graph: csr_array, labelled: NDArray[np.int64], columns: NDArray[np.int64], classes: int, start: Floats | None = None
) -> Floats:
    """Return what the labels say of each image, (n, classes), not normalised: 0 where no path leads to any label.

    Args:
        graph: S, of `graph_of`.
        labelled, columns: places of the labelled images and the columns of their classes.
        start: an earlier answer of the same shape, which saves iterations.
    """
    wanted = np.zeros((graph.shape[0], classes), np.float32)
    wanted[labelled, columns] = 1 - _SPREAD
    if start is not None and start.shape != wanted.shape:
        start = None
    for first in range(0, classes, _CLASSES_AT_ONCE):
        some = slice(first, first + _CLASSES_AT_ONCE)
        wanted[:, some] = _solved(
            graph, np.ascontiguousarray(wanted[:, some]), None if start is None else start[:, some]
        )
    return np.maximum(wanted, 0, out=wanted)


def _less_spread(graph: csr_array, values: Floats) -> Floats:
    """Return (1 - a S) times values (n, c)."""
    found: Floats = graph @ values
    found *= np.float32(-_SPREAD)
    found += values
    return found


def _squares(one: Floats, other: Floats) -> Floats:
    """Return the products of the columns (c,) of two arrays (n, c)."""
    found: Floats = np.einsum("ij,ij->j", one, other)
    return found


def _solved(graph: csr_array, wanted: Floats, start: Floats | None) -> Floats:
    """Return F of (1 - a S) F = `wanted`, (1 - a) Y, by conjugate gradients, all columns (n, c) side by side."""
    found = np.zeros_like(wanted) if start is None else start.copy(order="C")
    rest = wanted if start is None else wanted - _less_spread(graph, found)
    direction, size = rest.copy(), _squares(rest, rest)
    enough = _TOLERANCE**2 * np.maximum(_squares(wanted, wanted), 1e-12)
    for _ in range(_MOST_ITERATIONS):
        if (size <= enough).all():
            break
        moved = _less_spread(graph, direction)
        step = size / np.maximum(_squares(direction, moved), 1e-20)
        found += step * direction
        moved *= step
        rest = np.subtract(rest, moved, out=moved)
        before, size = size, _squares(rest, rest)
        direction *= size / np.maximum(before, 1e-20)
        direction += rest
    return found
