"""Dividing the labelled images: the shares are dragged, and what each class would get is seen before it is applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QFrame,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

from engine.errors import UsageError
from engine.events import Event, Failed, Outcome, Progress, Succeeded
from engine.library import edits
from engine.library.records import ClassCount, Split
from gui import theme
from gui.jobs import JobRunner, OwnedJob
from gui.language import percent_form
from gui.library.class_bars import ClassBars
from gui.session import Session
from gui.widgets import wording
from gui.widgets.controls import Combo
from gui.widgets.labels import text
from gui.widgets.layouts import column, fill, row
from gui.widgets.progress_strip import ProgressStrip

if TYPE_CHECKING:
    from engine.library.dividing import Divided, Division
    from engine.library.project import Project


LEAST_TRAINING = 5  # per cent
GRIP = 9


class RatioBar(QWidget):
    """Training, validation and test in whole per cent. Left and right move a border, up and down choose which."""

    accessible_role = QAccessible.Role.Chart

    changed = Signal(int, int)  # validation and test

    def __init__(self) -> None:
        super().__init__()
        self._borders = [80, 100]  # where validation and test begin
        self._held: int | None = None
        self._chosen = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Shares of the splits"))
        theme.notifier().changed.connect(self.update)
        self._describe()

    def sizeHint(self) -> QSize:
        return QSize(420, 44 + self.fontMetrics().height())

    def shares(self) -> tuple[int, int, int]:
        """Training, validation, test."""
        first, second = self._borders
        return first, second - first, 100 - second

    def set_shares(self, validation: int, test: int) -> None:
        self._set([100 - validation - test, 100 - test])

    def _set(self, borders: list[int]) -> None:
        if borders != self._borders:
            self._borders = borders
            self._describe()
            self.update()
            self.changed.emit(*self.shares()[1:])

    def _describe(self) -> None:
        words = self.tr("{0} % training, {1} % check images, {2} % test")
        self.setAccessibleDescription(words.format(*self.shares()))

    def move_border(self, which: int, to: int) -> None:
        """Put a border (0: before validation, 1: before test) at a per cent; the other one makes room."""
        first, second = self._borders
        to = max(LEAST_TRAINING, min(100, to))
        self._set([to, max(second, to)] if which == 0 else [min(first, to), to])

    # Painting

    def _track(self) -> QRectF:
        return QRectF(GRIP, 4, self.width() - 2 * GRIP, 30)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours, track = theme.current(), self._track()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        names = (self.tr("training"), self.tr("check images"), self.tr("test"))
        left = track.left()
        for colour, share in zip(theme.split_colours(), self.shares(), strict=False):
            width = track.width() * share / 100
            if share:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawRoundedRect(QRectF(left, track.top(), max(2.0, width - 2), track.height()), 6, 6)
                if width > painter.fontMetrics().horizontalAdvance("100 %") + 8:
                    painter.setPen(theme.on(colour))
                    inside = QRectF(left, track.top(), width, track.height())
                    painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, percent_form().format(share))
            left += width
        painter.setPen(colours.muted)
        self._captions(painter, names)
        for which, border in enumerate(self._borders):
            self._grip(painter, which, track.left() + track.width() * border / 100 - 1)
        painter.end()

    def _captions(self, painter: QPainter, names: tuple[str, str, str]) -> None:
        """Paint each caption below the beginning of its part, as far to the left as those after it ask for."""
        track, metrics = self._track(), painter.fontMetrics()
        end = track.right()
        for name, share, border in reversed(list(zip(names, self.shares(), [0, *self._borders], strict=True))):
            words = f"{name} {percent_form().format(share)}"
            left = min(track.left() + track.width() * border / 100, end - metrics.horizontalAdvance(words))
            painter.drawText(QRectF(left, track.bottom() + 6, end - left + 2, metrics.height()), 0, words)
            end = left - 16

    def _grip(self, painter: QPainter, which: int, x: float) -> None:
        colours, track = theme.current(), self._track()
        focused = self.hasFocus() and which == self._chosen
        painter.setPen(QPen(colours.accent if focused else colours.strong_border, 2 if focused else 1))
        painter.setBrush(colours.surface)
        painter.drawRoundedRect(QRectF(x - 5, track.top() - 3, 10, track.height() + 6), 4, 4)
        painter.setPen(QPen(colours.muted, 1))
        for shift in (-1.5, 1.5):
            painter.drawLine(int(x + shift), int(track.center().y()) - 5, int(x + shift), int(track.center().y()) + 5)

    # Mouse and keys

    def _percent(self, x: float) -> int:
        track = self._track()
        return round(100 * (x - track.left()) / max(1.0, track.width()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._percent(event.position().x())
        distances = [abs(border - at) for border in self._borders]
        # Two borders on one place: the one that can move to where the mouse goes.
        self._held = self._chosen = 0 if distances[0] < distances[1] or (at < self._borders[0]) else 1
        self.move_border(self._held, at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self.move_border(self._held, self._percent(event.position().x()))
        near = min(abs(border - self._percent(event.position().x())) for border in self._borders) <= 2
        self.setCursor(Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._held = None

    def focusInEvent(self, event: QEvent) -> None:
        self.update()
        event.accept()

    def focusOutEvent(self, event: QEvent) -> None:
        self.update()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None:
            self.move_border(self._chosen, self._borders[self._chosen] + step)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._chosen = 1 - self._chosen
            self.update()
        else:
            super().keyPressEvent(event)


WAIT_MS = 120  # after the last change, before it is tried
AGAIN = (  # in the order of the choices
    frozenset({Split.UNASSIGNED}),
    frozenset({Split.UNASSIGNED, Split.TRAINING, Split.VALIDATION}),
    frozenset(Split),
)

# What would be divided, the counts then, the names of groups; or why it cannot be done.
Tried = tuple["Divided", dict[int, dict[str, int]], dict[int, str]] | str


class SplitsDialog(QDialog):
    """`Apply` makes one edit, which can be undone."""

    def __init__(self, session: Session, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.jobs = jobs
        self._job = OwnedJob(self)
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
                self.tr("Training and check images anew; the test set stays"),
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
        self._apart: list[tuple[int, str]] = []
        self.apart_words = text("", wrap=True)
        self.label_more = QPushButton()
        self.label_more.setObjectName("label_more_button")
        self.label_more.clicked.connect(self._label_more)
        self.apart = QFrame()
        self.apart.setProperty("role", "notice")
        self.apart.setObjectName("apart_notice")
        gap = theme.current()
        margins = (gap.M, gap.S, gap.M, gap.S)
        row(fill(self.apart_words), self.label_more, on=self.apart, margins=margins, spacing=gap.M)
        self.apart.hide()
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
        buttons = row(fill(self.words), self.cancel_button, self.apply_button)
        column(
            form,
            self.apart,
            text(self.tr("What each class would have then"), "heading"),
            fill(scroll),
            buttons,
            on=self,
            margins=(20, 20, 20, 16),
            spacing=theme.Theme.L,
        )

    def _near_row(self) -> QWidget:
        row = QWidget()
        column(self.near, self.near_words, self.strip, on=row, spacing=theme.Theme.S)
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
        if on and self._near is None and not self._job.running and project is not None:
            from engine.similarity.groups import GroupParams

            self.apply_button.setEnabled(False)
            self.near_words.hide()
            self.strip.start(self.tr("Looking at pictures"))
            words = self.tr("Looking for look-alikes to keep together")
            job = self.jobs.start("near_groups", GroupParams(str(project.folder)), words=words)
            self._job.follow(job, self._found, self._heard)
            return
        if not on:
            self._stop_looking()
        self.near_words.setVisible(on and self._near is not None)
        self._soon.start()

    def _heard(self, event: Event) -> None:
        if isinstance(event, Progress):
            self.strip.show_progress(event)

    def _found(self, outcome: Outcome) -> None:
        self.strip.hide()
        if isinstance(outcome, Succeeded):
            from engine.similarity.groups import NearGroups  # loaded with the job

            found = NearGroups.of(outcome.result)
            self._near = found.groups
            self.near_words.setText(self._groups_words(found.images, len(found.groups)))
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
        return self.tr("{0} in %Ln group(s) stay together.", None, groups).format(wording.images(images))

    def _stop_looking(self) -> None:
        """The job ends by itself; nobody waits for it."""
        self._job.drop()
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
        if not self.isVisible() or self._job.running:  # what the job finds is tried when it has ended
            return
        self.apply_button.setEnabled(False)
        self._session.ask(partial(_tried, division=self._division()), self._show, key="division")

    def _show(self, answer: Tried) -> None:
        if isinstance(answer, str):
            self._moved, self._groups = {}, {}
            self._show_apart(())
            self.words.setText(answer)
            return
        found, counts, self._groups = answer
        self._moved = found.splits
        self._show_apart(found.apart)
        classes = self._session.overview.classes
        after = [ClassCount(c, *(counts.get(c.id, {}).get(split.value, 0) for split in Split)) for c in classes]
        self.bars.show_counts(after)
        moved = len(self._moved)
        none = self.tr("No image would change its split.")
        self.words.setText(
            self.tr("{0} images would change their split.").format(wording.number(moved)) if moved else none
        )
        self.apply_button.setEnabled(moved > 0 and not self._job.running and not self._session.read_only)

    def _show_apart(self, class_ids: Sequence[int]) -> None:
        """Say which classes are divided picture by picture, and lead to others of the first of them."""
        names = {c.id: c.name for c in self._session.overview.classes}
        self._apart = [(class_id, names[class_id]) for class_id in class_ids if class_id in names]
        self.apart.setVisible(bool(self._apart))
        if self._apart:
            self.apart_words.setText(apart_words([name for _, name in self._apart]))
            self.label_more.setText(self.tr("Label more of {0}").format(self._apart[0][1]))
            self.label_more.setAccessibleName(self.label_more.text())

    def _label_more(self) -> None:
        from engine.review.assessment import MORE, Action, NextStep

        class_id, name = self._apart[0]
        self.reject()
        self._session.step_wanted.emit(NextStep(Action.LABEL_CLASS, MORE, name, class_id), "")

    def _apply(self) -> None:
        moved: Mapping[int, Split] = self._moved
        self._session.edit(edits.set_splits, moved, groups=self._groups)
        self.accept()


def _tried(project: Project, division: Division) -> Tried:
    from engine.library.dividing import counts_after, divide
    from engine.similarity.groups import merged_groups

    try:
        found = divide(project, division)
    except UsageError as error:
        return str(error)
    return found, counts_after(project, found.splits), merged_groups(project, found.together)


def apart_words(names: Sequence[str]) -> str:
    """Say why pictures of some classes are not kept together."""
    translate = QCoreApplication.translate
    one = translate(
        "SplitsDialog",
        "“{1}” is divided picture by picture: its pictures are nearly all alike, and kept together they would leave "
        "one to learn from. Label others of it.",
    )
    many = translate(
        "SplitsDialog",
        "“{1}” and {2} more classes are divided picture by picture: their pictures are nearly all alike, and kept "
        "together they would leave one to learn from. Label others of them.",
    )
    return (one if len(names) == 1 else many).replace("{1}", names[0]).replace("{2}", wording.number(len(names) - 1))
