"""The strip above the grid while problems are shown: why files cannot be used, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QWidget

from engine.library import query
from engine.problems import ProblemKind
from gui import theme
from gui.session import Session
from gui.widgets import wording
from gui.widgets.controls import Combo
from gui.widgets.flow import FlowLayout
from gui.widgets.labels import ElidedLabel


class ProblemBar(QFrame):
    """Hidden unless problems are shown. `chosen` gives the ids of one kind of problem, None for all."""

    chosen = Signal(object)
    recheck_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._ids: Mapping[ProblemKind, tuple[int, ...]] = {}
        self._reason: ProblemKind | None = None
        self.setProperty("role", "notice")
        self.words = ElidedLabel(mode=Qt.TextElideMode.ElideRight)
        self.words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.reasons = Combo()
        self.reasons.setAccessibleName(self.tr("Reason"))
        self.reasons.setMinimumWidth(150)
        self.reasons.activated.connect(lambda _: self._choose(self.reasons.currentData()))
        self.folder = QPushButton(self.tr("Show in file manager"))
        self.folder.setAccessibleName(self.folder.text())
        self.folder.clicked.connect(self.folder_wanted)
        self.again = QPushButton(self.tr("Check again"))
        self.again.setAccessibleName(self.tr("Check the problems again"))
        self.again.setToolTip(self.tr("Look at the selected files once more, or at all of them"))
        theme.set_icon(self.again, "refresh")
        self.again.clicked.connect(self.recheck_wanted)
        row = FlowLayout(self)  # beside two panels a line has room for two of them
        row.setContentsMargins(theme.Theme.M, 6, 6, 6)
        row.setSpacing(theme.Theme.S)
        for widget in (self.words, self.reasons, self.folder, self.again):
            row.addWidget(widget)
        session.project_changed.connect(lambda: self.set_shown(False))
        session.listing_changed.connect(self._read)
        self.hide()

    def set_shown(self, shown: bool) -> None:
        """Whether the grid shows problems now."""
        if shown != self.isHidden():
            return
        self.setVisible(shown)
        if shown:
            self._read()
        elif self._reason is not None:
            self._choose(None)

    def _read(self) -> None:
        if not self.isHidden():
            self._session.ask(query.problems_by_kind, self._show, key="reasons")

    def _show(self, found: Mapping[ProblemKind, tuple[int, ...]]) -> None:
        self._ids = found
        total = sum(map(len, found.values()))
        one, many = self.tr("1 file cannot be used"), self.tr("{0} files cannot be used")
        self.words.setText(wording.plural(total, one, many) if total else self.tr("Every file can be used."))
        self.reasons.clear()
        self.reasons.addItem(self.tr("Every reason"), None)
        for reason, ids in found.items():
            self.reasons.addItem(f"{wording.problem(reason)}  ·  {len(ids):,}", reason)
        for button in (self.reasons, self.folder, self.again):
            button.setEnabled(total > 0)
        if self._session.read_only:
            self.again.setEnabled(False)
        place = self.reasons.findData(self._reason) if self._reason is not None else 0
        self.reasons.setCurrentIndex(max(0, place))
        if self._reason is not None:  # some of these may have been mended
            self._choose(self._reason if place > 0 else None)

    def _choose(self, reason: ProblemKind | None) -> None:
        self._reason = reason
        self.chosen.emit(None if reason is None else self._ids[reason])
