"""The scores of a run, over all images and of each class, with how far they may be off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QSpinBox

from engine.events import Outcome, Succeeded
from engine.figures import are_few
from engine.figures import share as share_of
from engine.review.reviewed import Reviewed
from gui import actions, theme
from gui.jobs import JobRunner, OwnedJob
from gui.review.score_table import ScoreTable, interval_text
from gui.review.section import Section
from gui.session import Session
from gui.widgets import wording
from gui.widgets.charts import export
from gui.widgets.controls import pad_number
from gui.widgets.details import Details
from gui.widgets.labels import elided, text
from gui.widgets.layouts import column, fill, row
from gui.widgets.metrics import NOTHING, Metric, MetricRow

if TYPE_CHECKING:
    from engine.review.intervals import Interval
    from engine.review.score_details import ScoreDetails

MOST_GUESSES = 20  # of top-k


class ScoresSection(Section):
    def __init__(self, session: Session, jobs: JobRunner) -> None:
        super().__init__()
        self._session, self._jobs = session, jobs
        self._reviewed: Reviewed | None = None
        self._job = OwnedJob(self)
        self.guesses = QSpinBox()
        pad_number(self.guesses)
        self.guesses.setObjectName("top_k")
        self.guesses.setAccessibleName(self.tr("How many of the first guesses count for top-k"))
        self.guesses.setRange(2, MOST_GUESSES)
        self.guesses.setValue(3)
        self.accuracy, self.top, self.balanced, self.macro, self.weighted = self.metrics = [
            Metric(title)
            for title in (
                self.tr("Accuracy (top-1)"),
                self.tr("Top-k"),
                self.tr("Balanced accuracy"),
                self.tr("Macro F1"),
                self.tr("Weighted F1"),
            )
        ]
        self.table = ScoreTable()
        self.table.setObjectName("score_table")
        self.hint = elided(
            self.tr("Strokes on the bars are 95 % intervals. Return on a class shows its mistakes."), "small"
        )
        self._build()
        self.table.class_chosen.connect(self._show_mistakes)
        self.guesses.valueChanged.connect(lambda _: self._ask_details())

    def _build(self) -> None:
        gap = theme.current()
        copy = actions.add(self, self.tr("Copy scores as text"), self.copy_text, "Ctrl+Shift+C", "copy")
        save = actions.add(
            self, self.tr("Save scores as CSV…"), self._save_csv, "Ctrl+Shift+S", "save", also=self.tr("Export")
        )
        self.copy_button, self.save_button = QPushButton(self.tr("Copy as text")), QPushButton(self.tr("Save as CSV…"))
        for button, action, tip in (
            (self.copy_button, copy, self.tr("As scikit-learn's classification_report prints it")),
            (self.save_button, save, self.tr("The table below as it is sorted")),
        ):
            theme.set_icon(button, str(action.property("icon_name")))
            button.setAccessibleName(action.text().rstrip("…"))
            button.setToolTip(actions.with_key(tip, action))
            button.clicked.connect(action.trigger)
        line = row(
            text(self.tr("First guesses that count for top-k")),
            self.guesses,
            gap.M,
            fill(self.hint),
            self.copy_button,
            self.save_button,
            spacing=gap.S,
        )
        plain, expert = MetricRow(self.metrics[:3]), Details(MetricRow(self.metrics[3:]))
        column(plain, expert, line, fill(self.table), on=self, spacing=gap.M)

    def show_reviewed(self, reviewed: Reviewed | None) -> None:
        self._reviewed = reviewed
        if reviewed is None:
            return
        scores = reviewed.scores
        self._show_accuracy()
        self._show_mean(self.balanced, scores.balanced_accuracy, self.tr("mean recall of the classes"))
        self._show_mean(self.macro, scores.macro_f1)
        self._show_mean(self.weighted, scores.weighted_f1, self.tr("weighted by images"))
        self.guesses.setMaximum(max(2, min(MOST_GUESSES, len(reviewed.classes))))
        self.table.show_scores(scores.per_class)
        self._ask_details()

    def _show_accuracy(self, interval: str = "") -> None:
        """Show how many are right, of how many, and how far that may be off once it is known."""
        assert self._reviewed is not None
        scores = self._reviewed.scores
        right = wording.number(scores.images - self._reviewed.mistakes)
        counted = self.tr("{0} of {1}").format(right, wording.number(scores.images))
        note = interval if are_few(scores.images) else "  ·  ".join(part for part in (counted, interval) if part)
        self.accuracy.show_share(scores.accuracy, scores.images, note, interval or counted)

    def _show_mean(self, tile: Metric, share: float, note: str = "") -> None:
        """A mean over classes is no number of images: of few nothing is shown."""
        assert self._reviewed is not None
        images = self._reviewed.scores.images
        tile.show_figure(share_of(share, images, 2), images, note)

    def _ask_details(self) -> None:
        """Count the rest in a thread; an answer that is out of date by then is dropped."""
        reviewed, k = self._reviewed, self.guesses.value()
        self.stop()
        if reviewed is None:
            return
        self.top.show_value(NOTHING, self.tr("label among the first {0}").format(k))

        def work(_emit: object, cancel: object) -> dict[str, object]:
            from engine.review.score_details import details

            return {"details": details(reviewed, k, cancel)}  # type: ignore[arg-type]

        self._job.follow(self._jobs.start_callable(work), self._show_details)

    def _show_details(self, outcome: Outcome) -> None:
        if not isinstance(outcome, Succeeded):
            return
        found: ScoreDetails = outcome.result["details"]
        among = self.tr("among the first {0}").format(found.k)
        assert self._reviewed is not None
        scores = self._reviewed.scores
        self.top.show_share(found.top, scores.images, f"{among}  ·  {interval_text(found.top_interval)}", among)
        self._show_accuracy(self._range(found.intervals.accuracy))
        self._show_mean(self.macro, scores.macro_f1, self._range(found.intervals.macro_f1))
        self.table.show_intervals(found.intervals.per_class)

    def _range(self, interval: Interval) -> str:
        return self.tr("{0}, 95 % interval").format(interval_text(interval))

    def stop(self) -> None:
        self._job.drop()

    # Taken elsewhere

    def copy_text(self) -> None:
        """Copy the scores as `classification_report` prints them."""
        if self._reviewed is not None:
            from engine.review.metrics import report_text

            QGuiApplication.clipboard().setText(report_text(self._reviewed.scores))
            self._session.message.emit(self.tr("The scores were copied as text."))

    def _save_csv(self) -> None:
        export.ask_and_write(self, "scores.csv", "CSV (*.csv)", lambda _path: export.table_bytes(self.table.rows()))

    def _show_mistakes(self, index: int) -> None:
        """Lead to the images of a class that were not recognised."""
        reviewed = self._reviewed
        if reviewed is not None:
            wrong = (reviewed.labels == index) & (reviewed.predicted != index)
            words = self.tr("{0} labelled {1}, misclassified")
            self.gallery_wanted.emit(
                reviewed.image_ids[wrong].tolist(),
                words.format(wording.number(int(wrong.sum())), reviewed.classes[index]),
            )
