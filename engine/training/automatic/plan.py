"""What a training without a chosen recipe will do: recipes in their order, time, and what to expect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.errors import DataError, UsageError
from engine.events import Event, TrainingPlanned
from engine.jobs.job import Cancel, Emit
from engine.language import _
from engine.library import query
from engine.library.project import Project
from engine.training import frozen as split
from engine.training.automatic.choice import choose, second_choice
from engine.training.automatic.duration import expected_seconds, features_seconds, first_images, measured_seconds
from engine.training.automatic.earlier import earlier_run
from engine.training.automatic.first_look import FirstLook, first_look
from engine.training.machine import device
from engine.training.option_rules import FIRST, FREE
from engine.training.options import with_overrides
from engine.training.plan import TrainParams
from engine.training.recipes.choices import for_project
from engine.training.recipes.registry import recipe
from engine.training.results.ensemble import RECIPE as ENSEMBLE

ON_THE_BASE = "transfer"  # the recipe that goes on from the base


@dataclass(frozen=True, slots=True)
class AutomaticParams:
    """`project` is the project's folder; `overrides` are options that belong to no recipe (`option_rules.FREE`).

    With `take_longer` a further network follows on the suggested recipes, and the mean of it and the best of theirs;
    suggested ones that were trained so already, on the same images, are taken as they are.
    """

    project: str
    overrides: dict[str, Any] = field(default_factory=dict)
    take_longer: bool = False


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

    def params(self, project: str) -> TrainParams:
        return TrainParams(project, self.recipe, overrides=dict(self.overrides), most=self.most)


@dataclass(frozen=True, slots=True)
class AutomaticPlan:
    """`told` is what a person is told, `steps` what is trained, in that order: all divide the images alike. The first
    takes so many images only that it is there within seconds.

    `longer` is the network that follows where more time is taken; None where that is the best of those before it from
    another seed, as it is wherever this one goes on from the base.
    """

    told: TrainingPlanned
    steps: tuple[Step, ...]
    longer: Step | None = None


def check_free(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options, named as `TrainOptions` does, or raise UsageError for one that only a recipe can have."""
    named = {name.strip().replace("-", "_"): value for name, value in overrides.items()}
    others = sorted(set(named) - set(FREE))
    if others:
        raise UsageError(
            _("Without a recipe only {free} can be chosen, found {others}; name a recipe, or leave that out.").format(
                free=", ".join(FREE), others=", ".join(others)
            )
        )
    return named


def make_automatic_plan(
    project: Project, overrides: Mapping[str, Any], *, take_longer: bool = False, emit: Emit, cancel: Cancel
) -> AutomaticPlan:
    """Look at the pictures and decide what to train. Takes seconds, more where no features are there yet.

    The time that is told is that of what is not trained already, where `take_longer` goes on from it.

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
        raise DataError(_("None of the labelled images can be read. Check that their folder is there."))
    choice, second = choose(look), second_choice(look)
    same = named | {"validation_fraction": first.validation_fraction}
    steps = [Step(FIRST, same, first_images(look)), _timed(project, Step(choice.recipe, same), look)]
    if second is not None:
        own = same if second.image_size is None else same | {"image_size": second.image_size}
        steps.append(_timed(project, Step(second.recipe, own, expected=second.expected), look))
    needed = [features_seconds(look, steps[0].most), *(_seconds(step) for step in steps[1:])]
    there = [take_longer and earlier_run(project, step.params(str(project.folder))) is not None for step in steps]
    needed = [0.0 if is_there else seconds for seconds, is_there in zip(needed, there, strict=True)]
    longer: Step | None = None
    more: list[float | None] = []
    if take_longer:
        longer = _timed(project, Step("accurate", same), look) if look.is_small else None
        more = [_seconds(longer or steps[1])]
    not_shown = tuple(cls.name for cls in query.classes(project) if cls.name not in frozen.classes)
    promised = None if not_shown else look.of_new_pictures
    told = TrainingPlanned(
        images=look.training + look.check,
        classes=look.classes,
        check_images=look.check,
        recipes=tuple(step.recipe for step in steps),
        reason=choice.reason.value,
        seconds=_sum([*needed[:2], *more]),
        most_seconds=_sum([*needed, *more]),
        accuracy=promised.accuracy if promised else None,
        low=promised.low if promised else None,
        high=promised.high if promised else None,
        looked_at=look.by_features.images if look.by_features else 0,
        longer=((longer or steps[1]).recipe, ENSEMBLE) if take_longer else (),
        each=(*needed, *more, *([0.0] if take_longer else [])),
        not_shown=not_shown,
        unlike=look.is_unlike and not not_shown,
    )
    return AutomaticPlan(told, tuple(steps), longer)


def _seconds(step: Step) -> float | None:
    return expected_seconds(step.recipe, step.measured, on_card=step.on_card)


def _timed(project: Project, step: Step, look: FirstLook) -> Step:
    fitting, _ = for_project(recipe(step.recipe), project, step.overrides)
    options = with_overrides(fitting, step.overrides)
    if step.recipe == FIRST:
        return replace(step, measured=features_seconds(look, step.most))
    return replace(step, measured=measured_seconds(step.recipe, options, look), on_card=device.trains_on_card(options))


def _sum(parts: Sequence[float | None]) -> float | None:
    """Return the sum, None where a part is not known."""
    known = [part for part in parts if part is not None]
    return round(sum(known), 1) if len(known) == len(parts) else None


def _quiet(_: Event) -> None:
    """What a split leaves out is told by the trainings themselves."""
