"""Tiny networks and their description, for tests of model files; and the forms in which models are exported."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.models.bundle import FORMAT_VERSION, ModelInfo
from engine.models.targets import TARGETS
from tests.long_forms import ONLY_LONG

INFO = ModelInfo(FORMAT_VERSION, ("cat", "dog", "Ärger"), 8, 6, "rgb", "stretch", "photo-cnn", "a-run", 1.0)
GREY = replace(INFO, channels="grey")

# Keras and TensorFlow are loaded for some, each time; `test_export_job.py` has one of these in every run.
EACH_TARGET = pytest.mark.parametrize(
    "name", [pytest.param(t.name, marks=ONLY_LONG if t.from_keras else ()) for t in TARGETS.values()]
)


def network(info: ModelInfo = INFO) -> Any:
    import keras
    from keras import layers

    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input((info.height, info.width, 3 if info.channels == "rgb" else 1), dtype="uint8"),
            layers.Rescaling(1 / 255),
            layers.Conv2D(4, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.Flatten(),
            layers.Dense(len(info.classes), activation="softmax"),
        ]
    )
