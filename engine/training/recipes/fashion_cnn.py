"""Small grey pictures, such as Fashion-MNIST: three blocks of convolution, after notebook 004.

Published there: 90.64 % of the 10,000 test images of Fashion-MNIST, trained on all 60,000 with the test images as
validation; 90.78 % with 30 % of the training images held out. Adam at 1e-3, batches of 200, stop after 10 epochs
without a lower validation loss, rate halved after 2 epochs without a higher validation accuracy, never under 1e-5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.training.options import TrainOptions
from engine.training.recipes.recipe import Recipe, network

if TYPE_CHECKING:
    import keras


def build(options: TrainOptions, classes: int) -> keras.Model:
    """The notebook's network."""
    return network(options, three_blocks(0.2, 64), classes)


def three_blocks(dropout: float, width: int) -> list[keras.Layer]:
    """Return three blocks of a convolution each, with this dropout, and a dense layer of this width."""
    from keras import layers

    blocks = [
        layer
        for filters in (32, 64, 128)
        for layer in (
            layers.Conv2D(filters, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(2),
            layers.Dropout(dropout),
        )
    ]
    dense = [layers.Dense(width, activation="relu"), layers.BatchNormalization(), layers.Dropout(0.5)]
    return [*blocks, layers.Flatten(), *dense]


RECIPE = Recipe(
    name="fashion-cnn",
    title="Small grey pictures",
    summary="28 px grey values, three convolution blocks; clothes, digits, symbols. Minutes on a processor.",
    notebook="004",
    origin="Fashion-MNIST, 90.6 % test accuracy",
    options=TrainOptions(
        image_size=28,
        channels="grey",
        validation_fraction=0.1,
        epochs=30,
        batch_size=200,
        early_stop=10,
        plateau=2,
        plateau_factor=0.5,
        minimum_rate=1e-5,
    ),
    build=build,
    smallest=22,
)
