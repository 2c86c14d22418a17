"""The one entry: without arguments the window; a folder or project opens it there; a subcommand runs headless."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from engine import environment, streams
from engine.language import _


def main(arguments: Sequence[str] | None = None) -> int:
    """Start Pigeonhole; `arguments` are those of the process if not given. Returns the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    from engine.jobs import processes

    if words and words[0] == processes.SUBCOMMAND:
        return processes.main(words[1:])
    if file := processes.file_of_ray(words):
        return processes.main(["script", *file])
    if not words:
        return _window(None)
    if len(words) == 1 and _is_place(words[0]):
        return _open(words[0])
    from engine.cli.main import Window
    from engine.cli.main import main as command_line

    return command_line(words, window=Window(_why_no_window, _window))


def _is_place(word: str) -> bool:
    """Something that exists, and not the name of a command (`./train` opens a folder of such a name)."""
    from engine.cli.commands import COMMANDS

    return word not in COMMANDS and os.path.exists(word)  # noqa: PTH110  # the method raises where a name is too long


def _open(place: str) -> int:
    if not Path(place).is_dir():
        from engine.library.project import project_of_store

        project = project_of_store(Path(place).absolute())
        if project is not None:
            return _window(str(project))
        from engine.library.packed.unpacking import is_packed  # as good as a folder

        if not is_packed(Path(place)):
            sentence = _("expected a folder of pictures, an archive of them or a project, found the file {place}.")
            return _refuse(sentence.format(place=place), 2)
    return _window(place)


def _why_no_window() -> str:
    from gui.screen import why_no_window

    return why_no_window()


def _window(path: str | None) -> int:
    reason = _why_no_window()
    if reason:
        instead = _(
            "`pigeonhole sample --headless` shows the whole job without a window, `pigeonhole --help` lists the "
            "commands."
        )
        return _refuse(f"{reason} {instead}", 1, with_qt=False)
    try:
        from gui.app import run

        return run(path)
    except Exception as error:
        import traceback

        traceback.print_exc()
        sentence = _("The window cannot be opened: {name}: {why}.")
        return _refuse(sentence.format(name=type(error).__name__, why=error), 1)


def _refuse(sentence: str, status: int, *, with_qt: bool = True) -> int:
    from gui.alert import tell

    tell(sentence, with_qt=with_qt)
    return status


def program() -> NoReturn:
    """`main` as a process. With TensorFlow loaded it ends without a teardown that takes seconds and saves nothing."""
    environment.prepare_process()
    streams.make_usable()
    status = main()
    if "tensorflow" in sys.modules:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)


if __name__ == "__main__":
    program()
