"""Scores a run again, also on images that were labelled since, and writes its report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton, QWidget

from engine.events import Failed, Outcome, Succeeded
from gui import theme
from gui.jobs import JobHandle, JobRunner, OwnedJob
from gui.review.report_pdf import printable_page, printing
from gui.session import Session
from gui.widgets import file_dialogs
from gui.widgets.layouts import row

if TYPE_CHECKING:
    from engine.review.evaluate import EvaluateParams
    from engine.training.runs.records import RunRecord


class _Report(QObject):
    """One report on its way to its file: what is scored, and for a PDF what is printed from that."""

    ended = Signal(object)  # the `Outcome`

    def __init__(self, jobs: JobRunner, params: EvaluateParams, out: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs, self.out = jobs, out
        self._title = Path(params.project).stem
        self._job = OwnedJob(self)
        self._page = printable_page() if out.suffix.lower() == ".pdf" else None  # what a PDF is printed from
        params = replace(params, report=str(self._page or out), printable=self._page is not None)
        job = jobs.start("evaluate", params, words=self.tr("Writing the report"))
        self._job.follow(job, self._on_ended)

    def _on_ended(self, outcome: Outcome) -> None:
        page, self._page = self._page, None
        if page is not None and isinstance(outcome, Succeeded):
            job = self._jobs.start_callable(printing(page, self.out, self._title), words=self.tr("Printing the report"))
            self._job.follow(job, self._on_ended)
            return
        if page is not None:
            page.unlink(missing_ok=True)
        self.ended.emit(outcome)
        self.deleteLater()


class ReportButtons(QWidget):
    """A report is of `images` alone, where these are not None: asked for when it is saved. A second one waits for the
    first, so that its dialog comes at once whatever is being written.

    `evaluated` follows each evaluation, however it ended; `failed` says why one failed, "" when one begins."""

    evaluated = Signal()
    failed = Signal(str)

    def __init__(self, session: Session, jobs: JobRunner) -> None:
        super().__init__()
        self._session, self._jobs = session, jobs
        self._run: RunRecord | None = None
        self._split: str | None = None
        self.images: Callable[[], Sequence[int] | None] = lambda: None
        self._scoring = OwnedJob(self)
        self._writing: list[_Report] = []
        self._report: Path | None = None  # the one that was written last
        self.save_report = QPushButton(self.tr("Save report…"))
        self.save_report.setObjectName("save_report_button")
        self.save_report.setAccessibleName(self.tr("Save report"))
        theme.set_icon(self.save_report, "export")
        self.open_report = QPushButton(self.tr("Open report"))
        self.open_report.setProperty("kind", "quiet")
        self.open_report.setAccessibleName(self.tr("Open report"))
        self.open_report.hide()
        row(self.open_report, self.save_report, on=self, spacing=theme.current().S)
        self.save_report.clicked.connect(self.ask)
        self.open_report.clicked.connect(self._open)

    @property
    def busy(self) -> bool:
        return self._scoring.running or bool(self._writing)

    def show_run(self, run: RunRecord | None, split: str | None) -> None:
        """Take note of what is reviewed; `split` as `EvaluateParams` has it."""
        if run is None or self._run is None or run.name != self._run.name:
            self.open_report.hide()
        self._run, self._split = run, split
        self.setVisible(run is not None)

    def ask(self) -> None:
        """Ask where the report is to be saved, and write it."""
        name = f"{self._run.name}.html" if self._run else "report.html"
        path = file_dialogs.ask_save(self, self.tr("Save report"), name, "HTML (*.html);;PDF (*.pdf)")
        if path is not None:
            self.write(path)

    def write(self, out: Path) -> None:
        """Write the report of what is reviewed to a file."""
        params = self._params()
        if params is None:
            return
        self.failed.emit("")
        self.open_report.hide()
        images = self.images()
        report = _Report(self._jobs, replace(params, images=None if images is None else tuple(images)), out, self)
        if self._writing:
            self._session.message.emit(self.tr("{0} is written after the report before it.").format(out.name))
        self._writing.append(report)
        report.ended.connect(partial(self._on_written, report))

    def evaluate(self) -> None:
        """Score the run again."""
        params = self._params()
        if params is not None and not self._scoring.running:
            self._score(self._jobs.start("evaluate", params, words=self.tr("Scoring the run")))

    def predict(self, image_ids: Sequence[int]) -> None:
        """Predict images that the run has no prediction for, whatever their split."""
        from engine.review.predict_more import PredictMoreParams

        run, project = self._run, self._session.project
        if run is not None and project is not None and not self._scoring.running:
            params = PredictMoreParams(str(project.folder), tuple(image_ids), run.name)
            self._score(self._jobs.start("predict_more", params, words=self.tr("Predicting pictures")))

    def _params(self) -> EvaluateParams | None:
        from engine.review.evaluate import EvaluateParams

        run, project = self._run, self._session.project
        if run is None or project is None:
            return None
        return EvaluateParams(str(project.folder), run.name, self._split)

    def _score(self, job: JobHandle) -> None:
        self.failed.emit("")
        self._scoring.follow(job, self._on_ended)

    def _on_written(self, report: _Report, outcome: Outcome) -> None:
        self._writing.remove(report)
        if isinstance(outcome, Succeeded):
            self._report = report.out
            self.open_report.show()
            self.open_report.setToolTip(str(report.out))
            self._session.message.emit(self.tr("Report saved: {0}").format(report.out))
        self._on_ended(outcome)

    def _on_ended(self, outcome: Outcome) -> None:
        if isinstance(outcome, Failed):
            self.failed.emit(outcome.message)
        self.evaluated.emit()

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._report)))
