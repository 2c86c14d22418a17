"""Beginning with the network of an earlier run: all that it learnt, as far as the new one has a place for it.

A network is more than its weights. The base of EfficientNet carries constants that come with its ImageNet weights, and
one scaling layer more than a base without them; what is learnt of a class stands at that class's place. Loads Keras.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.language import _
from engine.training import network
from engine.training.options import TrainOptions
from engine.training.recipes.bases import leaves
from engine.training.recipes.recipe import Recipe
from engine.training.runs.checkpoint import load_model
from engine.training.runs.records import read_record

_NAMED = 5  # classes in a sentence


def from_run(recipe: Recipe, options: TrainOptions, classes: Sequence[str], file: Path) -> tuple[keras.Model, str]:
    """The recipe's network for `classes` with what the run that left the `.keras` file `file` learnt.

    A class is recognised by its name, wherever it stood in the run; one that the run does not know begins anew in the
    last layer. The image size may be another one where the network's layers do not depend on it.

    Returns:
        The network, and a sentence where not all of the run is in it, else "".

    Raises:
        UsageError: the network of the run is another one.
        RunError: the run is damaged.
    """
    known = classes_of(file)
    # All weights are replaced: none are fetched. A file is read nevertheless, as it may decide on the base's width.
    options = replace(options, pretrained=options.pretrained if options.weights else "none")
    model, old = network.build(recipe, options, len(classes)), load_model(file)
    last = {id(layer) for layer in network.last_layers(model)}
    mine, theirs = _with_weights(model), _with_weights(old)
    pairs = [(one, other, id(one) in last) for one, other in zip(mine, theirs, strict=False)]
    if len(mine) != len(theirs) or any(_form(one, end) != _form(other, end) for one, other, end in pairs):
        raise _another(file)
    if not _take_scaling(_base_scaling(model), _base_scaling(old)):
        raise _another(file)
    places = [known.index(name) if name in known else None for name in classes]
    for one, other, end in pairs:
        weights = other.get_weights()
        if end:
            weights = [_by_class(new, w, places) for new, w in zip(one.get_weights(), weights, strict=True)]
        one.set_weights(weights)
    return model, _sentence(file.parent.name, classes, known)


def classes_of(file: Path) -> list[str]:
    """The names of the classes that the run knows which left the `.keras` file, in its order.

    Raises:
        RunError: the run is damaged.
    """
    return [str(c["name"]) for c in read_record(file.parent)["classes"]]


def _another(file: Path) -> UsageError:
    return UsageError(
        _(
            "The run {parent} cannot be started from: its network is another one. Choose the recipe, the base, the "
            "image size and the colours of that run."
        ).format(parent=file.parent.name)
    )


def _with_weights(model: keras.Model) -> list[keras.Layer]:
    return [layer for layer in leaves(model) if layer.weights]


def _form(layer: keras.Layer, end: bool) -> tuple[Any, ...]:
    """Return what must be alike for weights to mean the same. `end`: the number of classes, its last axis,
    may differ.
    """
    config = layer.get_config()
    how = [config.get(name) for name in ("strides", "padding", "activation")]
    return type(layer).__name__, how, [tuple(w.shape[:-1] if end else w.shape) for w in layer.weights]


def _base_scaling(model: keras.Model) -> list[keras.layers.Rescaling]:
    place = network.base_of(model)
    found = leaves(model.layers[place]) if place is not None else []
    return [layer for layer in found if isinstance(layer, keras.layers.Rescaling)]


def _take_scaling(mine: Sequence[keras.layers.Rescaling], theirs: Sequence[keras.layers.Rescaling]) -> bool:
    """Let the layers of a base without weights, `mine`, scale as those of one with ImageNet's; False: they cannot.

    The latter's follow each other at its beginning, and may be more: the last of mine does what all of these do.
    """
    if len(theirs) < len(mine) or (theirs and not mine):
        return False
    for index, layer in enumerate(mine):
        scale, offset = np.ones(()), np.zeros(())
        for one in theirs[index : None if layer is mine[-1] else index + 1]:
            scale, offset = scale * np.asarray(one.scale), offset * np.asarray(one.scale) + np.asarray(one.offset)
        layer.scale, layer.offset = scale.tolist(), offset.tolist()
    return True


def _by_class(new: NDArray[np.float32], old: NDArray[np.float32], places: Sequence[int | None]) -> NDArray[np.float32]:
    """Weights (..., classes) of the last layer with the old ones of each class that has a place in the run."""
    found = new.copy()
    for index, place in enumerate(places):
        if place is not None:
            found[..., index] = old[..., place]
    return found


def _sentence(run: str, classes: Sequence[str], known: Sequence[str]) -> str:
    new = [name for name in classes if name not in known]
    gone = [name for name in known if name not in classes]
    parts = []
    if new:
        sentence = _("The run {run} does not know {names}: for this the last layer begins anew.")
        parts.append(sentence.format(run=run, names=_names(new)))
    if gone:
        sentence = _("What the run {run} knows of {names} is left out, as no such image is trained on.")
        parts.append(sentence.format(run=run, names=_names(gone)))
    return " ".join(parts)


def _names(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    words = ", ".join(names[:_NAMED])
    return _("{words}, and {more} more").format(words=words, more=more) if more > 0 else words
