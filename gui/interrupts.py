"""Ctrl+C in the terminal and a request to end close the window in order; Qt's loop would not let Python hear them."""

from __future__ import annotations

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication

from gui.main_window import MainWindow

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts(QObject):
    """Python writes each signal's number to a socket at once, and the event loop listens to that socket."""

    def __init__(self) -> None:
        super().__init__()
        self._read, self._write = socket.socketpair()
        self._write.setblocking(False)
        self._before_fd = signal.set_wakeup_fd(self._write.fileno())
        self._before = {number: signal.signal(number, lambda *_: None) for number in SIGNALS}
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._heard)

    def _heard(self) -> None:
        self._read.recv(64)
        for window in QApplication.topLevelWidgets():
            if isinstance(window, MainWindow):
                window.close_now()  # nobody may be there to answer a question
        QApplication.closeAllWindows()

    def remove(self) -> None:
        self._notifier.setEnabled(False)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._before_fd)
        self._read.close()
        self._write.close()
