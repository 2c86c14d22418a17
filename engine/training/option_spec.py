"""Facts of an option beside its value: words for a form, a range, and how text becomes a value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import UsageError
from engine.language import _


@dataclass(frozen=True, slots=True)
class Condition:
    """An option has an effect only while another one has one of these values; without values: while that one is on
    (or not zero), or while it is `off`. Also while one of those `or_with` is on, whatever that one is."""

    option: str
    values: tuple[str, ...] = ()
    off: bool = False
    or_with: tuple[str, ...] = ()

    def holds(self, options: Mapping[str, Any]) -> bool:
        value = options[self.option]
        if any(options.get(name) for name in self.or_with):
            return True
        return value in self.values if self.values else bool(value) is not self.off


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """Facts that a form or a flag must know of an option. `kind` is "int", "float", "choice", "bool" or "text"; it has
    an effect only while all of `only_while` hold.
    """

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
    only_while: tuple[Condition, ...]


def option(
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
    only_while: tuple[Condition, ...] = (),
) -> Any:
    """A field of `TrainOptions` with all that `OptionSpec` says of it."""
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
        "only_while": only_while,
    }
    return field(default=default, metadata=meta)


def spec_of(f: Any) -> OptionSpec:
    """The spec of a dataclass field that `option` made."""
    kind = (
        "choice" if f.metadata["choices"] else {"int": "int", "float": "float", "bool": "bool", "str": "text"}[f.type]
    )
    return OptionSpec(f.name, kind=kind, default=f.default, **f.metadata)


def parse(spec: OptionSpec, value: Any) -> Any:
    """The value that `value`, or its text, stands for.

    Raises:
        UsageError: it is of the wrong type or out of its range.
    """
    text = str(value).strip()
    if spec.kind == "choice":
        if text not in spec.choices:
            raise UsageError(
                _("{option} must be one of {choices}, found {text!r}.").format(
                    option=spec.name, choices=", ".join(spec.choices), text=text
                )
            )
        return text
    if spec.kind == "bool":
        if text.lower() not in {"true", "false", "yes", "no", "1", "0", "on", "off"}:
            raise UsageError(_("{option} must be true or false, found {text!r}.").format(option=spec.name, text=text))
        return text.lower() in {"true", "yes", "1", "on"}
    return text if spec.kind == "text" else _number(spec, text)


def _number(spec: OptionSpec, text: str) -> int | float:
    try:
        number = int(text) if spec.kind == "int" else float(text)
    except ValueError:
        if spec.kind == "int":
            sentence = _("{option} must be a whole number, found {text!r}.")
        else:
            sentence = _("{option} must be a number, found {text!r}.")
        raise UsageError(sentence.format(option=spec.name, text=text)) from None
    low, high = spec.minimum, spec.maximum
    if math.isnan(number) or (low is not None and number < low) or (high is not None and number > high):
        raise UsageError(
            _("{option} must be between {low:g} and {high:g}, found {text}.").format(
                option=spec.name, low=low, high=high, text=text
            )
        )
    return number
