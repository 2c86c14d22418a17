"""An image, large, over its page: the picture on the left, on the right all that is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from gui import actions, theme
from gui.widgets import wording
from gui.widgets.labels import elided, text
from gui.widgets.layouts import aligned, fill, row, stretch
from gui.widgets.pictures.image_view import ImageView
from gui.widgets.pictures.overlay import Overlay, paint_shadow

SIDE = 300  # pixels of the words


@dataclass(frozen=True, slots=True)
class Guess:
    """A class that the model thought of; `colour` None means the theme's accent."""

    name: str
    share: float
    colour: QColor | None = None


@dataclass(frozen=True, slots=True)
class LargeItem:
    """`size` in pixels, empty where it is not known; `facts` are pairs of a name and a value, in lines."""

    file: Path
    size: QSize
    modified_ns: int
    title: str
    facts: tuple[tuple[str, str], ...]
    guesses: tuple[Guess, ...]
    mark: str = ""  # "correct", "wrong" or ""


class Guesses(QWidget):
    """The classes a model thought of, each with its share as a number over a bar."""

    accessible_role = QAccessible.Role.List

    def __init__(self) -> None:
        super().__init__()
        self._guesses: tuple[Guess, ...] = ()
        self.setAccessibleName(self.tr("What the model thought of"))
        theme.notifier().changed.connect(self.update)

    def show_guesses(self, guesses: tuple[Guess, ...]) -> None:
        self._guesses = guesses
        self.setFixedHeight(self._step() * len(guesses))
        words = [f"{g.name} {wording.confidence(g.share)}" for g in guesses]
        self.setAccessibleDescription(", ".join(words))
        self.setToolTip("\n".join(words))
        self.update()

    def _step(self) -> int:
        return round(self.fontMetrics().height() * 2.2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, colours = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetrics(self.font())
        for index, guess in enumerate(self._guesses):
            top, share = index * self._step(), wording.confidence(guess.share)
            wide = metrics.horizontalAdvance(share) + colours.M
            painter.setPen(colours.text)
            name = metrics.elidedText(guess.name, Qt.TextElideMode.ElideRight, self.width() - wide)
            painter.drawText(0, top + metrics.ascent(), name)
            painter.drawText(self.width() - wide + colours.M, top + metrics.ascent(), share)
            track = QRectF(0, top + metrics.height() + 4, self.width(), 5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.sunken)
            painter.drawRoundedRect(track, 2.5, 2.5)
            track.setWidth(max(3.0, track.width() * guess.share))
            painter.setBrush(guess.colour or colours.accent)
            painter.drawRoundedRect(track, 2.5, 2.5)
        painter.end()


class LargeView(Overlay):
    """Left and Right step through the grid beneath, Escape or Return closes. `below` stands under the words."""

    stepped = Signal(int)  # -1 or 1

    def __init__(self, parent: QWidget, below: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("large_view")
        self.setAccessibleName(self.tr("Image, large"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.image = ImageView()
        self.sign = QLabel()
        self.title = text("", "heading", wrap=True)
        self.place = text("", "muted")
        self.guesses = Guesses()
        self.heading = text(self.tr("The model's first guesses"), "section")
        self.facts: list[tuple[QLabel, QLabel]] = []
        self._card = QFrame(self)
        self._card.setProperty("role", "popup")
        self._build(below)
        self.hide()

    def _build(self, below: QWidget | None) -> None:
        gap = theme.current()
        keys = Qt.Key
        back = self._button("chevron-left", self.tr("Previous image"), keys.Key_Left, lambda: self.stepped.emit(-1))
        on = self._button("chevron-right", self.tr("Next image"), keys.Key_Right, lambda: self.stepped.emit(1))
        close = self._button("close", self.tr("Close"), keys.Key_Escape, self.close_overlay)
        head = row(back, on, self.place, stretch(), close, spacing=gap.XS)
        titles = row(aligned(self.sign, Qt.AlignmentFlag.AlignTop), fill(self.title), spacing=gap.S)
        self._lines = QGridLayout()
        self._lines.setHorizontalSpacing(gap.M)
        self._lines.setVerticalSpacing(gap.XS)
        self._lines.setColumnStretch(1, 1)
        words = QWidget()
        words.setFixedWidth(SIDE)
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap.M)
        column.addLayout(head)
        column.addLayout(titles)
        column.addWidget(self.heading)
        column.addWidget(self.guesses)
        column.addLayout(self._lines)
        self.words_column = column  # a page adds to these what it knows more
        column.addStretch(1)
        if below is not None:
            column.addWidget(below)
        self.picture_column = QVBoxLayout()
        self.picture_column.setSpacing(gap.M)
        self.picture_column.addWidget(self.image, 1)
        row(fill(self.picture_column), words, on=self._card, margins=gap.L, spacing=gap.L)

    def _button(self, icon: str, words: str, key: Qt.Key, clicked: object) -> QToolButton:
        button = QToolButton()
        theme.set_icon(button, icon)
        button.setAccessibleName(words)
        button.setToolTip(actions.with_key(words, key))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(clicked)
        return button

    def show_item(self, item: LargeItem, place: str) -> None:
        """Show this image; `place` says where in the list it is."""
        self.image.show_file(item.file, size=item.size, modified_ns=item.modified_ns)
        self.image.setAccessibleName(item.title)
        self.title.setText(item.title)
        self.place.setText(place)
        marks = {"correct": ("check", "positive"), "wrong": ("close", "negative")}
        self.sign.setVisible(item.mark in marks)
        if item.mark in marks:
            theme.set_icon(self.sign, *marks[item.mark])
        self.show_guesses(item.guesses)
        self._show_facts(item.facts)

    def show_guesses(self, guesses: tuple[Guess, ...]) -> None:
        self.heading.setVisible(bool(guesses))
        self.guesses.show_guesses(guesses)

    def _show_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        while len(self.facts) < len(facts):
            line = len(self.facts)
            pair = text("", "muted"), elided("", "", Qt.TextElideMode.ElideMiddle)
            self._lines.addWidget(pair[0], line, 0)
            self._lines.addWidget(pair[1], line, 1)
            self.facts.append(pair)
        for line, (name, value) in enumerate(self.facts):
            name.setVisible(line < len(facts))
            value.setVisible(line < len(facts))
            if line < len(facts):
                name.setText(facts[line][0])
                value.setText(facts[line][1])

    def open(self) -> None:
        super().open()
        self.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        gap = theme.current().XL
        self._card.setGeometry(self.rect().adjusted(gap, gap, -gap, -gap))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        veil = QColor(theme.current().background)
        veil.setAlpha(200)
        painter.fillRect(self.rect(), veil)
        paint_shadow(painter, QRectF(self._card.geometry()), 12)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._card.geometry().contains(event.position().toPoint()):
            self.close_overlay()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
        if key in steps:
            self.stepped.emit(steps[key])
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close_overlay()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.image.zoom_in()
        elif key == Qt.Key.Key_Minus:
            self.image.zoom_out()
        else:
            event.ignore()
