"""The notebooks' own way to train, cell by cell: what the recipes are measured against."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

Pictures = tuple[np.ndarray, np.ndarray]  # pixels and classes


def signs_script(training_set: Pictures, test_set: Pictures, epochs: int, planned: int) -> dict[str, Any]:
    """Notebook 000: 30 px colours, `ImageDataGenerator`, batch 32, 70 % of the pictures; `epochs` of `planned`."""
    import keras
    import tensorflow as tf
    from keras import layers

    images, labels = training_set
    order = np.random.default_rng(42).permutation(len(images))
    training, validation = np.split(order, [round(0.7 * len(order))])
    x, y = images.astype("float32") / 255, keras.utils.to_categorical(labels, 43)
    model = keras.Sequential(
        [
            keras.Input((30, 30, 3)),
            layers.Conv2D(16, (3, 3), activation="relu"),
            layers.Conv2D(32, (3, 3), activation="relu"),
            layers.MaxPooling2D((2, 2)),
            layers.BatchNormalization(axis=-1),
            layers.Conv2D(64, (3, 3), activation="relu"),
            layers.Conv2D(128, (3, 3), activation="relu"),
            layers.MaxPooling2D((2, 2)),
            layers.BatchNormalization(axis=-1),
            layers.Flatten(),
            layers.Dense(512, activation="relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.Dense(43, activation="softmax"),
        ]
    )
    rate = keras.optimizers.schedules.InverseTimeDecay(0.001, 1, 0.001 / (planned * 0.5))
    model.compile(loss="categorical_crossentropy", optimizer=keras.optimizers.Adam(rate), metrics=["accuracy"])
    augmentation = tf.keras.preprocessing.image.ImageDataGenerator(
        rotation_range=10,
        zoom_range=0.15,
        width_shift_range=0.1,
        height_shift_range=0.1,
        shear_range=0.15,
        horizontal_flip=False,
        vertical_flip=False,
        fill_mode="nearest",
    )
    flow = augmentation.flow(x[training], y[training], batch_size=32)
    return _timed(
        epochs,
        len(training),
        lambda: model.fit(flow, epochs=1, verbose=0),
        lambda: model.evaluate(x[validation], y[validation], verbose=0)[1],
    ) | {"test": _tested(model, test_set) if epochs == planned else None}


def fashion_script(training_set: Pictures, test_set: Pictures, epochs: int, planned: int) -> dict[str, Any]:
    """Notebook 004: 28 px grey, batch 200, no augmentation."""
    import keras
    from keras import layers

    images, labels = training_set
    held_out = np.arange(len(images)) % 6 == 0  # as many as the test set, which the notebook validates on
    x, y = images.astype("float32")[..., None] / 255, keras.utils.to_categorical(labels, 10)
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for filters in (32, 64, 128):
        model.add(layers.Conv2D(filters, (3, 3), activation="relu"))
        model.add(layers.BatchNormalization())
        model.add(layers.MaxPooling2D((2, 2)))
        model.add(layers.Dropout(0.2))
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.BatchNormalization())
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    found = _timed(
        epochs,
        int((~held_out).sum()),
        lambda: model.fit(x[~held_out], y[~held_out], epochs=1, batch_size=200, verbose=0),
        lambda: model.evaluate(x[held_out], y[held_out], batch_size=200, verbose=0)[1],
    )
    share = len(images) / int((~held_out).sum())  # the notebook trains on all of them
    scaled = {name: [share * value for value in found[name]] for name in ("epoch_cpu", "epoch_wall")}
    return found | scaled | {"test": _tested(model, test_set) if epochs == planned else None}


def _tested(model: Any, test_set: Pictures) -> float:
    """The share of the test set that the last epoch's network classifies rightly."""
    images, labels = test_set
    x = images.astype("float32") / 255
    answers = model.predict(x if x.ndim == 4 else x[..., None], batch_size=200, verbose=0).argmax(axis=1)
    return float((answers == labels).mean())


def _timed(epochs: int, images: int, fit: Callable[[], Any], validate: Callable[[], float]) -> dict[str, Any]:
    """Epoch by epoch: rates of training, seconds with validation, by the clock and by the processor."""
    found: dict[str, Any] = {"rates": [], "cpu_rates": [], "epoch_wall": [], "epoch_cpu": [], "accuracies": []}
    for _ in range(epochs):
        clock, processor = time.perf_counter(), _processor()
        fit()
        found["rates"].append(images / (time.perf_counter() - clock))
        found["accuracies"].append(validate())
        found["cpu_rates"].append(images / (_processor() - processor))
        found["epoch_wall"].append(time.perf_counter() - clock)
        found["epoch_cpu"].append(_processor() - processor)
    return found


def _processor() -> float:
    spent = os.times()
    return spent.user + spent.system
