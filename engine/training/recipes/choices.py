"""What a person chose instead of what a recipe made of the project, so that the log tells what will happen."""

from __future__ import annotations

from collections.abc import Callable

from engine.training.options import TrainOptions

# What the sentences of recipes tell of the options.
_WORDS: dict[str, Callable[[TrainOptions], str]] = {
    "epochs": lambda o: f"{o.epochs} epochs" if o.epochs != 1 else "1 epoch",
    "batch_size": lambda o: f"batches of {o.batch_size}",
    "image_size": lambda o: f"{o.image_size} px",
    "channels": lambda o: "grey values" if o.channels == "grey" else "colours",
    "flip": lambda o: "mirrored at random" if o.flip else "never mirrored",
    "imbalance": lambda o: f"rare classes by {o.imbalance}" if o.imbalance != "none" else "rare classes as they are",
    "base": lambda o: o.base,
    "head_epochs": lambda o: f"the first {o.head_epochs} on features" if o.head_epochs else "no epochs on features",
}


def told(why: str, adapted: TrainOptions, options: TrainOptions) -> str:
    """`why`, the sentence of a recipe about the options that it `adapted`, completed by how `options` differ."""
    differing = [words(options) for name, words in _WORDS.items() if getattr(options, name) != getattr(adapted, name)]
    return f"{why} Chosen instead: {', '.join(differing)}." if why and differing else why
