"""What values of training options are called, in the window and in reports."""

from __future__ import annotations

from engine.language import _
from engine.training.options import specs

ON, OFF = "on", "off"
# Choices whose value is not yet a word that a person would read.
CHOICES = {
    "rgb": "Colour pictures",
    "grey": "Grey pictures",
    "adamw": "AdamW",
    "sgd": "SGD",
    "rmsprop": "RMSprop",
    "imagenet": "ImageNet",
    "cpu": "Processor (CPU)",
    "gpu": "Graphics card (GPU)",
    "tensorflow": "TensorFlow",
    "torch": "PyTorch",
    "jax": "JAX",
}


def choice_words(choice: str) -> str:
    """`inverse-time` as `Inverse time`, a text for translators; names that have capitals of their own stay."""
    if choice in CHOICES or choice != choice.lower():
        return CHOICES.get(choice, choice)
    return choice[:1].upper() + choice[1:].replace("-", " ")


def value_words(name: str, value: object) -> str:
    """Return what a person reads of the value of an option, with its unit, in the language in use."""
    spec = next((s for s in specs() if s.name == name), None)
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _(ON if value else OFF)
    if spec is not None and spec.kind == "choice":
        return _(choice_words(str(value)))
    shown = f"{value:.6g}" if isinstance(value, float) else str(value)
    return f"{shown} {_(spec.unit)}".replace(" °", "°") if spec is not None and spec.unit else shown
