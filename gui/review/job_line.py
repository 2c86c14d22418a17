"""The one job that a section of Review may run: its progress with Stop, and the sentence if it fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from engine.events import Event, Failed, Log, Outcome, Progress, Succeeded
from gui import theme
from gui.jobs import JobHandle, JobRunner, OwnedJob
from gui.session import Session
from gui.widgets import wording
from gui.widgets.caution import Caution
from gui.widgets.layouts import column
from gui.widgets.progress_strip import ProgressStrip


class JobLine(QWidget):
    """The line of a job; takes no space while nothing runs and nothing failed."""

    changed = Signal()  # a job began or ended

    def __init__(self, session: Session, jobs: JobRunner) -> None:
        super().__init__()
        self._session, self._jobs = session, jobs
        self._job = OwnedJob(self)
        self._then: Callable[[dict[str, Any]], None] = lambda _: None
        self.strip = ProgressStrip()
        self.strip.hide()
        self.strip.stop_wanted.connect(self.stop)
        self.caution = Caution()
        column(self.caution, self.strip, on=self, spacing=theme.current().S)
        self.hide()

    @property
    def running(self) -> bool:
        return self._job.running

    def run(self, name: str, params: object, what: str, then: Callable[[dict[str, Any]], None]) -> None:
        """Start the job of that name unless one runs already; `what` names it; `then` gets what it gave."""
        if not self._job.running:
            self._follow(self._jobs.start(name, params, words=what.rstrip("…")), what, then)

    def run_here(self, job: Callable[..., dict[str, Any]], what: str, then: Callable[[dict[str, Any]], None]) -> None:
        """Run `job(emit, cancel)` in a thread of this process, as `run` does."""
        if not self._job.running:
            self._follow(self._jobs.start_callable(job, words=what.rstrip("…")), what, then)

    def say(self, sentence: str) -> None:
        self.caution.say(sentence)
        self.setVisible(bool(sentence) or self.running)

    def stop(self) -> None:
        """Ask the job to stop; what it gives then is dropped."""
        self._job.stop()

    def _follow(self, handle: JobHandle, what: str, then: Callable[[dict[str, Any]], None]) -> None:
        self._then, self._project = then, self._session.project
        self._job.follow(handle, self._on_ended, self._on_event)
        self.caution.say("")
        self.strip.start(what)
        self.show()
        self.changed.emit()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progress) and (event.total or event.done):
            self.strip.show_progress(event)
        elif isinstance(event, Progress) and self.strip.stop_button.isEnabled():
            self.strip.start(f"{wording.phase(event.phase)}…")
        elif isinstance(event, Log) and event.level == "warning":
            self.caution.say(event.message)

    def _on_ended(self, outcome: Outcome) -> None:
        self.strip.hide()
        if isinstance(outcome, Failed):
            self.caution.say(outcome.message)
        self.setVisible(not self.caution.isHidden())
        if isinstance(outcome, Succeeded) and self._session.project is self._project:
            self._then(outcome.result)
        self.changed.emit()
