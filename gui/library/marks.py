"""What a person says of an image beside its label: unsure, excluded from training, a note."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from engine.library.records import Flag, ImageRecord
from gui import theme


class Marks(QWidget):
    """Two switches and a field; each speaks for all selected images."""

    flag_wanted = Signal(object, bool)  # a `Flag`, on or off
    note_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.unsure = self._switch(self.tr("Unsure"), self.tr("Look at it again later  (U)"), Flag.UNSURE)
        self.excluded = self._switch(
            self.tr("Excluded"), self.tr("Leave it out of training and of scores  (X)"), Flag.EXCLUDED
        )
        self.note = QLineEdit()
        self.note.setPlaceholderText(self.tr("Note  (M)"))
        self.note.setAccessibleName(self.tr("Note"))
        self.note.editingFinished.connect(self._note_typed)
        self._shown_note = ""
        switches = QHBoxLayout()
        switches.setSpacing(6)
        switches.addWidget(self.unsure, 1)
        switches.addWidget(self.excluded, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.Theme.S)
        column.addLayout(switches)
        column.addWidget(self.note)

    def _switch(self, text: str, tip: str, flag: Flag) -> QPushButton:
        button = QPushButton(text)
        button.setCheckable(True)
        button.setAccessibleName(text)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda on: self.flag_wanted.emit(flag, on))
        return button

    def show_records(self, records: Sequence[ImageRecord]) -> None:
        """A switch is on when all of them have the mark; notes that differ are not shown."""
        self.unsure.setChecked(bool(records) and all(r.unsure for r in records))
        self.excluded.setChecked(bool(records) and all(r.excluded for r in records))
        notes = {r.note for r in records}
        note = notes.pop() if len(notes) == 1 else ""
        if note != self._shown_note or not self.note.hasFocus():
            self._shown_note = note
            self.note.setText(note)
            self.note.setCursorPosition(0)
            self.note.setToolTip(note)
        self.note.setPlaceholderText(self.tr("Several notes") if notes else self.tr("Note  (M)"))

    def edit_note(self) -> None:
        self.note.setFocus()
        self.note.selectAll()

    def _note_typed(self) -> None:
        typed = self.note.text().strip()
        if typed != self._shown_note:
            self._shown_note = typed
            self.note_wanted.emit(typed)
