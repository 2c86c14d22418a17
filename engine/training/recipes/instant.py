"""Instant: a pretrained base and a logistic regression on its features. Seconds, and no TensorFlow."""

from __future__ import annotations

from dataclasses import replace

from engine.errors import UsageError
from engine.language import _
from engine.training.options import TrainOptions
from engine.training.recipes import transfer
from engine.training.recipes.recipe import Recipe

_OPTIONS = TrainOptions(
    image_size=224,
    validation_fraction=0.2,
    base="MobileNetV2",
    freeze_base=True,
    head_epochs=1,
    epochs=1,
    early_stop=0,
)
# What a person may choose; the rest is decided by the base and has no effect.
_FREE = ("validation_fraction", "seed", "train_on_everything", "backend", "device")


def _check(options: TrainOptions) -> None:
    """Raise UsageError for an option that would change nothing."""
    if options != replace(_OPTIONS, **{name: getattr(options, name) for name in _FREE}):
        raise UsageError(
            _("The recipe instant has no options but {free}; leave the others out, or choose transfer.").format(
                free=", ".join(_FREE[:3])
            )
        )


RECIPE = Recipe(
    name="instant",
    title="Instant",
    summary="A usable model in seconds: the built-in base as it is, and a logistic regression on what it sees.",
    origin="multinomial logistic regression on pretrained features",
    options=_OPTIONS,
    build=transfer.build,
    smallest=32,
    check=_check,
    on_features=True,
)
