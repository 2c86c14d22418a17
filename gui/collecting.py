"""Python's cyclic garbage is collected in the thread of the window only.

A collection may end Qt objects. Begun in another thread, as Python does wherever the counter runs over, it takes Qt's
locks there while the window waits for them with the interpreter's lock in hand: both would wait for ever.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 250


class Collecting(QObject):
    """From its making to `remove`, automatic collection is off and this looks instead, with Python's own thresholds."""

    def __init__(self) -> None:
        super().__init__()
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the oldest generation that is due, and with it the younger ones."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return

    def remove(self) -> None:
        self._timer.stop()
        if self._was_enabled:
            gc.enable()
