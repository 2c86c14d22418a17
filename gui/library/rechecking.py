"""Looking at problems again, when a person asks: files that were mended meanwhile can be used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from engine.events import Failed, Outcome, Progress, Succeeded
from gui.jobs import JobHandle, JobRunner
from gui.session import Session
from gui.widgets import wording

if TYPE_CHECKING:
    from engine.jobs.job import Cancel, Emit


class Rechecking(QObject):
    """One at a time; none while `busy` says that something else looks at files."""

    began = Signal()
    progress = Signal(object)
    ended = Signal(str)  # one line that says how many can be used now

    def __init__(
        self, session: Session, jobs: JobRunner, busy: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._busy = busy
        self._job: JobHandle | None = None
        self._release: Callable[[], None] | None = None
        session.project_changed.connect(self.stop)

    @property
    def running(self) -> bool:
        return self._job is not None

    def start(self, image_ids: Iterable[int] | None = None) -> None:
        """Look at these problems once more; None for all of them."""
        project = self._session.project
        if project is None or self.running:
            return
        if self._session.read_only or self._busy():
            self._session.message.emit(self.tr("The files cannot be met again now; try when nothing else runs."))
            return
        ids = None if image_ids is None else tuple(image_ids)

        def work(emit: Emit, cancel: Cancel) -> Mapping[str, Any]:
            from engine.library.rechecking import RecheckParams, recheck

            return recheck(RecheckParams(str(project.folder), ids), emit=emit, cancel=cancel, project=project)

        self._release = self._session.hold()
        job = self._job = self._jobs.start_callable(work)
        job.event.connect(lambda event: self.progress.emit(event) if isinstance(event, Progress) else None)
        job.ended.connect(self._finished)
        self.began.emit()

    def stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _finished(self, outcome: Outcome) -> None:
        self._job = None
        if self._release is not None:
            self._release()
            self._release = None
        if isinstance(outcome, Failed):
            self._session.report_failure(outcome)
        if self._session.project is not None:
            self._session.images_listed()
        self.ended.emit(self._words(outcome.result) if isinstance(outcome, Succeeded) else "")

    def _words(self, result: Mapping[str, Any]) -> str:
        looked, mended = int(result["looked_at"]), int(result["mended"])
        if not looked:
            return self.tr("None of these files can be reached now.")
        if not mended:
            one, many = self.tr("It still cannot be used."), self.tr("None of the {0} can be used yet.")
            return wording.plural(looked, one, many)
        if looked == 1:
            return self.tr("It can be used now.")
        return self.tr("{0} can be used now.").format(wording.of_images(mended, looked))
