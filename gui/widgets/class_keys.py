"""The keys of classes: digits, and the letters that a person gave to some, before the shortcuts of the page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from engine.library.palette import KEYS
from gui import actions

_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)


class ClassKeys(QObject):
    """Hands the keys of classes, pressed anywhere in `owner`, to `use`; `is_key` says which other keys are some.

    A class has one of the digits at first (they come also where it has none of them, so that this can be said), and any
    key that a person gives it. `everywhere` takes digits wherever the focus is in the window.
    """

    def __init__(
        self, owner: QWidget, use: Callable[[str], object], is_key: Callable[[str], bool], *, everywhere: bool = False
    ) -> None:
        super().__init__(owner)
        self._use, self._is_key = use, is_key
        actions.add_digits(owner, use, everywhere=everywhere)
        owner.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or not self._is_class_key(event):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress:
            if not event.isAutoRepeat():
                self._use(event.text())
            return True
        return False

    def _is_class_key(self, event: QKeyEvent) -> bool:
        key = event.text()
        return event.modifiers() in _PLAIN and bool(key) and key not in KEYS and self._is_key(key)
