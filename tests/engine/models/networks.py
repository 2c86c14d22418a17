"""Tiny networks and their description, for tests of model files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.models.bundle import FORMAT_VERSION, ModelInfo

INFO = ModelInfo(FORMAT_VERSION, ("cat", "dog", "Ärger"), 8, 6, "rgb", "stretch", "photo-cnn", "a-run", 1.0)
GREY = replace(INFO, channels="grey")


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
