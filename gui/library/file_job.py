"""A job that reads or writes the files of the open project, as the Library page starts and follows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from engine.events import Event, Failed, Outcome, Progress, Succeeded
from gui.jobs import JobRunner, OwnedJob
from gui.session import Session

if TYPE_CHECKING:
    from engine.jobs.job import Cancel, Emit
    from engine.library.project import Project

    Work = Callable[[Project, Emit, Cancel], Mapping[str, Any]]


class FileJob(QObject):
    """One job at a time, and none while `busy` says that another one reads the files.

    A subclass words the result in `_words`. With `_changes_images` False the job goes on when its project is closed.
    """

    began = Signal()
    progress = Signal(object)
    ended = Signal(str)  # one line that says what was found; empty when nothing was, and nobody had asked

    _changes_images = True

    def __init__(
        self, session: Session, jobs: JobRunner, busy: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._busy = busy
        self._job = OwnedJob(self)
        if self._changes_images:
            session.project_changed.connect(self.stop)

    @property
    def running(self) -> bool:
        return self._job.running

    def stop(self) -> None:
        self._job.stop()

    def _can_start(self) -> bool:
        return not self._session.read_only and not self._busy()

    def _begin(self, work: Work) -> None:
        """Start `work` for a person; where it cannot start now, say so."""
        if self._session.project is None or self.running:
            return
        if not self._can_start():
            self._session.message.emit(self.tr("Files are being read; try again when that has ended."))
            return
        self._follow(self._session.project, work)
        self.began.emit()

    def _follow(self, project: Project, work: Work) -> None:
        job = self._jobs.start_callable(partial(work, project), words=self._what())
        self._job.follow(job, self._finished, self._happened, release=self._session.hold())

    def _happened(self, event: Event) -> None:
        if isinstance(event, Progress):
            self.progress.emit(event)

    def _finished(self, outcome: Outcome) -> None:
        if isinstance(outcome, Failed):
            self._session.report_failure(outcome)
        if self._changes_images and self._session.project is not None:
            self._session.images_listed()
        self.ended.emit(self._ending(outcome))

    def _what(self) -> str:
        """Return what is done, for the list of all that is being done."""
        return self.tr("Looking at the files")

    def _ending(self, outcome: Outcome) -> str:
        return self._words(outcome.result) if isinstance(outcome, Succeeded) else ""

    def _words(self, record: Mapping[str, Any]) -> str:
        """Return what was found, in words; empty for nothing."""
        raise NotImplementedError
