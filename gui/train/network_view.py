"""What the network is made of, before anything is trained: layers, output shapes, parameters."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QLocale, QObject, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.events import Failed, Outcome, Succeeded
from gui import theme
from gui.latest_question import LatestQuestion
from gui.widgets import wording
from gui.widgets.charts import scales
from gui.widgets.labels import text
from gui.widgets.metrics import NOTHING, Metric, MetricRow
from gui.widgets.table import SortableTable, cells

if TYPE_CHECKING:
    from engine.training.plan import TrainParams
    from gui.jobs import JobHandle, JobRunner
    from gui.session import Session
    from gui.train.setup_panel import SetupPanel

REST_MS = 500  # how long options rest before the network is built anew


class NetworkView(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.metrics = [
            Metric(title)
            for title in (
                self.tr("Parameters"),
                self.tr("Trained"),
                self.tr("Multiply-adds per image"),
                self.tr("Steps per epoch"),
            )
        ]
        self.said = text("", "muted", wrap=True)
        self.said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        heads = (
            self.tr("Layer"),
            self.tr("Kind"),
            self.tr("Output shape"),
            self.tr("Parameters"),
            self.tr("Trained"),
        )
        self.table = SortableTable("network", self.tr("Layers of the network"), cells(heads, numbers=[3]))
        self.table.stretch_first()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().M)
        self._row = MetricRow(self.metrics)
        column.addWidget(self._row)
        column.addWidget(self.said, 1)  # the tiles keep their height while there is no table
        column.addWidget(self.table, 1)
        self.say(self.tr("The network is looked at when a project is open."))

    def say(self, sentence: str) -> None:
        """A sentence instead of the table: it is being built, or cannot be."""
        self.said.setText(sentence)
        self.said.show()
        self.table.hide()
        for metric in self.metrics:
            metric.show_value(NOTHING)

    def waiting(self) -> None:
        """The options are new; what is shown stays until the answer comes."""
        if not self.table.isVisible():
            self.say(self.tr("Building the network…"))

    def waiting_for_training(self) -> None:
        """The training has the processor to itself."""
        if not self.table.isVisible():
            self.say(self.tr("The network can be looked at when the training has ended."))

    def show_summary(self, summary: Mapping[str, Any]) -> None:
        """What `summarise` says."""
        self.said.hide()
        height, width, channels = summary["shape"]
        values = (
            (wording.number(summary["parameters"]), self.tr("{0} classes").format(summary["classes"])),
            (wording.number(summary["trainable"]), self._share(summary)),
            (short(summary["operations"]), f"{width} × {height} × {channels}"),
            (
                wording.number(summary["steps"]),
                self.tr("batches of {0}").format(summary["batch_size"]),
            ),
        )
        for metric, (value, note) in zip(self.metrics, values, strict=True):
            metric.show_value(value, note)
        rows = [
            [
                f"{'    ' * layer['depth']}{layer['name']}",
                layer["kind"],
                shape_words(layer["shape"]),
                layer["parameters"],
                bool(layer["trainable"]),
            ]
            for layer in summary["layers"]
        ]
        self.table.show_rows(rows)
        self.table.show()

    def _share(self, summary: Mapping[str, Any]) -> str:
        if summary["trainable"] >= summary["parameters"]:
            return self.tr("all of them")
        return self.tr("{0} of them").format(scales.percent(summary["trainable"] / max(summary["parameters"], 1)))


def shape_words(shape: list[int | None]) -> str:
    """`[15, 15, 32]` as `15 × 15 × 32`."""
    return " × ".join("?" if side is None else str(side) for side in shape)


def short(number: float) -> str:
    """`12_345_678` as `12.3 million`, in Korean as `1,230만`, counted by ten thousands; exact below ten thousand."""
    if number < 1e4:
        return wording.decimal(number)
    # Powers of ten that have a word.
    units = QCoreApplication.translate("Network", "3 {0} thousand;6 {0} million;9 {0} billion")
    powers = [(10 ** int(power), words) for power, _, words in (unit.partition(" ") for unit in units.split(";"))]
    size, words = next((unit for unit in reversed(powers) if unit[0] <= number), powers[0])
    return words.format(QLocale().toString(float(f"{number / size:.3g}"), "g", 6))


class NetworkSummary(QObject):
    """Builds the network that is shown in the view, while it is shown and nothing is trained."""

    def __init__(self, session: Session, jobs: JobRunner, setup: SetupPanel, view: NetworkView) -> None:
        super().__init__(view)
        self._session, self._jobs, self._setup, self._view = session, jobs, setup, view
        self._shown = self._training = False
        self._asked_for: object = None  # the counts of the classes that the newest answer is of
        self.question = LatestQuestion(REST_MS, self._ask, self._on_answer, self)
        setup.changed.connect(self._wanted)

    def begin(self) -> None:
        """Another project is open, or none."""
        self.question.stop()
        self._asked_for = None

    def counts_changed(self) -> None:
        """Other classes make another last layer, other images another number of steps."""
        if self._view.isVisible() and self._session.overview.counts != self._asked_for:
            self._wanted()

    def show(self, shown: bool) -> None:
        """The view has come in sight, or is out of it: then nothing is built."""
        self._shown = shown
        self._wanted()

    def training_changed(self, running: bool) -> None:
        """While a training runs, its child and the processor are its own."""
        self._training = running
        if not running:
            self._wanted()

    def _wanted(self) -> None:
        if not self._shown:
            return
        if self._training:
            self._view.waiting_for_training()
        elif self._session.project is not None:
            self._view.waiting()
            self.question.ask()

    def _ask(self) -> JobHandle | None:
        project = self._session.project
        if project is None or self._training:
            return None
        self._asked_for = self._session.overview.counts
        asked = partial(_params, str(project.folder), self._setup.recipe().name, self._setup.overrides())
        return self._jobs.start("summary", asked)

    def _on_answer(self, outcome: Outcome) -> None:
        if isinstance(outcome, Succeeded):
            self._view.show_summary(outcome.result)
        elif isinstance(outcome, Failed):
            self._view.say(outcome.message)


def _params(folder: str, name: str, overrides: dict[str, Any]) -> TrainParams:
    from engine.training.plan import TrainParams

    return TrainParams(folder, name, overrides)
