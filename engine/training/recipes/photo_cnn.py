"""Photographs, after notebook 002 (TensorFlow's flowers tutorial): with augmentation, and plain.

The notebook prints no final figure in text; its plain network, without augmentation and dropout, is said to reach
about 60 % validation accuracy on five kinds of flowers in 10 epochs, the other one less overfitted. 3,670 pictures,
20 % validation with seed 123, 15 epochs. Its augmentation is `RandomFlip("horizontal")`, `RandomRotation(0.1)` (a tenth
of a turn, 36 degrees) and `RandomZoom(0.1)` (given the height alone, it zooms both sides alike), with mirrored borders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.training.options import TrainOptions
from engine.training.recipes.recipe import Recipe, network

if TYPE_CHECKING:
    import keras


def build(options: TrainOptions, classes: int) -> keras.Model:
    """The notebook's network; the softmax that it applies after prediction is the last activation here."""
    from keras import layers

    return _build(options, classes, [layers.Dropout(0.2)])


def build_plain(options: TrainOptions, classes: int) -> keras.Model:
    """The same without dropout."""
    return _build(options, classes, [])


def _build(options: TrainOptions, classes: int, dropout: list[keras.Layer]) -> keras.Model:
    from keras import layers

    found = [
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        *dropout,
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
    ]
    return network(options, found, classes)


RECIPE = Recipe(
    name="photo-cnn",
    title="Photographs",
    summary="180 px colours, three convolutions, mirrored, turned and zoomed; flowers, animals, things.",
    notebook="002",
    origin="flower photographs, five classes",
    options=TrainOptions(
        image_size=180,
        validation_fraction=0.2,
        rotation=36,
        zoom=0.1,
        zoom_evenly=True,
        flip=True,
        border="mirror",
        epochs=15,
        batch_size=32,
        seed=123,
    ),
    build=build,
)
PLAIN = Recipe(
    name="photo-cnn-plain",
    title="Photographs, plain",
    summary="180 px colours, three convolutions, nothing changed at random; overfits soon, for comparison.",
    notebook="002",
    origin="flower photographs, about 60 % validation accuracy",
    options=TrainOptions(image_size=180, validation_fraction=0.2, epochs=10, batch_size=32, seed=123),
    build=build_plain,
)
