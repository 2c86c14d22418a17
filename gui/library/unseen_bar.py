"""The strip above the grid while labels are there that were accepted unseen: how many, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QWidget

from gui import actions, theme
from gui.session import Session
from gui.widgets import wording
from gui.widgets.labels import ElidedLabel
from gui.widgets.layouts import fill, row


class UnseenBar(QFrame):
    """Hidden while every label was looked at. `show_wanted` asks for these images and no others."""

    show_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setProperty("role", "well")
        self.words = ElidedLabel(mode=Qt.TextElideMode.ElideRight)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.words.setToolTip(
            self.tr("Nobody has looked at these labels yet. They are trained on, but check nothing until then.")
        )
        self.look = QPushButton(self.tr("Show them"))
        self.look.setAccessibleName(self.tr("Show the labels that were accepted unseen"))
        self.look.clicked.connect(self.show_wanted)
        self.take_back = QPushButton(self.tr("Take back"))
        self.take_back.setAccessibleName(self.tr("Take back the labels that were accepted unseen"))
        self.take_back.setToolTip(self.tr("Take these labels away again"))
        margins = (theme.Theme.M, 6, 6, 6)
        row(fill(self.words), self.look, self.take_back, on=self, margins=margins, spacing=theme.Theme.S)
        session.overview_changed.connect(self._show)
        session.project_changed.connect(self._show)
        self.hide()

    def do(self, take_back: QAction) -> None:
        """The button does what this action does."""
        self.take_back.clicked.connect(take_back.trigger)
        actions.show_key(self.take_back, take_back)

    def _show(self) -> None:
        summary = self._session.overview.summary
        count = summary.unseen if summary is not None and self._session.project is not None else 0
        one, many = self.tr("1 label was accepted unseen"), self.tr("{0} labels were accepted unseen")
        self.words.setText(wording.plural(count, one, many))
        self.take_back.setEnabled(not self._session.read_only)
        self.setVisible(count > 0)
