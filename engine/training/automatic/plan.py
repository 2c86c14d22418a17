"""What a training without a chosen recipe will do: recipes in their order, time, and what to expect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.errors import DataError, UsageError
from engine.events import Event, TrainingPlanned
from engine.jobs.job import Cancel, Emit
from engine.library.project import Project
from engine.training import frozen as split
from engine.training.automatic.choice import choose, second_choice
from engine.training.automatic.duration import expected_seconds, features_seconds, first_images, measured_seconds
from engine.training.automatic.first_look import FirstLook, first_look
from engine.training.machine import device
from engine.training.option_rules import FIRST, FREE
from engine.training.options import with_overrides
from engine.training.recipes.choices import for_project
from engine.training.recipes.registry import recipe


@dataclass(frozen=True, slots=True)
class Step:
    """One recipe with the options that differ from its own. `most` is how many training images it takes, 0 for all.
    With `expected` (0 to 1) it is taken only where the step before has less than that of the check images right.
    `measured` is how many seconds it would take where times were measured, 0 where they were not; `on_card` tells where
    it trains.
    """

    recipe: str
    overrides: Mapping[str, Any]
    most: int = 0
    expected: float | None = None
    measured: float = 0.0
    on_card: bool = False


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
            f"Without a recipe only {', '.join(FREE)} can be chosen, found {', '.join(others)}; name a "
            "recipe, or leave that out."
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
    choice, second = choose(look), second_choice(look)
    same = named | {"validation_fraction": first.validation_fraction}
    steps = [Step(FIRST, same, first_images(look)), _timed(project, Step(choice.recipe, same), look)]
    if second is not None:
        own = same if second.image_size is None else same | {"image_size": second.image_size}
        steps.append(_timed(project, Step(second.recipe, own, expected=second.expected), look))
    needed = [features_seconds(look), *(expected_seconds(s.recipe, s.measured, on_card=s.on_card) for s in steps[1:])]
    expected = look.expected
    told = TrainingPlanned(
        images=look.training + look.check,
        classes=look.classes,
        check_images=look.check,
        recipes=tuple(step.recipe for step in steps),
        reason=choice.reason.value,
        seconds=_sum(needed[:2]),
        most_seconds=_sum(needed),
        accuracy=expected.accuracy if expected else None,
        low=expected.low if expected else None,
        high=expected.high if expected else None,
        looked_at=look.by_features.images if look.by_features else 0,
    )
    return AutomaticPlan(told, tuple(steps))


def _timed(project: Project, step: Step, look: FirstLook) -> Step:
    fitting, _ = for_project(recipe(step.recipe), project, step.overrides)
    options = with_overrides(fitting, step.overrides)
    return replace(step, measured=measured_seconds(options, look), on_card=device.trains_on_card(options))


def _sum(parts: Sequence[float | None]) -> float | None:
    """Return the sum, None where a part is not known."""
    known = [part for part in parts if part is not None]
    return round(sum(known), 1) if len(known) == len(parts) else None


def _quiet(_: Event) -> None:
    """What a split leaves out is told by the trainings themselves."""
