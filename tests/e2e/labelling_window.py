"""The real window of `main.py`, labelling by itself until somebody kills it: `python -m tests.e2e.labelling_window`.

Prints a JSON line before each key that changes labels, and one at each paint that shows more edits than the last.
What is painted is told before it is painted, so what was told may be ahead of the screen, never behind it.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest

from tests.benchmarks.window import drive, grid_of, until
from tests.e2e.labels_killed import Labels, read_labels

AHEAD = 40
DIGITS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3)
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def tell(**facts: object) -> None:
    """One write, so that a kill leaves whole lines."""
    os.write(1, json.dumps(facts).encode() + b"\n")


class Shown(QObject):
    """Tells how many edits the paint that comes now shows."""

    def __init__(self, window: Any, grid: Any) -> None:
        super().__init__(grid.viewport())
        self.edits = self._told = 0
        window.session.records_changed.connect(self._count)
        grid.viewport().installEventFilter(self)

    def _count(self, *_: object) -> None:
        self.edits += 1

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self.edits > self._told:
            self._told = self.edits
            tell(shown=self.edits)
        return False


def main() -> None:
    project, seed = sys.argv[1:]
    chance = random.Random(int(seed))
    labels = Labels(read_labels(Path(project)))

    def script(window: Any) -> None:
        grid = grid_of(window)
        images = window.page(0).browser.images
        until(lambda: len(images) > 0 and images.record(0) is not None, "the images")
        until(lambda: window.session.overview.summary is not None, "the classes")
        shown = Shown(window, grid)
        grid.setFocus()
        until(grid.hasFocus, "the keyboard")
        tell(ready=True)
        while True:
            QTest.keyClick(grid, *step(chance, window, grid, labels))
            rest(chance.choice((0, 0, 0.002, 0.02)))
            if labels.edits > AHEAD + shown.edits:  # nobody presses keys so far ahead of what they see
                until(lambda: labels.edits == shown.edits, "the labels")

    drive([project], script)


def rest(seconds: float) -> None:
    """Let the event loop run."""
    end = time.perf_counter() + seconds
    until(lambda: time.perf_counter() >= end, "the time to come")


def step(chance: random.Random, window: Any, grid: Any, labels: Labels) -> tuple[Qt.Key, Qt.KeyboardModifier]:
    """The next key. Those that change labels are told before they are pressed."""
    what = chance.random()
    if what < 0.08:
        return chance.choice((Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_PageDown)), Qt.KeyboardModifier.NoModifier
    if what < 0.14:
        return chance.choice((Qt.Key.Key_Down, Qt.Key.Key_PageDown)), SHIFT  # and the next digit labels them all
    if what < 0.22 and labels.done and window.undo.isEnabled():
        tell(**labels.apply("undo"))
        return Qt.Key.Key_Z, CONTROL
    if what < 0.25 and labels.undone and window.redo.isEnabled():
        tell(**labels.apply("redo"))
        return Qt.Key.Key_Y, CONTROL
    place = chance.randrange(len(DIGITS) + 1)
    tell(**labels.apply("label", grid.selected(), place if place < len(DIGITS) else None))
    return (*DIGITS, Qt.Key.Key_Delete)[place], Qt.KeyboardModifier.NoModifier


if __name__ == "__main__":
    main()
