"""Our own for small pictures: Quick and Accurate. Both read the project and say what they make of it.

Pairs of convolutions with batch normalisation, each image brought to mean 0 and deviation 1 inside the network (dark
and pale signs then look alike), AdamW with one cycle of the rate (Smith, 2018; Loshchilov and Hutter, 2019), one affine
map per image for augmentation. Accurate also erases (Zhong et al., 2017), smooths labels (Szegedy et al., 2016), has
colours vary much, and looks at more pixels where the pictures have them, there in two columns that see different sizes
(Ciresan et al., 2012, who won GTSRB's contest so); thousands of pictures of a class are varied little, as a network of
this size then learns slower for it and no better.

Quick reached 98.64 % of GTSRB's 12,630 test images (seed 42, 9 epochs; a tenth of the training images, whole signs,
held out) with 387 processor seconds from the files to the tested model file; notebook 000's 30 epochs, for 98.45 %,
would take 1,485 on the same busy machine (two were measured). Accurate reached 99.36 % (13 epochs at 48 px) in 86 % of
that notebook's processor seconds, and 93.55 % of Fashion-MNIST's test images. More is in docs/benchmarks.md.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.language import _
from engine.training.options import TrainOptions
from engine.training.recipes.recipe import Recipe, input_shape

if TYPE_CHECKING:
    import keras

    from engine.library.project import Project
    from engine.training.facts import ProjectFacts

_FOURTH_PAIR = 48  # px from which there is room for one
_STEM = 40  # px from which pairs at full size would take most of the time
_OWN_SIZE = 28  # px, of MNIST and Fashion-MNIST; 32 would only blur them
_LARGEST = 64
_QUICK_SIZES = {64: 32, 10**9: _LARGEST}  # a side of the pictures, in the median -> the size that is trained
_ACCURATE_SIZES = {36: 32, 56: 48, 10**9: _LARGEST}
_MANY = 3000  # pictures of a class, in the mean
_SHIFTS_ALONE: dict[str, Any] = {
    **dict.fromkeys(("rotation", "zoom", "shear", "erasing", "brightness", "contrast", "saturation"), 0.0),
    "label_smoothing": 0.0,
    "learning_rate": 3e-3,
}
# From so many images on -> the batch. A card takes the largest in the time of small ones; few images need the steps.
_BATCHES = {5000: 128, 1500: 64, 0: 32}
_CARD_BATCHES = {50_000: 512, 5000: 256, 1500: 128, 0: 32}


def build_quick(options: TrainOptions, classes: int) -> keras.Model:
    """Pairs of 16, 32, 64 (and 128) filters."""
    pairs = 4 if options.image_size >= _FOURTH_PAIR else 3
    return _network(options, classes, [[16 * 2**pair] * 2 for pair in range(pairs)], 128, 0.3)


def build_accurate(options: TrainOptions, classes: int) -> keras.Model:
    """Pairs of 24, 48, 96 filters. Where there are many pixels two columns: one has a single 16 at half the size before
    its pairs; the other, pairs of 16, 32, 64, sees two thirds of the size, each colour brought to mean 0 by itself.
    """
    if options.image_size < _STEM:
        return _network(options, classes, [[24] * 2, [48] * 2, [96] * 2], 256, 0.4)
    import keras
    from keras import layers

    from engine.training.recipes.columns import ColumnMean

    images = keras.Input(input_shape(options), dtype="uint8")
    pixels = layers.Rescaling(1 / 255)(images)
    # Not by the layer Resizing, whose `call` trains unless told otherwise, and with it all layers behind it.
    less = keras.ops.image.resize(pixels, (options.image_size * 2 // 3,) * 2)
    fine = _layers([[16], [24] * 2, [48] * 2, [96] * 2], 128, 0.3, classes, pools_first=True)
    coarse = _layers([[16] * 2, [32] * 2, [64] * 2], 128, 0.3, classes, pools_first=True)
    # Each colour by itself, which LayerNormalization cannot on torch: it knows no axes but the last ones there.
    by_colour = layers.GroupNormalization(groups=-1, center=False, scale=False, epsilon=1e-4)
    columns = ([_standardised(), *fine], pixels), ([by_colour, *coarse], less)
    return keras.Model(images, ColumnMean(dtype="float32")([_through(*column) for column in columns]))


def _through(column: list[keras.Layer], seen: Any) -> Any:
    for layer in column:
        seen = layer(seen)
    return seen


def _network(options: TrainOptions, classes: int, stages: list[list[int]], units: int, dropout: float) -> keras.Model:
    import keras
    from keras import layers

    first = [keras.Input(input_shape(options), dtype="uint8"), layers.Rescaling(1 / 255), _standardised()]
    return keras.Sequential([*first, *_layers(stages, units, dropout, classes)])


def _standardised() -> keras.Layer:
    """Scale each image to mean 0 and deviation 1."""
    from keras import layers

    return layers.LayerNormalization(axis=[1, 2, 3], center=False, scale=False, epsilon=1e-3)


def _layers(
    stages: list[list[int]], units: int, dropout: float, classes: int, *, pools_first: bool = False
) -> list[keras.Layer]:
    """Convolutions of so many filters, the size halved after each stage; a dense layer; the probabilities.

    With `pools_first` the size is halved before the normalisation, which then has a quarter to do.
    """
    from keras import layers

    found: list[keras.Layer] = []
    for stage in stages:
        for number, filters in enumerate(stage, 1):
            found.append(layers.Conv2D(filters, 3, padding="same", use_bias=False))
            if pools_first and number == len(stage):
                found.append(layers.MaxPooling2D(2))
            found += [layers.BatchNormalization(), layers.ReLU()]
        if not pools_first:
            found.append(layers.MaxPooling2D(2))
    found += [layers.Flatten(), layers.Dense(units, use_bias=False), layers.BatchNormalization(), layers.ReLU()]
    return [*found, layers.Dropout(dropout), layers.Dense(classes, activation="softmax", dtype="float32")]


def adapt_quick(options: TrainOptions, project: Project) -> tuple[TrainOptions, str]:
    """Choose so many epochs that about 350,000 images are seen, 8 to 40; 32 px, or 64 where there are more."""
    from engine.training.facts import read_facts

    return _adapt(options, read_facts(project), _QUICK_SIZES, seen=350_000, fewest=8, most=40)


def adapt_accurate(options: TrainOptions, project: Project) -> tuple[TrainOptions, str]:
    """Choose so many epochs that about 600,000 images are seen, or 500,000 by two columns, 12 to 80; 32, 48 or 64 px;
    little varied where there are many of each class.
    """
    from engine.training.facts import read_facts

    facts = read_facts(project)
    if facts.images < _MANY * facts.classes:
        seen = 500_000 if _size(facts.side, _ACCURATE_SIZES) >= _STEM else 600_000
        return _adapt(options, facts, _ACCURATE_SIZES, seen=seen, fewest=12, most=80)
    found, why = _adapt(replace(options, **_SHIFTS_ALONE), facts, _ACCURATE_SIZES, seen=780_000, fewest=12, most=80)
    return found, f"{why} With so many of each class none is turned, stretched, recoloured or covered."


def _adapt(
    options: TrainOptions, facts: ProjectFacts, sizes: dict[int, int], *, seen: int, fewest: int, most: int
) -> tuple[TrainOptions, str]:
    from engine.training.machine import device

    on_card = device.trains_on_card(options)
    batches = _CARD_BATCHES if on_card else _BATCHES
    batch = next(batches[from_so_many] for from_so_many in batches if facts.images >= from_so_many)
    found = replace(
        options,
        image_size=_size(facts.side, sizes) if facts.side else options.image_size,
        channels="grey" if facts.grey else "rgb",
        epochs=min(most, max(fewest, round(seen / max(1, facts.images)))),
        batch_size=batch,
        learning_rate=options.learning_rate * (batch / 128) ** 0.5,
        flip=facts.may_flip,
        imbalance="oversample" if facts.imbalance > 20 else "none",
        mixed_precision=on_card,
    )
    return found, sentence(found, facts)


def _size(side: int, sizes: dict[int, int]) -> int:
    """The pictures' own size where that is small; of larger ones the size of the first limit that holds."""
    if side <= _OWN_SIZE:
        return max(16, side)
    return next(size for limit, size in sizes.items() if side <= limit)


