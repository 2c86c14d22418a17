"""The keys with which results are corrected: a digit or the key of a class, L to find one by name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from engine.library.palette import KEYS
from gui import actions
from gui.classify.result_view import ResultView


class ClassKeys:
    """Works where the focus is inside `page`, on the images that are selected in `view`."""

    def __init__(self, page: QWidget, view: ResultView, sorted_last: Callable[[], bool]) -> None:
        self._page, self._view, self._sorted_last = page, view, sorted_last
        actions.add_digits(page, self._by_key)

    @property
    def _usable(self) -> bool:
        return self._view.isVisible()

    def _by_key(self, key: str) -> None:
        if self._usable and self._view.correcting.by_key(self._view.selected(), key):
            self._view.step_on()

    def choose(self) -> None:
        self._view.correcting.choose(self._page, self._view.selected(), self._view.step_on)

    def confirm(self) -> None:
        """Say that the predictions of the selected images are right."""
        self._view.correcting.confirm(self._view.selected())
        self._view.step_on()

    def take_back(self) -> None:
        self._view.correcting.call(self._view.selected(), None)

    def claims(self, event: object) -> bool:
        """Accept an event of the page that offers a key which a person gave to a class; return whether it was one."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
            return False
        if self._is_ours(event) or self._undo_of(event) is not None:
            event.accept()
            return True
        return False

    def press(self, event: QKeyEvent) -> bool:
        """Use a key; False if it is none of a class, and nothing to undo or redo here."""
        undo = self._undo_of(event)
        if undo is not None:
            undo()
            return True
        if not self._is_ours(event) or event.isAutoRepeat():
            return False
        self._by_key(event.text())
        return True

    def _undo_of(self, event: QKeyEvent) -> Callable[[], None] | None:
        """Undo and redo are for the corrections as long as there are any: a person who has just pressed a wrong key
        does not mean the newest edit of the Library, which they do not even see here. A sorting that came after them
        goes first; the page tells the window of it.
        """
        correcting = self._view.correcting
        if self._usable and event.matches(QKeySequence.StandardKey.Undo) and correcting.can_undo():
            return None if self._sorted_last() else correcting.undo
        redo = event.matches(QKeySequence.StandardKey.Redo) or (
            event.key() == Qt.Key.Key_Y and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        )
        return correcting.redo if self._usable and redo and correcting.can_redo() else None

    def _is_ours(self, event: QKeyEvent) -> bool:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        key = event.text()
        return self._usable and plain and key not in KEYS and self._view.correcting.has_key(key)
