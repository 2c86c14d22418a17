"""Finds words of a window that are not seen whole, and English ones in a window of another language."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QRadioButton,
    QTabBar,
    QToolButton,
    QWidget,
)

from gui.widgets.controls import Combo
from gui.widgets.labels import ElidedLabel

AROUND_PLACEHOLDER = 8  # pixels
ENGLISH = re.compile(
    r"(?<![\w/.-])(a|an|and|are|as|at|by|for|from|in|is|it|its|no|not|of|on|or|that|the|this|to|was|with"
    r"|all|images?|labels?|test|training|unassigned|unsure|validation)(?![\w/.-])"
)


def cut_words(window: QWidget) -> list[str]:
    """The texts of visible controls that have less room than they need; not paths, which end in an ellipsis."""
    return [
        f"{type(widget).__name__} {widget.objectName()}: {text}"
        for widget in _visible(window)
        for text in _cut(widget)
        if os.sep not in text
    ]


def english_words(window: QWidget) -> list[str]:
    """The texts of visible controls in which a common English word stands."""
    found = []
    for widget in _visible(window):
        texts: list[str] = []
        if isinstance(widget, QLabel | QAbstractButton):
            texts = [widget.text()]
        elif isinstance(widget, Combo):
            texts = [widget.itemText(index) for index in range(widget.count())]
        elif isinstance(widget, QTabBar):
            texts = [widget.tabText(index) for index in range(widget.count())]
        elif isinstance(widget, QMenu):
            texts = [action.text() for action in widget.actions()]
        found += [text for text in texts if ENGLISH.search(text)]
    return found


def _visible(window: QWidget) -> Iterator[QWidget]:
    return (w for w in (window, *window.findChildren(QWidget)) if w.isVisible() and w.window() is window.window())


def _cut(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, ElidedLabel):
        if widget.text() and widget.toolTip() == widget.text():
            yield widget.text()
    elif isinstance(widget, QLabel):
        text, hint = widget.text(), widget.sizeHint()
        wrapped = widget.wordWrap()
        if text and (
            widget.heightForWidth(widget.width()) > widget.height() if wrapped else hint.width() > widget.width()
        ):
            yield text
    elif isinstance(widget, Combo):
        if not widget.isEditable() and widget.shown() != widget.whole():
            yield widget.whole()
    elif isinstance(widget, QPushButton | QCheckBox | QRadioButton | QToolButton):
        if _shows_text(widget) and widget.sizeHint().width() > widget.width():
            yield widget.text()
    elif isinstance(widget, QLineEdit):
        room, words = widget.contentsRect().width() - AROUND_PLACEHOLDER, widget.placeholderText()
        if not widget.text() and widget.fontMetrics().horizontalAdvance(words) > room:
            yield words
    elif isinstance(widget, QTabBar):
        for tab in range(widget.count()):
            if widget.fontMetrics().horizontalAdvance(widget.tabText(tab)) > widget.tabRect(tab).width():
                yield widget.tabText(tab)
    elif isinstance(widget, QHeaderView) and widget.orientation() == Qt.Orientation.Horizontal:
        for section in range(widget.count()):
            if not widget.isSectionHidden(section) and widget.sectionSizeHint(section) > widget.sectionSize(section):
                yield str(widget.model().headerData(section, widget.orientation()))


def _shows_text(button: QAbstractButton) -> bool:
    only_icon = Qt.ToolButtonStyle.ToolButtonIconOnly
    if isinstance(button, QToolButton) and button.toolButtonStyle() == only_icon and not button.icon().isNull():
        return False
    return bool(button.text())
