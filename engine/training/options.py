"""The options of a training, as data: flags, the form in the window and `run.json` are all made from this class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from typing import Any

from engine.errors import UsageError
from engine.language import _
from engine.suggestions import did_you_mean
from engine.training.option_spec import Condition, OptionSpec, option, parse, spec_of

__all__ = ["OptionSpec", "TrainOptions", "specs", "to_dict", "with_overrides"]

IMAGES, AUGMENTATION, NETWORK = "Images", "Augmentation", "Network"
OPTIMISER, STOPS, MACHINE = "Optimiser", "Stops", "Machine"
# Bases of transfer learning, as `keras.applications` names them, from small to large.
BASES = (
    *("MobileNetV2", "EfficientNetV2B0", "EfficientNetB4", "DenseNet201", "Xception"),
    *("InceptionV3", "ResNet50V2", "ConvNeXtTiny", "EfficientNetB5", "InceptionResNetV2"),
)


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """Options that decide how a run turns out, beside the data. A recipe is a network and one of these.

    Angles are in degrees, zoom and shifts are fractions of the image, rates are per step.
    """

    image_size: int = option(
        64,
        "Image size",
        "Images are resized to this many pixels on each side.",
        IMAGES,
        minimum=16,
        maximum=512,
        unit="px",
    )
    channels: str = option("rgb", "Colours", "Train on colours or on grey values.", IMAGES, choices=("rgb", "grey"))
    resize: str = option(
        "stretch",
        "Resize",
        "Stretch to the square, crop its middle, or letterbox: fit inside with a border.",
        IMAGES,
        choices=("stretch", "crop", "letterbox"),
        advanced=True,
    )
    validation_fraction: float = option(
        0.2,
        "Validation",
        "Share of the training images held out when the project has no validation split.",
        IMAGES,
        minimum=0.05,
        maximum=0.5,
        step=0.05,
        advanced=True,
    )
    train_on_everything: bool = option(
        False,
        "Train on everything",
        "Learn from the validation images too, once all else is decided; their accuracy then means nothing.",
        IMAGES,
        advanced=True,
    )
    imbalance: str = option(
        "none",
        "Rare classes",
        "Give rare classes more weight in the loss, show their images more often, or show others less often.",
        IMAGES,
        choices=("none", "class-weights", "oversample", "undersample"),
        advanced=True,
    )
    rotation: float = option(
        0.0, "Rotation", "Turn at random up to this angle.", AUGMENTATION, minimum=0, maximum=180, step=1, unit="°"
    )
    zoom: float = option(
        0.0, "Zoom", "Enlarge or shrink at random by up to this share.", AUGMENTATION, minimum=0, maximum=0.9, step=0.05
    )
    zoom_evenly: bool = option(
        False, "Keep proportions", "Zoom width and height alike, not each by itself.", AUGMENTATION, advanced=True
    )
    shift: float = option(
        0.0, "Shift", "Move at random by up to this share of the size.", AUGMENTATION, minimum=0, maximum=0.5, step=0.05
    )
    shear: float = option(
        0.0, "Shear", "Slant at random up to this angle.", AUGMENTATION, minimum=0, maximum=45, step=0.05, unit="°"
    )
    flip: bool = option(False, "Mirror", "Mirror left and right at random; not for signs or letters.", AUGMENTATION)
    flip_vertical: bool = option(
        False, "Turn over", "Mirror top and bottom at random; for pictures without an up.", AUGMENTATION, advanced=True
    )
    border: str = option(
        "nearest",
        "Border",
        "What fills the corners of a moved image: its outermost pixels, or its mirror image.",
        AUGMENTATION,
        choices=("nearest", "mirror"),
        advanced=True,
    )
    brightness: float = option(
        0.0,
        "Brightness",
        "Brighten or darken at random by up to this share.",
        AUGMENTATION,
        minimum=0,
        maximum=0.9,
        step=0.05,
    )
    contrast: float = option(
        0.0,
        "Contrast",
        "Strengthen or weaken the contrast at random by up to this share.",
        AUGMENTATION,
        minimum=0,
        maximum=0.9,
        step=0.05,
        advanced=True,
    )
    saturation: float = option(
        0.0,
        "Saturation",
        "Strengthen or weaken colours at random by up to this share.",
        AUGMENTATION,
        minimum=0,
        maximum=1,
        step=0.05,
        advanced=True,
        only_while=(Condition("channels", ("rgb",)),),
    )
    erasing: float = option(
        0.0,
        "Erasing",
        "Share of images of which a random rectangle is painted over.",
        AUGMENTATION,
        minimum=0,
        maximum=1,
        step=0.05,
        advanced=True,
    )
    randaugment: int = option(
        0,
        "RandAugment",
        "So many changes, drawn anew for each image from all kinds.",
        AUGMENTATION,
        minimum=0,
        maximum=4,
        unit="changes",
        advanced=True,
    )
    cutmix: float = option(
        0.0,
        "CutMix",
        "Share of batches in which a rectangle of each image comes from another, with its label.",
        AUGMENTATION,
        minimum=0,
        maximum=1,
        step=0.1,
        advanced=True,
    )
    mixup: float = option(
        0.0,
        "MixUp",
        "Share of batches in which two images, and their labels, are blended.",
        AUGMENTATION,
        minimum=0,
        maximum=1,
        step=0.1,
        advanced=True,
    )
    base: str = option(
        "MobileNetV2",
        "Base",
        "The pretrained network under a transfer recipe; others have none.",
        NETWORK,
        choices=BASES,
        advanced=True,
    )
    pretrained: str = option(
        "imagenet",
        "Pretrained",
        "Begin with the base's ImageNet weights or from scratch.",
        NETWORK,
        choices=("imagenet", "none"),
        advanced=True,
    )
    weights: str = option(
        "",
        "Weights file",
        "The base's weights in a file; without one, those of MobileNetV2 come with the program, others are downloaded.",
        NETWORK,
        advanced=True,
        only_while=(Condition("pretrained", ("imagenet",)),),
    )
    freeze_base: bool = option(
        False, "Freeze the base", "Train only the layers above the base; its weights stay.", NETWORK, advanced=True
    )
    head_epochs: int = option(
        0,
        "Head first",
        "So many first epochs train only the layers above the base, on features that are computed once.",
        NETWORK,
        minimum=0,
        maximum=1000,
        unit="epochs",
        advanced=True,
    )
    fine_tune_share: float = option(
        1.0,
        "Fine-tuned part",
        "Share of the base that trains, from its top down, counted in multiplications; what is below stays as it is.",
        NETWORK,
        minimum=0.05,
        maximum=1,
        step=0.05,
        advanced=True,
        only_while=(Condition("freeze_base", off=True),),
    )
    start_from: str = option(
        "", "Start from run", "Begin with the weights of this run instead of new ones.", NETWORK, advanced=True
    )
    l2: float = option(
        0.0,
        "L2",
        "Penalty on the squares of the weights, added to the loss.",
        NETWORK,
        minimum=0,
        maximum=1,
        step=1e-4,
        advanced=True,
    )
    epochs: int = option(15, "Epochs", "Most passes over the training images.", OPTIMISER, minimum=1, maximum=10_000)
    batch_size: int = option(32, "Batch size", "Images per step.", OPTIMISER, minimum=1, maximum=4096)
    optimizer: str = option(
        "adam",
        "Optimiser",
        "How the weights move.",
        OPTIMISER,
        choices=("adam", "adamw", "sgd", "rmsprop"),
        advanced=True,
    )
    learning_rate: float = option(
        1e-3, "Learning rate", "Step length at the start.", OPTIMISER, minimum=1e-7, maximum=1.0, step=1e-4
    )
    schedule: str = option(
        "constant",
        "Schedule",
        "Keep the rate, let it fall with the steps or a cosine, or rise and fall once; for a plateau see Stops.",
        OPTIMISER,
        choices=("constant", "inverse-time", "cosine", "one-cycle"),
        advanced=True,
    )
    decay: float = option(
        0.0,
        "Decay",
        "Of inverse time: the rate at step n is rate / (1 + decay n); 0 stands for rate / epochs.",
        OPTIMISER,
        minimum=0,
        maximum=1,
        step=1e-5,
        advanced=True,
        only_while=(Condition("schedule", ("inverse-time",)),),
    )
    fine_tune_rate: float = option(
        1e-5,
        "Fine-tuning rate",
        "Learning rate once the base trains too, after the epochs of the head.",
        OPTIMISER,
        minimum=1e-8,
        maximum=1.0,
        step=1e-6,
        advanced=True,
        only_while=(Condition("freeze_base", off=True, or_with=("cutmix", "mixup")), Condition("head_epochs")),
    )
    momentum: float = option(
        0.0,
        "Momentum",
        "Of SGD.",
        OPTIMISER,
        minimum=0,
        maximum=0.999,
        step=0.05,
        advanced=True,
        only_while=(Condition("optimizer", ("sgd",)),),
    )
    weight_decay: float = option(
        0.0,
        "Weight decay",
        "Share of each weight that every step takes away, times the rate.",
        OPTIMISER,
        minimum=0,
        maximum=1,
        step=1e-3,
        advanced=True,
    )
    label_smoothing: float = option(
        0.0,
        "Label smoothing",
        "Share of each label that is spread over all classes.",
        OPTIMISER,
        minimum=0,
        maximum=0.5,
        step=0.05,
        advanced=True,
    )
    seed: int = option(
        42,
        "Seed",
        "Same seed, same data, same device: same history.",
        OPTIMISER,
        minimum=0,
        maximum=2**31 - 1,
        advanced=True,
    )
    early_stop: int = option(
        0,
        "Stop after",
        "Stop after so many epochs without a gain in validation loss; 0 never.",
        STOPS,
        minimum=0,
        maximum=1000,
        unit="epochs",
    )
    early_stop_by: str = option(
        "loss",
        "Stop by",
        "What must gain for training to go on.",
        STOPS,
        choices=("loss", "accuracy"),
        advanced=True,
        only_while=(Condition("early_stop"),),
    )
    plateau: int = option(
        0,
        "Reduce rate after",
        "Lower the rate after so many epochs without a gain in validation accuracy; 0 never.",
        STOPS,
        minimum=0,
        maximum=1000,
        unit="epochs",
    )
    plateau_by: str = option(
        "accuracy",
        "Reduce rate by",
        "What must gain for the rate to stay.",
        STOPS,
        choices=("accuracy", "loss"),
        advanced=True,
        only_while=(Condition("plateau"),),
    )
    plateau_gain: float = option(
        1e-4,
        "Least gain",
        "A smaller change does not keep the rate.",
        STOPS,
        minimum=0,
        maximum=1,
        step=1e-4,
        advanced=True,
        only_while=(Condition("plateau"),),
    )
    plateau_factor: float = option(
        0.5,
        "Reduce by",
        "The rate is multiplied by this.",
        STOPS,
        minimum=0.01,
        maximum=0.99,
        step=0.05,
        advanced=True,
        only_while=(Condition("plateau"),),
    )
    minimum_rate: float = option(
        1e-5,
        "Lowest rate",
        "The rate is never lowered below this.",
        STOPS,
        minimum=0,
        maximum=1,
        step=1e-6,
        advanced=True,
        only_while=(Condition("plateau"),),
    )
    best_by: str = option(
        "accuracy",
        "Keep best by",
        "Which epoch the model is taken from.",
        STOPS,
        choices=("accuracy", "loss"),
        advanced=True,
    )
    device: str = option(
        "auto", "Device", "Where to train; auto takes a GPU.", MACHINE, choices=("auto", "cpu", "gpu"), advanced=True
    )
    mixed_precision: bool = option(
        False, "Mixed precision", "Half the bits: faster on a GPU, or processor with bfloat16.", MACHINE, advanced=True
    )
    backend: str = option(
        "auto",
        "Backend",
        "The library that computes; auto is KERAS_BACKEND or TensorFlow, others must be installed.",
        MACHINE,
        choices=("auto", "tensorflow", "torch", "jax"),
        advanced=True,
    )


@cache
def specs() -> tuple[OptionSpec, ...]:
    """Return an `OptionSpec` for each field of `TrainOptions`, in order; `default` is that of the class, not of a
    recipe.
    """
    return tuple(spec_of(f) for f in fields(TrainOptions))


def with_overrides(options: TrainOptions, overrides: Mapping[str, Any]) -> TrainOptions:
    """`options` with some values replaced; text is parsed, so that `--set rotation=10` and a form do the same.

    Raises:
        UsageError: an unknown name, a value of the wrong type, or one out of its range.
    """
    known = {s.name: s for s in specs()}
    parsed: dict[str, Any] = {}
    for raw_name, value in overrides.items():
        name = raw_name.strip().replace("-", "_")
        if name not in known:
            sentence = _("There is no option {name!r}; `pigeonhole options` lists all.")
            raise UsageError(sentence.format(name=raw_name) + did_you_mean(name, known))
        parsed[name] = parse(known[name], value)
    return replace(options, **parsed)


def to_dict(options: TrainOptions) -> dict[str, Any]:
    """Plain data for `run.json`; `with_overrides(TrainOptions(), ...)` reads it back."""
    return asdict(options)
