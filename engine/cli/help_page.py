"""The help of a command, in the language in use, made of the parser's own data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import typer

from engine.cli.described import Command, Parameter, described
from engine.cli.layout import columns, cut, padded, width, wrapped
from engine.language import _

_WIDEST = 80
_LONGEST_NAME = 30  # of the left column; what is longer has a line for itself


class ExplainedCommand(typer.core.TyperCommand):
    """A command that explains itself in the language in use."""

    def described(self) -> Command:
        """Return the command as data, with all its options."""
        return described(self.name or "", self)

    def get_help(self, ctx: Any) -> str:
        """Return the help for a terminal."""
        return page(self.described(), ctx.command_path)


class ExplainedGroup(typer.core.TyperGroup):
    """The program, which lists its commands."""

    def get_help(self, ctx: Any) -> str:
        """Return the help for a terminal."""
        listed = [described(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        return page(described("", self), ctx.command_path, listed)


def page(command: Command, path: str, commands: Sequence[Command] = ()) -> str:
    """Return the help of a command that is called by `path`, or of the program with its `commands`."""
    room = max(50, min(columns(), _WIDEST) - 2)
    parts = [_usage(command, path, bool(commands), room)]
    parts += [_indented(wrapped(part, room - 2)) for part in _(command.help).split("\n\n") if part]
    groups: dict[str, list[tuple[str, str]]] = {}
    for parameter in command.parameters:
        kind = _("Arguments") if parameter.is_argument else _("Options")
        groups.setdefault(_(parameter.group) or kind, []).append((_names(parameter), about(parameter)))
    if commands:
        left = room - 4 - max(len(each.name) for each in commands)
        groups[_("Commands")] = [(each.name, _shortened(first_sentence(each.help), left)) for each in commands]
    parts += [f"{heading}:\n{_list(rows, room)}" for heading, rows in groups.items()]
    if command.epilog:
        parts.append(_indented(wrapped(_(command.epilog), room - 2)))
    return "\n\n".join(parts)


def first_sentence(text: str) -> str:
    """Return the first sentence of a help text in the language in use."""
    return _(text).split("\n\n")[0].split(". ")[0].rstrip(".")


def about(parameter: Parameter) -> str:
    """Return what a parameter is for, with its default, its range and whether it must be there."""
    notes = []
    if parameter.default:
        notes.append(_("default: {value}").format(value=parameter.default))
    unit = f" {_(parameter.unit)}".replace(" °", "°") if parameter.unit else ""
    if parameter.least is not None and parameter.most is not None:
        values = _("{least:.10g} to {most:.10g}{unit}")
        notes.append(values.format(least=parameter.least, most=parameter.most, unit=unit))
    elif parameter.least is not None:
        notes.append(_("at least {least:.10g}{unit}").format(least=parameter.least, unit=unit))
    if parameter.choices and parameter.metavar not in ("", "|".join(parameter.choices)):
        notes.append(", ".join(parameter.choices))
    if parameter.required:
        notes.append(_("required"))
    return " ".join(filter(None, (_(parameter.help), f"[{'; '.join(notes)}]" if notes else "")))


def _usage(command: Command, path: str, has_commands: bool, room: int) -> str:
    first = _("Usage: {program}").format(program=path)
    words = [_("[OPTIONS]"), *map(_argument, command.arguments)]
    if has_commands:
        words += [_("COMMAND"), _("[ARGUMENTS]...")]
    blanks = " " * (width(first) + 1)
    return f"{first} " + f"\n{blanks}".join(wrapped(" ".join(words), max(20, room - len(blanks))))


def _argument(parameter: Parameter) -> str:
    """Return an argument as the usage line has it: `PROJECT`, `[IMAGE]...`."""
    name = parameter.metavar.strip("[].")
    return f"{name if parameter.required else f'[{name}]'}{'...' if parameter.several else ''}"


def _names(parameter: Parameter) -> str:
    if parameter.is_argument:
        return _argument(parameter)
    on = ", ".join(sorted((n for n in parameter.names if n not in parameter.off), key=len))
    return " ".join(filter(None, (" / ".join((on, *parameter.off)), parameter.metavar)))


def _list(rows: Iterable[tuple[str, str]], room: int) -> str:
    rows = list(rows)
    left = min(max(width(name) for name, _about in rows), _LONGEST_NAME) + 2
    lines = []
    for name, text in rows:
        first, *others = wrapped(text, room - left - 2) or [""]
        head = f"  {padded(name, left)}{first}" if width(name) + 2 <= left else f"  {name}\n  {' ' * left}{first}"
        lines += [head.rstrip(), *(f"  {' ' * left}{line}" for line in others)]
    return "\n".join(lines)


def _indented(lines: Iterable[str]) -> str:
    return "\n".join(f"  {line}" for line in lines)


def _shortened(text: str, to: int) -> str:
    if width(text) <= to:
        return text
    short = cut(text, to - 3)
    return f"{short.rpartition(' ')[0] or short}..."
