"""Small colour pictures whose sides must not be swapped, such as traffic signs, after notebook 000.

Published there: 98.49 % of the 12,630 test images of GTSRB, 30 epochs, 30 % of the training images as validation.
The notebook's optimiser is Keras' former `Adam(1e-3, decay=1e-3 / (epochs * 0.5))`: at step n the rate is
rate / (1 + decay n), which is the schedule inverse time. Its augmentation is `ImageDataGenerator` with rotation 10,
zoom 0.15, shifts 0.1, shear 0.15 (degrees), nearest fill, no flips.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.training.options import TrainOptions
from engine.training.recipes.recipe import Recipe, network

if TYPE_CHECKING:
    import keras

_EPOCHS = 30
_RATE = 1e-3


def build(options: TrainOptions, classes: int) -> keras.Model:
    """The notebook's network behind a rescaling of uint8 to 0..1."""
    from keras import layers

    found = [
        layers.Conv2D(16, 3, activation="relu"),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.BatchNormalization(),
        layers.Conv2D(64, 3, activation="relu"),
        layers.Conv2D(128, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.BatchNormalization(),
        layers.Flatten(),
        layers.Dense(512, activation="relu"),
        layers.BatchNormalization(),
        layers.Dropout(0.5),
    ]
    return network(options, found, classes)


RECIPE = Recipe(
    name="traffic-sign-cnn",
    title="Signs and symbols",
    summary="30 px colours, four convolutions, turned and shifted but never mirrored; traffic signs, logos.",
    notebook="000",
    origin="GTSRB, 98.5 % test accuracy",
    options=TrainOptions(
        image_size=30,
        validation_fraction=0.3,
        rotation=10,
        zoom=0.15,
        shift=0.1,
        shear=0.15,
        epochs=_EPOCHS,
        batch_size=32,
        learning_rate=_RATE,
        schedule="inverse-time",
        decay=_RATE / (_EPOCHS * 0.5),
    ),
    build=build,
)
