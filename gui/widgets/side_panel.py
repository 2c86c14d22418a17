"""The right of the Library: what is known of the image, or the history of the project."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from gui import theme
from gui.session import Session
from gui.widgets.history_panel import HistoryPanel
from gui.widgets.inspector import Inspector
from gui.widgets.parts import Segments

IMAGE, HISTORY = 0, 1


class SidePanel(QWidget):
    """`inspector` and `history`, one at a time."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.inspector = Inspector(session)
        self.inspector.setObjectName("inspector")
        self.history = HistoryPanel(session)
        self.history.setObjectName("history")
        self.segments = Segments((self.tr("Image"), self.tr("History")), self.tr("Side"))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.inspector)
        self._stack.addWidget(self.history)
        self.segments.chosen.connect(self._stack.setCurrentIndex)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 16)
        column.setSpacing(theme.Theme.S)
        top = QVBoxLayout()
        top.addWidget(self.segments)
        column.addLayout(top)
        column.addWidget(self._stack, 1)

    def show_side(self, side: int) -> None:
        """`IMAGE` or `HISTORY`."""
        self.show()
        self.segments.button(side).setChecked(True)

    def toggle_history(self) -> None:
        shown = not self.isHidden() and self.segments.current() == HISTORY
        self.show_side(IMAGE if shown else HISTORY)
