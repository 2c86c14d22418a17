"""Python's cyclic garbage is collected in the thread of the window only.

A collection may end Qt objects. Begun in another thread, as Python does wherever the counter runs over, it takes Qt's
locks there while the window waits for them with the interpreter's lock in hand: both would wait for ever.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 250
MANY = 10_000  # new objects: those of a thread that reads the records of all images, most of them gone in a moment
PATIENCE = 80  # looks that pass while there are so many
LONG = 0.015  # seconds of a collection in the window's thread; it must answer within a frame or two


class Collecting(QObject):
    """From its making to `remove`, automatic collection is off and this looks instead, with Python's own thresholds."""

    def __init__(self) -> None:
        super().__init__()
        self._was_enabled = gc.isenabled()
        self._passed = 0  # looks since there were too many objects
        gc.disable()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the oldest generation that is due, and with it the younger ones.

        Not while there are so many new objects that to look at each would hold the window up; they go by themselves.
        """
        counts, thresholds = gc.get_count(), gc.get_threshold()
        self._passed = self._passed + 1 if counts[0] > MANY else 0
        if 0 < self._passed <= PATIENCE:
            return
        self._passed = 0
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                began = time.perf_counter()
                gc.collect(generation)
                if generation == 2 and time.perf_counter() - began > LONG:
                    gc.freeze()  # modules, classes and pages stay for good: 60,000 objects that need no second look
                return

    def remove(self) -> None:
        self._timer.stop()
        gc.unfreeze()
        if self._was_enabled:
            gc.enable()
