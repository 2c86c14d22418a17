"""Facts of a project for recipes, known before they train: sizes, counts, colours, and whether left and
right matter.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from engine.errors import ImageProblem
from engine.imaging.decode import measure
from engine.library import query
from engine.library.project import Project
from engine.library.records import ImageRecord, Split

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MEASURED = 64  # images whose size is found out here while an import has not looked at all
_OF_A_CLASS = 16  # images that are looked at
_MOST_CLASSES = 100
_SIDE = 16
_SWAPPED, _LOST = 0.5, 0.5  # shares of the images that the classifier knows
_FEWEST = 4  # of these in a class that is to say something
_RIDGE = 0.3  # of the kernel's mean diagonal
_ALIKE = 1e-6  # of the kernel's trace: what is left where all pictures are one picture, or each has one colour


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """`side` is the median of the images' shorter sides in pixels, 0 where none can be read; `imbalance` the largest
    class over the smallest.

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


def read_facts(project: Project) -> ProjectFacts:
    """Look at the labelled images of a project, at the pixels of some of them."""
    records = [r for r in query.labelled_images(project) if r.split is not Split.TEST]
    counts = Counter(r.class_id for r in records)
    sides = [min(size) for size in sizes(records)]
    names = query.class_names(project)
    pixels, grey = _sample(records)
    pair, directed = mirrored(pixels)
    return ProjectFacts(
        images=len(records),
        classes=len(counts),
        side=int(median(sides)) if sides else 0,
        imbalance=max(counts.values()) / min(counts.values()) if counts else 1.0,
        grey=grey,
        mirror_pair=None if pair is None else (names[pair[0]], names[pair[1]]),
        directed=directed,
    )


def sizes(records: Sequence[ImageRecord]) -> list[tuple[int, int]]:
    """Return width and height of images, as the store knows them; those of some where it does not know all yet."""
    known = [(r.width, r.height) for r in records if r.width and r.height]
    if len(known) == len(records):
        return known
    found = []
    for record in random.Random(0).sample(list(records), min(len(records), _MEASURED)):  # noqa: S311  not a secret
        try:
            width, height = record.width, record.height
            found.append((width, height) if width and height else measure(record.file))
        except ImageProblem:
            continue
    return found


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
    """Return two classes that are each other's mirror image, and whether mirrored images lose their class, as letters
    do.

    `pixels` are some images (n, side, side, 3) of each class. A linear classifier (ridge regression on pixels of mean 0
    and length 1) that has not seen an image says what it is, and what its mirror image is. Where it does not tell the
    classes apart this says nothing. All shoes of a catalogue point left, and mirrored they look like bags: that is no
    reason against flips, as no bag mirrored looks like a shoe; a pair must be one in both directions.
    """
    import numpy as np

    kinds = sorted(k for k, p in pixels.items() if len(p) >= 4)
    if len(kinds) < 2:
        return None, False
    labels = np.repeat(np.arange(len(kinds)), [len(pixels[k]) for k in kinds])
    plain = _unit(np.concatenate([pixels[k] for k in kinds]))
    flipped = _unit(np.concatenate([pixels[k][:, :, ::-1] for k in kinds]))
    if np.square(plain - plain.mean(axis=0)).sum() < _ALIKE:
        return None, False
    seen, mirror = _unseen(plain, flipped, labels)
    found = seen == labels
    if found.mean() < 0.5 + 0.5 / len(kinds):
        return None, False
    became = np.zeros((len(kinds), len(kinds)))
    np.add.at(became, (labels[found], mirror[found]), 1)
    became /= np.maximum(became.sum(axis=1, keepdims=True), _FEWEST)
    both = np.triu(np.minimum(became, became.T), 1)
    one, other = np.unravel_index(both.argmax(), both.shape)
    pair = (kinds[one], kinds[other]) if both.max() >= _SWAPPED else None
    return pair, bool((mirror == labels)[found].mean() < _LOST)


def _unseen(
    plain: NDArray[np.float64], flipped: NDArray[np.float64], labels: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The class of each image and of its mirror image, by a ridge regression on all other images: leave-one-out in
    closed form (Rifkin and Lippert, "Notes on Regularized Least Squares", 2007).
    """
    import numpy as np

    middle = plain.mean(axis=0)
    plain, flipped = plain - middle, flipped - middle
    targets = np.eye(int(labels.max()) + 1)[labels]
    targets -= targets.mean(axis=0)
    kernel = plain @ plain.T
    inverse = np.linalg.inv(kernel + _RIDGE * np.trace(kernel) / len(kernel) * np.eye(len(kernel)))
    weights = inverse @ targets
    own = weights / np.diag(inverse)[:, None]  # what an image adds to its own answer
    crossed = flipped @ plain.T
    return (
        (targets - own).argmax(axis=1),
        (crossed @ weights - np.einsum("ij,ji->i", crossed, inverse)[:, None] * own).argmax(axis=1),
    )


def _unit(images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Images as vectors of mean 0 and length 1."""
    import numpy as np

    vectors = images.reshape(len(images), -1).astype(np.float64)
    vectors -= vectors.mean(axis=1, keepdims=True)
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9))
