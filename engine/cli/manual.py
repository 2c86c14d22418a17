"""The manual page, made from the parser."""

from __future__ import annotations

from engine.cli.all_commands import commands
from engine.cli.described import Command, Parameter
from engine.cli.help_page import about
from engine.language import _, codes, marked
from engine.version import VERSION

_EXIT = (
    ("0", marked("Done.")),
    ("1", marked("The job failed.")),
    ("2", marked("Wrong usage.")),
    ("130", marked("Interrupted.")),
)
_VARIABLES = (
    ("NO_COLOR", marked("Set or not: the output has no colours.")),
    ("PIGEONHOLE_DECODE_SECONDS", marked("Processor seconds that the decoding of one picture may take, 0.1 to 3600.")),
    (
        "PIGEONHOLE_HOME",
        marked("The folder for caches, settings, logs and results, in the place of those of the system."),
    ),
    ("PIGEONHOLE_LANGUAGE", marked("The language, one of {languages}, in the place of the system's.")),
    ("PIGEONHOLE_LEARN", marked("With the value off the window computes no features in the background.")),
    (
        "PIGEONHOLE_PREPARE",
        marked("With the value off the window loads the libraries of training only when one begins."),
    ),
)


def manual() -> str:
    """Return the manual page in the form of man(7), in the language in use."""
    program, *rest = commands()
    summary, *more = _(program.help).split("\n\n")
    lines = [
        '.TH PIGEONHOLE 1 "" "Pigeonhole {}" "{}"'.format(VERSION, _("User Commands")),
        _heading(_("NAME")),
        f"pigeonhole \\- {_text(_lower(summary)).rstrip('.')}",
        _heading(_("SYNOPSIS")),
        ".B pigeonhole",
        "[\\fIFOLDER_OR_PROJECT\\fR]",
        ".br",
        ".B pigeonhole",
        f"\\fI{_('COMMAND')}\\fR {_('[ARGUMENTS]...')}",
        _heading(_("DESCRIPTION")),
        _text(" ".join((summary, *more))),
        _heading(_("OPTIONS")),
        *_parameters(program.options),
        _heading(_("COMMANDS")),
        *(line for command in rest for line in _command(command)),
        _heading(_("EXIT STATUS")),
        *(line for status, meaning in _EXIT for line in (".TP", f".B {status}", _(meaning))),
        _heading(_("ENVIRONMENT")),
        *(
            line
            for name, meaning in _VARIABLES
            for line in (".TP", f".B {name}", _(meaning).format(languages=", ".join(codes())))
        ),
    ]
    return "\n".join([*lines, ""])


def _heading(title: str) -> str:
    return f".SH {title}"


def _command(command: Command) -> list[str]:
    words = " ".join(f"\\fI{_text(argument.metavar)}\\fR" for argument in command.arguments)
    paragraphs = [line for part in _(command.help).split("\n\n") for line in (".PP", _text(part))]
    return [
        f".SS {command.name} {words}".rstrip(),
        *paragraphs[1:],
        *_parameters((*command.arguments, *command.options)),
    ]


def _parameters(parameters: tuple[Parameter, ...]) -> list[str]:
    lines = []
    for parameter in parameters:
        names = ", ".join(f"\\fB{_text(name)}\\fR" for name in parameter.names)
        value = f"\\fI{_text(parameter.metavar)}\\fR" if parameter.metavar else ""
        lines += [".TP", " ".join(filter(None, (names, value))), _text(about(parameter)) or "\\&"]
    return lines


def _text(text: str) -> str:
    """Text as man(7) shows it unchanged: a line that begins with a point or a quote is no request."""
    escaped = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-").replace("`", "")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
