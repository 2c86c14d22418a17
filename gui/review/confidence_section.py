"""Confidence: how well it is calibrated, a temperature that calibrates it, and the threshold of an answer."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QDoubleSpinBox, QLayout, QPushButton, QSplitter, QWidget

from engine.errors import EngineError
from gui import actions, theme
from gui.jobs import JobRunner
from gui.language import percent_form
from gui.review.confidence_charts import CoverageChart, ReliabilityDiagram
from gui.review.job_line import JobLine
from gui.review.section import Section
from gui.session import Session
from gui.widgets.charts import scales
from gui.widgets.controls import pad_number
from gui.widgets.details import Details
from gui.widgets.flow import FlowLayout
from gui.widgets.labels import text
from gui.widgets.layouts import column, fill, holder, row
from gui.widgets.metrics import Metric, MetricRow

if TYPE_CHECKING:
    from engine.models.threshold import Threshold
    from engine.review.confidence.summary import ConfidenceSummary
    from engine.review.reviewed import Reviewed

WANTED = 0.99


class ConfidenceSection(Section):
    def __init__(self, session: Session, jobs: JobRunner) -> None:
        super().__init__()
        self._session = session
        self._reviewed: Reviewed | None = None
        self._found: ConfidenceSummary | None = None
        self.threshold: float | None = None
        self.metrics = [
            Metric(title)
            for title in (
                self.tr("Calibration error"),
                self.tr("Sure on average"),
                self.tr("Temperature"),
                self.tr("Threshold"),
            )
        ]
        self.line = JobLine(session, jobs)
        self.diagram = ReliabilityDiagram()
        self.chart = CoverageChart()
        self.fit = QPushButton(self.tr("Fit temperature on validation"))
        self.fit.setObjectName("fit_temperature_button")
        self.fit.setAccessibleName(self.fit.text())
        self.take_out = QPushButton(self.tr("Take it out"))
        self.take_out.setProperty("kind", "link")
        self.take_out.setAccessibleName(self.tr("Take the temperature out of the model"))
        self.outcome = text("", "muted", wrap=True)
        self.accuracy_box = QDoubleSpinBox()
        pad_number(self.accuracy_box)
        self.accuracy_box.setRange(1.0, 100.0)
        self.accuracy_box.setDecimals(1)
        self.accuracy_box.setSingleStep(0.5)
        self.accuracy_box.setSuffix(percent_form().format(""))
        self.accuracy_box.setValue(100 * WANTED)
        self.accuracy_box.setObjectName("wanted_accuracy")
        self.accuracy_box.setAccessibleName(self.tr("Wanted accuracy"))
        self.says = text("", "", wrap=True)
        self.keep = QPushButton(self.tr("Keep for Classify"))
        self.keep.setObjectName("keep_threshold_button")
        self.keep.setAccessibleName(self.tr("Keep this threshold for Classify"))
        self.forget = QPushButton(self.tr("Forget the kept one"))
        self.forget.setProperty("kind", "link")
        self.forget.setAccessibleName(self.forget.text())
        self._build()
        self._connect()

    @property
    def found(self) -> ConfidenceSummary | None:
        """The figures that are shown."""
        return self._found

    def _build(self) -> None:
        gap = theme.current()
        self.fit.setToolTip(
            self.tr("One number that is stored in the model file: how sure it is changes, what it answers does not")
        )
        self.keep.setToolTip(self.tr("Stored in the model file: below it Classify says “unsure”"))
        fitting = FlowLayout()
        for widget in (self.fit, self.take_out):
            fitting.addWidget(widget)
        wanting = FlowLayout()
        label = text(self.tr("Wanted accuracy"))
        label.setBuddy(self.accuracy_box)
        accuracy = QWidget()
        row(label, self.accuracy_box, on=accuracy)
        for part in (accuracy, self.keep, self.forget):
            wanting.addWidget(part)
        halves = QSplitter()
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(1)
        halves.addWidget(
            _half(self.tr("Is it as often right as it is sure?"), self.diagram, row(), self.outcome, right=True)
        )
        halves.addWidget(_half(self.tr("What does a threshold leave?"), self.chart, wanting, self.says, right=False))
        halves.setSizes([500, 500])
        error, sure, temperature, threshold = self.metrics
        self.details = Details(holder(column(MetricRow([error, temperature]), fitting, spacing=gap.S)))
        column(MetricRow([sure, threshold]), self.details, self.line, fill(halves), on=self, spacing=gap.M)

    def _connect(self) -> None:
        self.fit.clicked.connect(self._fit)
        self.take_out.clicked.connect(self._take_out)
        self.keep.clicked.connect(self._keep)
        self.forget.clicked.connect(lambda: self._write(None))
        self.accuracy_box.valueChanged.connect(lambda _: self._on_wanted())
        self.chart.threshold_moved.connect(self._on_moved)
        self.line.changed.connect(self._update)
        add = partial(actions.add, self, everywhere=True)
        add(self.tr("Fit temperature on validation"), self.fit.click, "Ctrl+Shift+T", "stats")
        add(self.tr("Keep this threshold for Classify"), self.keep.click, "Ctrl+Return", "save")

    # What is shown

    def show_reviewed(self, reviewed: Reviewed | None) -> None:
        if reviewed is None or self._reviewed is None or reviewed.run != self._reviewed.run:
            self.outcome.setText("")
            self.line.say("")
        self._reviewed = reviewed
        if reviewed is not None:
            self._session.ask(lambda _: summarised(reviewed), self._arrived, key="confidence")

    def stop(self) -> None:
        self.line.stop()
        self._reviewed = self._found = None
        self.outcome.setText("")

    def _arrived(self, found: ConfidenceSummary | str) -> None:
        if isinstance(found, str):
            self._found = None
            self.line.say(found)
            return
        self._found = found
        self.diagram.show_reliability(found.reliability)
        self.chart.show_curve(found.coverage)
        error, sure, temperature, _ = self.metrics
        error.show_value(
            scales.percent(found.reliability.error, 2),
            self.tr("largest gap {0}").format(scales.percent(found.reliability.largest)),
        )
        gap = found.confidence - found.accuracy
        words = self.tr("{0} points above its accuracy") if gap >= 0 else self.tr("{0} points below its accuracy")
        sure.show_value(scales.percent(found.confidence), words.format(f"{100 * abs(gap):.1f}"))
        calibrated = found.temperature != 1
        temperature.show_value(
            scales.number(found.temperature) if calibrated else self.tr("none"),
            self.tr("stored in the model") if calibrated else self.tr("not calibrated yet"),
        )
        if found.threshold is not None:
            self._set_wanted(found.threshold.accuracy)
            self.threshold = found.threshold.confidence
            self._show_threshold()
        else:
            self._on_wanted()

    def _set_wanted(self, accuracy: float) -> None:
        self.accuracy_box.blockSignals(True)
        self.accuracy_box.setValue(100 * accuracy)
        self.accuracy_box.blockSignals(False)

    def _on_wanted(self) -> None:
        """The threshold that leaves the most images answered with the wanted accuracy."""
        from engine.review.confidence.reliability import threshold_for

        if self._found is None:
            return
        found = threshold_for(self._found.coverage, self.accuracy_box.value() / 100)
        self.threshold = None if found is None else found[0]
        self._show_threshold()

    def _on_moved(self, threshold: float) -> None:
        """Follow a threshold that was moved by hand: the accuracy is what the threshold gives."""
        self.threshold = threshold
        _, accuracy = self.chart.at(threshold)
        if accuracy is not None:
            self._set_wanted(accuracy)
        self._show_threshold()

    def _show_threshold(self) -> None:
        found = self._found
        if found is None:
            return
        kept = found.threshold.confidence if found.threshold else None
        self.chart.show_threshold(self.threshold, kept)
        if self.threshold is None:
            best = float(found.coverage.accuracy.max()) if len(found.coverage.accuracy) else 0.0
            self.says.setText(
                self.tr("No threshold gives {0}; the best one gives {1}.").format(
                    scales.percent(self.accuracy_box.value() / 100), scales.percent(best)
                )
            )
        else:
            self.says.setText(self.chart.words_of(self.threshold))
        tile = self.metrics[3]
        if kept is None:
            tile.show_value(self.tr("none"), self.tr("Classify answers every image"))
        else:
            tile.show_value(scales.percent(kept), self.tr("below it Classify says “unsure”"))
        self._update()

    def _update(self) -> None:
        found, running = self._found, self.line.running
        self.fit.setEnabled(found is not None and not running)
        self.take_out.setVisible(found is not None and found.temperature != 1)
        self.take_out.setEnabled(not running)
        self.keep.setEnabled(found is not None and not running and self._answers() is not None)
        self.forget.setVisible(found is not None and found.threshold is not None)
        self.forget.setEnabled(not running)

    def _answers(self) -> tuple[float, float] | None:
        """Coverage and accuracy of the threshold that is shown; None where it answers nothing."""
        coverage, accuracy = self.chart.at(self.threshold) if self.threshold is not None else (0.0, None)
        return None if accuracy is None else (coverage, accuracy)

    # Changing the model file

    def _fit(self) -> None:
        from engine.review.confidence.calibrate import CalibrateParams

        project, reviewed = self._session.project, self._reviewed
        if project is not None and reviewed is not None:
            params = CalibrateParams(str(project.folder), reviewed.run, self.accuracy_box.value() / 100)
            self.line.run("calibrate", params, self.tr("Calibrating…"), self._fitted)

    def _fitted(self, record: dict[str, Any]) -> None:
        from engine.review.confidence.calibrate import Calibrated

        result = Calibrated.of(record)
        if not result.helps:
            self.outcome.setText("")  # a line above says why nothing was changed
            self.reload_wanted.emit()
            return
        if result.temperature == 1:
            self.outcome.setText(
                self.tr("The model is about as sure as it should be; its confidence stays as it is.")
                if result.well_calibrated
                else self.tr("No temperature lowers the calibration error on the validation images; it stays as it is.")
            )
            self.reload_wanted.emit()
            return
        before, after = result.error_before, result.error_after
        on = self.tr("the test images") if result.measured_on_test else self.tr("halves of the validation images")
        self.outcome.setText(
            self.tr("Temperature {0}: the calibration error went from {1} to {2}, measured on {3}.").format(
                scales.number(result.temperature), scales.percent(before, 2), scales.percent(after, 2), on
            )
        )
        self.reload_wanted.emit()

    def _take_out(self) -> None:
        found = self._found
        if found is None:
            return

        def work(_emit: object, _cancel: object) -> dict[str, Any]:
            from engine.models.temperature import set_temperature

            _on_disk(lambda: set_temperature(found.model, 1.0), found.model)
            return {}

        def done(_result: dict[str, Any]) -> None:
            self.outcome.setText(self.tr("The model is as it was trained again."))
            self.reload_wanted.emit()

        self.line.run_here(work, self.tr("Taking the temperature out…"), done)

    def _keep(self) -> None:
        from engine.models.threshold import Threshold

        answers = self._answers()
        if answers is not None and self.threshold is not None:
            self._write(Threshold(self.threshold, answers[1], answers[0]))

    def _write(self, threshold: Threshold | None) -> None:
        found, reviewed = self._found, self._reviewed
        if found is None or reviewed is None:
            return

        def work(_emit: object, _cancel: object) -> dict[str, Any]:
            from engine.models.threshold import write_threshold

            _on_disk(lambda: write_threshold(found.model, threshold), found.model)
            return {}

        def done(_result: dict[str, Any]) -> None:
            words = self.tr("Classify answers every image again.")
            if threshold is not None:
                words = self.tr("Kept: below {0} Classify says “unsure”.").format(scales.percent(threshold.confidence))
            self._session.message.emit(words)
            self.show_reviewed(reviewed)

        self.line.run_here(work, self.tr("Writing the model file…"), done)


def _half(title: str, picture: QWidget, controls: QLayout, words: QWidget, *, right: bool) -> QWidget:
    gap = theme.current()
    part = QWidget()
    column(
        text(title, "heading"),
        fill(picture),
        controls,
        words,
        on=part,
        margins=(0 if right else gap.L, 0, gap.L if right else 0, 0),
        spacing=gap.S,
    )
    words.setMinimumHeight(2 * words.fontMetrics().height() + 2)  # one line or two: the pictures keep their height
    return part


def _on_disk(change: Any, model: Path) -> None:
    """Write it; say in one sentence why where the place cannot be written."""
    from engine.errors import RunError

    try:
        change()
    except OSError as error:
        raise RunError(f"The model {model} cannot be written: {error.strerror}.") from error


def summarised(reviewed: Reviewed) -> ConfidenceSummary | str:
    """Return the summary, or one sentence where the model cannot be read."""
    from engine.review.confidence.summary import confidence_summary

    try:
        return confidence_summary(reviewed)
    except EngineError as error:
        return str(error)
