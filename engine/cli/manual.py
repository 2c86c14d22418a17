"""The manual page, made from the parser."""

from __future__ import annotations

from engine.cli.described import Command, Parameter, commands
from engine.language import codes
from engine.version import VERSION

_EXIT = (("0", "Done."), ("1", "The job failed."), ("2", "Wrong usage."), ("130", "Interrupted."))
_VARIABLES = (
    ("NO_COLOR", "Set or not: the output has no colours."),
    ("PIGEONHOLE_DECODE_SECONDS", "Processor seconds that the decoding of one picture may take, 0.1 to 3600."),
    ("PIGEONHOLE_HOME", "The folder for caches, settings, logs and results, in the place of those of the system."),
    (
        "PIGEONHOLE_LANGUAGE",
        "The language, one of {languages}, in the place of the system's.",
    ),
    ("PIGEONHOLE_LEARN", "With the value off the window computes no features in the background."),
)


def manual() -> str:
    """Return the manual page in the language of man(7)."""
    program, *rest = commands()
    summary, _, more = program.help.partition("\n\n")
    lines = [
        f'.TH PIGEONHOLE 1 "" "Pigeonhole {VERSION}" "User Commands"',
        ".SH NAME",
        f"pigeonhole \\- {_text(_lower(summary)).rstrip('.')}",
        ".SH SYNOPSIS",
        ".B pigeonhole",
        "[\\fIFOLDER_OR_PROJECT\\fR]",
        ".br",
        ".B pigeonhole",
        "\\fICOMMAND\\fR [\\fIARGUMENTS\\fR]",
        ".SH DESCRIPTION",
        _text(f"{summary} {more}"),
        ".SH OPTIONS",
        *_parameters(program.options),
        ".SH COMMANDS",
        *(line for command in rest for line in _command(command)),
        ".SH EXIT STATUS",
        *(line for status, meaning in _EXIT for line in (".TP", f".B {status}", meaning)),
        ".SH ENVIRONMENT",
        *(
            line
            for name, meaning in _VARIABLES
            for line in (".TP", f".B {name}", meaning.format(languages=", ".join(codes())))
        ),
    ]
    return "\n".join([*lines, ""])


def _command(command: Command) -> list[str]:
    words = " ".join(f"\\fI{_text(argument.metavar)}\\fR" for argument in command.arguments)
    paragraphs = [line for part in command.help.split("\n\n") for line in (".PP", _text(part))]
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
        lines += [".TP", " ".join(filter(None, (names, value))), _text(parameter.help) or "\\&"]
    return lines


def _text(text: str) -> str:
    """Text as man(7) shows it unchanged: a line that begins with a point or a quote is no request."""
    escaped = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-").replace("`", "")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
