"""The commands of the parser as data, of which manual page and completions are made."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin


@dataclass(frozen=True, slots=True)
class Parameter:
    """An option with its names, or an argument, which has none. `metavar` is "" where an option takes no value."""

    names: tuple[str, ...]
    metavar: str
    choices: tuple[str, ...]
    help: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command; the program itself has the name ""."""

    name: str
    help: str
    options: tuple[Parameter, ...]
    arguments: tuple[Parameter, ...]


def commands() -> list[Command]:
    """Return the program itself, then its commands by name."""
    import typer

    from engine.cli.app import app
    from engine.cli.commands import load

    load(None)

    program: Any = typer.main.get_command(app)
    return [_command("", program), *(_command(name, found) for name, found in sorted(program.commands.items()))]


def _command(name: str, found: Any) -> Command:
    parameters = [(p.param_type_name == "argument", _parameter(p)) for p in found.params if not p.hidden]
    options = [parameter for is_argument, parameter in parameters if not is_argument]
    options.append(Parameter(("-h", "--help"), "", (), "Show the help and exit."))
    arguments = tuple(parameter for is_argument, parameter in parameters if is_argument)
    return Command(name, inspect.cleandoc(found.help or ""), tuple(options), arguments)


def _parameter(found: Any) -> Parameter:
    is_argument = found.param_type_name == "argument"
    choices = _choices(found.type_descriptor.annotation)
    takes_none = not is_argument and (found.is_flag or found.count)
    metavar = "" if takes_none else found.metavar or "|".join(choices) or found.name.upper()
    names = () if is_argument else (*found.opts, *found.secondary_opts)
    return Parameter(names, metavar, choices, " ".join((found.help or "").split()))


def _choices(annotation: Any) -> tuple[str, ...]:
    """The words that a parameter of this type takes; none where it takes any."""
    if get_origin(annotation) is Literal:
        return tuple(map(str, get_args(annotation)))
    return tuple(word for part in get_args(annotation) for word in _choices(part))
