"""The contract of every long job, and the one place that turns its end into exactly one outcome."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from engine.errors import EngineError, JobCancelled
from engine.events import Cancelled, Event, Failed, Outcome, Succeeded
from engine.files import too_long_words
from engine.language import _

Emit = Callable[[Event], None]
P = TypeVar("P", contravariant=True)


class Cancel:
    """A flag that a person sets and a job polls, per batch or per file. Safe from any thread.

    A job that can also pause waits in `wait_while_paused`; others take no notice of `pause`.
    """

    def __init__(self) -> None:
        self._flag = threading.Event()
        self._going = threading.Event()
        self._going.set()
        self._parts: list[Cancel] = []

    def part(self) -> Cancel:
        """Return the flag of a part of the job, which is set with this one and can be set alone."""
        part = Cancel()
        self._parts.append(part)  # before the question: `set` may run in another thread
        if self.is_set():
            part.set()
        return part

    def set(self) -> None:
        self._flag.set()
        self._going.set()
        for part in tuple(self._parts):
            part.set()

    def pause(self) -> None:
        """Let the job wait until `go_on` or `set`."""
        if not self._flag.is_set():
            self._going.clear()

    def go_on(self) -> None:
        """End a pause."""
        self._going.set()

    def is_paused(self) -> bool:
        return not self._going.is_set()

    def wait_while_paused(self) -> None:
        """Return at once, or when the pause ends."""
        self._going.wait()

    def is_set(self) -> bool:
        return self._flag.is_set()

    def check(self) -> None:
        """Raise `JobCancelled` if the flag is set."""
        if self._flag.is_set():
            raise JobCancelled

    def wait(self, seconds: float) -> bool:
        """Wait until the flag is set, at most `seconds`; True if it is."""
        return self._flag.wait(seconds)


class Job(Protocol[P]):
    """A job returns the mapping that `Succeeded` carries; it raises `EngineError` or `JobCancelled` otherwise."""

    def __call__(self, params: P, /, *, emit: Emit, cancel: Cancel) -> Mapping[str, Any]: ...


def run_job(job: Job[P], params: P, *, emit: Emit, cancel: Cancel) -> Outcome:
    """Run `job` here and now. Emits and returns exactly one outcome, whatever happens inside."""
    outcome: Outcome
    try:
        outcome = Succeeded(dict(job(params, emit=emit, cancel=cancel)))
    except JobCancelled as stop:
        outcome = Cancelled(stop.result)
    except EngineError as error:
        outcome = Failed(str(error))
    except MemoryError:
        outcome = Failed(_("There was not enough memory for this; close other programs or choose a smaller batch."))
    except Exception as error:
        if (sentence := too_long_words(error)) is not None:
            outcome = Failed(sentence)
        else:
            trace = traceback.format_exc()
            outcome = Failed(
                _("Something unexpected happened: {name}: {why}").format(name=type(error).__name__, why=error), trace
            )
    emit(outcome)
    return outcome
