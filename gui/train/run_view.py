"""One run, as it trains or as it ended: a headline, its progress, its numbers and its curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget

from engine.events import BatchEnded, ClassesMeasured, EpochEnded
from gui import theme
from gui.settings import Settings
from gui.train.run_charts import RunCharts
from gui.train.training_progress import (
    TrainingProgress,
    best_so_far,
    counted_words,
    doing_words,
    images_words,
    is_counted,
    steady_rate,
)
from gui.widgets import wording
from gui.widgets.assessment.card import AssessmentCard
from gui.widgets.caution import Caution
from gui.widgets.charts import scales
from gui.widgets.details import Details
from gui.widgets.labels import elided, text
from gui.widgets.layouts import aligned, column, fill, row, stretch
from gui.widgets.metrics import NOTHING, Metric, MetricRow
from gui.widgets.progress_bar import ProgressBar
from gui.widgets.run_words import run_details, run_title, state_words

if TYPE_CHECKING:
    from engine.training.runs.records import RunRecord


DETAILS, OPEN = "details of a training", "open"  # as the settings have it
HEIGHT, GAP, NARROWEST = 8, 2, 5  # pixels; with cells narrower than that the bar is one piece


class EpochBar(QWidget):
    accessible_role = QAccessible.Role.ProgressBar

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._planned, self._done, self._share = 1, 0, 0.0
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(self.tr("Progress of the training"))
        theme.notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(320, HEIGHT)

    def show_progress(self, done: int, planned: int, share: float) -> None:
        """`done` of `planned` epochs are complete, and `share` (0 to 1) of the running one."""
        self._planned, self._done, self._share = max(planned, 1), done, share
        self.setAccessibleDescription(self.tr("{0} of {1} epochs").format(done, planned))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        step = (self.width() + GAP) / self._planned
        if step < NARROWEST + GAP:
            self._cell(painter, 0.0, float(self.width()), (self._done + self._share) / self._planned)
        else:
            for epoch in range(self._planned):
                share = 1.0 if epoch < self._done else self._share if epoch == self._done else 0.0
                self._cell(painter, epoch * step, step - GAP, share)
        painter.end()

    def _cell(self, painter: QPainter, left: float, width: float, share: float) -> None:
        colours = theme.current()
        radius = min(3.0, width / 2)
        painter.setBrush(colours.sunken)
        painter.drawRoundedRect(QRectF(left, 0, width, self.height()), radius, radius)
        if share > 0:
            painter.setBrush(colours.accent)
            filled = QRectF(left, 0, max(width * min(share, 1.0), 2.0), self.height())
            painter.drawRoundedRect(filled, min(radius, filled.width() / 2), radius)


PATIENCE = 10  # seconds of waiting from which on they are told (`duration` shows no decimals then)


class RunView(QWidget):
    """Shows a `TrainingProgress` (again after each event) or a `RunRecord` with its history."""

    resume_asked = Signal(object)  # the shown `RunRecord`
    details_shown = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record: RunRecord | None = None
        self.owner = text("", "small", wrap=True)  # whose training it is, where it is not the open project's
        self.headline = elided("", "heading", Qt.TextElideMode.ElideMiddle)  # a long name hides no state
        self.detail = elided("", "muted")
        self.better = text("", wrap=True)  # the best of several runs so far, which stays if it is stopped now
        self.better.setObjectName("best_so_far")
        self.assessment = AssessmentCard(self)
        self.note = text("", "small", wrap=True)
        self.resume = QPushButton(self.tr("Resume"))
        self.resume.setObjectName("resume_button")
        self.resume.setAccessibleName(self.tr("Resume this run"))
        theme.set_icon(self.resume, "play")
        self.resume.clicked.connect(lambda: self.resume_asked.emit(self._record))
        self.waiting = ProgressBar(self.tr("Preparing"))
        self.epochs = EpochBar()
        self.epoch_words = elided("", "small")
        self.all_charts = RunCharts()
        self.charts = self.all_charts.curves
        self.since = Caution()
        self.metrics = [
            Metric(title)
            for title in (
                self.tr("Check images right"),
                self.tr("Loss on check images"),
                self.tr("Images per second"),
                self.tr("Time"),
            )
        ]
        self._build()
        self.show_nothing()

    def _build(self) -> None:
        gap = theme.current()
        titles = column(self.owner, self.headline, self.detail, self.better, self.note, spacing=2)
        head = row(fill(titles), aligned(self.resume, Qt.AlignmentFlag.AlignVCenter))
        self._bars = QWidget()
        column(self.waiting, self.epochs, self.epoch_words, on=self._bars, spacing=gap.XS + 2)
        self._tiles = MetricRow(self.metrics)
        self.details = Details(self.all_charts)
        self.details.button.toggled.connect(self._show_details)
        parts = head, self._bars, self.assessment, self._tiles, self.since
        self._column = column(*parts, self.details, stretch(), on=self, spacing=gap.M)
        if Settings().text(DETAILS) == OPEN:
            self.details.open()
        self._show_details()

    def _show_details(self) -> None:
        """What an expert looks for: curves, loss and pace; whoever has asked for it once has it the next time."""
        shown = self.details.button.isChecked()
        Settings().set_text(DETAILS, OPEN if shown else "")
        self._tiles.show_only(self.metrics if shown else [self.metrics[0], self.metrics[3]])
        self._column.setStretchFactor(self.details, int(shown))
        self._column.setStretch(self._column.count() - 1, int(not shown))
        if self._record is not None:
            self._say_how(self._record)
        self.details_shown.emit(shown)

    def show_nothing(self, planned: int = 10) -> None:
        """No run yet: what to do."""
        self._record = None
        self.headline.setText(self.tr("No run yet"))
        self.detail.setText(
            self.tr("Press Train on the left: the pictures choose how, and a first model is there within seconds.")
        )
        self._show_parts(live=False, resumable=False)
        self._show_best(None)
        self._show_rate(None, None)
        self.metrics[3].show_value(NOTHING)
        self.all_charts.clear(planned)

    def show_live(self, live: TrainingProgress, elsewhere: str = "") -> None:
        """Everything of a running training, the curves included; `elsewhere` names the project that it is of, where
        another one is open."""
        self._record = None
        self._show_parts(live=True, resumable=False, elsewhere=elsewhere)
        self.all_charts.show_history(live.history, live.planned, held_out=live.held_out)
        if live.batch is not None:
            self.all_charts.add_batch(live.batch)
        self.all_charts.show_live_classes(live)
        self.update_live(live)

    def add_live(self, live: TrainingProgress, event: EpochEnded | BatchEnded | ClassesMeasured) -> None:
        """The same after one more event."""
        if isinstance(event, EpochEnded):
            self.all_charts.add_epoch(event)
        elif isinstance(event, BatchEnded):
            self.all_charts.add_batch(event)
        else:
            self.all_charts.show_live_classes(live)
        self.update_live(live)

    def update_live(self, live: TrainingProgress) -> None:
        """Words, bars and numbers of a running training."""
        self._show_bar(live)
        self.headline.setText(f"{wording.recipe(live.recipe)}  ·  {self._state(live)}")
        if live.started is None:
            self.detail.setText(self._preparing(live))
            self.epoch_words.setText(" ")
        else:
            told = self.tr("{0}, on {1}").format(images_words(live.started), live.started.device)
            self.detail.setText(told if live.memory is None else f"{told}, {memory_words(live.memory)}")
            self.epochs.show_progress(live.epoch - 1, live.planned, live.epoch_share)
            self.epoch_words.setText(self._epoch_words(live))
        if live.better is not None:
            stays = self.tr("{0} Stop keeps it.").format(best_so_far(live.better))
            self.better.setText(best_so_far(live.better) if live.stopping else stays)
        self.better.setVisible(live.better is not None)
        images = live.started.validation_images if live.started is not None else None
        self._show_best(live.best, held_out=live.held_out, images=images)
        session = live.session
        self._show_rate(live.rate, session[-1] if session else None)
        left = wording.remaining(live.seconds_left)
        self.metrics[3].show_value(left or NOTHING, self.tr("left") if left else "")

    def _state(self, live: TrainingProgress) -> str:
        """What it does now; the epoch stands below."""
        trains = live.started is not None and live.phase is None
        if trains and not (live.stopping or live.paused or live.finishing):
            return self.tr("training")
        return doing_words(live)

    def _show_bar(self, live: TrainingProgress) -> None:
        """Cells for the epochs while batches are trained; else a bar that only says that something goes on."""
        trains = live.started is not None and (live.phase is None or live.paused) and not live.stopping
        self.epochs.setVisible(trains)
        self.waiting.setVisible(not trains)
        phase = live.phase
        known = phase is not None and is_counted(phase) and not live.stopping
        self.waiting.setRange(0, phase.total or 0 if phase is not None and known else 0)
        self.waiting.setValue(phase.done if phase is not None and known else 0)

    def _preparing(self, live: TrainingProgress) -> str:
        """What happens between Start and the first batch."""
        phase = live.phase
        if live.paused:
            return self._waiting(live, self.tr("Paused: it will wait after its first batch."))
        if live.stopping:
            return self._waiting(live, self.tr("Stopping before the first batch…"))
        if phase is None:
            return self._waiting(live, self.tr("Getting ready…"))
        if phase.total and phase.done >= phase.total:
            return self._waiting(live, self.tr("Building the network…"))
        return counted_words(phase)

    def _waiting(self, live: TrainingProgress, words: str) -> str:
        """After some seconds, for how long already: the page has not stood still."""
        return words if live.waited < PATIENCE else f"{words}  {wording.duration(live.waited)}"

    def _epoch_words(self, live: TrainingProgress) -> str:
        if live.phase is not None:
            told = self._waiting(live, counted_words(live.phase))
            left = wording.time_left(live.seconds_left) if live.finishing and live.next_recipe is None else ""
            return "  ·  ".join(part for part in (told, left) if part)
        if live.stopping:
            kept = self.tr("Stopping after this batch; the best epoch is kept.")
            if not live.history and live.first_epoch == 1:
                kept = self.tr("Stopping after this batch; no epoch is complete, so no model is kept.")
            return self._waiting(live, kept)
        parts = [self.tr("Fold {0} of {1}").format(live.fold, live.folds)] if live.folds else []
        parts.append(self.tr("Epoch {0} of {1}").format(min(live.epoch, live.planned), live.planned))
        if live.paused:
            return "  ·  ".join([*parts, self._waiting(live, self.tr("paused; nothing is lost"))])
        if live.batch is not None:
            parts.append(
                self.tr("batch {0} of {1}").format(wording.number(live.batch.batch), wording.number(live.batch.batches))
            )
        elif not live.session:
            parts.append(self._waiting(live, self.tr("preparing the first batch…")))
        parts += [wording.images_rate(live.rate), wording.time_left(live.seconds_left)]
        return "  ·  ".join(part for part in parts if part)

    def show_record(
        self,
        run: RunRecord,
        history: Sequence[EpochEnded],
        rate: float | None = None,
        members: Sequence[str] = (),
    ) -> None:
        """A run that is not in training here. `rate` where it is known better than from its history; `members` are
        the runs, in words, of which an ensemble is made."""
        self._record = run
        sign, word, _ = state_words(run.state)
        self.headline.setText(f"{run_title(run)}  ·  {sign} {word}")
        self.headline.setToolTip(run.name)
        self._say_how(run)
        ensemble, held_out = run.recipe == "ensemble", run.validated_on == "validation"
        self._show_parts(live=False, resumable=run.can_resume and not ensemble, note=run.note)
        best = next((e for e in reversed(history) if e.best), None)
        self._show_best(best, held_out=held_out, images=run.validation_images)
        if not history:
            self._show_kept(run, members)
        self._show_rate(rate or steady_rate(history) or run.images_per_second, history[-1] if history else None)
        took = self.tr("of its runs together") if members else ""
        self.metrics[3].show_value(wording.duration(run.seconds) if run.seconds else NOTHING, took)
        self.all_charts.show_history(history, without=self._without_curves(members), held_out=held_out or ensemble)

    def _say_how(self, run: RunRecord) -> None:
        """Why a run failed, or when it was trained; its epochs and its folder are of interest to an expert."""
        whole = self.details.button.isChecked()
        words = run_details(run, state=False, epochs=whole)
        self.detail.setText(run.error or ("  ·  ".join((words, run.name)) if whole else words))

    def _show_kept(self, run: RunRecord, members: Sequence[str]) -> None:
        """What is known of a run that has no epochs of its own."""
        note = self.tr("mean of {0} runs").format(len(members)) if members else ""
        accuracy, loss = self.metrics[:2]
        if members and run.validation_accuracy is None:
            for tile in (accuracy, loss):  # no image validated all of its runs
                tile.show_value(NOTHING, self.tr("no shared images"))
        if run.validation_accuracy is not None:
            counted_on = wording.interval_of(run.validation_accuracy, run.validation_images)
            note = "  ·  ".join(part for part in (counted_on, note) if part)
            accuracy.show_share(run.validation_accuracy, run.validation_images, note, counted_on)
        if run.validation_loss is not None:
            loss.show_figure(scales.number(run.validation_loss), run.validation_images, note)

    def _without_curves(self, members: Sequence[str]) -> str:
        """What stands in the place of the curves where there are none."""
        if not members:
            return self.tr("No epoch of this run was completed.")
        made = self.tr("An ensemble has no curves: its probabilities are the mean of those of these runs.")
        return "\n".join([made, "", *members])

    def say_since(self, sentence: str) -> None:
        """What changed in the project since the run that is shown."""
        self.since.say(sentence)

    def _show_parts(self, *, live: bool, resumable: bool, note: str = "", elsewhere: str = "") -> None:
        owner = self.tr("This training is of the project “{0}”. Another one can begin when it has ended.")
        self.owner.setText(owner.format(elsewhere) if elsewhere else "")
        self.owner.setVisible(bool(elsewhere))
        self.since.say("")
        self.better.hide()
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self._bars.setVisible(live)
        self.resume.setVisible(resumable)

    def _show_best(self, best: EpochEnded | None, *, held_out: bool = True, images: int | None = None) -> None:
        """Both numbers are those of the epoch that the model is taken from, not the best of each; none where they are
        not of images that were `held_out`, of which there are so many."""
        accuracy, loss = self.metrics[:2]
        if not held_out:
            for tile in (accuracy, loss):
                tile.show_value(NOTHING, self.tr("nothing held out"))
            return
        if best is None:
            accuracy.show_value(NOTHING)
            loss.show_value(NOTHING)
            return
        note = self.tr("at epoch {0}, the kept one").format(best.epoch)
        short = self.tr("epoch {0}, kept").format(best.epoch)
        counted_on = wording.interval_of(best.validation_accuracy, images)
        both = "  ·  ".join(part for part in (counted_on, note) if part)
        accuracy.show_share(best.validation_accuracy, images, both, counted_on or short)
        loss.show_figure(scales.number(best.validation_loss), images, note, short)

    def _show_rate(self, rate: float | None, last: EpochEnded | None) -> None:
        epoch = "" if last is None else self.tr("{0} per epoch").format(wording.duration(last.seconds))
        self.metrics[2].show_value(wording.decimal(rate) if rate else NOTHING, epoch)


def memory_words(count: int) -> str:
    """`1.2 GB of memory`."""
    translate = QCoreApplication.translate
    return translate("RunView", "{0} GB of memory").format(f"{count / 1e9:.1f}")