def sentence(options: TrainOptions, facts: ProjectFacts) -> str:
    """Return what was chosen and why, for the person who watches."""
    grey = _("grey values, as no picture has colours")
    if facts.mirror_pair is not None:
        one, other = facts.mirror_pair
        flips = _("never mirrored, as {one!r} mirrored looks like {other!r}").format(one=one, other=other)
    elif facts.directed:
        flips = _("never mirrored, as left and right tell these classes apart")
    else:
        flips = _("mirrored at random, as no class is another's mirror image")
    how = [flips]
    if options.imbalance == "oversample":
        rare = _("rare classes shown more often (the largest is {times} times the smallest)")
        how.append(rare.format(times=f"{facts.imbalance:.0f}"))
    words = _(
        "{images} pictures of {size} in {classes} classes: {epochs} epochs of batches of {batch} at {side} px in "
        "{colours}, {how}."
    ).format(
        images=f"{facts.images:,}",
        size=f"{facts.side} px" if facts.side else _("unknown size"),
        classes=f"{facts.classes:,}",
        epochs=options.epochs,
        batch=options.batch_size,
        side=options.image_size,
        colours=grey if options.channels == "grey" else _("colours"),
        how="; ".join(how),
    )
    card = _(
        "It trains on the graphics card: in mixed precision, and in batches as large as so many pictures allow; both "
        "are faster there."
    )
    return f"{words} {card}" if options.mixed_precision else words


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
    origin="98.64 % of GTSRB's test set in about a quarter of notebook 000's time",
    options=_OPTIONS,
    build=build_quick,
    adapt=adapt_quick,
)
ACCURATE = Recipe(
    name="accurate",
    title="Accurate",
    summary="Small pictures as well as a processor can in a quarter of an hour; reads the project and sets itself.",
    origin="Quick with wider layers, two columns, more pixels and epochs, stronger regularisation",
    options=replace(
        _OPTIONS,
        epochs=15,
        erasing=0.25,
        brightness=0.5,
        contrast=0.5,
        saturation=0.7,
        label_smoothing=0.05,
        best_by="loss",
    ),
    build=build_accurate,
    adapt=adapt_accurate,
)
