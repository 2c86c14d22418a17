"""The parser that every module of commands registers with, and the arguments that all commands share."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(
    name="pigeonhole",
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
