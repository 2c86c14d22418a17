"""What a training would learn from: images in each split, and one sentence where it cannot start."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from gui import theme
from gui.widgets import wording
from gui.widgets.caution import Caution
from gui.widgets.parts import text

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.library.records import ClassCount

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Readiness:
    """`can_train` False comes with the reason; True may come with something to know beforehand."""

    can_train: bool
    sentence: str


def readiness(counts: Sequence[ClassCount], validation_fraction: float = 0.2) -> Readiness:
    """Whether a training could start with these labels. The same rules as `engine.training.frozen`, told beforehand."""
    if not any(c.total for c in counts):
        if any(c.excluded for c in counts):
            return Readiness(
                False,
                translate(
                    "Readiness",
                    "All labelled images are excluded from training. Include some in the Library, with the key X.",
                ),
            )
        return Readiness(
            False,
            translate("Readiness", "There are no labelled images yet. Label some of each class in the Library first."),
        )
    trained = [c for c in counts if c.training or c.unassigned]
    if not trained:
        return Readiness(
            False, translate("Readiness", "No labelled image is in the training split. Move some there in the Library.")
        )
    if len(trained) < 2:
        words = translate(
            "Readiness", "Training needs images of at least two classes; only “{0}” has some. Label another class."
        )
        return Readiness(False, words.format(trained[0].cls.name))
    validation = sum(c.validation for c in counts)
    if not validation and all(c.training + c.unassigned < 2 for c in trained):
        words = translate(
            "Readiness", "There are too few images to hold some out for validation. Label at least two of one class."
        )
        return Readiness(False, words)
    single = [c.cls.name for c in trained if c.training + c.unassigned == 1]
    if single:
        words = translate("Readiness", "“{0}” has a single training image; label more to have it recognised.")
        if len(single) == 2:
            words = translate(
                "Readiness", "“{0}” and “{1}” have a single training image each; label more to have them recognised."
            )
        if len(single) > 2:
            words = translate(
                "Readiness",
                "“{0}” and {2} more classes have a single training image; label more to have them recognised.",
            )
        return Readiness(True, words.format(single[0], single[-1], len(single) - 1))
    if not validation:
        words = translate("Readiness", "{0} % of the training images will be held out for validation.")
        return Readiness(True, words.format(round(validation_fraction * 100)))
    return Readiness(True, "")


def obstacle(project: Project) -> str:
    """Why nothing can be trained in this project. One that another window writes to can: a run is a folder of its
    own."""
    place = project.runs_folder if project.runs_folder.is_dir() else project.folder
    if not project.read_only or os.access(place, os.W_OK):
        return ""
    words = translate(
        "Readiness", "No run can be kept here: {0} cannot be written. Copy the project to another place to train."
    )
    return words.format(place)


class SplitBar(QWidget):
    """Shares of the splits as one bar; its numbers stand beside it as text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: list[int] = []
        self.setFixedHeight(10)
        theme.notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(200, 10)

    def show_parts(self, counts: Sequence[int]) -> None:
        self._counts = list(counts)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        total = sum(self._counts)
        painter.setBrush(theme.current().sunken)
        painter.drawRoundedRect(self.rect(), 5, 5)
        left = 0.0
        for count, colour in zip(self._counts, theme.split_colours(), strict=False):
            if count:
                width = max(4.0, self.width() * count / total)
                painter.setBrush(colour)
                painter.drawRoundedRect(QRectF(left, 0, max(width - 2, 2.0), self.height()), 4, 4)
                left += width
        painter.end()


class Dot(QWidget):
    """The colour of one split beside its name."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self._index = index
        self.setFixedSize(10, 10)
        theme.notifier().changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.split_colours()[self._index])
        painter.drawEllipse(QRectF(1, 1, 8, 8))
        painter.end()


class DataSummary(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = SplitBar()
        self.numbers = [text("0") for _ in range(4)]
        self.unchecked = text("", "muted", wrap=True)
        self.unchecked.hide()
        self.notice = Caution()
        names = (self.tr("training"), self.tr("validation"), self.tr("test"), self.tr("unassigned"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.current().S)
        grid.setVerticalSpacing(2)
        self._unassigned: list[QWidget] = []
        for index, (name, number) in enumerate(zip(names, self.numbers, strict=True)):
            number.setAlignment(Qt.AlignmentFlag.AlignRight)
            number.setAccessibleName(name)
            line, side = divmod(index, 2)
            parts = (Dot(index), text(name, "muted"), number)
            for place, widget in enumerate(parts):
                grid.addWidget(widget, line, side * 4 + place, Qt.AlignmentFlag.AlignVCenter)
            if index == 3:
                self._unassigned = list(parts)
        grid.setColumnMinimumWidth(3, theme.current().L)
        for column in (2, 6):
            grid.setColumnStretch(column, 1)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(0, 0, 0, 0)
        column_layout.setSpacing(theme.current().S)
        column_layout.addWidget(self._bar)
        column_layout.addLayout(grid)
        column_layout.addWidget(self.unchecked)
        column_layout.addWidget(self.notice)

    def show_unchecked(self, images: int) -> None:
        """Say so while images have not been looked at, some of which may turn out to be of no use."""
        words = self.tr("{0} not looked at yet: numbers and sizes may still change.")
        self.unchecked.setText(words.format(wording.images(images)))
        self.unchecked.setVisible(images > 0)

    def show_counts(self, counts: Sequence[ClassCount], validation_fraction: float, obstacle: str = "") -> Readiness:
        """Show the counts and say whether they can be trained on; `obstacle` is what else stands in the way."""
        totals = [sum(getattr(c, split) for c in counts) for split in ("training", "validation", "test", "unassigned")]
        for number, total in zip(self.numbers, totals, strict=True):
            number.setText(f"{total:,}")
        for widget in self._unassigned:
            widget.setVisible(totals[3] > 0)
        self._bar.show_parts(totals)
        ready = Readiness(False, obstacle) if obstacle else readiness(counts, validation_fraction)
        self.notice.say(ready.sentence)
        return ready
