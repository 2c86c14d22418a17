"""A pretrained network of which all layers are trained, after notebook 003 (seven kinds of things in art pictures).

Published there, on 140 test pictures: Xception 88.57 %, EfficientNetB4 91.43 %, DenseNet201 91.43 %, their ensemble
92.86 %, trained on everything and turned over too 94.29 %. Images of 200 px, batches of 20, Adam at 1e-4, CutMix on
every batch, rotation 15, shear 0.1 (degrees), brightness 0.6 to 1.4, flips; 10 % validation; the model is that of the
lowest validation loss, training stops after 10 epochs without a lower one, the rate is halved after 5,
never under 1e-6. The notebook scales all colours to 0..1; here each base sees them as it did when it was pretrained.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.training.options import TrainOptions
from engine.training.recipes import bases
from engine.training.recipes.recipe import Recipe, input_shape

if TYPE_CHECKING:
    import keras


def build(options: TrainOptions, classes: int) -> keras.Model:
    """The base of the options, global average pooling, Dense 512 with L2, dropout."""
    import keras
    from keras import layers

    base = bases.base(options)
    base.trainable = not options.freeze_base
    return keras.Sequential(
        [
            keras.Input(input_shape(options), dtype="uint8"),
            bases.scaling(options),
            base,
            layers.GlobalAveragePooling2D(),
            layers.Dense(512, activation="relu", kernel_initializer="he_normal"),
            layers.Dropout(0.5),
            layers.Dense(classes, activation="softmax", dtype="float32"),
        ]
    )


RECIPE = Recipe(
    name="art-transfer",
    title="Art and photographs, pretrained",
    summary="200 px colours, a large pretrained network trained as a whole with CutMix; wants a GPU.",
    notebook="003",
    origin="art pictures, 94.3 % as an ensemble",
    options=TrainOptions(
        image_size=200,
        validation_fraction=0.1,
        rotation=15,
        shear=0.1,
        brightness=0.4,
        flip=True,
        flip_vertical=True,
        cutmix=1.0,
        base="EfficientNetB4",
        l2=1e-3,
        epochs=100,
        batch_size=20,
        learning_rate=1e-4,
        early_stop=10,
        plateau=5,
        plateau_by="loss",
        plateau_factor=0.5,
        minimum_rate=1e-6,
        best_by="loss",
    ),
    build=build,
    smallest=32,
    check=bases.check,
)
