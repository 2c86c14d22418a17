"""Our own for photographs: Transfer. A pretrained base whose features are computed once, then fine-tuned at a low rate.

First the layer above the frozen base begins as a regression on the features of each picture and learns for an epoch
from several views of it, which takes seconds; then the upper half of the base trains too, for a few epochs, with its
batch normalisation kept (Kumar et al., "Fine-Tuning can Distort Pretrained Features", 2022, for the order). The lower
half, which is most of the time as its maps are large, has been computed with the features and stays as it is (Yosinski
et al., "How transferable are features in deep neural networks?", 2014: the lower layers are general). The figures are
in docs/benchmarks.md.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.figures import percent
from engine.language import _
from engine.training.options import TrainOptions
from engine.training.recipes import bases
from engine.training.recipes.recipe import Recipe, input_shape

if TYPE_CHECKING:
    import keras

    from engine.library.project import Project

_SIZES = (96, 128, 160, 192, 224)
_LARGE = 192  # px from which a batch has 16: half the memory of 32, the same time for an image, twice the steps
_MANY = 1500  # pictures from which an epoch has steps enough in batches of twice the size, which keep a card busy


def build(options: TrainOptions, classes: int) -> keras.Model:
    """The base of the options, global average pooling, dropout, one dense layer."""
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input(input_shape(options), dtype="uint8"),
            bases.scaling(options),
            bases.base(options),
            layers.GlobalAveragePooling2D(),
            layers.Dropout(0.3),
            layers.Dense(classes, activation="softmax", dtype="float32"),
        ]
    )


def adapt(options: TrainOptions, project: Project) -> tuple[TrainOptions, str]:
    """The size of the pictures, up to what the base was trained at; fewer epochs of fine-tuning for many pictures."""
    from engine.training.facts import read_facts
    from engine.training.machine import device
    from engine.training.recipes.small_pictures import sentence

    facts, on_card = read_facts(project), device.trains_on_card(options)
    size = max([s for s in _SIZES if s <= max(facts.side, _SIZES[0])])
    fine = 6 if facts.images <= _MANY else 4 if facts.images <= 5000 else 2
    found = replace(
        options,
        image_size=size,
        epochs=options.head_epochs + fine,
        batch_size=(16 if size >= _LARGE else 32) * (2 if on_card and facts.images > _MANY else 1),
        flip=facts.may_flip,
        imbalance="oversample" if facts.imbalance > 20 else "none",
        mixed_precision=on_card,
    )
    return found, f"{sentence(found, facts)} {_how(options)}"


def _how(options: TrainOptions) -> str:
    if options.freeze_base and not (options.cutmix or options.mixup):
        words = _("All epochs train on features that {base} computes once; the base stays as it is.")
    elif options.freeze_base:
        words = _(
            "First the last layer learns on features that {base} computes once; then the pictures are mixed too, while "
            "the base stays as it is."
        )
    else:
        words = _(
            "First the last layer learns on features that {base} computes once; then its upper layers train too, "
            "{share} of its work."
        )
    share = percent(options.fine_tune_share, 0)
    return words.format(base=options.base, share=share)


RECIPE = Recipe(
    name="transfer",
    title="Transfer",
    summary="Photographs, on a network that has seen a million others; good with few pictures. Reads the project.",
    origin="pretrained features first, then fine-tuning",
    options=TrainOptions(
        image_size=224,
        validation_fraction=0.2,
        rotation=10,
        zoom=0.15,
        flip=True,
        base="MobileNetV2",
        head_epochs=1,
        fine_tune_share=0.5,
        epochs=7,
        batch_size=32,
        optimizer="adam",
        learning_rate=2e-4,
        fine_tune_rate=2e-4,
        schedule="one-cycle",
        label_smoothing=0.1,
        best_by="loss",  # of 100 images two more or fewer are chance, and a rate that is still high has luck at times
    ),
    build=build,
    smallest=32,
    check=bases.check,
    adapt=adapt,
)
