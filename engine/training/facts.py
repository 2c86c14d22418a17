"""What a recipe may know of a project before it trains: sizes, counts, colours, and whether left and right matter."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from engine.errors import ImageProblem
from engine.library import query
from engine.library.project import Project
from engine.library.records import ImageRecord, Split

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_OF_A_CLASS = 16  # images that are looked at
_MOST_CLASSES = 100
_SIDE = 16
_SWAPPED, _LOST = 0.5, 0.7


@dataclass(frozen=True, slots=True)
class Facts:
    """`side` is the median of the images' shorter sides in pixels; `imbalance` the largest class over the smallest.

    `mirror_pair` names two classes that are each other's mirror image, `directed` tells that mirrored images no longer
    look like their own class, as with letters. Either forbids flips.
    """

    images: int
    classes: int
    side: int
    imbalance: float
    grey: bool
    mirror_pair: tuple[str, str] | None
    directed: bool

    @property
    def may_flip(self) -> bool:
        return self.mirror_pair is None and not self.directed


def read_facts(project: Project) -> Facts:
    """Look at the labelled images of a project, at the pixels of some of them."""
    records = [r for r in query.labelled_images(project) if r.split is not Split.TEST]
    counts = Counter(r.class_id for r in records)
    sides = [min(r.width, r.height) for r in records if r.width and r.height]
    names = {c.id: c.name for c in query.classes(project)}
    pixels, grey = _sample(records)
    pair, directed = mirrored(pixels)
    return Facts(
        images=len(records),
        classes=len(counts),
        side=int(median(sides)) if sides else 0,
        imbalance=max(counts.values()) / min(counts.values()) if counts else 1.0,
        grey=grey,
        mirror_pair=None if pair is None else (names[pair[0]], names[pair[1]]),
        directed=directed,
    )


def _sample(records: Sequence[ImageRecord]) -> tuple[dict[int, NDArray[np.uint8]], bool]:
    """Small pixels (n, side, side, 3) of some images of each class, and whether all of them are grey."""
    import numpy as np

    from engine.imaging.pixels import load

    chosen: dict[int, list[ImageRecord]] = defaultdict(list)
    for record in random.Random(0).sample(list(records), len(records)):  # noqa: S311  not a secret
        assert record.class_id is not None
        if len(chosen[record.class_id]) < _OF_A_CLASS:
            chosen[record.class_id].append(record)
    pixels: dict[int, NDArray[np.uint8]] = {}
    for class_id in sorted(chosen)[:_MOST_CLASSES]:
        found = []
        for record in chosen[class_id]:
            try:
                found.append(load(record.file, size=(_SIDE, _SIDE)))
            except ImageProblem:
                continue
        if found:
            pixels[class_id] = np.stack(found)
    grey = bool(pixels) and all((p == p[..., :1]).all() for p in pixels.values())
    return pixels, grey


def mirrored(pixels: Mapping[int, NDArray[np.uint8]]) -> tuple[tuple[int, int] | None, bool]:
    """Two classes of which one, mirrored, looks like the other; and whether mirrored images lose their class.

    `pixels` are some images (n, side, side, 3) of each class. Looks like: the nearest mean image, others than the image
    itself, of pixels with mean 0 and length 1. Classes that these means don't tell apart say nothing.
    """
    import numpy as np

    kinds = sorted(k for k, p in pixels.items() if len(p) >= 4)
    if len(kinds) < 2:
        return None, False
    vectors = {k: _unit(pixels[k].reshape(len(pixels[k]), -1).astype(np.float64)) for k in kinds}
    flipped = {k: _unit(pixels[k][:, :, ::-1].reshape(len(pixels[k]), -1).astype(np.float64)) for k in kinds}
    sums = np.stack([vectors[k].sum(0) for k in kinds])
    right = kept = 0
    pair: tuple[int, int] | None = None
    for place, kind in enumerate(kinds):
        own = vectors[kind]
        means = np.repeat(sums[None], len(own), 0)
        means[:, place] -= own
        means = _unit(means)
        found = np.einsum("nd,nkd->nk", own, means).argmax(1) == place
        mirror = np.einsum("nd,nkd->nk", flipped[kind], means).argmax(1)
        right, kept = right + int(found.sum()), kept + int((mirror[found] == place).sum())
        others = Counter(mirror[found & (mirror != place)].tolist()).most_common(1)
        if others and found.sum() >= 4 and others[0][1] >= _SWAPPED * found.sum():
            pair = pair or (kind, kinds[others[0][0]])
    total = sum(len(vectors[k]) for k in kinds)
    told_apart = right >= 0.5 * total
    return (pair if told_apart else None), told_apart and kept < _LOST * right


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    vectors = vectors - vectors.mean(axis=-1, keepdims=True)
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9))
