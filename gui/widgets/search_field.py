"""A field in which a person types what they look for."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QToolButton

from gui import theme
from gui.widgets.controls import make_clearable


class SearchField(QLineEdit):
    def __init__(self, name: str, words: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setPlaceholderText(words)
        self.setAccessibleName(words)
        self.setProperty("kind", "search")
        make_clearable(self)
        glass = self.addAction(theme.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        theme.set_icon(glass, "search", "muted")
        for button in self.findChildren(QToolButton):
            if button.defaultAction() is glass:
                button.setAccessibleName(words)

    def wanted(self) -> str:
        return self.text().strip().casefold()
