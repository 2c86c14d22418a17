"""How often a job tells how far it is: ten times a second, however fast it goes."""

from __future__ import annotations

import time
from collections.abc import Callable

SECONDS_BETWEEN_EVENTS = 0.1


class Throttle:
    """`is_due()` answers True at most once in `seconds`; the time begins with the making, or with `at_once` at once."""

    def __init__(
        self,
        seconds: float = SECONDS_BETWEEN_EVENTS,
        *,
        at_once: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds, self._clock = seconds, clock
        self._last = -float("inf") if at_once else clock()

    def is_due(self, *, last: bool = False) -> bool:
        """Whether an event may be sent now, which begins the time anew; the `last` one is always due."""
        now = self._clock()
        due = last or now - self._last >= self._seconds
        if due:
            self._last = now
        return due
