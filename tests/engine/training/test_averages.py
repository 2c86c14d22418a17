"""Moving averages of batch normalisation, which validation and the model file use, in trainings of few steps."""

from __future__ import annotations

import keras
import pytest
from keras import layers

from engine.training.network import quicken_averages


def network() -> keras.Model:
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.BatchNormalization()])
    return keras.Sequential([keras.Input((4,)), inner, layers.BatchNormalization(momentum=0.5), layers.Dense(2)])


@pytest.mark.parametrize(
    ("steps", "looked_back"), [(1, 2), (2, 2), (6, 6), (10, 10), (34, 10), (80, 20), (100, 100), (5000, 100)]
)
def test_averages_look_back_over_a_quarter_of_a_short_epoch_and_never_further_than_the_recipe_says(
    steps: int, looked_back: int
) -> None:
    model = network()
    quicken_averages(model, steps)
    inner, own = model.layers[0].layers[-1], model.layers[1]
    assert inner.momentum == pytest.approx(1 - 1 / looked_back)
    assert own.momentum == 0.5
