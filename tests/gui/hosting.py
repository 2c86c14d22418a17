"""Shows a widget inside a bare window: the offscreen platform complains about windows that have a smallest size."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

W = TypeVar("W", bound=QWidget)


def shown(qtbot: QtBot, widget: W, width: int, height: int) -> W:
    host = QWidget()
    host.resize(width, height)
    widget.setParent(host)
    widget.setGeometry(0, 0, width, height)
    widget.show()
    qtbot.addWidget(host)
    widget.host = host  # lives as long as the widget is used
    host.show()
    return widget
