"""Keyboard focus when the focused widget is hidden: Qt gives it to the next widget, often one outside the page."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def holds(widget: QWidget) -> bool:
    """Return whether the widget, or a part of it, has the keyboard focus."""
    held = widget.window().focusWidget()
    return held is not None and (held is widget or widget.isAncestorOf(held))


def pass_on(going: QWidget, to: QWidget) -> None:
    """Give the focus to what a person goes on with, before `going`, which has it, is hidden or disabled."""
    if holds(going):
        to.setFocus()
