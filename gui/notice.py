"""A bar above the page that says what holds for the whole window, with one thing to do about it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from gui import theme
from gui.widgets.layouts import fill, row


class Notice(QFrame):
    """Hidden until `show_text`."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        icon = QLabel()
        theme.set_icon(icon, "lock", "warning", 18)
        self._label = QLabel()
        self._label.setWordWrap(True)
        self._button = QPushButton()
        self._button.clicked.connect(self.chosen)
        row(icon, fill(self._label), self._button, on=self, margins=(16, 8, 12, 8), spacing=10)
        self.setAccessibleName(self.tr("Notice"))
        self.hide()

    def show_text(self, text: str, button: str) -> None:
        self._label.setText(text)
        self._button.setText(button)
        self._button.setAccessibleName(button)
        self.setAccessibleDescription(text)
        self.show()

    def text(self) -> str:
        return self._label.text()
