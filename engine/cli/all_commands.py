"""All commands of the parser as data: for the manual page, the completions and the translators."""

from __future__ import annotations

from collections.abc import Iterator

from engine.cli.app import parser
from engine.cli.commands import load
from engine.cli.described import Command, described


def commands() -> list[Command]:
    """Return the program itself, then its commands by name."""
    load(None)
    program = parser()
    return [described("", program), *(found.described() for _name, found in sorted(program.commands.items()))]


def texts() -> Iterator[str]:
    """The texts of all commands, for translators."""
    for command in commands():
        yield from (command.help, command.epilog)
        for parameter in command.parameters:
            yield from (parameter.help, parameter.group)
