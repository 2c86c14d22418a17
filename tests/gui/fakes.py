"""Stand-ins for the jobs of the window: what a job says and how it ends is written down by the test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from engine.events import Cancelled, Event, Failed, Outcome, Succeeded
from engine.jobs.job import Cancel
from gui.jobs import TRAINING

if TYPE_CHECKING:
    from engine.training.plan import TrainParams  # loads NumPy, which no page does


class FakeHandle(QObject):
    """A `JobHandle` whose events and end come from the test."""

    event = Signal(object)  # type: ignore[assignment]  # hides QObject.event, as JobHandle does
    ended = Signal(object)

    cancel_asked = Signal()

    def __init__(self, name: str, params: object, parent: QObject | None = None, words: str = "") -> None:
        super().__init__(parent)
        self.name, self.params, self.words = name, params, words
        self.cancelled = self.paused = False
        self.outcome: Outcome | None = None

    @property
    def running(self) -> bool:
        return self.outcome is None

    def cancel(self) -> None:
        self.cancelled = True
        self.cancel_asked.emit()

    def memory(self) -> int | None:
        return 1_200_000_000

    def pause(self) -> None:
        self.paused = True

    def go_on(self) -> None:
        self.paused = False

    def play(self, *events: Event) -> None:
        for event in events:
            if isinstance(event, Outcome):
                self.outcome = event
                self.ended.emit(event)
            else:
                self.event.emit(event)

    def succeed(self, **result: Any) -> None:
        self.play(Succeeded(result))

    def fail(self, message: str) -> None:
        self.play(Failed(message))

    def stop(self, **result: Any) -> None:
        self.play(Cancelled(result))


class FakeJobs(QObject):
    """A `JobRunner` that starts nothing; `started` holds the handles in order."""

    training_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.started: list[FakeHandle] = []
        self.callables: list[tuple[FakeHandle, Callable[..., Mapping[str, Any]]]] = []
        self.warmed = 0
        self.prepared: list[TrainParams] = []
        self.is_training = False
        self.training_changed.connect(partial(setattr, self, "is_training"))

    def start(
        self, job_name: str, params: object, *, child: bool = True, warm: bool = True, words: str = ""
    ) -> FakeHandle:
        handle = FakeHandle(job_name, params() if callable(params) else params, self, words)
        self.started.append(handle)
        return handle

    @property
    def trainings(self) -> list[FakeHandle]:
        return [handle for handle in self.started if handle.name in TRAINING]

    def of(self, name: str) -> list[FakeHandle]:
        return [handle for handle in self.started if handle.name == name]

    def start_callable(self, job: Callable[..., Mapping[str, Any]], words: str = "") -> FakeHandle:
        """Kept until the test runs it with `run_callables`."""
        handle = FakeHandle("callable", None, self, words)
        self.callables.append((handle, job))
        return handle

    def run_callables(self) -> None:
        waiting, self.callables = self.callables, []
        for handle, job in waiting:
            handle.succeed(**job(handle.event.emit, Cancel()))

    def warm(self) -> None:
        self.warmed += 1

    def prepare(self, params: Callable[[], TrainParams]) -> None:
        self.prepared.append(params())
