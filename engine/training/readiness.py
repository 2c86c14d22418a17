"""Readiness of a project for training: asked before a training by the window, and by the training itself."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from engine.language import marked

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.library.records import ClassCount


class Obstacle(Enum):
    """Reasons why no classifier can be trained on these images, and what to do; `{0}` is the only class with images."""

    NOTHING_LABELLED = marked("There are no labelled images yet; label some of each class first.")
    ALL_EXCLUDED = marked("All labelled images are excluded from training; include some of them again.")
    NO_TRAINING_IMAGE = marked("No labelled image is in the training split; move some there.")
    ONE_CLASS = marked("Training needs images of at least two classes, found only “{0}”; label another class.")
    NOTHING_HELD_OUT = marked(
        "There are too few images to hold some out for validation; label at least two of one class."
    )
    NOTHING_LOOKED_AT = marked(
        "Too few labels can check the model: most were accepted unseen; look at some of these first."
    )


@dataclass(frozen=True, slots=True)
class Readiness:
    """`only_class` is the one class that has training images, where there is one; `single` names classes with one.

    `unseen` is the number of labels that are trained on and nobody has looked at: nothing is held out of them.
    """

    obstacle: Obstacle | None = None
    only_class: str = ""
    single: tuple[str, ...] = ()
    divided: bool = True  # some images validate; else a share of the training images is held out
    unseen: int = 0


def obstacle_of(training: Iterable[int], *, validated: bool) -> Obstacle | None:
    """Return why images cannot be trained on, by their number in each class; `validated`: some are held out."""
    classes = sum(count > 0 for count in training)
    if not classes:
        return Obstacle.NO_TRAINING_IMAGE
    if classes < 2:
        return Obstacle.ONE_CLASS
    return None if validated else Obstacle.NOTHING_HELD_OUT


def readiness(counts: Sequence[ClassCount]) -> Readiness:
    """Return whether a training can start with these labels, and what to know beforehand."""
    if not any(c.total for c in counts):
        if any(c.waiting for c in counts):
            return Readiness(Obstacle.NOTHING_LOOKED_AT)
        excluded = any(c.excluded for c in counts)
        return Readiness(Obstacle.ALL_EXCLUDED if excluded else Obstacle.NOTHING_LABELLED)
    trained = [(c.cls.name, c.training + c.unassigned) for c in counts if c.training or c.unassigned]
    divided = any(c.validation for c in counts)
    can_divide = any(c.training + c.unassigned - c.unseen > 1 for c in counts)
    unseen = sum(c.unseen for c in counts)
    obstacle = obstacle_of((count for _, count in trained), validated=divided or can_divide)
    return Readiness(
        Obstacle.NOTHING_LOOKED_AT if obstacle is Obstacle.NOTHING_HELD_OUT and unseen else obstacle,
        only_class=trained[0][0] if len(trained) == 1 else "",
        single=tuple(name for name, count in trained if count == 1),
        divided=divided,
        unseen=unseen,
    )


def unwritable(project: Project) -> Path | None:
    """Return the folder in which no run can be kept; None where one can, also of a project that is open elsewhere."""
    place = project.runs_folder if project.runs_folder.is_dir() else project.folder
    return place if project.read_only and not os.access(place, os.W_OK) else None
