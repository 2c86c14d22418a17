"""From the words on the command line to an exit status; whatever goes wrong is said in one line."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

OpenWindow = Callable[[str | None], int]


def main(arguments: Sequence[str], *, open_window: OpenWindow | None = None) -> int:
    """Run a subcommand.

    Args:
        arguments: without the program's name.
        open_window: opens the window on a project; `sample` uses it. None where there is no screen.

    Returns:
        0 done, 1 failed, 2 wrong usage, 130 interrupted, 141 nobody reads the output any more.
    """
    import typer

    from engine.cli.commands import app
    from engine.cli.console import BROKEN_PIPE, FAILURE, INTERRUPTED, SUCCESS, USAGE
    from engine.errors import UsageError

    try:
        status = app(list(arguments), standalone_mode=False, prog_name="pigeonhole", obj=open_window)
        sys.stdout.flush()
    except UsageError as error:
        return _say(str(error), USAGE)
    except typer.TyperException as error:  # its own: an unknown option, a missing argument
        return _say(_sentence(error.format_message()), error.exit_code or FAILURE)
    except (KeyboardInterrupt, typer.Abort):
        return _say("Interrupted.", INTERRUPTED)
    except BrokenPipeError:
        # Python would complain once more when it flushes standard output at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return status if isinstance(status, int) else SUCCESS


def _say(message: str, status: int) -> int:
    sys.stderr.write(f"pigeonhole: {message}\n")
    return status


def _sentence(message: str) -> str:
    """Typer's message on one line, with the way to help."""
    return f"{' '.join(message.split()).rstrip('.')}; see `pigeonhole --help`."
