"""A model of the current labels ("Make a model of these labels"), made in seconds, and on to Classify with it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.events import Event, Failed, Outcome, Progress, Succeeded
from gui.jobs import JobRunner, OwnedJob
from gui.session import Session

if TYPE_CHECKING:
    from engine.training.plan import TrainParams

RECIPE = "instant"
FEWEST_CLASSES = 2


class ModelOfLabels(QObject):
    """Trains the recipe `instant`; `made` gives the name of its run once the session lists it."""

    began = Signal()
    progress = Signal(Progress)
    ended = Signal(str)  # a line to show, or nothing
    made = Signal(str)

    def __init__(self, session: Session, jobs: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._job = OwnedJob(self)
        self._waits_for = ""  # a run that was made and is not listed yet
        session.project_changed.connect(self._forget)
        session.runs_changed.connect(self._listed)

    @property
    def running(self) -> bool:
        return self._job.running

    def start(self) -> None:
        project = self._session.project
        if project is None or self._job.running:
            return
        if sum(count.total > 0 for count in self._session.overview.counts) < FEWEST_CLASSES:
            self._session.message.emit(self.tr("Label some images of two classes first; then a model can be made."))
            return
        self.began.emit()
        words = self.tr("Making a model of the labels")
        started = self._jobs.start("train", partial(_params, str(project.folder)), warm=False, words=words)
        self._job.follow(started, self._on_ended, self._happened)

    def stop(self) -> None:
        self._job.stop()

    def _happened(self, event: Event) -> None:
        if isinstance(event, Progress):
            self.progress.emit(event)

    def _on_ended(self, outcome: Outcome) -> None:
        self.ended.emit("")
        if isinstance(outcome, Failed):
            self._session.report_failure(outcome)
        elif isinstance(outcome, Succeeded):
            self._waits_for = str(outcome.result["run"])
            self._session.refresh_runs()

    def _listed(self) -> None:
        run = self._session.run_named(self._waits_for)
        if run is not None:
            self._waits_for = ""
            self.made.emit(run.name)

    def _forget(self) -> None:
        if self._job.running:
            self._job.drop()
            self.ended.emit("")
        self._waits_for = ""


def _params(folder: str) -> TrainParams:
    """Return the parameters of the job; in its thread, as the module loads NumPy."""
    from engine.training.plan import TrainParams

    return TrainParams(folder, RECIPE)
