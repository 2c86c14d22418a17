"""What screen readers are told of widgets that paint themselves: their class says its role, as `accessible_role`.

Their names and descriptions are those of the widget, as for every other one.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAccessibleWidget, QSplitterHandle, QWidget

_made: WeakKeyDictionary[QObject, QAccessibleWidget] = WeakKeyDictionary()


def install() -> None:
    """Answer for such widgets from now on; Qt asks only where a screen reader or a test listens."""
    QAccessible.installFactory(_interface)


def _interface(_: str, widget: QObject) -> QAccessibleWidget | None:
    role = getattr(type(widget), "accessible_role", None)
    if isinstance(widget, QSplitterHandle):  # for which Qt says something that screen readers know nothing of
        role = QAccessible.Role.Separator
    if role is None or not isinstance(widget, QWidget):
        return None
    _made[widget] = QAccessibleWidget(widget, role)
    return _made[widget]
