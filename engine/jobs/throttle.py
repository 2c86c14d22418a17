"""A limit on how often a job reports its progress: ten times a second, however fast it goes."""

from __future__ import annotations

import time
from collections.abc import Callable

SECONDS_BETWEEN_EVENTS = 0.1


class Throttle:
    """`is_due()` answers True at most once in `seconds` (a tenth of one if not given).

    The time begins with the making, or, with `at_once`, one is due at once.
    """

    def __init__(
        self,
        seconds: float | None = None,
        *,
        at_once: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds, self._clock = SECONDS_BETWEEN_EVENTS if seconds is None else seconds, clock
        self._last = -float("inf") if at_once else clock()

    def is_due(self, *, last: bool = False) -> bool:
        """Return whether an event may be sent now, which begins the time anew; the `last` one is always due."""
        now = self._clock()
        due = last or now - self._last >= self._seconds
        if due:
            self._last = now
        return due
