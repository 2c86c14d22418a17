"""The commands of the parser as data, of which help, manual page and completions are made. Texts are in English, as
they stand in the code, and are translated where they are shown.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import EnumType
from typing import Any, Literal, get_args, get_origin

from engine.language import marked

HELP = marked("Show the help and exit.")


@dataclass(frozen=True, slots=True)
class Parameter:
    """An option with its names, or an argument, which has none. `metavar` is "" where an option takes no value.

    `off` are those of the names that turn it off, `default`, `least` and `most` are "" or None where there is none,
    `unit` is that of the two, `group` a heading of its own in the help.
    """

    names: tuple[str, ...]
    metavar: str
    choices: tuple[str, ...]
    help: str
    off: tuple[str, ...] = ()
    required: bool = False
    several: bool = False
    default: str = ""
    least: float | None = None
    most: float | None = None
    unit: str = ""
    group: str = ""

    @property
    def is_argument(self) -> bool:
        """Whether it is told by its place, without a name."""
        return not self.names


@dataclass(frozen=True, slots=True)
class Command:
    """A command; the program itself has the name "". Paragraphs of `help` have an empty line between them."""

    name: str
    help: str
    parameters: tuple[Parameter, ...]
    epilog: str = ""

    @property
    def options(self) -> tuple[Parameter, ...]:
        return tuple(parameter for parameter in self.parameters if not parameter.is_argument)

    @property
    def arguments(self) -> tuple[Parameter, ...]:
        return tuple(parameter for parameter in self.parameters if parameter.is_argument)


def described(name: str, found: Any, more: Sequence[Parameter] = ()) -> Command:
    """Return a command of the parser as data, with more parameters than it has."""
    help_ = Parameter(("-h", "--help"), "", (), HELP)
    parameters = (*(parameter_of(p) for p in found.params if not p.hidden), help_, *more)
    return Command(name, _paragraphs(found.help), parameters, _paragraphs(found.epilog))


def parameter_of(found: Any) -> Parameter:
    """Return a parameter of the parser as data."""
    is_argument = found.param_type_name == "argument"
    choices = _choices(found.type_descriptor.annotation)
    takes_none = not is_argument and (found.is_flag or found.count)
    told = found.default if found.show_default and not isinstance(found.default, bool | list | tuple) else None
    return Parameter(
        names=() if is_argument else (*found.opts, *found.secondary_opts),
        metavar="" if takes_none else found.metavar or "|".join(choices) or found.name.upper(),
        choices=choices,
        help=" ".join((found.help or "").split()),
        off=() if is_argument else tuple(found.secondary_opts),
        required=found.required,
        several=is_argument and found.nargs != 1,
        default="" if told is None else str(getattr(told, "value", told)),
        least=found.min,
        most=found.max,
    )


def _paragraphs(text: str | None) -> str:
    parts = inspect.cleandoc(text or "").split("\n\n")
    return "\n\n".join(" ".join(part.split()) for part in parts)


def _choices(annotation: Any) -> tuple[str, ...]:
    """The words that a parameter of this type takes; none where it takes any."""
    if isinstance(annotation, EnumType):
        members: Iterable[Any] = annotation
        return tuple(str(member.value) for member in members)
    if get_origin(annotation) is Literal:
        return tuple(map(str, get_args(annotation)))
    return tuple(word for part in get_args(annotation) for word in _choices(part))
