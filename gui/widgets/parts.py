"""Small fixed parts that pages are put together from: texts, numbers with a title, switches, empty places."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.elided_label import ElidedLabel


class WrapLabel(QLabel):
    """Text in as many lines as its width asks for. `QLabel` itself claims the height of a guessed width, and layouts
    leave holes for it."""

    def __init__(self, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self.setWordWrap(True)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().height() * 8, self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


def text(words: str, role: str = "", *, wrap: bool = False) -> QLabel:
    """A label in one of the theme's roles."""
    label = WrapLabel(words) if wrap else QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label


def line() -> QFrame:
    """A thin horizontal rule."""
    rule = QFrame()
    rule.setProperty("role", "line")
    return rule


def elided(words: str, role: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> ElidedLabel:
    """One line in one of the theme's roles, cut with an ellipsis where it does not fit."""
    label = ElidedLabel(words, mode=mode)
    if role:
        label.setProperty("role", role)
    return label


class Metric(QFrame):
    """A number with its title above and, small, what it is measured on below."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "well")
        self._title = title
        self.value = elided("–", "metric")
        self.note = elided("", "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.current().L, theme.current().M, theme.current().M, theme.current().M)
        column.setSpacing(1)
        column.addWidget(elided(title, "small"))
        column.addWidget(self.value)
        column.addWidget(self.note)
        self.show_value("–")

    def show_value(self, value: str, note: str = "") -> None:
        self.value.setText(value)
        self.note.setText(note or " ")  # keeps its line, so that tiles stay aligned
        self.setAccessibleName(f"{self._title}: {value}")
        self.setAccessibleDescription(note)


class Segments(QWidget):
    """A few exclusive choices side by side."""

    chosen = Signal(int)

    def __init__(self, words: Sequence[str], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._group = QButtonGroup(self)
        for index, word in enumerate(words):
            button = QPushButton(word)
            button.setCheckable(True)
            button.setProperty("kind", "quiet")
            button.setAccessibleName(f"{name}: {word}")
            self._group.addButton(button, index)
            row.addWidget(button)
        self._group.button(0).setChecked(True)
        self._group.idToggled.connect(lambda index, on: self.chosen.emit(index) if on else None)

    def current(self) -> int:
        return self._group.checkedId()

    def next(self) -> None:
        """Choose the one after the chosen one, the first after the last."""
        self.button((self.current() + 1) % len(self._group.buttons())).setChecked(True)

    def button(self, index: int) -> QPushButton:
        found = self._group.button(index)
        assert isinstance(found, QPushButton)
        return found


class EmptyPlace(QWidget):
    """What a page says where there is nothing yet: what it is for, and the button that leads on."""

    def __init__(self, icon: str, title: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.set_icon(self._icon, icon, "muted", 48)
        self._icon.setMinimumHeight(52)
        self.title = text(title, "heading")
        self.words = text(words, "muted", wrap=True)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(theme.current().M)
        self._column.addStretch(2)
        words_place = QWidget()
        words_place.setFixedWidth(420)
        inner = QVBoxLayout(words_place)
        inner.setSpacing(theme.current().S)
        for label in (self._icon, self.title, self.words):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inner.addWidget(label)
        row = QHBoxLayout()  # stretches and not an alignment: only so do the words get the height of their width
        row.addStretch(1)
        row.addWidget(words_place)
        row.addStretch(1)
        self._column.addLayout(row)
        self._column.addStretch(3)

    def add_button(self, words: str, name: str, clicked: Callable[[], object], *, primary: bool = True) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(name)
        button.setAccessibleName(words)
        if primary:
            button.setProperty("kind", "primary")
        button.clicked.connect(lambda: clicked())
        self._column.insertWidget(self._column.count() - 1, button, 0, Qt.AlignmentFlag.AlignHCenter)
        return button
