"""Options that have an effect: the rule that the form, the command line and the plan of a training ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import UsageError
from engine.language import _
from engine.training.option_spec import Condition
from engine.training.options import TrainOptions, specs, to_dict
from engine.training.recipes import bases
from engine.training.recipes.recipe import Recipe

FIRST = "instant"  # the recipe that a training begins with where the pictures choose
FREE = ("seed", "validation_fraction", "device", "backend")  # options that belong to no recipe
_RATES = ("learning_rate", "fine_tune_rate")  # of the whole network, and of a base once it trains too


def unmet(name: str, options: Mapping[str, Any]) -> Condition | None:
    """Return the condition because of which an option has no effect beside these others; None where it has one.

    `options` may be those of an older run, which lacks some: a condition on one of them counts as met.
    """
    only_while = next((spec.only_while for spec in specs() if spec.name == name), ())
    return next((c for c in only_while if c.option in options and not c.holds(options)), None)


def unused_by(recipe: Recipe) -> frozenset[str]:
    """Return the options that have no effect on this recipe, whatever the others are."""
    return frozenset() if bases.has_base(recipe) else bases.OF_A_BASE


def slower_rates(options: Mapping[str, Any]) -> dict[str, float]:
    """Return the learning rates of a run that starts from one with these options; none below what an option may be."""
    found = {}
    for spec in specs():
        if spec.name in _RATES and spec.name in options:
            rate = float(options[spec.name]) / 10
            found[spec.name] = max(float(f"{rate:.6g}"), float(spec.minimum or 0.0))
    return found


def check_effects(recipe: Recipe, before: TrainOptions, options: TrainOptions) -> None:
    """Refuse options that would change nothing.

    `before` is what the recipe, or the run that is taken up, has by itself.

    Raises:
        UsageError: an option differs from `before` and has no effect; the sentence says why and what to do.
    """
    values, own = to_dict(options), to_dict(before)
    chosen = [name for name, value in values.items() if value != own[name]]
    unused = sorted(unused_by(recipe).intersection(chosen))
    if unused:
        raise UsageError(
            _(
                "The recipe {recipe} has no pretrained base, so that {options} would change nothing; leave that out, "
                "or choose transfer or art-transfer."
            ).format(recipe=recipe.name, options=", ".join(unused))
        )
    for name in chosen:
        condition = unmet(name, values)
        if condition is not None:
            raise UsageError(_sentence(name, condition, values[condition.option]))


def _sentence(name: str, condition: Condition, found: Any) -> str:
    if condition.values:
        sentence = _(
            "{name} has an effect only with {other} {values}, and {other} is {found}; set {other} to {values}, or "
            "leave {name} out."
        )
    elif condition.off and condition.or_with:
        sentence = _(
            "{name} has an effect only without {other} or with {values}, and {other} is on; set {other} to false, or "
            "leave {name} out."
        )
    elif condition.off:
        sentence = _(
            "{name} has an effect only without {other}, and {other} is on; set {other} to false, or leave {name} out."
        )
    else:
        sentence = _(
            "{name} has an effect only with {other}, and {other} is {found}; set {other} too, or leave {name} out."
        )
    values = _(" or ").join(condition.values or condition.or_with)
    return sentence.format(name=name, other=condition.option, values=values, found=found)
