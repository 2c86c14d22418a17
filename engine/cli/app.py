"""The parser that every module of commands registers with, and the arguments that all commands share."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, TypeVar

import typer

from engine.cli.commands import COMMANDS
from engine.cli.help_page import ExplainedCommand, ExplainedGroup
from engine.errors import UsageError
from engine.language import _
from engine.version import VERSION

F = TypeVar("F", bound=Callable[..., Any])


class InOrder(ExplainedGroup):
    """The commands that are registered, in the order of `COMMANDS`."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # as the library has it
        return [name for name in COMMANDS if name in self.commands]


class Program(typer.Typer):
    """The parser, whose commands explain themselves."""

    def command(
        self, name: str | None = None, *, cls: type[typer.core.TyperCommand] | None = None, **settings: Any
    ) -> Callable[[F], F]:
        """Register a command as Typer does."""
        return super().command(name, cls=cls or ExplainedCommand, **settings)


app = Program(
    name="pigeonhole",
    cls=InOrder,
    help="Label folders of images, train a classifier on them, review its mistakes, classify folders of any size.\n\n"
    "Without a command, `pigeonhole [FOLDER_OR_PROJECT]` opens the window.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Json = Annotated[bool, typer.Option("--json", help="One event a line as JSON, the result last.")]
Project = Annotated[str, typer.Argument(metavar="PROJECT", help="The project's folder, NAME.pigeonhole.")]
RunName = Annotated[str | None, typer.Option("--run", metavar="RUN", help="A run; without it the newest finished one.")]

Address = Annotated[
    str | None, typer.Option(metavar="HOST:PORT", help="The Ray cluster; without it one on this machine.")
]


def check_address(engine: str, address: str | None) -> None:
    """Raise UsageError where there is the address of a cluster that is not asked."""
    if engine != "ray" and address is not None:
        raise UsageError(_("--address is that of a Ray cluster; give --engine ray with it."))


def parser() -> Any:
    """Return the parser of the commands that are registered by now. To make it takes longer than most commands."""
    return _made(len(app.registered_commands))


@lru_cache(maxsize=1)
def _made(_registered: int) -> Any:
    return typer.main.get_command(app)


@app.callback(invoke_without_command=False)
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=lambda v: _version(v)),
    ] = False,
) -> None:
    """Options before the command."""


def _version(value: bool) -> None:
    if value:
        typer.echo(f"pigeonhole {VERSION}")
        raise typer.Exit
