"""Every action of the window: made in one way, so that each has a key, a tip and a place in the command palette."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QKeyCombination, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from engine.library.palette import KEYS
from gui import theme

NEW_CLASS, UNDO, REDO, SHOW_ALL = "Ctrl+N", "Ctrl+Z", "Ctrl+Shift+Z", "Escape"  # keys that sentences name


def add(
    owner: QWidget,
    text: str,
    slot: Callable[[], object],
    keys: str = "",
    icon: str = "",
    *,
    everywhere: bool = False,
    tip: str = "",
    also: str = "",
) -> QAction:
    """An action of `owner`. Its keys, with spaces between, work where the focus is inside `owner`, or `everywhere` in
    the window.

    The command palette lists the actions of all widgets of the window that are enabled and have a text, and finds them
    by `also`, too: other words that a person may look for.
    """
    action = QAction(text, owner)
    action.setShortcuts([QKeySequence(key) for key in keys.split()])
    context = Qt.ShortcutContext
    action.setShortcutContext(context.WindowShortcut if everywhere else context.WidgetWithChildrenShortcut)
    action.setAutoRepeat(False)
    action.triggered.connect(lambda _checked=False: slot())
    if icon:
        theme.set_icon(action, icon)
    action.setToolTip(with_key(tip or text.replace("…", ""), action))
    action.setProperty("also", also)
    owner.addAction(action)
    return action


def also(action: QAction) -> str:
    """Return the other words by which the palette finds an action."""
    return str(action.property("also") or "")


def add_digits(owner: QWidget, slot: Callable[[str], object], *, everywhere: bool = False) -> None:
    """The keys that classes get first: each hands itself to `slot`."""
    context = Qt.ShortcutContext
    for digit in KEYS:
        shortcut = QShortcut(QKeySequence(digit), owner)
        shortcut.setContext(context.WindowShortcut if everywhere else context.WidgetWithChildrenShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(partial(slot, digit))


def key_text(source: QAction | Qt.Key | QKeyCombination | str) -> str:
    """Return the first key of an action, or a key, as the platform writes it."""
    sequence = source.shortcut() if isinstance(source, QAction) else QKeySequence(source)
    return sequence.toString(QKeySequence.SequenceFormat.NativeText)


def with_key(text: str, source: QAction | Qt.Key | QKeyCombination) -> str:
    """Return a text with the key behind it. A text never has a key typed by hand: actions may get other keys."""
    key = key_text(source)
    return f"{text}  ({key})" if key else text


def show_key(widget: QWidget, action: QAction) -> None:
    """Write the key of the action behind the tip of a widget that does the same."""
    widget.setToolTip(with_key(widget.toolTip(), action))


def button(action: QAction) -> QToolButton:
    """A flat button for an action."""
    made = QToolButton()
    made.setDefaultAction(action)
    made.setAccessibleName(action.text().replace("…", ""))
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setIconSize(QSize(20, 20))
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    return made


def fill(menu: QMenu, wanted: Iterable[QAction | None]) -> None:
    """Add actions to a menu; None is a line between."""
    for action in wanted:
        if action is None:
            menu.addSeparator()
        else:
            menu.addAction(action)


def listed(window: QWidget) -> list[QAction]:
    """The actions that can be used now: the window's own, then those of the widgets that are visible."""
    widgets = [window, *(w for w in window.findChildren(QWidget) if w.isVisible())]
    found: dict[QAction, None] = {}
    for widget in widgets:
        for action in widget.actions():
            if _usable(action):
                found[action] = None
    return list(found)


def _usable(action: QAction) -> bool:
    if action.isSeparator() or action.menu() is not None or action.property("hidden"):
        return False
    return bool(action.text()) and action.isEnabled() and action.isVisible()
