"""The networks of the five notebooks, as these write them: what the recipes are measured against."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, regularizers


def fashion_cnn() -> Any:
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for filters in (32, 64, 128):
        model.add(layers.Conv2D(filters, (3, 3), activation="relu"))
        model.add(layers.BatchNormalization())
        model.add(layers.MaxPooling2D(pool_size=(2, 2)))
        model.add(layers.Dropout(0.2))
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.BatchNormalization())
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(10, activation="softmax"))
    return model


def traffic_sign_cnn() -> Any:
    return keras.Sequential(
        [
            keras.Input((30, 30, 3)),
            layers.Conv2D(filters=16, kernel_size=(3, 3), activation="relu"),
            layers.Conv2D(filters=32, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.BatchNormalization(axis=-1),
            layers.Conv2D(filters=64, kernel_size=(3, 3), activation="relu"),
            layers.Conv2D(filters=128, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.BatchNormalization(axis=-1),
            layers.Flatten(),
            layers.Dense(512, activation="relu"),
            layers.BatchNormalization(),
            layers.Dropout(rate=0.5),
            layers.Dense(43, activation="softmax"),
        ]
    )


def photo_cnn() -> Any:
    return keras.Sequential(
        [
            keras.Input((180, 180, 3)),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.2),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(5),
        ]
    )


def photo_cnn_plain() -> Any:
    return keras.Sequential(
        [keras.Input((180, 180, 3)), *(x for x in photo_cnn().layers if not isinstance(x, layers.Dropout))]
    )


def fashion_strided_cnn() -> Any:
    i = keras.Input((28, 28, 1))
    x = layers.Conv2D(32, (3, 3), strides=2, activation="relu")(i)
    x = layers.Conv2D(64, (3, 3), strides=2, activation="relu")(x)
    x = layers.Conv2D(128, (3, 3), strides=2, activation="relu")(x)
    x = layers.Flatten()(x)
    x = layers.Dense(512, activation="relu")(x)
    return keras.Model(i, layers.Dense(10, activation="softmax")(x))


def cifar_strided_cnn() -> Any:
    i = keras.Input((32, 32, 3))
    x = layers.Conv2D(32, (3, 3), strides=2, activation="relu")(i)
    x = layers.Conv2D(64, (3, 3), strides=2, activation="relu")(x)
    x = layers.Conv2D(128, (3, 3), strides=2, activation="relu")(x)
    x = layers.Flatten()(x)
    x = layers.Dropout(0.5)(x)
    x = layers.Dense(1024, activation="relu")(x)
    x = layers.Dropout(0.2)(x)
    return keras.Model(i, layers.Dense(10, activation="softmax")(x))


def cifar_vgg(normalise: bool = False) -> Any:
    """The last convolution is printed without padding, in both; the normalised one without its middle pair."""

    def normalised(x: Any) -> Any:
        return layers.BatchNormalization()(x) if normalise else x

    i = x = keras.Input((32, 32, 3))
    x = normalised(layers.Conv2D(32, (3, 3), activation="relu", padding="same")(x))
    x = normalised(layers.Conv2D(32, (3, 3), activation="relu", padding="same")(x))
    x = layers.MaxPooling2D((2, 2))(x)
    x = normalised(layers.Conv2D(64, (3, 3), activation="relu", padding="same")(x))
    x = normalised(layers.Conv2D(64, (3, 3), activation="relu", padding="same")(x))
    x = layers.MaxPooling2D((2, 2))(x)
    x = normalised(layers.Conv2D(128, (3, 3), activation="relu", padding="same")(x))
    x = normalised(layers.Conv2D(128, (3, 3), activation="relu")(x))
    x = layers.MaxPooling2D((2, 2))(x)
    x = layers.Flatten()(x)
    x = layers.Dropout(0.5)(x)
    x = layers.Dense(1024, activation="relu")(x)
    x = layers.Dropout(0.2)(x)
    return keras.Model(i, layers.Dense(10, activation="softmax")(x))


def cifar_vgg_bn() -> Any:
    return cifar_vgg(normalise=True)


def l2_cnn() -> Any:
    penalty = 0.001
    model = keras.Sequential([keras.Input((28, 28, 1))])
    model.add(layers.Conv2D(32, (3, 3), activation="relu", kernel_regularizer=regularizers.l2(penalty)))
    model.add(layers.BatchNormalization())
    model.add(layers.Conv2D(64, (3, 3), activation="relu", kernel_regularizer=regularizers.l2(penalty)))
    model.add(layers.BatchNormalization())
    model.add(layers.MaxPooling2D(pool_size=(2, 2)))
    model.add(layers.Dropout(0.2))
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu", kernel_regularizer=regularizers.l2(penalty)))
    model.add(layers.Dropout(0.2))
    model.add(layers.Dense(10, activation="softmax"))
    return model


def cats_and_dogs_cnn() -> Any:
    model = keras.Sequential([keras.Input((128, 128, 3))])
    for filters in (32, 64, 128):
        model.add(layers.Conv2D(filters, (3, 3), activation="relu"))
        model.add(layers.BatchNormalization())
        model.add(layers.MaxPooling2D(pool_size=(2, 2)))
        model.add(layers.Dropout(0.25))
    model.add(layers.Flatten())
    model.add(layers.Dense(512, activation="relu"))
    model.add(layers.BatchNormalization())
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(2, activation="softmax"))
    return model


def art_transfer(base: Any, size: int) -> Any:
    model = keras.Sequential()
    model.add(base(include_top=False, weights=None, input_shape=(size, size, 3)))
    model.add(layers.GlobalAveragePooling2D())
    model.add(
        layers.Dense(512, activation="relu", kernel_initializer="he_normal", kernel_regularizer=regularizers.l2(1e-3))
    )
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(7, activation="softmax"))
    return model
