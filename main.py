"""The one entry: without arguments the window; a folder or project opens it there; a subcommand runs headless."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn


def main(arguments: Sequence[str] | None = None) -> int:
    """Start Pigeonhole; `arguments` are those of the process if not given. Returns the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    from engine.jobs import processes

    if words and words[0] == processes.SUBCOMMAND:
        return processes.main(words[1:])
    if not words:
        return _window(None)
    if len(words) == 1 and _is_place(words[0]):
        return _open(words[0])
    from engine.cli.main import main as command_line

    return command_line(words, open_window=_window if _has_screen() else None)


def _is_place(word: str) -> bool:
    """Something that exists, and not the name of a command (`./train` opens a folder of such a name)."""
    from engine.cli.names import COMMANDS

    return word not in COMMANDS and Path(word).exists()


def _open(place: str) -> int:
    if not Path(place).is_dir():
        from engine.library.packed.unpacking import is_packed  # as good as a folder

        if not is_packed(Path(place)):
            sys.stderr.write(
                f"pigeonhole: expected a folder of pictures, an archive of them or a project, found the file {place}.\n"
            )
            return 2
    return _window(place)


def _window(path: str | None) -> int:
    if not _has_screen():
        sys.stderr.write(
            "pigeonhole: there is no screen here; `pigeonhole sample` shows the whole job without one, "
            "`pigeonhole --help` lists the commands.\n"
        )
        return 1
    from gui.app import run

    return run(path)


def _has_screen() -> bool:
    """Windows and macOS always have one; elsewhere a display server or a Qt platform that needs none must be named."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def program() -> NoReturn:
    """`main` as a process. With TensorFlow loaded it ends without a teardown that takes seconds and saves nothing."""
    os.environ["PYTHONSAFEPATH"] = "1"  # what libraries start imports nothing from the current folder either
    status = main()
    if "tensorflow" in sys.modules:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)


if __name__ == "__main__":
    program()
