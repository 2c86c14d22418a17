"""The keys of the window, read from its actions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from engine.library.palette import KEYS
from gui.texts import Texts

Keys = Texts("Keys")


@dataclass(frozen=True, slots=True)
class KeyLine:
    """What a key does, or several keys alike."""

    keys: str
    words: str


def lines_of(*widgets: QWidget, within: bool = True) -> list[KeyLine]:
    """Return what the actions of the widgets do by keys, and of all below them where `within`; each once."""
    found: dict[KeyLine, None] = {}
    for widget in widgets:
        for owner in [widget, *(widget.findChildren(QWidget) if within else [])]:
            for action in owner.actions():
                if action.text() and action.shortcuts():
                    found[KeyLine(_keys(action), action.text().rstrip("…"))] = None
    return list(found)


def fixed_lines() -> Iterator[KeyLine]:
    """Yield what is done by keys that belong to no action."""
    yield KeyLine(f"{KEYS[0]} {KEYS[1]} … {KEYS[-1]}", Keys.tr("Label with the class that has this key"))
    yield KeyLine("← ↑ → ↓", Keys.tr("Go to another picture; with Shift, select on the way"))
    yield KeyLine(_native("Tab"), Keys.tr("Go to the next control"))
    yield KeyLine(_native("Return"), Keys.tr("Press the button that has the focus"))


def _keys(action: QAction) -> str:
    written = (sequence.toString(QKeySequence.SequenceFormat.NativeText) for sequence in action.shortcuts())
    return ", ".join(dict.fromkeys(filter(None, written)))


def _native(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
