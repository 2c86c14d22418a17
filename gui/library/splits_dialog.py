"""Dividing the labelled images: the shares are dragged, and what each class would get is seen before it is applied."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.errors import UsageError
from engine.events import Event, Failed, Outcome, Progress, Succeeded
from engine.library.records import ClassCount, Split
from gui import theme
from gui.jobs import JobHandle, JobRunner
from gui.library.class_bars import ClassBars
from gui.library.ratio_bar import RatioBar
from gui.session import Session
from gui.widgets import wording
from gui.widgets.combo import Combo
from gui.widgets.parts import text
from gui.widgets.progress_strip import ProgressStrip

if TYPE_CHECKING:
    from engine.library.dividing import Division
    from engine.library.project import Project

WAIT_MS = 120  # after the last change, before it is tried
AGAIN = (  # in the order of the choices
    frozenset({Split.UNASSIGNED}),
    frozenset({Split.UNASSIGNED, Split.TRAINING, Split.VALIDATION}),
    frozenset(Split),
)

# The splits that would be new, the counts then, the names of groups; or why it cannot be done.
Tried = tuple[dict[int, Split], dict[int, dict[str, int]], dict[int, str]] | str


class SplitsDialog(QDialog):
    """`Apply` makes one edit, which can be undone."""

    def __init__(self, session: Session, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._job: JobHandle | None = None
        self._near: list[list[int]] | None = None  # found once; the pictures stay what they are
        self._moved: dict[int, Split] = {}
        self._groups: dict[int, str] = {}
        self.setWindowTitle(self.tr("Divide into splits"))
        self.setAccessibleName(self.windowTitle())
        self.resize(760, 640)
        self.ratio = RatioBar()
        self.which = self._box(
            self.tr("Images to divide"),
            (
                self.tr("Those without a split; all others stay where they are"),
                self.tr("Training and validation anew; the test set stays"),
                self.tr("All labelled images anew, the test set too"),
            ),
        )
        self.how = self._box(
            self.tr("How"),
            (self.tr("At random, each class by the same shares"), self.tr("By folders named after splits")),
        )
        self.pattern = QLineEdit()
        self.pattern.setPlaceholderText(self.tr(r"Such as ^(\d+_\d+)_  for the tracks of a video"))
        self.pattern.setAccessibleName(self.tr("Pattern of groups"))
        self.near = QCheckBox(self.tr("Near-duplicates, and the frames of sequences"))
        self.near.setToolTip(self.tr("Looks at every picture once; those that show the same come into one split."))
        self.near.setAccessibleName(self.near.text())
        self.near_words = text("", "muted", wrap=True)
        self.near_words.hide()
        self.strip = ProgressStrip()
        self.strip.hide()
        self.bars = ClassBars()
        self.words = text("", "muted", wrap=True)
        self.apply_button = QPushButton(self.tr("Apply"))
        self.apply_button.setProperty("kind", "primary")
        self.apply_button.setAccessibleName(self.tr("Apply"))
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.setAccessibleName(self.tr("Cancel"))
        self._soon = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._build()
        self._connect()

    def _box(self, name: str, choices: tuple[str, ...]) -> Combo:
        box = Combo()
        box.setAccessibleName(name)
        box.addItems(choices)
        return box

    def _build(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(theme.Theme.L)
        form.setVerticalSpacing(theme.Theme.M)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, field in (
            (self.tr("Divide"), self.which),
            (self.tr("How"), self.how),
            (self.tr("Keep together"), self.pattern),
            ("", self._near_row()),
            (self.tr("Shares"), self.ratio),
        ):
            label = text(name, "muted")
            label.setMinimumHeight(theme.Theme.CONTROL)
            form.addRow(label, field)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.bars)
        buttons = QHBoxLayout()
        buttons.addWidget(self.words, 1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.apply_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(theme.Theme.L)
        column.addLayout(form)
        column.addWidget(text(self.tr("What each class would have then"), "heading"))
        column.addWidget(scroll, 1)
        column.addLayout(buttons)

    def _near_row(self) -> QWidget:
        row = QWidget()
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.Theme.S)
        for widget in (self.near, self.near_words, self.strip):
            column.addWidget(widget)
        return row

    def _connect(self) -> None:
        self.ratio.changed.connect(lambda *_: self._soon.start())
        self.which.currentIndexChanged.connect(self._soon.start)
        self.how.currentIndexChanged.connect(self._how_chosen)
        self.pattern.textChanged.connect(self._soon.start)
        self.near.toggled.connect(self._near_toggled)
        self.strip.stop_wanted.connect(lambda: self.near.setChecked(False))
        self._soon.timeout.connect(self._try)
        self.cancel_button.clicked.connect(self.reject)
        self.apply_button.clicked.connect(self._apply)
        self._session.project_changed.connect(self.reject)
        self._session.images_changed.connect(self._soon.start)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._try()

    def _how_chosen(self, index: int) -> None:
        for field in (self.ratio, self.pattern, self.near):
            field.setEnabled(index == 0)
        if index != 0:
            self.near.setChecked(False)
        self._soon.start()

    # Near-duplicates

    def _near_toggled(self, on: bool) -> None:
        project = self._session.project
        if on and self._near is None and self._job is None and project is not None:
            from engine.similarity.groups import GroupParams

            self.apply_button.setEnabled(False)
            self.near_words.hide()
            self.strip.start(self.tr("Looking at pictures"))
            self._job = self._jobs.start("near_groups", GroupParams(str(project.folder)))
            self._job.event.connect(self._heard)
            self._job.ended.connect(self._found)
            return
        if not on:
            self._stop_looking()
        self.near_words.setVisible(on and self._near is not None)
        self._soon.start()

    def _heard(self, event: Event) -> None:
        if isinstance(event, Progress) and self._job is not None:
            self.strip.show_progress(event)

    def _found(self, outcome: Outcome) -> None:
        if self.sender() is not self._job:
            return
        self._job = None
        self.strip.hide()
        if isinstance(outcome, Succeeded):
            self._near = outcome.result["groups"]
            self.near_words.setText(self._groups_words(int(outcome.result["images"]), len(self._near or ())))
            self.near_words.show()
        else:
            self.near.setChecked(False)
        if isinstance(outcome, Failed):
            self.near_words.setText(outcome.message)
            self.near_words.show()
        self._soon.start()

    def _groups_words(self, images: int, groups: int) -> str:
        if not groups:
            return self.tr("No two images are near-duplicates.")
        words = wording.plural(
            groups, self.tr("{1} in one group stay together."), self.tr("{1} in {0} groups stay together.")
        )
        return words.replace("{1}", wording.images(images))

    def _stop_looking(self) -> None:
        """The job ends by itself; nobody waits for it."""
        if self._job is not None:
            job, self._job = self._job, None
            job.cancel()
            self.strip.hide()

    def done(self, result: int) -> None:
        self._stop_looking()
        super().done(result)

    def _division(self) -> Division:
        from engine.library.dividing import Division

        _, validation, test = self.ratio.shares()
        return Division(
            validation_fraction=validation / 100,
            test_fraction=test / 100,
            group_by=self.pattern.text().strip() or None,
            by_folder=self.how.currentIndex() == 1,
            again=AGAIN[self.which.currentIndex()],
            together=self._near or () if self.near.isChecked() else (),
        )

    def _try(self) -> None:
        if not self.isVisible() or self._job is not None:  # what the job finds is tried when it has ended
            return
        self.apply_button.setEnabled(False)
        self._session.ask(partial(_tried, division=self._division()), self._show, key="division")

    def _show(self, answer: Tried) -> None:
        if isinstance(answer, str):
            self._moved, self._groups = {}, {}
            self.words.setText(answer)
            return
        self._moved, counts, self._groups = answer
        classes = self._session.overview.classes
        after = [ClassCount(c, *(counts.get(c.id, {}).get(split.value, 0) for split in Split)) for c in classes]
        self.bars.show_counts(after)
        moved = len(self._moved)
        none = self.tr("No image would change its split.")
        self.words.setText(self.tr("{0} images would change their split.").format(f"{moved:,}") if moved else none)
        self.apply_button.setEnabled(moved > 0 and self._job is None and not self._session.read_only)

    def _apply(self) -> None:
        moved: Mapping[int, Split] = self._moved
        self._session.set_splits(moved, self._groups)
        self.accept()


def _tried(project: Project, division: Division) -> Tried:
    from engine.library.dividing import counts_after, divide
    from engine.similarity.groups import merged_groups

    try:
        splits = divide(project, division)
    except UsageError as error:
        return str(error)
    return splits, counts_after(project, splits), merged_groups(project, division.together)
