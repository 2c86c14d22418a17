"""Which recipe suits the pictures: the one rule, for the window, the command line and the plan of a training."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.training.automatic.first_look import FirstLook, outside

if TYPE_CHECKING:
    from engine.library.project import Project

# Of 250 pictures of CIFAR-10, Transfer at 96 px had 57 % of 150 others right, at 224 px 68 %, instant 71 %, Quick 29 %.
BASE_SIDE = 224  # px that the base was trained at
ENLARGED = 5_000  # images up to which that takes minutes and not an hour
# Mistakes by the features of the base, as a share of those by plain pixels. Of 600 pictures: digits 1.0, Fashion-MNIST
# 0.79; CIFAR-10 0.27, traffic signs 0.15.
_TELLS_BETTER = 0.5


class Reason(StrEnum):
    """Why a recipe was chosen."""

    PHOTOGRAPHS = "photographs"  # the base in the box has seen a million of them
    KNOWN_TO_BASE = "known to the base"  # small, but the base tells the classes apart much better than plain pixels do
    SMALL_GREY = "small and grey"
    SMALL_COLOUR = "small and coloured"


@dataclass(frozen=True, slots=True)
class Choice:
    """The recipe that is expected to do best, why, and the px that pictures are enlarged to; None: as it has them."""

    recipe: str
    reason: Reason
    image_size: int | None = None


def choose(look: FirstLook) -> Choice:
    """Return the recipe for what was seen of the pictures.

    Photographs, and what the base knows, go on from the base; other small pictures get a network of their own, which
    sees what the base, made for photographs, does not: strokes, stitches, signs. What the base knows is told by its
    mistakes beside those of the same classifier on plain pixels, by the same cross-validation; where nobody looked at
    that yet, the size of the pictures decides. How many pictures there are decides nothing: of seven digits a class,
    the network of its own had 92 % of 200 others right, instant 80 %, Transfer 55 %.
    """
    if not look.is_small:
        return Choice("transfer", Reason.PHOTOGRAPHS)
    by_features, by_pixels = look.by_features, look.by_pixels
    if by_features is not None and by_pixels is not None and by_features.enough:
        wrong = max(1 - by_features.accuracy, 0.5 / by_features.images)
        if wrong < _TELLS_BETTER * (1 - by_pixels.accuracy):
            few = look.training + look.check <= ENLARGED
            return Choice("transfer", Reason.KNOWN_TO_BASE, BASE_SIDE if few else None)
    return Choice("quick", Reason.SMALL_GREY if look.grey else Reason.SMALL_COLOUR)


def suggested(project: Project) -> Choice | None:
    """Return the choice by the outside of some pictures; None where none can be read.

    Reads files: not in a slot of the window.
    """
    look = outside(project)
    return None if look is None else choose(look)
