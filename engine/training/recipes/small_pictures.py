"""Our own for small pictures: Quick and Accurate. Both read the project and say what they make of it.

Pairs of convolutions with batch normalisation, each image brought to mean 0 and deviation 1 inside the network (dark
and pale signs then look alike), AdamW with one cycle of the rate (Smith, 2018; Loshchilov and Hutter, 2019), one affine
map per image for augmentation; Accurate also erases (Zhong et al., 2017) and smooths labels (Szegedy et al., 2016).

Quick reached 98.64 % of GTSRB's 12,630 test images (seed 42, 9 epochs; a tenth of the training images, whole signs,
held out) with 387 processor seconds from the files to the proved model file; notebook 000's 30 epochs, for 98.45 %,
would take 1,485 on the same busy machine (two were measured). Figures of these recipes are in docs/benchmarks.md.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.training.options import TrainOptions
from engine.training.recipes.recipe import Recipe, input_shape

if TYPE_CHECKING:
    import keras

    from engine.library.project import Project
    from engine.training.facts import Facts

_FOURTH_PAIR = 48  # px from which there is room for one


def build_quick(options: TrainOptions, classes: int) -> keras.Model:
    """Pairs of 16, 32, 64 (and 128) filters."""
    return _pairs(options, classes, 16, 128, 0.3)


def build_accurate(options: TrainOptions, classes: int) -> keras.Model:
    """Pairs of 24, 48, 96 (and 192) filters."""
    return _pairs(options, classes, 24, 256, 0.4)


def _pairs(options: TrainOptions, classes: int, filters: int, units: int, dropout: float) -> keras.Model:
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input(input_shape(options), dtype="uint8"), layers.Rescaling(1 / 255)])
    model.add(layers.LayerNormalization(axis=[1, 2, 3], center=False, scale=False, epsilon=1e-3))
    for pair in range(4 if options.image_size >= _FOURTH_PAIR else 3):
        for _ in range(2):
            model.add(layers.Conv2D(filters * 2**pair, 3, padding="same", use_bias=False))
            model.add(layers.BatchNormalization())
            model.add(layers.ReLU())
        model.add(layers.MaxPooling2D(2))
    model.add(layers.Flatten())
    model.add(layers.Dense(units, use_bias=False))
    model.add(layers.BatchNormalization())
    model.add(layers.ReLU())
    model.add(layers.Dropout(dropout))
    model.add(layers.Dense(classes, activation="softmax", dtype="float32"))
    return model


def adapt_quick(options: TrainOptions, project: Project) -> tuple[TrainOptions, str]:
    """So many epochs that about 350,000 images are seen, 8 to 40."""
    return _adapt(options, project, seen=350_000, fewest=8, most=40)


def adapt_accurate(options: TrainOptions, project: Project) -> tuple[TrainOptions, str]:
    """So many epochs that about 900,000 images are seen, 16 to 80."""
    return _adapt(options, project, seen=900_000, fewest=16, most=80)


def _adapt(options: TrainOptions, project: Project, *, seen: int, fewest: int, most: int) -> tuple[TrainOptions, str]:
    from engine.training.facts import read_facts

    facts = read_facts(project)
    batch = 128 if facts.images >= 5000 else 64 if facts.images >= 1500 else 32
    found = replace(
        options,
        image_size=_size(facts.side),
        channels="grey" if facts.grey else "rgb",
        epochs=min(most, max(fewest, round(seen / max(1, facts.images)))),
        batch_size=batch,
        learning_rate=options.learning_rate * (batch / 128) ** 0.5,
        flip=facts.may_flip,
        imbalance="oversample" if facts.imbalance > 20 else "none",
    )
    return found, sentence(found, facts)


def _size(side: int) -> int:
    """The pictures' own size where that is small; what is larger loses little at a size that trains fast."""
    if side <= 28:
        return max(16, side)
    return 32 if side <= 64 else 64


def sentence(options: TrainOptions, facts: Facts) -> str:
    """What was chosen and why, for the person who watches."""
    colours = "grey values, as no picture has colours" if options.channels == "grey" else "colours"
    if facts.mirror_pair is not None:
        one, other = facts.mirror_pair
        flips = f"never mirrored, as {one!r} mirrored looks like {other!r}"
    elif facts.directed:
        flips = "never mirrored, as left and right tell these classes apart"
    else:
        flips = "mirrored at random, as no class is another's mirror image"
    rare = f"; rare classes shown more often (the largest is {facts.imbalance:.0f} times the smallest)"
    return (
        f"{facts.images:,} pictures of {facts.side} px in {facts.classes:,} classes: {options.epochs} epochs of "
        f"batches of {options.batch_size} at {options.image_size} px in {colours}, {flips}"
        f"{rare if options.imbalance == 'oversample' else ''}."
    )


_OPTIONS = TrainOptions(
    image_size=32,
    validation_fraction=0.1,
    rotation=10,
    zoom=0.1,
    shift=0.08,
    shear=5,
    epochs=12,
    batch_size=128,
    optimizer="adamw",
    weight_decay=0.05,
    learning_rate=4e-3,
    schedule="one-cycle",
)
QUICK = Recipe(
    name="quick",
    title="Quick",
    summary="Small pictures in minutes on a processor; reads the project and sets itself. Begin here.",
    source="Pigeonhole: 98.64 % of GTSRB's test set in about a quarter of notebook 000's time",
    options=_OPTIONS,
    build=build_quick,
    adapt=adapt_quick,
)
ACCURATE = Recipe(
    name="accurate",
    title="Accurate",
    summary="Small pictures as well as a processor can in a quarter of an hour; reads the project and sets itself.",
    source="Pigeonhole: Quick with wider layers, more epochs and stronger regularisation",
    options=replace(
        _OPTIONS, epochs=24, learning_rate=3e-3, erasing=0.25, brightness=0.1, label_smoothing=0.05, best_by="loss"
    ),
    build=build_accurate,
    adapt=adapt_accurate,
)
