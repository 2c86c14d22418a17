"""The keys when what was pressed goes away. Qt then hands them to the next widget, which is often one of the shell."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def holds(widget: QWidget) -> bool:
    """Whether the widget, or a part of it, has the keys of its window."""
    held = widget.window().focusWidget()
    return held is not None and (held is widget or widget.isAncestorOf(held))


def pass_on(going: QWidget, to: QWidget) -> None:
    """Give the keys to what a person goes on with, before `going` is hidden or greys out, where it has them."""
    if holds(going):
        to.setFocus()
