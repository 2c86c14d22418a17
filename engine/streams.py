"""Standard input, output and error as a process can rely on them, whatever started it."""

from __future__ import annotations

import io
import os
import sys


def make_usable() -> None:
    """Open what is closed, on nothing, and let no character that a terminal cannot show end a command.

    A program without a console (`pythonw`, a windowed executable) has no standard streams: `sys.stdout` is None. Where
    their descriptors are free, the next file that is opened, such as a project's store, would get what libraries print.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            nothing = os.open(os.devnull, os.O_RDWR)
            if nothing != number:
                os.dup2(nothing, number)
                os.close(nothing)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
