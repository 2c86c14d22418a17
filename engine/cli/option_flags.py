"""A flag for each option of a training, made from `specs()` as the form in the window is, and grouped as there.

They are made when a command that has them is called or explains itself; all others start without them.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.main import get_command

from engine.cli.described import Command, Parameter, described, parameter_of
from engine.cli.help_page import ExplainedCommand
from engine.errors import UsageError
from engine.language import _

if TYPE_CHECKING:
    from engine.training.options import OptionSpec

Assignments = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="An option as `pigeonhole options` lists it; may be repeated."),
]
_VALUES = {"int": "N", "float": "X", "choice": "WORD", "text": "TEXT"}
_TEXTS = {"weights": "FILE", "start_from": "RUN"}


class WithOptionFlags(ExplainedCommand):
    """A command with a parameter `set_` for assignments, to which it adds what the flags say."""

    @cached_property
    def _flags(self) -> list[Any]:
        from engine.training.options import specs

        return _flags(specs())

    def get_params(self, ctx: Any) -> list[Any]:
        """The command's own, then a flag for each option."""
        return [*super().get_params(ctx), *self._flags]

    def invoke(self, ctx: Any) -> Any:
        """Call the command, with flags as assignments: each has one reader and one way to be refused."""
        given = {flag.name: ctx.params.pop(flag.name) for flag in self._flags}
        ctx.params["set_"] = _with_flags(ctx.params["set_"] or (), given)
        return super().invoke(ctx)

    def described(self) -> Command:
        """The command's own parameters, then a flag for each option, grouped as in the window."""
        from engine.training.options import specs

        pairs = zip(self._flags, specs(), strict=True)
        return described(self.name or "", self, [_parameter(flag, spec) for flag, spec in pairs])


def assigned(assignment: str) -> tuple[str, str]:
    """The name of an option and the text of its value.

    Raises:
        UsageError: it is no assignment.
    """
    key, equals, value = assignment.partition("=")
    if not equals or not key.strip():
        raise UsageError(
            _("--set takes KEY=VALUE, such as rotation=10; found {assignment!r}.").format(assignment=assignment)
        )
    return key.strip().replace("-", "_"), value


def _with_flags(assignments: Sequence[str], given: Mapping[str, Any]) -> list[str]:
    given = {name: value for name, value in given.items() if value is not None}
    for name, _text in map(assigned, assignments):
        if name in given:
            raise UsageError(
                _("{name} is given by {flag} and by --set; leave out one of them.").format(name=name, flag=_flag(name))
            )
    return [*assignments, *(f"{name}={value}" for name, value in given.items())]


def _flags(specs: Sequence[OptionSpec]) -> list[Any]:
    """The parser's own objects, which Typer makes of a function's parameters."""

    def takes_all() -> None:
        """Take all options; never called."""

    parameters = [
        inspect.Parameter(s.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_annotation(s))
        for s in specs
    ]
    takes_all.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    parser = typer.Typer(add_completion=False)
    parser.command()(takes_all)
    return list(get_command(parser).params)


def _parameter(flag: Any, spec: OptionSpec) -> Parameter:
    found = replace(parameter_of(flag), group=spec.group, unit=spec.unit, choices=spec.choices)
    return found if spec.kind in ("bool", "text") else replace(found, least=spec.minimum, most=spec.maximum)


def _annotation(spec: OptionSpec) -> Any:
    flag = _flag(spec.name)
    if spec.kind == "bool":
        return Annotated[bool | None, typer.Option(f"{flag}/--no-{flag[2:]}", help=spec.help)]
    values = _TEXTS.get(spec.name, _VALUES[spec.kind])
    return Annotated[str | None, typer.Option(flag, metavar=values, help=spec.help)]


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
