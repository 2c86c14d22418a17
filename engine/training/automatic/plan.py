"""What a training without a chosen recipe will do: recipes in their order, time, and what to expect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import DataError, UsageError
from engine.events import Event, TrainingPlanned
from engine.jobs.job import Cancel, Emit
from engine.library.project import Project
from engine.training import frozen as split
from engine.training.automatic.choice import choose
from engine.training.automatic.duration import features_seconds, first_images, training_seconds
from engine.training.automatic.first_look import FirstLook, first_look
from engine.training.machine import device
from engine.training.option_rules import FIRST, FREE
from engine.training.options import with_overrides
from engine.training.recipes.choices import for_project
from engine.training.recipes.registry import recipe


@dataclass(frozen=True, slots=True)
class Step:
    """One recipe with the options that differ from its own, and how many training images it takes; 0 for all."""

    recipe: str
    overrides: Mapping[str, Any]
    most: int = 0


@dataclass(frozen=True, slots=True)
class AutomaticPlan:
    """`told` is what a person is told, `steps` what is trained, in that order: all divide the images alike. The first
    takes so many images only that it is there within seconds.
    """

    told: TrainingPlanned
    steps: tuple[Step, ...]


def check_free(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options, named as `TrainOptions` does, or raise UsageError for one that only a recipe can have."""
    named = {name.strip().replace("-", "_"): value for name, value in overrides.items()}
    others = sorted(set(named) - set(FREE))
    if others:
        raise UsageError(
            f"Without a recipe only {', '.join(FREE)} can be chosen, found {', '.join(others)}; name a recipe with "
            "--recipe, or leave that out."
        )
    return named


def make_automatic_plan(project: Project, overrides: Mapping[str, Any], *, emit: Emit, cancel: Cancel) -> AutomaticPlan:
    """Look at the pictures and decide what to train. Takes seconds, more where no features are there yet.

    Raises:
        DataError: the labelled images cannot be trained on.
        EngineError: an option that there is not without a recipe; a base that cannot be used.
        JobCancelled: `cancel` was set.
    """
    named = check_free(overrides)
    first = with_overrides(recipe(FIRST).options, named)
    frozen = split.freeze(project, first, _quiet)
    look = first_look(project, frozen, emit=emit, cancel=cancel)
    if look is None:
        raise DataError("None of the labelled images can be read. Check that their folder is there.")
    choice = choose(look)
    chosen = recipe(choice.recipe)
    same = named | {"validation_fraction": first.validation_fraction}
    own = same if choice.image_size is None else same | {"image_size": choice.image_size}
    fitting, _ = for_project(chosen, project, own)
    options = with_overrides(fitting, own)
    accuracy, low, high, looked_at = _expected(look)
    more = training_seconds(chosen, options, look, on_card=device.trains_on_card(options))
    told = TrainingPlanned(
        images=look.training + look.check,
        classes=look.classes,
        check_images=look.check,
        recipes=(FIRST, choice.recipe),
        reason=choice.reason.value,
        seconds=None if more is None else round(features_seconds(look) + more, 1),
        accuracy=accuracy,
        low=low,
        high=high,
        looked_at=looked_at,
    )
    return AutomaticPlan(told, (Step(FIRST, same, first_images(look)), Step(choice.recipe, own)))


def _expected(look: FirstLook) -> tuple[float | None, float | None, float | None, int]:
    """Return accuracy, low, high of the first model as the first look has it, moved on along the learning curve to as
    many images as will be trained on; and how many images tell it.
    """
    found = look.by_features
    if found is None or look.curve is None or not found.enough:
        return None, None, None, 0 if found is None else found.images
    gain = look.curve.gain(look.training)
    return found.accuracy + gain, found.low + gain, min(1.0, found.high + gain), found.images


def _quiet(_: Event) -> None:
    """What a split leaves out is told by the trainings themselves."""
