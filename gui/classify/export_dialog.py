"""Taking a run's model elsewhere: in which form, where to, and afterwards how it compares with the run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QGridLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from engine import language as engine_language
from engine.events import Cancelled, Event, Failed, Log, Outcome, Progress, Succeeded
from engine.figures import percent
from engine.models.targets import TARGETS, Exported, ExportParams, Target, missing
from engine.places import expanded
from gui import theme
from gui.jobs import JobRunner, OwnedJob
from gui.widgets import file_dialogs, wording
from gui.widgets.caution import Caution
from gui.widgets.labels import elided, text
from gui.widgets.layouts import column, fill, row, stretch
from gui.widgets.metrics import Metric, MetricRow
from gui.widgets.progress_strip import ProgressStrip
from gui.widgets.run_words import run_words

if TYPE_CHECKING:
    from engine.training.runs.records import RunRecord


def _title(target: Target) -> str:
    return engine_language._(target.title)


def _words(target: Target) -> str:
    """Return what the form is for; the words stand in the engine."""
    return engine_language._(target.words)


class ExportDialog(QDialog):
    """The job runs in a process of its own; closing the dialog stops it."""

    def __init__(self, jobs: JobRunner, project: Path, run: RunRecord, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._project, self._run = jobs, project, run
        self._job = OwnedJob(self)
        self.setWindowTitle(self.tr("Export the model"))
        self.setAccessibleName(self.windowTitle())
        self.resize(720, 0)
        self.targets = QButtonGroup(self)
        self.place = QLineEdit()
        self.place.setAccessibleName(self.tr("Folder to export to"))
        self.choose_button = QPushButton(self.tr("Choose…"))
        self.export_button = QPushButton(self.tr("Export"))
        self.export_button.setObjectName("export_button")
        self.export_button.setProperty("kind", "primary")
        self.close_button = QPushButton(self.tr("Close"))
        for button in (self.choose_button, self.export_button, self.close_button):
            button.setAccessibleName(button.text())
        self.strip = ProgressStrip()
        self.strip.hide()
        self.notice = Caution()
        self.words = elided("", "", Qt.TextElideMode.ElideMiddle)
        self.difference = Metric(self.tr("Largest difference of a probability"))
        self.accuracy = Metric(self.tr("Accuracy of the export"))
        self.loss = Metric(self.tr("Against the run"))
        self._figures = MetricRow([self.difference, self.accuracy, self.loss])
        self._build()
        self._connect()
        self._propose()
        self.show_result(None)

    def _build(self) -> None:
        gap = theme.current()
        forms = QGridLayout()
        forms.setHorizontalSpacing(gap.L)
        forms.setVerticalSpacing(gap.XS)
        forms.setColumnStretch(1, 1)
        for number, target in enumerate(TARGETS.values()):
            choice = QRadioButton(_title(target))
            choice.setObjectName(f"target_{target.name}")
            choice.setAccessibleName(choice.text())
            needs = missing(target)
            said = elided(self.tr("not installed: {0}").format(needs) if needs else _words(target), "muted")
            if needs:
                choice.setEnabled(False)
                choice.setToolTip(self.tr("{0} needs {1}").format(choice.text(), target.needs))
            choice.setAccessibleDescription(said.text())
            self.targets.addButton(choice, number)
            forms.addWidget(choice, number, 0)
            forms.addWidget(said, number, 1, Qt.AlignmentFlag.AlignVCenter)
        usable = [button for button in self.targets.buttons() if button.isEnabled()]
        if usable:
            usable[0].setChecked(True)
        place = row(text(self.tr("Into"), "muted"), fill(self.place), self.choose_button)
        buttons = row(fill(self.words), self.close_button, self.export_button)
        inside = self.tr(
            "A folder with the network, the names of its classes and a small predict.py. Before it is there, its own "
            "runtime opens it and it is compared with the run on validation pictures."
        )
        column(
            elided(run_words(self._run), "heading"),
            forms,
            place,
            text(inside, "muted", wrap=True),
            self.notice,
            self.strip,
            self._figures,
            stretch(),
            buttons,
            on=self,
            margins=(20, 20, 20, 16),
            spacing=gap.L,
        )

    def _connect(self) -> None:
        self.targets.idToggled.connect(lambda _id, on: self._propose() if on else None)
        self.place.textChanged.connect(lambda _: self._update())
        self.choose_button.clicked.connect(self._choose)
        self.export_button.clicked.connect(self._export)
        self.close_button.clicked.connect(self.reject)
        self.strip.stop_wanted.connect(self._job.stop)
        self.finished.connect(lambda _: self._job.stop())

    def target(self) -> Target:
        return list(TARGETS.values())[max(self.targets.checkedId(), 0)]

    def _propose(self) -> None:
        """A folder of this run and form beside the last one, or beside the project."""
        self.place.setText(str(file_dialogs.folder() / f"{self._run.name}-{self.target().name}"))

    def _choose(self) -> None:
        folder = file_dialogs.ask_folder(self, self.tr("Choose a folder to export into"), of="results")
        if folder is not None:
            self.place.setText(str(folder / f"{self._run.name}-{self.target().name}"))

    def _update(self) -> None:
        self.export_button.setEnabled(not self._job.running and bool(self.place.text().strip()))

    def _export(self) -> None:
        out = str(expanded(self.place.text().strip()))
        self.notice.say("")
        self.show_result(None)
        self.strip.start(self.tr("Exporting as {0}").format(_title(self.target())))
        request = ExportParams(str(self._project), self._run.name, self.target().name, out)
        job = self._jobs.start("export", request, words=self.tr("Exporting the model"))
        self._job.follow(job, self._ended, self._happened)
        self._update()

    def _happened(self, event: Event) -> None:
        if isinstance(event, Progress):
            phases = [self.tr("Writing the model"), self.tr("Comparing with the run"), self.tr("Putting it in place")]
            phase = phases[min(event.done, len(phases) - 1)]
            self.strip.show_progress(Progress(phase, event.done, event.total))
        elif isinstance(event, Log) and event.level == "warning":
            self.notice.say(event.message)

    def _ended(self, outcome: Outcome) -> None:
        self.strip.hide()
        if isinstance(outcome, Failed):
            self.notice.say(outcome.message)
        elif isinstance(outcome, Cancelled):
            self.words.setText(self.tr("Stopped; nothing was written."))
        elif isinstance(outcome, Succeeded):
            self.show_result(Exported.of(outcome.result))
        self._update()

    def show_result(self, result: Exported | None) -> None:
        """The comparison that the job made."""
        self._figures.setVisible(result is not None and bool(result.images))
        if result is None:
            self.words.setText("")
            return
        size = self.tr("{0} MB").format(wording.decimal(result.bytes / 1e6, 1))
        self.words.setText(self.tr("Written: {0} ({1})").format(wording.place(Path(result.out)), size))
        if result.difference is None or result.accuracy is None or result.run_accuracy is None:
            return
        measured = self.tr("on {0}").format(wording.images(result.images))
        # Of the figures as they are shown, so that they add up to the eye.
        change = round(100 * result.accuracy, 2) - round(100 * result.run_accuracy, 2)
        self.difference.show_value("< 0.0001" if 0 < result.difference < 1e-4 else f"{result.difference:.1g}", measured)
        of_run = self.tr("the run: {0}").format(percent(result.run_accuracy, 2))
        run = f"{wording.interval_of(result.accuracy, result.images)}  ·  {of_run}"
        self.accuracy.show_share(result.accuracy, result.images, run, digits=2)
        points = self.tr("{0} points").format((f"{change:+.2f}" if change else "0.00").replace("-", "−"))
        same = self.tr("no accuracy is lost") if change >= 0 else self.tr("of accuracy, for its size")
        self.loss.show_value(points, same)
