"""A page where there is nothing yet: what it is for, and the button that leads on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from gui import theme
from gui.widgets.labels import text
from gui.widgets.layouts import column, stretch


class EmptyPage(QWidget):
    """Words of a page where there is nothing yet: what it is for, and the button that leads on."""

    def __init__(self, icon: str, title: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QLabel()
        self._sign = ""
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.show_sign(icon)
        self._icon.setMinimumHeight(52)
        self.title = text(title, "heading")
        self.words = text(words, "muted", wrap=True)
        self._column = column(stretch(2), on=self, margins=None, spacing=theme.current().M)
        words_place = QWidget()
        words_place.setFixedWidth(420)
        inner = column(on=words_place, margins=None, spacing=theme.current().S)
        for label in (self._icon, self.title, self.words):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inner.addWidget(label)
        row = QHBoxLayout()  # stretches and not an alignment: only so do the words get the height of their width
        row.addStretch(1)
        row.addWidget(words_place)
        row.addStretch(1)
        self._column.addLayout(row)
        self._column.addStretch(3)

    @property
    def sign(self) -> str:
        """The name of the icon that is shown."""
        return self._sign

    def show_sign(self, icon: str) -> None:
        """Show another icon above the words."""
        if icon != self._sign:
            self._sign = icon
            theme.set_icon(self._icon, icon, "muted", 48)

    def say(self, title: str, words: str) -> None:
        """Show other words."""
        self.title.setText(title)
        self.words.setText(words)

    def add_button(self, words: str, name: str, clicked: Callable[[], object], *, primary: bool = True) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(name)
        button.setAccessibleName(words)
        if primary:
            button.setProperty("kind", "primary")
        button.clicked.connect(lambda: clicked())
        self._column.insertWidget(self._column.count() - 1, button, 0, Qt.AlignmentFlag.AlignHCenter)
        return button
