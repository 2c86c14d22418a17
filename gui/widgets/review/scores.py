"""The scores of a run, over all images and of each class."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui import theme
from gui.jobs import JobRunner
from gui.session import Session
from gui.widgets import wording
from gui.widgets.charts import scales
from gui.widgets.parts import Metric, MetricRow
from gui.widgets.review.reviewed import Reviewed
from gui.widgets.review.score_table import ScoreTable
from gui.widgets.review.section import Section


class ScoresSection(Section):
    icon = "stats"

    def __init__(self, session: Session, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self.title = self.tr("Scores")
        self.metrics = [
            Metric(title)
            for title in (self.tr("Accuracy"), self.tr("Macro F1"), self.tr("Images"), self.tr("Misclassified"))
        ]
        self.table = ScoreTable()
        self.table.setObjectName("score_table")
        self._reviewed: Reviewed | None = None
        self.table.class_chosen.connect(self._show_mistakes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().L)
        column.addWidget(MetricRow(self.metrics))
        column.addWidget(self.table, 1)

    def show_reviewed(self, reviewed: Reviewed | None) -> None:
        self._reviewed = reviewed
        if reviewed is None:
            return
        scores = reviewed.scores
        accuracy, f1, images, mistakes = self.metrics
        wrong = reviewed.mistakes
        accuracy.show_value(
            scales.percent(scores.accuracy, 2),
            self.tr("{0} of {1} right").format(f"{scores.images - wrong:,}", f"{scores.images:,}"),
        )
        f1.show_value(
            scales.percent(scores.macro_f1, 2), self.tr("weighted {0}").format(scales.percent(scores.weighted_f1, 2))
        )
        classes = wording.classes(len(reviewed.classes))
        images.show_value(f"{scores.images:,}", self.tr("{0}, unseen in training").format(classes), classes)
        mistakes.show_value(f"{wrong:,}", scales.percent(wrong / max(scores.images, 1)))
        self.table.show_scores(scores.per_class)

    def _show_mistakes(self, index: int) -> None:
        """Lead to the images of a class that were not recognised."""
        reviewed = self._reviewed
        if reviewed is not None:
            wrong = (reviewed.labels == index) & (reviewed.predicted != index)
            words = self.tr("{0} labelled {1}, misclassified")
            self.gallery_wanted.emit(
                reviewed.image_ids[wrong].tolist(), words.format(f"{int(wrong.sum()):,}", reviewed.classes[index])
            )
