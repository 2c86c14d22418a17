"""The upper part of a pretrained base, which is fine-tuned, and the lower one, which stays as it is. Loads Keras.

The lower layers see edges and textures, which are much the same in all photographs. What they say of a picture does
not change while they are frozen, so that it can be computed once (`data/base_features.py`).
"""

from __future__ import annotations

from typing import Any

import keras

from engine.training.network import multiplications
from engine.training.recipes.bases import leaves


def parts(base: keras.Model, share: float) -> tuple[keras.Model, keras.Model] | None:
    """The lower and the upper part of the base, which share its layers; None where nothing is to stay as it is.

    The upper one is the smallest with at least `share` of the base's multiplications. It begins where all paths meet:
    between two blocks and not within one.
    """
    if share == 1:
        return None
    goal, above = share * multiplications(base), 0
    for layer in reversed(base.layers[1:]):
        above += multiplications(layer)
        if above >= goal and (layers_above := _above(base, layer.input)) is not None:
            return keras.Model(base.input, layer.input), layers_above
    return None


def _above(base: keras.Model, place: Any) -> keras.Model | None:
    if isinstance(place, list) or place is base.input:
        return None
    try:
        return keras.Model(place, base.output)
    except ValueError:  # a path goes past it
        return None


def freeze_lower(base: keras.Model, share: float) -> bool:
    """Keep the weights of all layers that are not of the upper part; whether there are such."""
    found = parts(base, share)
    for leaf in leaves(found[0]) if found is not None else ():
        leaf.trainable = False
    return found is not None
