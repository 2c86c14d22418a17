"""Something unexpected: what happened, and the details to copy. The window lives on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLabel, QPlainTextEdit, QPushButton, QWidget

from gui import theme
from gui.widgets.layouts import aligned, column, fill, row, stretch


class ErrorDialog(QDialog):
    """One sentence and a traceback."""

    def __init__(self, sentence: str, details: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Something went wrong"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sign = QLabel()
        theme.set_icon(sign, "warning", "warning", 28)
        text = QLabel(sentence)
        text.setWordWrap(True)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        hint = QLabel(self.tr("Your labels are saved. These details help to find the cause; they are in the log too."))
        hint.setProperty("role", "muted")
        hint.setWordWrap(True)
        self.details = QPlainTextEdit(details)
        self.details.setReadOnly(True)
        self.details.setAccessibleName(self.tr("Details"))
        self.details.setMinimumHeight(180)
        self.copy_button = QPushButton(self.tr("Copy details"))
        self.copy_button.setAccessibleName(self.copy_button.text())
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(f"{sentence}\n\n{details}"))
        close = QPushButton(self.tr("Close"))
        close.setAccessibleName(close.text())
        close.setProperty("kind", "primary")
        close.clicked.connect(self.close)
        close.setDefault(True)
        top = row(aligned(sign, Qt.AlignmentFlag.AlignTop), fill(text), spacing=theme.Theme.L)
        buttons = row(stretch(), self.copy_button, close)
        column(top, hint, fill(self.details), buttons, on=self, margins=(24, 24, 24, 20), spacing=theme.Theme.M)
        self.resize(640, 420)

    @classmethod
    def show_details(cls, parent: QWidget | None, sentence: str, details: str) -> None:
        """Show it beside the window; nothing waits for it."""
        if parent is not None and parent.findChild(cls) is not None:
            return  # one at a time: the log has the rest
        cls(sentence, details, parent).open()
