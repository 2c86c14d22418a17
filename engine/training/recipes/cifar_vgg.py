"""Small colour pictures by pairs of convolutions, after notebook 001: plain, and with batch normalisation.

The notebook prints no final figures. Its plain network stands there in full: the last convolution has no padding
(docs/decisions/0013). The normalised one is printed without its middle pair; here it has the pairs of the plain one.
Adam at 1e-3, batches of 32: 15 epochs plain, 50 with shifts of 0.1 and horizontal flips, which the second recipe does.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from engine.training.options import TrainOptions
from engine.training.recipes.recipe import Recipe, network

if TYPE_CHECKING:
    import keras


def build_plain(options: TrainOptions, classes: int) -> keras.Model:
    """The notebook's network behind a rescaling of uint8 to 0..1."""
    return _vgg(options, classes, normalise=False)


def build_normalised(options: TrainOptions, classes: int) -> keras.Model:
    """The same with batch normalisation after each convolution."""
    return _vgg(options, classes, normalise=True)


def _vgg(options: TrainOptions, classes: int, *, normalise: bool) -> keras.Model:
    from keras import layers

    def convolution(filters: int, padding: str) -> list[keras.Layer]:
        found = [layers.Conv2D(filters, 3, padding=padding, activation="relu")]
        return [*found, layers.BatchNormalization()] if normalise else found

    pairs = [
        [*convolution(filters, "same"), *convolution(filters, second), layers.MaxPooling2D(2)]
        for filters, second in ((32, "same"), (64, "same"), (128, "valid"))
    ]
    found = [
        *chain.from_iterable(pairs),
        layers.Flatten(),
        layers.Dropout(0.5),
        layers.Dense(1024, activation="relu"),
        layers.Dropout(0.2),
    ]
    return network(options, found, classes)


PLAIN = Recipe(
    name="cifar-vgg",
    title="Small colour pictures, pairs",
    summary="32 px colours, six convolutions in pairs; things and animals at thumbnail size.",
    notebook="001",
    origin="CIFAR-10, 15 epochs",
    options=TrainOptions(image_size=32, validation_fraction=0.1, epochs=15, batch_size=32),
    build=build_plain,
    smallest=20,
)
NORMALISED = Recipe(
    name="cifar-vgg-bn",
    title="Small colour pictures, pairs, normalised",
    summary="32 px colours, six normalised convolutions, shifted and mirrored; the notebooks' best at this size.",
    notebook="001",
    origin="CIFAR-10, 50 epochs with augmentation",
    options=TrainOptions(image_size=32, validation_fraction=0.1, shift=0.1, flip=True, epochs=50, batch_size=32),
    build=build_normalised,
    smallest=20,
)
