"""The subcommands about the program itself: its sample, help and manual, completions, and its place on the desktop."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from engine.cli.app import Json, app
from engine.cli.console import Console
from engine.cli.layout import facts
from engine.errors import UsageError
from engine.language import _


@app.command()
def sample(
    context: typer.Context,
    out: Annotated[
        str | None, typer.Option("--out", metavar="DIR", help="Where it goes; without it your documents.")
    ] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Do the whole job without a window.")] = False,
    json: Json = False,
) -> int:
    """Write the built-in sample (208 drawings to sort) and open it; without a screen do the whole job on it."""
    from engine.cli.sample import open_sample

    console = Console(as_json=json)
    window = None if headless else context.obj
    reason = window.why_not() if window is not None else ""
    if reason:
        console.note(f"{reason} {_('The whole job is done without a window.')}")
    return open_sample(out, console, open_window=None if reason or window is None else window.open)


@app.command("help")
def help_(
    command: Annotated[
        str | None, typer.Argument(metavar="COMMAND", help="Of this command; without it of all.")
    ] = None,
    man: Annotated[bool, typer.Option("--man", help="Write the manual page, for man(1).")] = False,
) -> int:
    """Show the help of Pigeonhole or of a command."""
    from engine.cli.commands import COMMANDS, load

    if man:
        from engine.cli.manual import manual

        typer.echo(manual(), nl=False)
        return 0
    if command is not None and command not in COMMANDS:
        raise UsageError(_("There is no command {command!r}; `pigeonhole help` lists them.").format(command=command))
    load(command)
    words = [*([command] if command else []), "--help"]
    return int(app(words, standalone_mode=False, prog_name="pigeonhole"))


@app.command()
def completion(
    shell: Annotated[
        Literal["bash", "zsh", "fish"], typer.Argument(metavar="SHELL", help="The shell that is to complete words.")
    ],
) -> int:
    """Write the completions for a shell: `eval "$(pigeonhole completion bash)"` in ~/.bashrc uses them."""
    from engine.cli.completion import completion as script

    typer.echo(script(shell), nl=False)
    return 0


@app.command()
def desktop(
    install: Annotated[bool, typer.Option("--install", help="Add Pigeonhole to the menu of this user.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take it out again.")] = False,
) -> int:
    """Add Pigeonhole to the menu on Linux, with its icon, and let projects open by double-click."""
    from engine import desktop as places

    if install == remove:
        raise UsageError(_("Expected one of --install and --remove."))
    files = places.install(places.installed_program()) if install else places.remove()
    if files:
        typer.echo(facts((_("Written") if install else _("Removed"), str(file)) for file in files))
    return 0
