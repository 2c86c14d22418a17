"""A batch: begun, stopped, gone on with, or opened again from an earlier day. Its rows are read as they come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from engine.batch.params import BatchResult
from engine.batch.saved_results.folder import COMPLETE, STOPPED, SavedResults, begin, ended, read_labels, recent
from engine.events import Cancelled, Event, Failed, Log, Outcome, Progress, Succeeded
from gui.classify.result_reader import ResultReader
from gui.jobs import JobRunner, OwnedJob

if TYPE_CHECKING:
    from engine.batch.params import ClassifyParams


def results_folder() -> Path:
    from engine.places import data_folder

    return data_folder() / "classified"


class Batch(QObject):
    """`opened` tells of other results, `ended` how the job ended, once all of its rows were read."""

    opened = Signal(object, int)  # `SavedResults`, and the highest number that its corrections have
    started = Signal()
    progress = Signal(object)
    noted = Signal(str)
    ended = Signal(object)
    failed = Signal(str)  # it could not even be begun

    def __init__(self, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._beginning, self._job = OwnedJob(self), OwnedJob(self)
        self._stop_wanted = False
        self._outcome: Outcome | None = None  # of a job that has ended, while its last rows are read
        self._labels: Mapping[int, str] = {}
        self.saved: SavedResults | None = None
        self.gone: tuple[str, ...] = ()  # models of results of an earlier day that are not where they were
        self.reading = ResultReader(jobs, self)
        self.reading.complete.connect(self._read_all)

    @property
    def running(self) -> bool:
        return self._beginning.running or self._job.running or self._outcome is not None

    @property
    def watching(self) -> bool:
        return self.running and self.saved is not None and self.saved.request.watch

    @property
    def can_go_on(self) -> bool:
        """Return whether what is shown was stopped before its end."""
        some = len(self.reading.results) > 0  # else it is begun anew
        return some and not self.running and self.saved is not None and self.saved.can_go_on

    def start(self, request: ClassifyParams, classes: tuple[str, ...]) -> None:
        """Classify into a new folder of results."""
        if self.running:
            return
        self._stop_wanted = False
        job = self._jobs.start_callable(lambda _emit, _cancel: {"saved": begin(results_folder(), request, classes)})
        self._beginning.follow(job, self._begun)
        self.started.emit()

    def _begun(self, outcome: Outcome) -> None:
        if isinstance(outcome, Failed):
            self.failed.emit(outcome.message)
        elif isinstance(outcome, Succeeded):
            self._labels, self.gone = {}, ()
            self.saved = saved = outcome.result["saved"]
            self.reading.begin(saved)
            self.opened.emit(saved, 0)
            self._run(saved.request)

    def go_on(self) -> None:
        """Go on behind the last row that is there."""
        if self.can_go_on and self.saved is not None:
            self._stop_wanted = False
            self._run(replace(self.saved.request, resume=True))

    def _run(self, request: ClassifyParams) -> None:
        self._outcome = None
        words = self.tr("Watching the folders") if request.watch else self.tr("Classifying")
        self._job.follow(self._jobs.start("classify", request, words=words), self._job_ended, self._happened)
        self.started.emit()
        if self._stop_wanted:
            self.stop()

    def stop(self) -> None:
        """End the job; what it has classified stays."""
        self._stop_wanted = True
        self._job.stop()

    def _happened(self, event: Event) -> None:
        if isinstance(event, Progress):
            self.progress.emit(event)
            self.reading.look()
        elif isinstance(event, Log) and event.level == "warning":
            self.noted.emit(event.message)

    def _job_ended(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self.reading.look()

    def _read_all(self) -> None:
        """End the reading: all rows are here, of a job that has ended, or of results of an earlier day."""
        if self._labels:
            labels, self._labels = self._labels, {}
            self.reading.results.restore(labels)
            self.reading.changed.emit()
        outcome, saved = self._outcome, self.saved
        if outcome is None or saved is None:
            return
        self._outcome = None
        result = result_of(outcome)
        state = COMPLETE if isinstance(outcome, Succeeded) and not saved.request.watch else STOPPED
        results = self.reading.results
        images, problems = results.images, results.problem_count
        device = saved.device if result is None else result.device
        self.saved = replace(saved, state=state, device=device, images=images, problems=problems)
        counts = {"images": images, "problems": problems}
        handle = self._jobs.start_callable(
            lambda _emit, _cancel: {"saved": ended(saved, state, **counts, device=device)}
        )
        handle.ended.connect(lambda o: self.failed.emit(o.message) if isinstance(o, Failed) else None)
        self.ended.emit(outcome)

    # Results of an earlier day

    def open(self, saved: SavedResults) -> None:
        """Show kept results with their corrections."""
        if self.running:
            return

        def look(_emit: object, _cancel: object) -> Mapping[str, Any]:
            models = (saved.request.model, *saved.request.more_models)
            gone = tuple(model for model in models if not Path(model).is_file())
            return {"labels": read_labels(saved.labels), "gone": gone}

        def arrived(outcome: Outcome) -> None:
            if isinstance(outcome, Succeeded) and not self.running:
                self._labels, number = outcome.result["labels"]
                self.gone = outcome.result["gone"]
                self.saved, self._outcome = saved, None
                self.reading.begin(saved)
                self.opened.emit(saved, number)

        self._jobs.start_callable(look).ended.connect(arrived)

    def look_for_results(self, then: Any) -> None:
        """Tell `then` which results of earlier days there are, newest first."""

        def look(_emit: object, _cancel: object) -> Mapping[str, Any]:
            return {"saved": recent(results_folder())}

        handle = self._jobs.start_callable(look)
        handle.ended.connect(partial(_pass_on, then))


def _pass_on(then: Any, outcome: Outcome) -> None:
    if isinstance(outcome, Succeeded):
        then(outcome.result["saved"])


def result_of(outcome: Outcome) -> BatchResult | None:
    """Return what a batch came to; None where it failed, or was stopped before it began."""
    if isinstance(outcome, Succeeded | Cancelled) and outcome.result:
        return BatchResult.of(outcome.result)
    return None
