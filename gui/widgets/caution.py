"""A sentence that a person must not overlook, on a soft ground within the page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel

from gui import theme
from gui.widgets.labels import text
from gui.widgets.layouts import aligned, fill, row


class Caution(QFrame):
    """A sentence on a soft ground, hidden until `say`."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "notice")
        sign = QLabel()
        theme.set_icon(sign, "warning", "warning", 18)
        self.words = text("", wrap=True)
        row(
            aligned(sign, Qt.AlignmentFlag.AlignTop),
            fill(self.words),
            on=self,
            margins=(theme.current().M, theme.current().S, theme.current().M, theme.current().S),
            spacing=theme.current().S,
        )
        self.hide()

    def say(self, sentence: str) -> None:
        """Show the sentence, or nothing at all when it is empty."""
        self.words.setText(sentence)
        self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))
