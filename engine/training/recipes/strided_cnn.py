"""Networks of three convolutions that halve the picture each, after notebook 001: one for Fashion-MNIST, one for
CIFAR-10.

The notebook prints no final figures; it says that the first one overfits after five of its 15 epochs. Adam at 1e-3,
batches of 32, no augmentation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.training.options import TrainOptions
from engine.training.recipes.recipe import Recipe, network

if TYPE_CHECKING:
    import keras


def build_fashion(options: TrainOptions, classes: int) -> keras.Model:
    """The notebook's network for grey clothes behind a rescaling of uint8 to 0..1."""
    from keras import layers

    return _strided(options, [layers.Flatten(), layers.Dense(512, activation="relu")], classes)


def build_cifar(options: TrainOptions, classes: int) -> keras.Model:
    """The notebook's network for CIFAR-10 behind a rescaling of uint8 to 0..1."""
    from keras import layers

    top = [layers.Flatten(), layers.Dropout(0.5), layers.Dense(1024, activation="relu"), layers.Dropout(0.2)]
    return _strided(options, top, classes)


def _strided(options: TrainOptions, top: list[keras.Layer], classes: int) -> keras.Model:
    from keras import layers

    found = [
        *(layers.Conv2D(filters, 3, strides=2, activation="relu") for filters in (32, 64, 128)),
        *top,
    ]
    return network(options, found, classes)


FASHION = Recipe(
    name="fashion-strided-cnn",
    title="Small grey pictures, strided",
    summary="28 px grey values, three convolutions with stride 2; the quickest of the notebooks' networks.",
    notebook="001",
    origin="Fashion-MNIST, 15 epochs",
    options=TrainOptions(image_size=28, channels="grey", validation_fraction=0.1, epochs=15, batch_size=32),
    build=build_fashion,
)
CIFAR = Recipe(
    name="cifar-strided-cnn",
    title="Small colour pictures, strided",
    summary="32 px colours, three convolutions with stride 2 and dropout; things and animals at thumbnail size.",
    notebook="001",
    origin="CIFAR-10, 15 epochs",
    options=TrainOptions(image_size=32, validation_fraction=0.1, epochs=15, batch_size=32),
    build=build_cifar,
)
