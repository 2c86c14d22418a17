"""Probabilities to rows: which classes are named, and whether the image is sure enough."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.batch.items import Row
from engine.batch.pipeline import Chunk


def rows_of(chunk: Chunk, classes: tuple[str, ...], *, top: int, threshold: float | None) -> Iterator[Row]:
    """A row for each item of the chunk, in order: its `top` most probable of `classes`, highest first."""
    order = np.argsort(-chunk.probabilities, axis=1, kind="stable")[:, :top]
    found = iter(zip(chunk.probabilities, order, strict=True))
    for place, item in enumerate(chunk.items):
        if place in chunk.reasons:
            yield Row(item.path, problem=chunk.reasons[place], item=item)
            continue
        shares, ranks = next(found)
        best = tuple((classes[rank], float(shares[rank])) for rank in ranks)
        unsure = threshold is not None and best[0][1] < threshold
        yield Row(item.path, best, shares, unsure, item=item)
