"""One thread that runs calls in order and hands each result back to the thread of the window."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot
from shiboken6 import isValid

T = TypeVar("T")


def is_gone(receiver: Callable[..., object]) -> bool:
    """Return whether this is a method of an object of Qt, such as a dialog that was closed, that is no more."""
    owner = getattr(receiver, "__self__", None)
    return isinstance(owner, QObject) and not isValid(owner)


@dataclass(slots=True)
class _QueuedCall:
    number: int
    key: str | None
    work: Callable[[], Any]
    then: Callable[[Any], None] | None
    failed: Callable[[Exception], None] | None
    result: Any = None
    error: Exception | None = None


class _Thread(QThread):
    """Its loop runs inside a Python call: without one, Python forgets the thread after each call, and whatever belongs
    to it, such as its connection to the store, is made anew each time."""

    def run(self) -> None:
        self.exec()


class _Runner(QObject):
    ended = Signal(object)

    def __init__(self, newest: dict[str, int]) -> None:
        super().__init__()
        self._newest = newest

    @Slot(object)
    def run(self, call: _QueuedCall) -> None:
        if call.key is None or self._newest.get(call.key) == call.number:
            try:
                call.result = call.work()
            except Exception as error:
                call.error = error
        self.ended.emit(call)


class Background(QObject):
    """Runs calls one after the other in a thread of its own.

    A call with a `key` replaces those before it that have the same key: only the newest is worth an answer.
    Answers whose receiver is gone are dropped. `close` waits for the call that runs.
    """

    _asked = Signal(object)

    def __init__(self, name: str, on_error: Callable[[Exception], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = itertools.count(1)
        self._newest: dict[str, int] = {}
        self._on_error = on_error
        self._closed = False
        self._thread = _Thread()
        self._thread.setObjectName(name)
        self._runner = _Runner(self._newest)
        self._runner.moveToThread(self._thread)
        self._asked.connect(self._runner.run, Qt.ConnectionType.QueuedConnection)
        self._runner.ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def submit(
        self,
        work: Callable[[], T],
        then: Callable[[T], None] | None = None,
        *,
        failed: Callable[[Exception], None] | None = None,
        key: str | None = None,
    ) -> None:
        """Run `work` there, then `then(result)` or `failed(error)` here. Nothing is begun after `close`.

        A job that ends while the window closes still has its words; a thread started for them would outlive its owner.
        """
        if self._closed:
            return
        call = _QueuedCall(next(self._numbers), key, work, then, failed)
        if key is not None:
            self._newest[key] = call.number
        if not self._thread.isRunning():
            self._thread.start()
        self._asked.emit(call)

    @Slot(object)
    def _deliver(self, call: _QueuedCall) -> None:
        if call.key is not None and self._newest.get(call.key) != call.number:
            return
        answer = call.then if call.error is None else (call.failed or self._on_error)
        if answer is None or is_gone(answer):
            return
        answer(call.result if call.error is None else call.error)

    def close(self) -> None:
        """End the thread after the call that runs; calls that wait are dropped."""
        self._closed = True
        self._newest.clear()
        self._thread.quit()
        self._thread.wait()
