"""The options of a training, as data: flags, the form in the window and `run.json` are all made from this class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from difflib import get_close_matches
from typing import Any

from engine.errors import UsageError


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """What a form or a flag must know of one option. `kind` is "int", "float", "choice", "bool" or "text"."""

    name: str
    label: str
    help: str
    group: str
    kind: str
    default: Any
    minimum: float | None
    maximum: float | None
    step: float | None
    choices: tuple[str, ...]
    unit: str
    advanced: bool


def _option(
    default: Any,
    label: str,
    help: str,
    group: str,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    step: float | None = None,
    choices: tuple[str, ...] = (),
    unit: str = "",
    advanced: bool = False,
) -> Any:
    meta = {
        "label": label,
        "help": help,
        "group": group,
        "minimum": minimum,
        "maximum": maximum,
        "step": step,
        "choices": choices,
        "unit": unit,
        "advanced": advanced,
    }
    return field(default=default, metadata=meta)


IMAGES, AUGMENTATION, OPTIMISER, STOPS = "Images", "Augmentation", "Optimiser", "Stops"


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """Everything that decides how a run turns out, beside the data. A recipe is a network and one of these.

    Angles are in degrees, zoom and shifts are fractions of the image, rates are per step.
    """

    image_size: int = _option(
        64,
        "Image size",
        "Images are resized to this many pixels on each side.",
        IMAGES,
        minimum=16,
        maximum=512,
        unit="px",
    )
    channels: str = _option("rgb", "Colours", "Train on colours or on grey values.", IMAGES, choices=("rgb", "grey"))
    resize: str = _option(
        "stretch",
        "Resize",
        "Stretch to the square, crop its middle, or letterbox: fit inside with a border.",
        IMAGES,
        choices=("stretch", "crop", "letterbox"),
        advanced=True,
    )
    validation_fraction: float = _option(
        0.2,
        "Validation",
        "Share of the training images held out when the project has no validation split.",
        IMAGES,
        minimum=0.05,
        maximum=0.5,
        step=0.05,
        advanced=True,
    )
    rotation: float = _option(
        0.0, "Rotation", "Turn at random up to this angle.", AUGMENTATION, minimum=0, maximum=180, step=1, unit="°"
    )
    zoom: float = _option(
        0.0, "Zoom", "Enlarge or shrink at random by up to this share.", AUGMENTATION, minimum=0, maximum=0.9, step=0.05
    )
    shift: float = _option(
        0.0, "Shift", "Move at random by up to this share of the size.", AUGMENTATION, minimum=0, maximum=0.5, step=0.05
    )
    shear: float = _option(
        0.0, "Shear", "Slant at random up to this angle.", AUGMENTATION, minimum=0, maximum=45, step=0.05, unit="°"
    )
    flip: bool = _option(False, "Mirror", "Mirror left and right at random; not for signs or letters.", AUGMENTATION)
    border: str = _option(
        "nearest",
        "Border",
        "What fills the corners of a moved image: its outermost pixels, or its mirror image.",
        AUGMENTATION,
        choices=("nearest", "mirror"),
        advanced=True,
    )
    epochs: int = _option(15, "Epochs", "Most passes over the training images.", OPTIMISER, minimum=1, maximum=10_000)
    batch_size: int = _option(32, "Batch size", "Images per step.", OPTIMISER, minimum=1, maximum=4096)
    optimizer: str = _option(
        "adam", "Optimiser", "How the weights move.", OPTIMISER, choices=("adam", "sgd", "rmsprop"), advanced=True
    )
    learning_rate: float = _option(
        1e-3, "Learning rate", "Step length at the start.", OPTIMISER, minimum=1e-7, maximum=1.0, step=1e-4
    )
    decay: float = _option(
        0.0,
        "Decay",
        "The rate at step n is rate / (1 + decay n); 0 keeps it constant.",
        OPTIMISER,
        minimum=0,
        maximum=1,
        step=1e-5,
        advanced=True,
    )
    seed: int = _option(
        42,
        "Seed",
        "Same seed, same data, same device: same history.",
        OPTIMISER,
        minimum=0,
        maximum=2**31 - 1,
        advanced=True,
    )
    early_stop: int = _option(
        0,
        "Stop after",
        "Stop after so many epochs without a gain in validation loss; 0 never.",
        STOPS,
        minimum=0,
        maximum=1000,
        unit="epochs",
    )
    plateau: int = _option(
        0,
        "Reduce rate after",
        "Lower the rate after so many epochs without a gain in validation accuracy; 0 never.",
        STOPS,
        minimum=0,
        maximum=1000,
        unit="epochs",
    )
    plateau_factor: float = _option(
        0.5, "Reduce by", "The rate is multiplied by this.", STOPS, minimum=0.01, maximum=0.99, step=0.05, advanced=True
    )
    minimum_rate: float = _option(
        1e-5,
        "Lowest rate",
        "The rate is never lowered below this.",
        STOPS,
        minimum=0,
        maximum=1,
        step=1e-6,
        advanced=True,
    )
    best_by: str = _option(
        "accuracy",
        "Keep best by",
        "Which epoch the model is taken from.",
        STOPS,
        choices=("accuracy", "loss"),
        advanced=True,
    )


def specs() -> tuple[OptionSpec, ...]:
    """One `OptionSpec` for each field of `TrainOptions`, in order; `default` is that of the class, not of a recipe."""
    return tuple(OptionSpec(f.name, kind=_kind(f), default=f.default, **f.metadata) for f in fields(TrainOptions))


def _kind(f: Any) -> str:
    if f.metadata["choices"]:
        return "choice"
    return {"int": "int", "float": "float", "bool": "bool", "str": "text"}[f.type]


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
            close = get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(known)}."
            raise UsageError(f"There is no option {raw_name!r}{hint}")
        parsed[name] = _parse(known[name], value)
    return replace(options, **parsed)


def _parse(spec: OptionSpec, value: Any) -> Any:
    text = str(value).strip()
    if spec.kind == "choice":
        if text not in spec.choices:
            raise UsageError(f"{spec.name} must be one of {', '.join(spec.choices)}, found {text!r}.")
        return text
    if spec.kind == "bool":
        if text.lower() not in {"true", "false", "yes", "no", "1", "0", "on", "off"}:
            raise UsageError(f"{spec.name} must be true or false, found {text!r}.")
        return text.lower() in {"true", "yes", "1", "on"}
    if spec.kind == "text":
        return text
    try:
        number = int(text) if spec.kind == "int" else float(text)
    except ValueError:
        kind = "a whole number" if spec.kind == "int" else "a number"
        raise UsageError(f"{spec.name} must be {kind}, found {text!r}.") from None
    low, high = spec.minimum, spec.maximum
    if number != number or (low is not None and number < low) or (high is not None and number > high):
        raise UsageError(f"{spec.name} must be between {low:g} and {high:g}, found {text}.")
    return number


def to_dict(options: TrainOptions) -> dict[str, Any]:
    """Plain data for `run.json`; `with_overrides(TrainOptions(), ...)` reads it back."""
    return asdict(options)
