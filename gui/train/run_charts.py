"""The pictures of one run, of which one kind is shown at a time: its curves, its pace, its classes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from engine.events import BatchEnded, EpochEnded
from gui import theme
from gui.train.class_accuracy import ClassAccuracyView
from gui.train.training_progress import TrainingProgress
from gui.widgets.charts import scales
from gui.widgets.charts.curve_paint import Chart, Curve
from gui.widgets.charts.curves import CurveChart, TrainingCharts
from gui.widgets.controls import Segments
from gui.widgets.labels import elided
from gui.widgets.layouts import column, fill, row


class PaceCharts(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        rate, speed = self.tr("learning rate"), self.tr("images/s")
        self.rate = CurveChart(Chart(self.tr("Learning rate"), self.tr("epoch"), [Curve(rate)]), "learning rate", self)
        self.speed = CurveChart(Chart(self.tr("Images per second"), self.tr("epoch"), [Curve(speed)]), "speed", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.current().XL)
        for chart in (self.rate, self.speed):
            row.addWidget(chart, 1)
            chart.hovered.connect(self._share_hover)

    def show_history(self, history: Sequence[EpochEnded], planned: int | None = None, *, held_out: bool = True) -> None:
        """All epochs so far; `planned` ones stay visible ahead, None ends the axis with the last one. Where nothing is
        `held_out`, no epoch is known to be better than another."""
        best = next((e.epoch for e in reversed(history) if e.best and held_out), None)
        last = scales.horizon(len(history), planned) if planned else max(len(history), 2)
        values = (
            (self.rate, [(e.epoch, e.learning_rate) for e in history]),
            (self.speed, [(e.epoch, e.images_per_second) for e in history]),
        )
        for widget, points in values:
            chart = widget.chart
            chart.curves[0].points = [(float(x), y) for x, y in points]
            chart.best, chart.best_text = best, self.tr("best: epoch {0}").format(best)
            chart.first, chart.last = (0 if planned else 1), last
            widget.refresh(glide=False)

    def _share_hover(self, epoch: int | None) -> None:
        for widget in (self.rate, self.speed):
            widget.set_hover(epoch)


CURVES, PACE, CLASSES = range(3)
STILL, WORSE, POINTS = 3, 1.02, 0.02  # epochs without a lower loss; by how much; a difference worth a word


class RunCharts(QWidget):
    classes_wanted = Signal()  # the accuracy of each class is looked at, and not known

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curves, self.pace, self.classes = TrainingCharts(), PaceCharts(), ClassAccuracyView()
        self.which = Segments(
            [self.tr("Curves"), self.tr("Rate and speed"), self.tr("Classes")], self.tr("What the charts show")
        )
        self.which.setObjectName("chart_kinds")
        self.reading = elided("", "small")
        self._history: list[EpochEnded] = []
        self._planned: int | None = None
        self._held_out = True
        self._classes_known = False
        self._stack = QStackedWidget()
        for widget in (self.curves, self.pace, self.classes):
            self._stack.addWidget(widget)
        line = row(self.which, fill(self.reading), spacing=theme.current().M)
        column(line, fill(self._stack), on=self, spacing=theme.current().S)
        self.which.chosen.connect(self._on_choice)

    def clear(self, planned: int) -> None:
        self.show_history([], planned)

    def show_history(
        self,
        history: Sequence[EpochEnded],
        planned: int | None = None,
        without: str = "",
        *,
        held_out: bool = True,
    ) -> None:
        """A whole run at once; `planned` epochs stay visible ahead, None ends the axis with the last one. `without`
        is said where there are no epochs. Without `held_out` what stands for validation is of images it learns from."""
        self._history, self._planned, self._held_out = list(history), planned, held_out
        self.curves.name_second(held_out)
        self.classes.held_out = held_out
        self.curves.show_history(history, planned, without)
        self.classes.say(self.tr("The accuracy of each class is known after the first epoch."))
        self._classes_known = False
        self._follow()

    def add_epoch(self, epoch: EpochEnded) -> None:
        self._history = [e for e in self._history if e.epoch < epoch.epoch] + [epoch]
        self._planned = epoch.epochs
        self.curves.add_epoch(epoch)
        self._follow()

    def add_batch(self, batch: BatchEnded) -> None:
        self.curves.add_batch(batch)

    def show_live_classes(self, live: TrainingProgress) -> None:
        found = live.by_class
        if found is not None and live.classes:
            self.show_classes(live.classes, found.accuracies, found.images, found.epoch)

    def show_classes(
        self, names: Sequence[str], values: Sequence[float | None], images: Sequence[int], epoch: int | None
    ) -> None:
        self._classes_known = True
        if names and any(value is not None for value in values):
            self.classes.show_values(names, values, images, epoch)
        else:
            self.classes.say(self.tr("No validation image of this run was predicted."))

    def _follow(self) -> None:
        """What stands in sight is kept up; the rest when it is looked at."""
        self.reading.setText(reading(self._history, held_out=self._held_out))
        self.reading.setToolTip(self.reading.text())
        if self.which.current() == PACE:
            self.pace.show_history(self._history, self._planned, held_out=self._held_out)
        elif self.which.current() == CLASSES and not self._classes_known:
            self.classes_wanted.emit()

    def _on_choice(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        self._follow()


def reading(history: Sequence[EpochEnded], *, held_out: bool = True) -> str:
    """What the two curves say of each other, in a sentence; empty for less than two epochs.

    The gap is that of the epoch which is kept, as are the figures above: the last one may be another story.
    """
    translate = QCoreApplication.translate
    if history and not held_out:
        return translate("Overfitting", "Nothing is held out: how well it does on new images cannot be told.")
    if len(history) < 2:
        return ""
    last, lowest = history[-1], min(history, key=lambda e: e.validation_loss)
    still = last.epoch - lowest.epoch
    if still >= STILL and last.validation_loss > WORSE * lowest.validation_loss and last.loss < lowest.loss:
        words = translate(
            "Overfitting", "Overfitting: since epoch {0} the validation loss rises while the training loss falls."
        )
        return words.format(lowest.epoch)
    kept = next((e for e in reversed(history) if e.best), last)
    gap = kept.accuracy - kept.validation_accuracy
    words = translate("Overfitting", "At epoch {0} training and validation agree within {1} points.")
    if gap >= POINTS:
        words = translate("Overfitting", "At epoch {0} training is {1} points more accurate than validation.")
    elif gap <= -POINTS:
        words = translate(
            "Overfitting", "At epoch {0} validation is {1} points more accurate than training, whose images vary."
        )
    return words.format(kept.epoch, f"{abs(gap) * 100:.1f}")
