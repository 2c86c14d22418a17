"""The definition of a recipe. Nothing here loads Keras: recipes are listed where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.training.options import TrainOptions

if TYPE_CHECKING:
    import keras

    from engine.library.project import Project


@dataclass(frozen=True, slots=True)
class Recipe:
    """A named, complete way to train.

    `build(options, classes)` gives a network that is not compiled: it takes uint8 images of shape
    (n, size, size, channels), scales them itself and ends in probabilities of shape (n, classes).
    `smallest` is the smallest image size in pixels for which the network has room; `check` raises UsageError for
    options that the network cannot have; `adapt` fits the options to a project and says why in a sentence.
    `on_features` recipes fit a classifier on the features of the chosen base, without Keras; their `build` shows a
    network like it. `origin` says where it comes from: of those with a `notebook`, in the notebook of that number; the
    others are `ours`, made for this program.
    """

    name: str
    title: str
    summary: str
    origin: str
    options: TrainOptions
    build: Callable[[TrainOptions, int], keras.Model]
    smallest: int = 16
    check: Callable[[TrainOptions], None] | None = None
    adapt: Callable[[TrainOptions, Project], tuple[TrainOptions, str]] | None = None
    on_features: bool = False
    notebook: str = ""

    @property
    def ours(self) -> bool:
        return not self.notebook

    @property
    def source(self) -> str:
        """Where it comes from, for a person."""
        return f"{'Pigeonhole' if self.ours else f'Notebook {self.notebook}'}: {self.origin}"


def network(options: TrainOptions, layers: Iterable[keras.Layer], classes: int) -> keras.Model:
    """Return a network of these layers between a rescaling of uint8 to 0..1 and the probabilities of the classes."""
    import keras

    return keras.Sequential(
        [
            keras.Input(input_shape(options), dtype="uint8"),
            keras.layers.Rescaling(1 / 255),
            *layers,
            keras.layers.Dense(classes, activation="softmax", dtype="float32"),
        ]
    )


def input_shape(options: TrainOptions) -> tuple[int, int, int]:
    """(height, width, channels) of one image as the network takes it."""
    return options.image_size, options.image_size, 3 if options.channels == "rgb" else 1
