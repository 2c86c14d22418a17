"""Scores a run again, also on images that were labelled since, and writes its report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton, QWidget

from engine.events import Event, Failed, Outcome, Progress, Succeeded
from gui import theme
from gui.jobs import JobHandle, JobRunner, OwnedJob
from gui.review.report_pdf import printable_page, printing
from gui.session import Session
from gui.widgets import file_dialogs, wording
from gui.widgets.layouts import row

if TYPE_CHECKING:
    from engine.training.runs.records import RunRecord


class ReportButtons(QWidget):
    """A report is of `images` alone, where these are not None: asked for when it is saved.

    `evaluated` follows each evaluation, however it ended; `failed` says why one failed, "" when one begins."""

    evaluated = Signal()
    failed = Signal(str)

    def __init__(self, session: Session, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._run: RunRecord | None = None
        self._split: str | None = None
        self.images: Callable[[], Sequence[int] | None] = lambda: None
        self._job = OwnedJob(self)
        self._report: Path | None = None
        self._page: Path | None = None  # what a PDF is printed from
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
        return self._job.running

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
            self.evaluate(path)

    def evaluate(self, report: Path | None = None) -> None:
        """Score the run again, and write the report where one is wanted."""
        from engine.review.evaluate import EvaluateParams

        run, project = self._run, self._session.project
        if run is None or project is None or self._job.running:
            return
        self.failed.emit("")
        self.open_report.hide()
        self._report, written = report, report
        if report is not None and report.suffix.lower() == ".pdf":
            written = self._page = printable_page()
        images = self.images() if written else None
        params = EvaluateParams(
            str(project.folder),
            run.name,
            self._split,
            str(written) if written else None,
            self._page is not None,
            images=None if images is None else tuple(images),
        )
        self._follow(self._jobs.start("evaluate", params))

    def predict(self, image_ids: Sequence[int]) -> None:
        """Predict images that the run has no prediction for, whatever their split."""
        from engine.review.predict_more import PredictMoreParams

        run, project = self._run, self._session.project
        if run is None or project is None or self._job.running:
            return
        self.failed.emit("")
        self._report = None
        params = PredictMoreParams(str(project.folder), tuple(image_ids), run.name)
        self._follow(self._jobs.start("predict_more", params))

    def _follow(self, job: JobHandle) -> None:
        self._job.follow(job, self._on_ended, self._on_event)
        self.save_report.setText(self.tr("Writing…"))
        self.save_report.setEnabled(False)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progress) and event.total:
            self.save_report.setText(
                self.tr("{0} of {1}").format(wording.number(event.done), wording.number(event.total))
            )

    def _on_ended(self, outcome: Outcome) -> None:
        page, self._page = self._page, None
        if page is not None and isinstance(outcome, Succeeded) and self._report is not None:
            self._follow(self._jobs.start_callable(printing(page, self._report)))
            return
        if page is not None:
            page.unlink(missing_ok=True)
        self.save_report.setText(self.tr("Save report…"))
        self.save_report.setEnabled(True)
        if isinstance(outcome, Failed):
            self.failed.emit(outcome.message)
        elif isinstance(outcome, Succeeded) and self._report is not None:
            self.open_report.show()
            self.open_report.setToolTip(str(self._report))
            self._session.message.emit(self.tr("Report saved: {0}").format(self._report))
        self.evaluated.emit()

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._report)))
