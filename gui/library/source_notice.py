"""The strip above the grid while a source cannot be reached: a drive that is not there, a folder that was moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QWidget

from gui import theme
from gui.session import Session
from gui.widgets import wording
from gui.widgets.labels import ElidedLabel
from gui.widgets.layouts import fill, row

if TYPE_CHECKING:
    from pathlib import Path

    from engine.library.project import Project


class SourceNotice(QFrame):
    """Hidden while every source is where it should be. `read` looks again."""

    recheck_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setProperty("role", "notice")
        self.words = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.again = QPushButton(self.tr("Look again"))
        self.again.setAccessibleName(self.tr("Look for the files again"))
        self.again.setToolTip(self.tr("Look at the files again once the drive is there"))
        theme.set_icon(self.again, "refresh")
        self.again.clicked.connect(self.recheck_wanted)
        row(fill(self.words), self.again, on=self, margins=(theme.Theme.M, 6, 6, 6), spacing=theme.Theme.S)
        session.project_changed.connect(self._project_changed)
        session.listing_changed.connect(self.read)
        self.hide()

    def _project_changed(self) -> None:
        self.hide()
        self.read()

    def read(self) -> None:
        self._session.ask(_missing, self._show, key="missing sources")

    def _show(self, missing: list[Path]) -> None:
        self.setVisible(bool(missing))
        if missing:
            more = self.tr("{0} and {1} more folders").format(wording.place(missing[0]), len(missing) - 1)
            where = wording.place(missing[0]) if len(missing) == 1 else more
            self.words.setText(self.tr("Missing: {0} cannot be reached. Its images keep their labels.").format(where))
            self.setAccessibleDescription(self.words.text())
        self.again.setEnabled(not self._session.read_only)


def _missing(project: Project) -> list[Path]:
    from engine.library import query

    return [source.folder for source in query.sources(project) if source.missing]
