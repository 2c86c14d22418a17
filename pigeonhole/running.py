"""Running a job of the engine from a notebook or a script: with its progress in sight, and ended by Ctrl+C."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike, fspath
from typing import Any, TypeVar

from engine.cli.console import Console, interrupts_set
from engine.errors import JobCancelled
from engine.events import Event
from engine.jobs.job import Cancel

R = TypeVar("R")
Path_ = str | PathLike[str]
# True shows a line as the command line does, False nothing; a function gets each event of `engine.events`.
Progress = bool | Callable[[Event], None]


def run(job: Callable[..., R], params: Any, progress: Progress, **more: Any) -> R:
    """Run `job(params, emit=..., cancel=...)` to its end and return its result.

    Raises:
        EngineError: as the job does.
        JobCancelled: it was interrupted; the `result` of the exception is what it has made until then.
        KeyboardInterrupt: it was interrupted, and there is no result.
    """
    console = Console(as_json=False, live=True)
    emit = progress if callable(progress) else console.show if progress else _silent
    cancel = Cancel()
    try:
        with interrupts_set(cancel, console):
            return job(params, emit=emit, cancel=cancel, **more)
    except JobCancelled as cancelled:
        if cancelled.result:
            raise
        raise KeyboardInterrupt from None
    finally:
        console.clear()


def paths_of(given: Path_ | Sequence[Path_] | Any) -> list[str]:
    """Return the paths in one path, a list of them, a pandas Series of them, or a table with a column `path`."""
    if isinstance(given, str | PathLike):
        return [fspath(given)]
    some: Any = given
    paths = some["path"] if hasattr(some, "columns") else some
    return [fspath(path) for path in paths]


def _silent(_: Event) -> None:
    """Show nothing."""
