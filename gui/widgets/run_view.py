"""One run, as it trains or as it ended: a headline, its progress, its numbers and its curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from engine.events import BatchEnded, EpochEnded
from gui import theme
from gui.widgets import scales, wording
from gui.widgets.charts import TrainingCharts
from gui.widgets.epoch_bar import EpochBar
from gui.widgets.live_run import LiveRun
from gui.widgets.parts import Metric, elided
from gui.widgets.run_list import run_details, state_words

if TYPE_CHECKING:
    from engine.training.runs import RunRecord


class RunView(QWidget):
    """Shows a `LiveRun` (again after each event) or a `RunRecord` with its history."""

    resume_asked = Signal(object)  # the shown `RunRecord`

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record: RunRecord | None = None
        self.headline = elided("", "heading")
        self.detail = elided("", "muted")
        self.resume = QPushButton(self.tr("Resume"))
        self.resume.setObjectName("resume_button")
        self.resume.setAccessibleName(self.tr("Resume this run"))
        theme.set_icon(self.resume, "play")
        self.resume.clicked.connect(lambda: self.resume_asked.emit(self._record))
        self.waiting = QProgressBar()
        self.waiting.setTextVisible(False)
        self.waiting.setAccessibleName(self.tr("Preparing"))
        self.epochs = EpochBar()
        self.epoch_words = elided("", "small")
        self.charts = TrainingCharts()
        self.metrics = [
            Metric(title)
            for title in (
                self.tr("Validation accuracy"),
                self.tr("Validation loss"),
                self.tr("Images per second"),
                self.tr("Time"),
            )
        ]
        self._build()
        self.show_nothing()

    def _build(self) -> None:
        gap = theme.current()
        titles = QVBoxLayout()
        titles.setSpacing(2)
        titles.addWidget(self.headline)
        titles.addWidget(self.detail)
        head = QHBoxLayout()
        head.addLayout(titles, 1)
        head.addWidget(self.resume, 0, Qt.AlignmentFlag.AlignVCenter)
        self._bars = QWidget()
        bars = QVBoxLayout(self._bars)
        bars.setContentsMargins(0, 0, 0, 0)
        bars.setSpacing(gap.XS + 2)
        for widget in (self.waiting, self.epochs, self.epoch_words):
            bars.addWidget(widget)
        tiles = QHBoxLayout()
        tiles.setSpacing(gap.M)
        for metric in self.metrics:
            tiles.addWidget(metric, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap.L)
        column.addLayout(head)
        column.addWidget(self._bars)
        column.addLayout(tiles)
        column.addWidget(self.charts, 1)

    def show_nothing(self, planned: int = 10) -> None:
        """No run yet: empty axes and what to do."""
        self._record = None
        self.headline.setText(self.tr("No run yet"))
        self.detail.setText(self.tr("Choose a recipe on the left and press Start; the curves grow here."))
        self._show_parts(live=False, resumable=False)
        self._show_numbers(None, None, None, "")
        self.charts.clear(planned)

    def show_live(self, live: LiveRun) -> None:
        """Everything of a running training, the curves included."""
        self._record = None
        self._show_parts(live=True, resumable=False)
        self.charts.show_history(live.history, live.planned)
        if live.batch is not None:
            self.charts.add_batch(live.batch)
        self.update_live(live)

    def add_live(self, live: LiveRun, event: EpochEnded | BatchEnded) -> None:
        """The same after one more event."""
        if isinstance(event, EpochEnded):
            self.charts.add_epoch(event)
        else:
            self.charts.add_batch(event)
        self.update_live(live)

    def update_live(self, live: LiveRun) -> None:
        """Words, bars and numbers of a running training."""
        self.waiting.setVisible(live.started is None)
        self.epochs.setVisible(live.started is not None)
        if live.started is None:
            self._show_preparing(live)
        else:
            state = self.tr("stopping…") if live.stopping else self.tr("training")
            self.headline.setText(f"{live.recipe}  ·  {state}")
            self.detail.setText(
                self.tr("{0} training and {1} validation images, {2} parameters, on {3}").format(
                    f"{live.started.training_images:,}",
                    f"{live.started.validation_images:,}",
                    f"{live.started.parameters:,}",
                    live.started.device,
                )
            )
            self.epochs.show_progress(live.epoch - 1, live.planned, live.epoch_share)
            self.epoch_words.setText(self._epoch_words(live))
        self._show_numbers(live.best, live.history[-1] if live.history else None, live.rate, "")
        left = wording.time_left(live.seconds_left)
        if left and live.started is not None:
            self.metrics[3].show_value(left.removesuffix(self.tr(" left")), self.tr("left"))

    def _show_preparing(self, live: LiveRun) -> None:
        self.headline.setText(f"{live.recipe}  ·  {self.tr('preparing')}")
        phase = live.phase
        words = phase.phase if phase else self.tr("Starting the training process")
        if phase and phase.total:
            words = self.tr("{0}: {1} of {2}").format(words, f"{phase.done:,}", f"{phase.total:,}")
            self.waiting.setRange(0, phase.total)
            self.waiting.setValue(phase.done)
        else:
            self.waiting.setRange(0, 0)
        self.detail.setText(words)
        self.epoch_words.setText(" ")

    def _epoch_words(self, live: LiveRun) -> str:
        parts = [self.tr("Epoch {0} of {1}").format(min(live.epoch, live.planned), live.planned)]
        if live.batch is not None:
            parts.append(self.tr("batch {0} of {1}").format(f"{live.batch.batch:,}", f"{live.batch.batches:,}"))
        parts += [wording.images_rate(live.rate), wording.time_left(live.seconds_left)]
        return "  ·  ".join(part for part in parts if part)

    def show_record(self, run: RunRecord, history: Sequence[EpochEnded]) -> None:
        """A run that is not in training here."""
        self._record = run
        sign, word, _ = state_words(run.state)
        self.headline.setText(f"{run.recipe}  ·  {sign} {word}")
        self.detail.setText(run.error if run.error else f"{run_details(run, state=False)}  ·  {run.name}")
        self._show_parts(live=False, resumable=run.can_resume)
        best = next((e for e in reversed(history) if e.best), None)
        self._show_numbers(best, history[-1] if history else None, run.images_per_second or None, "")
        if run.seconds:
            self.metrics[3].show_value(wording.duration(run.seconds), self.tr("in {0} epochs").format(run.epochs))
        self.charts.show_history(history)

    def _show_parts(self, *, live: bool, resumable: bool) -> None:
        self._bars.setVisible(live)
        self.resume.setVisible(resumable)

    def _show_numbers(self, best: EpochEnded | None, last: EpochEnded | None, rate: float | None, time: str) -> None:
        accuracy, loss, speed, clock = self.metrics
        if best is None:
            accuracy.show_value("–")
            loss.show_value("–")
        else:
            note = self.tr("best, epoch {0}").format(best.epoch)
            accuracy.show_value(scales.percent(best.validation_accuracy, 2), note)
            loss.show_value(scales.number(best.validation_loss), note)
        speed.show_value("–" if not rate else f"{rate:,.0f}", "" if last is None else self._epoch_seconds(last))
        clock.show_value(time or "–")

    def _epoch_seconds(self, last: EpochEnded) -> str:
        return self.tr("{0} per epoch").format(wording.duration(last.seconds))
