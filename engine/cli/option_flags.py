"""A flag for each option of a training, made from `specs()` as the form in the window is, and grouped as there.

They are made when a command that has them is called or explains itself; all others start without them.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand
from typer.main import get_command

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


class WithOptionFlags(TyperCommand):
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

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Format the help as Typer does, with a section for each group of options."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                kind = "Arguments" if param.param_type_name == "argument" else "Options"
                sections.setdefault(getattr(param, "rich_help_panel", None) or kind, []).append(record)
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl(records)


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


def _annotation(spec: OptionSpec) -> Any:
    flag = _flag(spec.name)
    if spec.kind == "bool":
        return Annotated[
            bool | None, typer.Option(f"{flag}/--no-{flag[2:]}", help=spec.help, rich_help_panel=spec.group)
        ]
    values = _TEXTS.get(spec.name, _VALUES[spec.kind])
    return Annotated[str | None, typer.Option(flag, metavar=values, help=_help(spec), rich_help_panel=spec.group)]


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _help(spec: OptionSpec) -> str:
    if spec.kind == "text":
        return spec.help
    unit = {"": "", "°": " degrees"}.get(spec.unit, f" {spec.unit}")
    values = ", ".join(spec.choices) or f"{_number(spec.minimum)} to {_number(spec.maximum)}{unit}"
    return f"{spec.help} [{values}]"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"
