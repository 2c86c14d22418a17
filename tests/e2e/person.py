"""Drives the real window as a person would: waits for what is on the screen, clicks, types, drops.

`use(main, script)` runs `main` and, inside its event loop, the steps of `script`: a generator that yields conditions.
The next step runs as soon as the condition holds; a condition that does not hold in time fails the test.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gui.main_window import MainWindow

Condition = Callable[[], object]
Script = Callable[["Person"], Generator[Condition, None, None]]
W = TypeVar("W", bound=QObject)


class Person:
    """What a person can reach of the open window."""

    @property
    def window(self) -> MainWindow:
        return next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible())

    def find(self, kind: type[W], name: str) -> W:
        found = self.window.findChild(kind, name)
        assert found is not None, f"no {kind.__name__} named {name!r} is there"
        return found

    def sees(self, kind: type[QWidget], name: str) -> bool:
        found = self.window.findChild(kind, name)
        return found is not None and found.isVisible()

    def can_press(self, kind: type[QWidget], name: str) -> bool:
        return self.sees(kind, name) and self.find(kind, name).isEnabled()

    def click(self, kind: type[QWidget], name: str) -> None:
        assert self.can_press(kind, name), f"{name!r} cannot be pressed"
        QTest.mouseClick(self.find(kind, name), Qt.MouseButton.LeftButton)

    def press(
        self, widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.keyClick(widget, key, modifier)

    def go_to(self, number: int) -> None:
        """The page with that number in the rail, by its key."""
        QTest.keyClick(self.window, getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.ControlModifier)

    def trains_in(self) -> int | None:
        """The number of the process that trains now."""
        handle = self.window.page(1).training.job.handle
        return handle.processes[-1].pid if handle is not None and handle.processes else None

    def drop(self, target: QWidget, file: Path) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(file))])
        place, copy = target.rect().center(), Qt.DropAction.CopyAction
        button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(target, QDragEnterEvent(QPoint(place), copy, data, button, none))
        QApplication.sendEvent(target, QDropEvent(QPointF(place), copy, data, button, none))


def window_is_open() -> bool:
    return any(isinstance(w, MainWindow) and w.isVisible() for w in QApplication.topLevelWidgets())


def use(main: Callable[[list[str]], int], arguments: list[str], script: Script, *, patience: float = 120) -> int:
    """Run `main(arguments)` with `script` inside. Returns its exit status; raises what the script raised."""
    steps = script(Person())
    failure: list[BaseException] = []
    condition: Condition = window_is_open
    until = time.monotonic() + patience
    timer = QTimer()
    timer.setInterval(20)

    def look() -> None:
        nonlocal condition, until
        try:
            if not condition():
                assert time.monotonic() < until, f"waited {patience:.0f} s in line {_line(steps)} of the script"
                return
            condition = next(steps)
            until = time.monotonic() + patience
        except StopIteration:
            finish()
        except BaseException as error:
            failure.append(error)
            finish()

    def finish() -> None:
        """Closing the last window ends `main`. No `quit` beside it: the second one would end loops of later tests."""
        timer.stop()
        for window in QApplication.topLevelWidgets():
            getattr(window, "close_now", window.close)()  # a script that failed may have left a training

    timer.timeout.connect(look)
    timer.start()
    status = main(arguments)
    timer.stop()
    if failure:
        raise failure[0]
    return status


def _line(steps: Generator[Condition, None, None]) -> int:
    frame = steps.gi_frame
    return frame.f_lineno if frame is not None else 0
