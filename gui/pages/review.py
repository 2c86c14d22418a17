"""Review: how good a run is on images it never saw, which classes it mixes up, and the images it got wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.events import Event, Failed, Outcome, Progress, Succeeded
from gui import actions, theme
from gui.jobs import JobHandle, JobRunner
from gui.session import Session
from gui.widgets import places, wording
from gui.widgets.caution import Caution
from gui.widgets.charts import scales
from gui.widgets.parts import EmptyPlace, Metric, MetricRow, Segments, text
from gui.widgets.review.confusion_view import ConfusionView
from gui.widgets.review.mistake_gallery import MistakeGallery
from gui.widgets.review.reviewed import Reviewed, review
from gui.widgets.review.score_table import ScoreTable
from gui.widgets.run_words import run_words

if TYPE_CHECKING:
    from engine.training.runs import RunRecord

READING, EMPTY, CONTENT = 0, 1, 2
MANY = 20  # classes from which on the matrix is worth zooming


class ReviewPage(QWidget):
    open_wanted = Signal()
    page_wanted = Signal(str)  # "library" or "train"

    def __init__(self, session: Session, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("review_page")
        self.setProperty("role", "page")
        self.setAccessibleName(self.tr("Review"))
        self._session, self._jobs = session, jobs
        self._reviewed: Reviewed | None = None
        self._follows = True  # the newest run, until the person chooses one
        self._stale = True
        self._job: JobHandle | None = None
        self._report: Path | None = None
        self.run_box = QComboBox()
        self.split_box = QComboBox()
        self.save_report = QPushButton(self.tr("Save report…"))
        self.open_report = QPushButton(self.tr("Open report"))
        self.notice = Caution()
        self.metrics = [
            Metric(title)
            for title in (self.tr("Accuracy"), self.tr("Macro F1"), self.tr("Images"), self.tr("Misclassified"))
        ]
        self.sides = Segments([self.tr("Confusion matrix"), self.tr("Classes")], self.tr("Show"))
        self.units = Segments([self.tr("Counts"), self.tr("Per cent")], self.tr("Cells"))
        self.confusion = ConfusionView()
        self.zooms = self._zoom_buttons()
        self.table = ScoreTable()
        self.gallery = MistakeGallery(session, self)
        self.grid = self.gallery.grid
        self._name_parts()
        self._build()
        self._connect()
        self._add_actions()
        self._on_project()

    def _name_parts(self) -> None:
        self.run_box.setObjectName("run_box")
        self.run_box.setAccessibleName(self.tr("Run"))
        self.run_box.setMinimumWidth(300)
        self.split_box.setObjectName("split_box")
        self.split_box.setAccessibleName(self.tr("Split"))
        self.split_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.split_box.setMinimumWidth(150)
        self.confusion.setObjectName("confusion_view")
        self.table.setObjectName("score_table")
        self.save_report.setObjectName("save_report_button")
        self.save_report.setAccessibleName(self.tr("Save report"))
        self.open_report.setProperty("kind", "quiet")
        self.open_report.setAccessibleName(self.tr("Open report"))
        self.open_report.hide()
        theme.set_icon(self.save_report, "export")

    def _build(self) -> None:
        gap = theme.current()
        self._empty = EmptyPlace("review", "", "")
        self._lead = self._empty.add_button(self.tr("Train a model"), "lead_on_button", self._lead_on)
        self._retry = self._empty.add_button(self.tr("Evaluate now"), "evaluate_button", self._evaluate)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap.L)
        column.addWidget(MetricRow(self.metrics))
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(1)
        halves.addWidget(self._left())
        right = QWidget()
        inner = QVBoxLayout(right)
        inner.setContentsMargins(gap.L, 0, 0, 0)
        inner.addWidget(self.gallery)
        halves.addWidget(right)
        halves.setStretchFactor(0, 1)
        halves.setStretchFactor(1, 1)
        halves.setSizes([590, 520])
        column.addWidget(halves, 1)
        self._body = QStackedWidget()
        self._body.addWidget(QWidget())
        self._body.addWidget(self._empty)
        self._body.addWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(gap.XL, gap.XL, gap.XL, gap.L)
        whole.setSpacing(gap.L)
        whole.addLayout(self._head())
        whole.addWidget(self.notice)
        whole.addWidget(self._body, 1)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.current().M)
        row.addWidget(text(self.tr("Review"), "title"))
        row.addSpacing(theme.current().M)
        row.addWidget(self.run_box)
        row.addWidget(self.split_box)
        row.addStretch(1)
        row.addWidget(self.open_report)
        row.addWidget(self.save_report)
        return row

    def _zoom_buttons(self) -> list[QToolButton]:
        tr, view = self.tr, self.confusion
        made = [
            actions.add(view, tr("Smaller matrix"), view.zoom_out, keys=["Ctrl+-"], icon="zoom-out"),
            actions.add(view, tr("Larger matrix"), view.zoom_in, keys=["Ctrl++", "Ctrl+="], icon="zoom-in"),
            actions.add(view, tr("Show the whole matrix"), view.fit, keys=["Ctrl+0"], icon="fit"),
        ]
        return [actions.button(action) for action in made]

    def _left(self) -> QWidget:
        gap = theme.current()
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, gap.L, 0)
        column.setSpacing(gap.S)
        switches = QHBoxLayout()
        switches.addWidget(self.sides)
        switches.addStretch(1)
        for button in self.zooms:
            switches.addWidget(button)
        switches.addWidget(self.units)
        column.addLayout(switches)
        pages = QWidget()
        self._views = QStackedLayout(pages)
        self._views.addWidget(self.confusion)
        self._views.addWidget(self.table)
        column.addWidget(pages, 1)
        return part

    def _connect(self) -> None:
        self.run_box.activated.connect(self._on_run_chosen)
        self.split_box.activated.connect(lambda _: self._reload())
        self.sides.chosen.connect(self._on_side)
        self.units.chosen.connect(lambda index: self.confusion.set_normalised(index == 1))
        self.confusion.filter_changed.connect(self._on_cell)
        self.table.class_chosen.connect(self._on_class)
        self.gallery.all_asked.connect(lambda: self.confusion.select(None))
        self.save_report.clicked.connect(self._ask_report)
        self.open_report.clicked.connect(self._show_report)
        session = self._session
        session.project_changed.connect(self._on_project)
        session.runs_changed.connect(self._on_runs)
        session.images_changed.connect(lambda _: self._reload())
        session.classes_changed.connect(self._reload)

    def _add_actions(self) -> None:
        def add(words: str, slot: Callable[[], object], key: str, icon: str) -> QAction:
            return actions.add(self, words, slot, keys=[key], icon=icon, everywhere=True)

        tr, gallery = self.tr, self.gallery
        self._when_shown = [
            add(tr("Take prediction as label"), gallery.take.click, "Ctrl+Return", "check"),
            add(tr("Show image large"), gallery.open_large, "Ctrl+L", "eye"),
            add(tr("Show all mistakes"), lambda: self.confusion.select(None), "Ctrl+Backspace", "filter"),
            add(tr("Select all images"), self.grid.select_all, "Ctrl+A", "check"),
            add(tr("Show matrix or classes"), self.sides.next, "Ctrl+M", "grid"),
            add(tr("Show counts or per cent"), self.units.next, "Ctrl+P", "stats"),
            add(tr("Save report…"), self._ask_report, "Ctrl+S", "export"),
        ]
        for digit in "1234567890":
            shortcut = QShortcut(QKeySequence(digit), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(lambda digit=digit: gallery.label_by_key(digit))

    # What is reviewed

    def _on_project(self) -> None:
        self._reviewed, self._follows = None, True
        project = self._session.project
        places.stand_beside(None if project is None else project.folder)
        self.run_box.clear()
        self.split_box.clear()
        self.notice.say("")
        self.open_report.hide()
        self._on_runs()

    def _runs(self) -> list[RunRecord]:
        return [run for run in self._session.runs() if run.has_model]

    def _on_runs(self) -> None:
        before = self.run_box.currentData()
        runs = self._runs()
        names = [run.name for run in runs]
        if names == [self.run_box.itemData(i) for i in range(self.run_box.count())] and names:
            return
        self.run_box.clear()
        for run in runs:
            self.run_box.addItem(run_words(run), run.name)
        keep = not self._follows and before in names
        self.run_box.setCurrentIndex(names.index(before) if keep else 0 if names else -1)
        if self.run_box.currentData() != before or not names:
            self._reload()

    def _on_run_chosen(self, index: int) -> None:
        self._follows = index == 0
        self._reload()

    def run(self) -> RunRecord | None:
        """The chosen run."""
        name = self.run_box.currentData()
        return next((run for run in self._runs() if run.name == name), None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._reload()

    def _reload(self) -> None:
        """Read the evaluation again; a page that is not on screen waits until it is."""
        self._stale = not self.isVisible()
        run = self.run()
        for control in (self.run_box, self.split_box, self.save_report):
            control.setVisible(run is not None)
            control.setEnabled(self._job is None)
        if run is None:
            self._show_nothing()
        elif not self._stale:
            split = self.split_box.currentData()
            if self._reviewed is None:
                self._body.setCurrentIndex(READING)
            self._session.ask(lambda project: review(project, run, split), self._arrived, key="review")

    def _show_nothing(self) -> None:
        self._reviewed = None
        opened = self._session.project is not None
        self._say_empty(
            self.tr("No run to review yet") if opened else self.tr("Nothing to review yet"),
            self.tr("Train a model first; its scores and its mistakes appear here.")
            if opened
            else self.tr("Open a folder of images, label some, and train a model on them."),
        )

    def _lead_on(self) -> None:
        if self._session.project is None:
            self.open_wanted.emit()
        else:
            self.page_wanted.emit("train")

    def _say_empty(self, title: str, words: str, *, retry: bool = False) -> None:
        opened = self._session.project is not None
        self._lead.setText(self.tr("Train a model") if opened else self.tr("Open folder…"))
        self._lead.setAccessibleName(self._lead.text())
        self._lead.setVisible(not retry)
        for action in self._when_shown:
            action.setEnabled(False)
        self._empty.title.setText(title)
        self._empty.words.setText(words)
        self._retry.setVisible(retry)
        self._body.setCurrentIndex(EMPTY)

    def _arrived(self, found: Reviewed | str) -> None:
        if isinstance(found, str):
            self._reviewed = None
            self._say_empty(self.tr("This run cannot be reviewed"), found, retry=True)
            return
        self._reviewed = found
        self._show_splits(found)
        self._show_scores(found)
        self._show_zooms()
        cell = self.confusion.selected
        self.confusion.set_matrix(found.classes, found.counts)
        self.table.show_scores(found.scores.per_class)
        self.gallery.show_cell(found, self.confusion.selected if cell else None)
        self._body.setCurrentIndex(CONTENT)
        for action in self._when_shown:
            action.setEnabled(True)

    def _show_splits(self, found: Reviewed) -> None:
        words = {"test": self.tr("test split"), "validation": self.tr("validation split")}
        self.split_box.clear()
        for split in found.splits:
            self.split_box.addItem(words[split], split)
        self.split_box.setCurrentIndex(found.splits.index(found.split))

    def _show_scores(self, found: Reviewed) -> None:
        scores = found.scores
        accuracy, f1, images, mistakes = self.metrics
        right = scores.images - found.mistakes
        accuracy.show_value(
            scales.percent(scores.accuracy, 2), self.tr("{0} of {1} right").format(f"{right:,}", f"{scores.images:,}")
        )
        f1.show_value(
            scales.percent(scores.macro_f1, 2), self.tr("weighted {0}").format(scales.percent(scores.weighted_f1, 2))
        )
        unseen = self.tr("{0}, unseen in training").format(wording.classes(len(found.classes)))
        images.show_value(f"{scores.images:,}", unseen, wording.classes(len(found.classes)))
        mistakes.show_value(f"{found.mistakes:,}", scales.percent(found.mistakes / max(scores.images, 1)))

    # Filters

    def _on_side(self, index: int) -> None:
        self._views.setCurrentIndex(index)
        self.units.setVisible(index == 0)
        self._show_zooms()

    def _show_zooms(self) -> None:
        """A matrix of few classes is large enough as it is; its keys zoom it nevertheless."""
        many = self._reviewed is not None and len(self._reviewed.classes) > MANY
        for button in self.zooms:
            button.setVisible(many and self.sides.current() == 0)

    def _on_cell(self, true: int | None, predicted: int | None) -> None:
        if (true, predicted) == (None, None):
            self.table.clear_choice()
        if self._reviewed is not None:
            self.gallery.show_cell(self._reviewed, self.confusion.selected)

    def _on_class(self, index: int | None) -> None:
        self.confusion.select(None if index is None else (index, None))

    # Jobs

    def _ask_report(self) -> None:
        run = self.run()
        name = f"{run.name}.html" if run else "report.html"
        path = places.ask_save(self, self.tr("Save report"), name, "HTML (*.html)")
        if path is not None:
            self._evaluate(path)

    def _evaluate(self, report: Path | None = None) -> None:
        """Score the run again, also on images that were labelled since, and write the report where one is wanted."""
        from engine.review.evaluate import EvaluateParams

        run, project = self.run(), self._session.project
        if run is None or project is None or self._job is not None:
            return
        split = self.split_box.currentData()
        self.notice.say("")
        self.open_report.hide()
        self._report = report
        self._job = self._jobs.start(
            "evaluate", EvaluateParams(str(project.folder), run.name, split, str(report) if report else None)
        )
        self._job.event.connect(self._on_event)
        self._job.ended.connect(self._on_ended)
        self.save_report.setText(self.tr("Writing…"))
        self.save_report.setEnabled(False)
        self._retry.setEnabled(False)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progress) and event.total:
            self.save_report.setText(self.tr("{0} of {1}").format(f"{event.done:,}", f"{event.total:,}"))

    def _on_ended(self, outcome: Outcome) -> None:
        self._job = None
        self.save_report.setText(self.tr("Save report…"))
        self._retry.setEnabled(True)
        if isinstance(outcome, Failed):
            self.notice.say(outcome.message)
        elif isinstance(outcome, Succeeded) and self._report is not None:
            self.open_report.show()
            self.open_report.setToolTip(str(self._report))
            self._session.message.emit(self.tr("Report saved: {0}").format(self._report))
        self._reload()

    def _show_report(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._report)))
