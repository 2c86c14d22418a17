"""The command line from its words to an exit status; any failure is one line."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.language import _, marked

# What the parser's library says, and what a person needs to know; what is in a group is put in.
_SAID = {
    r"Input should be a valid integer.*": marked("a whole number is expected"),
    r"Input should be a valid number.*": marked("a number is expected"),
    r"Input should be greater than or equal to (?P<value>\S+)": marked("the least is {value}"),
    r"Input should be less than or equal to (?P<value>\S+)": marked("the most is {value}"),
    r"Input should be greater than (?P<value>\S+)": marked("more than {value} is expected"),
    r"Input should be less than (?P<value>\S+)": marked("less than {value} is expected"),
    r"Input should be a valid boolean.*": marked("yes or no is expected"),
    r"'(?P<value>[^']*)' is not one of (?P<known>.*)": marked("'{value}' is not one of {known}"),
    r"Invalid value for '(?P<name>[^']*)': (?P<why>.*)": marked("Invalid value for '{name}': {why}"),
    r"No such command '(?P<name>[^']*)'": marked("There is no command or folder '{name}'"),
    r"Did you mean (?P<name>.*)\?": marked("Did you mean {name}?"),
    r"No such option: (?P<name>\S+)": marked("No such option: {name}"),
    r"\(Possible options: (?P<known>.*)\)": marked("(Possible options: {known})"),
    r"Missing option '(?P<name>[^']*)'": marked("Missing option '{name}'"),
    r"Missing argument '(?P<name>[^']*)'": marked("Missing argument '{name}'"),
    r"Choose from: (?P<known>.*)": marked("Choose from: {known}"),
    r"Missing command": marked("Missing command"),
    r"Got unexpected extra arguments?(?:\(s\))? \((?P<words>.*)\)": marked("Unexpected: {words}"),
    r"Option '(?P<name>[^']*)' requires an argument": marked("Option '{name}' requires an argument"),
    r"Option '(?P<name>[^']*)' requires (?P<n>\d+) arguments": marked("Option '{name}' requires {n} arguments"),
    r"Option '(?P<name>[^']*)' does not take a value": marked("Option '{name}' does not take a value"),
}


@dataclass(frozen=True, slots=True)
class Window:
    """Access of a command to the window: why none can be opened here ("" where one can), and opening it on
    a project.
    """

    why_not: Callable[[], str]
    open: Callable[[str | None], int]


def main(arguments: Sequence[str], *, window: Window | None = None) -> int:
    """Run a subcommand.

    Args:
        arguments: without the program's name.
        window: for `sample`, which opens it; None to do all without.

    Returns:
        0 done, 1 failed (or nobody reads the output any more), 2 wrong usage, 130 interrupted.
    """
    import typer

    from engine.cli.app import parser
    from engine.cli.commands import load
    from engine.cli.console import FAILURE, INTERRUPTED, SUCCESS, USAGE
    from engine.errors import UsageError
    from engine.files import reason_of, too_long_words

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow: its notes are not for this person
    load(arguments[0] if arguments else None)
    try:
        status = parser()(list(arguments), standalone_mode=False, prog_name="pigeonhole", obj=window)
        sys.stdout.flush()
    except UsageError as error:
        return _say(str(error), USAGE)
    except typer.TyperException as error:  # its own: an unknown option, a missing argument
        return _say(_sentence(error.format_message(), _command(error)), error.exit_code or FAILURE)
    except (KeyboardInterrupt, typer.Abort):
        return _say(_("Interrupted."), INTERRUPTED)
    except (BrokenPipeError, SystemExit):  # nobody reads any more; Typer answers that by an exit of its own
        _drop_output()
        return FAILURE
    except OSError as error:
        if (sentence := too_long_words(error)) is not None:
            return _say(sentence, FAILURE)
        if error.filename is not None:
            raise  # of no stream
        _drop_output()
        return _say(_("The output cannot be written: {why}.").format(why=reason_of(error)), FAILURE)
    return status if isinstance(status, int) else SUCCESS


def _drop_output() -> None:
    """Lead standard output to nothing: Python would complain once more when it flushes it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(message: str, status: int) -> int:
    sys.stderr.write(f"pigeonhole: {message}\n")
    return status


def _command(error: Exception) -> str:
    """The command that was not used rightly, as it is typed."""
    context = getattr(error, "ctx", None)
    return "pigeonhole" if context is None else str(context.command_path)


def _sentence(message: str, command: str) -> str:
    """Typer's message on one line, with the way to the help of `command`."""
    plain = " ".join(message.split()).replace("Value error, ", "").rstrip(".")
    for pattern, words in _SAID.items():
        if found := re.search(pattern, plain):
            plain = plain[: found.start()] + _(words).format(**found.groupdict()) + plain[found.end() :]
    return _("{what}; see `{command} --help`.").format(what=plain, command=command)
