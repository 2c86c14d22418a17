"""The right of the Library: what is known of the image, or the history of the project."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from gui import theme
from gui.library.history_panel import HistoryPanel
from gui.library.inspector import Inspector
from gui.session import Session
from gui.widgets.controls import Segments
from gui.widgets.layouts import column, fill, row

IMAGE, HISTORY = 0, 1
WIDTH_FOR_THREE = 860  # narrower than this it makes room for the pictures until it is asked for


class SidePanel(QWidget):
    """`inspector` and `history`, one at a time."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._narrow = self._made_room = False
        self.inspector = Inspector(session)
        self.inspector.setObjectName("inspector")
        self.history = HistoryPanel(session)
        self.history.setObjectName("history")
        self.segments = Segments((self.tr("Image"), self.tr("History")), self.tr("Side"))
        self._stack = QStackedWidget()
        scrolled = QScrollArea()  # in a low window the keys of the classes would be cut
        scrolled.setWidgetResizable(True)
        scrolled.setFrameShape(QScrollArea.Shape.NoFrame)
        scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scrolled.setWidget(self.inspector)
        self._stack.addWidget(scrolled)
        self._stack.addWidget(self.history)
        self.segments.chosen.connect(self._stack.setCurrentIndex)
        top = row(self.segments, margins=(0, 0, 8, 0))
        column(top, fill(self._stack), on=self, margins=(16, 10, 8, 16), spacing=theme.Theme.S)

    def fit(self, width: int) -> None:
        """Hide where the Library is too narrow for it; come back when there is room again, unless it was closed."""
        narrow = width < WIDTH_FOR_THREE
        if narrow == self._narrow:
            return
        self._narrow = narrow
        if narrow and not self.isHidden():
            self._made_room = True
            self.hide()
        elif not narrow and self._made_room:
            self._made_room = False
            self.show()

    def show_side(self, side: int) -> None:
        """`IMAGE` or `HISTORY`."""
        self.show()
        self.segments.button(side).setChecked(True)

    def toggle_history(self) -> None:
        shown = not self.isHidden() and self.segments.current() == HISTORY
        self.show_side(IMAGE if shown else HISTORY)
