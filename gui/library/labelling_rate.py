"""The rate of labelling, and what remains: shown while someone labels, gone when they pause."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel

from engine.library.records import Summary
from gui.widgets import wording

PAUSE_S = 60.0  # after this long without a label the rate is of no interest any more
SPAN_S = 180.0  # the rate is that of the last minutes
LEAST = 3  # labels before a rate is shown


class LabelCounter:
    """Labels and when they were given. No Qt."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._given: deque[tuple[float, int]] = deque()

    def add(self, images: int) -> None:
        now = self._clock()
        if self._given and now - self._given[-1][0] > PAUSE_S:
            self._given.clear()
        self._given.append((now, images))
        while now - self._given[0][0] > SPAN_S:
            self._given.popleft()

    def per_minute(self) -> float | None:
        """The first label starts the clock and does not count itself; None when nobody labels."""
        now = self._clock()
        if len(self._given) < LEAST or now - self._given[-1][0] > PAUSE_S:
            return None
        span = self._given[-1][0] - self._given[0][0]
        return sum(n for _, n in list(self._given)[1:]) / max(span, 1.0) * 60


class LabellingRate(QLabel):
    """`24 labels/min · 1,204 to label · 50 min left`."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "muted")
        self.setAccessibleName(self.tr("Pace of labelling"))
        self.counter = LabelCounter()
        self._left: int | None = None
        self._ticks = QTimer(self, interval=5_000)
        self._ticks.timeout.connect(self._show)

    def add(self, images: int) -> None:
        """Count images that were just labelled."""
        self.counter.add(images)
        self._ticks.start()
        self._show()

    def forget(self) -> None:
        """Forget the rate: another project is open."""
        self.counter = LabelCounter()
        self._left = None
        self._show()

    def show_summary(self, summary: Summary | None) -> None:
        self._left = None if summary is None else summary.to_label
        self._show()

    def _show(self) -> None:
        rate = self.counter.per_minute()
        if rate is None:
            self.setText("")
            return
        parts = [self.tr("{0} labels/min").format(wording.decimal(rate))]
        if self._left:
            parts += [
                self.tr("{0} to label").format(wording.number(self._left)),
                wording.time_left(self._left / rate * 60),
            ]
        elif self._left == 0:
            parts.append(self.tr("all labelled"))
        self.setText("  ·  ".join(parts))
