"""A field in which a person types what they look for."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from gui import theme


class SearchField(QLineEdit):
    def __init__(self, name: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setPlaceholderText(words)
        self.setAccessibleName(words)
        self.setProperty("kind", "search")
        self.setClearButtonEnabled(True)
        glass = self.addAction(theme.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        theme.set_icon(glass, "search", "muted")
        for button in self.findChildren(QToolButton):  # made by Qt, without names
            button.setAccessibleName(self.tr("Clear") if button.defaultAction() is not glass else words)

    def wanted(self) -> str:
        return self.text().strip().casefold()
