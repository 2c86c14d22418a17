"""Which recipe suits the pictures: the one rule, for the window, the command line and the plan of a training."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.language import marked
from engine.training.automatic.duration import first_images
from engine.training.automatic.first_look import FirstLook, outside
from engine.training.option_rules import FIRST

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.statistics import Paired

# Of 250 pictures of CIFAR-10, Transfer at 96 px had 57 % of 150 others right, at 224 px 68 %, instant 71 %, Quick 29 %.
TRANSFER = "transfer"
BASE_SIDE = 224  # px that the base was trained at
ENLARGED = 5_000  # images up to which that takes minutes and not an hour


class Reason(StrEnum):
    """Why a recipe was chosen."""

    PHOTOGRAPHS = marked("photographs")  # the built-in base has seen a million of them
    SMALL_GREY = marked("small and grey")
    SMALL_COLOUR = marked("small and coloured")


@dataclass(frozen=True, slots=True)
class Choice:
    """The recipe that follows the first model, and why."""

    recipe: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class SecondChoice:
    """The recipe that follows where the chosen one has less than `expected` (0 to 1) of its check images right, and the
    px that it enlarges pictures to; None: as it has them.
    """

    recipe: str
    expected: float
    image_size: int | None


def choose(look: FirstLook) -> Choice:
    """Return the recipe for what was seen of the pictures.

    Photographs go on from the base; small pictures get a network of their own, which sees what the base, made for
    photographs, does not: strokes, stitches, signs. How many pictures there are decides nothing: of seven digits a
    class, the network of its own had 92 % of 200 others right, instant 80 %, Transfer 55 %.
    """
    if not look.is_small:
        return Choice(TRANSFER, Reason.PHOTOGRAPHS)
    return Choice("quick", Reason.SMALL_GREY if look.grey else Reason.SMALL_COLOUR)


def second_choice(look: FirstLook) -> SecondChoice | None:
    """Return what to try where the chosen recipe stays behind what the base promises.

    Of small pictures that is Transfer: which of the two does better can't be seen beforehand, but the network of its
    own takes a fifth of the time. Of photographs it is the regression on the features of all of them, where the first
    model had those of some only. None where nothing else is to be tried, and where too few pictures were looked at to
    promise anything.
    """
    expected = look.on_check_images
    if expected is None:
        return None
    if not look.is_small:
        return SecondChoice(FIRST, expected.accuracy, None) if first_images(look) else None
    few = look.training + look.check <= ENLARGED
    return SecondChoice(TRANSFER, expected.accuracy, BASE_SIDE if few else None)


def suggested(project: Project) -> Choice | None:
    """Return the choice by the outside of some pictures; None where none can be read.

    Reads files: not in a slot of the window.
    """
    look = outside(project)
    return None if look is None else choose(look)


def later_is_better(earlier: str, later: str, paired: Paired) -> bool:
    """Return whether the later of two runs is to be used, by their recipes and the check images that both have seen.

    The one with fewer mistakes, and where they are level the later. Transfer begins as the regression that `instant`
    is and is rarely worse for going on from there, so that of these two it is used unless `instant` has more images
    right by more than the standard error of the difference, the root of the number of images that one of them alone
    has right. Both figures: decision 25.
    """
    more = paired.fixed - paired.made  # images that the later has right beyond the earlier
    if (earlier, later) == (FIRST, TRANSFER):
        return more >= -math.sqrt(paired.fixed + paired.made)
    if (earlier, later) == (TRANSFER, FIRST):
        return more > math.sqrt(paired.fixed + paired.made)
    return more >= 0
