"""Options that a recipe adapts to the project, and what a person chose instead, in sentences for the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.figures import percent
from engine.training.options import TrainOptions, with_overrides
from engine.training.recipes.recipe import Recipe

if TYPE_CHECKING:
    from engine.library.project import Project

# What a person chose of these a recipe must know: it sizes its batches by where it trains, and tells what it trains.
_WHERE = frozenset({"device", "backend"})
_KNOWN = _WHERE | {"freeze_base", "cutmix", "mixup"}

# What the sentences of recipes tell of the options.
_WORDS: dict[str, Callable[[TrainOptions], str]] = {
    "epochs": lambda o: f"{o.epochs} epochs" if o.epochs != 1 else "1 epoch",
    "batch_size": lambda o: f"batches of {o.batch_size}",
    "image_size": lambda o: f"{o.image_size} px",
    "channels": lambda o: "grey values" if o.channels == "grey" else "colours",
    "flip": lambda o: "mirrored at random" if o.flip else "never mirrored",
    "imbalance": lambda o: f"rare classes by {o.imbalance}" if o.imbalance != "none" else "rare classes as they are",
    "base": lambda o: o.base,
    "mixed_precision": lambda o: "" if o.mixed_precision else "full precision",  # a processor has no other
    "freeze_base": lambda o: "the base stays as it is" if o.freeze_base else "the base trains too",
    "head_epochs": lambda o: f"the first {o.head_epochs} on features" if o.head_epochs else "no epochs on features",
    "fine_tune_share": lambda o: f"{percent(o.fine_tune_share, 0)} of the base fine-tuned",
}


def for_project(chosen: Recipe, project: Project, overrides: Mapping[str, Any]) -> tuple[TrainOptions, str]:
    """The options of a recipe for this project, and its sentence that says why; all `overrides` are still to come.

    Raises:
        UsageError: they name a device or a backend that there is not.
    """
    if chosen.adapt is None:
        return chosen.options, ""
    known = {name: value for name, value in overrides.items() if name.strip().replace("-", "_") in _KNOWN}
    options, why = chosen.adapt(with_overrides(chosen.options, known), project)
    return replace(options, **{name: getattr(chosen.options, name) for name in _WHERE}), why


def completed_reason(why: str, adapted: TrainOptions, options: TrainOptions) -> str:
    """`why`, the sentence of a recipe about the options that it `adapted`, completed by how `options` differ."""
    changed = (words(options) for name, words in _WORDS.items() if getattr(options, name) != getattr(adapted, name))
    differing = ", ".join(words for words in changed if words)
    return f"{why} Chosen instead: {differing}." if why and differing else why
