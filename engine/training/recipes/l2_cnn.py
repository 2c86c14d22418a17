"""Small grey pictures with a penalty on large weights, after notebook 001.

The notebook prints no figure. SGD at 0.001 with momentum 0.9; the model is that of the lowest validation loss, training
stops after 5 epochs without a higher validation accuracy, the rate is multiplied by 0.2 after 3 epochs whose validation
loss fell by less than 0.001. Epochs and batch are not printed there; 30 and 32 are ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.training.options import TrainOptions
from engine.training.recipes.recipe import Recipe, network

if TYPE_CHECKING:
    import keras


def build(options: TrainOptions, classes: int) -> keras.Model:
    """The notebook's network behind a rescaling of uint8 to 0..1; the option `l2` puts its penalty on it."""
    from keras import layers

    found = [
        layers.Conv2D(32, 3, activation="relu"),
        layers.BatchNormalization(),
        layers.Conv2D(64, 3, activation="relu"),
        layers.BatchNormalization(),
        layers.MaxPooling2D(2),
        layers.Dropout(0.2),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dropout(0.2),
    ]
    return network(options, found, classes)


RECIPE = Recipe(
    name="l2-cnn",
    title="Small grey pictures, L2",
    summary="28 px grey values, two convolutions with an L2 penalty, plain gradient descent with momentum.",
    notebook="001",
    origin="Fashion-MNIST",
    options=TrainOptions(
        image_size=28,
        channels="grey",
        validation_fraction=0.1,
        l2=1e-3,
        epochs=30,
        batch_size=32,
        optimizer="sgd",
        learning_rate=1e-3,
        momentum=0.9,
        early_stop=5,
        early_stop_by="accuracy",
        plateau=3,
        plateau_by="loss",
        plateau_gain=1e-3,
        plateau_factor=0.2,
        minimum_rate=0.0,
        best_by="loss",
    ),
    build=build,
)
