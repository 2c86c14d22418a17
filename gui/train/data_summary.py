"""What a training would learn from: images in each split, and one sentence where it cannot start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from engine import language as engine_language
from engine.training.readiness import Readiness, unwritable
from gui import theme
from gui.widgets import wording
from gui.widgets.caution import Caution
from gui.widgets.labels import text

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.library.records import ClassCount

translate = QCoreApplication.translate


def readiness_words(ready: Readiness, validation_fraction: float = 0.2) -> str:
    """Say why a training cannot start, or what to know before it does; empty where there is nothing to say."""
    if ready.obstacle is not None:
        return engine_language._(ready.obstacle.value).format(ready.only_class)
    if ready.single:
        return _single_words(ready.single)
    if not ready.divided and ready.unseen:
        held_out = translate(
            "Readiness",
            "{0} % of the images whose label somebody has looked at will be held out for validation; {1} accepted "
            "unseen are trained on.",
        )
        return held_out.format(round(validation_fraction * 100), wording.number(ready.unseen))
    if not ready.divided:
        held_out = translate("Readiness", "{0} % of the training images will be held out for validation.")
        return held_out.format(round(validation_fraction * 100))
    return ""


def _single_words(names: Sequence[str]) -> str:
    words = translate("Readiness", "“{0}” has a single training image; label more to have it recognised.")
    if len(names) == 2:
        words = translate(
            "Readiness", "“{0}” and “{1}” have a single training image each; label more to have them recognised."
        )
    if len(names) > 2:
        words = translate(
            "Readiness", "“{0}” and {2} more classes have a single training image; label more to have them recognised."
        )
    return words.format(names[0], names[-1], len(names) - 1)


def unwritable_words(project: Project) -> str:
    """Say why nothing can be trained in this project; empty where something can."""
    place = unwritable(project)
    if place is None:
        return ""
    words = translate(
        "Readiness", "No run can be kept here: {0} cannot be written. Copy the project to another place to train."
    )
    return words.format(place)


class SplitBar(QWidget):
    """Shares of the splits as one bar; its numbers stand beside it as text."""

    accessible_role = QAccessible.Role.Chart

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
        names = (self.tr("training"), self.tr("check images"), self.tr("test"), self.tr("no split yet"))
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
                for widget in parts:
                    widget.setToolTip(
                        self.tr("Each of them is learned from or used to check: the next training decides which")
                    )
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

    def show_counts(self, counts: Sequence[ClassCount] | None, words: str) -> None:
        """Show the counts and what is to be known of them before a training; None where none is known yet."""
        if counts is None:
            for number in self.numbers:
                number.setText("…")
            self._bar.show_parts([])
            self.notice.say(words)
            return
        totals = [sum(getattr(c, split) for c in counts) for split in ("training", "validation", "test", "unassigned")]
        for number, total in zip(self.numbers, totals, strict=True):
            number.setText(wording.number(total))
        for widget in self._unassigned:
            widget.setVisible(totals[3] > 0)
        self._bar.show_parts(totals)
        self.notice.say(words)
