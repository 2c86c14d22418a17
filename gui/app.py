"""The window's process: one `QApplication`, the log, and what happens when something unexpected does."""

from __future__ import annotations

import ctypes
import logging
import logging.handlers
import os
import signal
import socket
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEvent, QObject, QSocketNotifier, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

import gui.plain_imports  # noqa: F401  # before the window's other modules
from engine.library.project import project_of_store
from engine.places import log_folder, replaced
from gui import accessibility, language, theme
from gui.collecting import Collecting
from gui.error_dialog import ErrorDialog
from gui.main_window import MainWindow
from gui.settings import Settings


class Application(QApplication):
    """The application, which hears from macOS what a person double-clicked: it gives no words on a command line."""

    asked_for = Signal(str)  # a file or folder

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent):
            self.asked_for.emit(event.file())
            return True
        return super().event(event)


SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts(QObject):
    """Ctrl+C in the terminal and a request to end close the window in order; Qt's loop would not let Python hear them.

    Python writes each signal's number to a socket at once, and the event loop listens to that socket.
    """

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


LOG_BYTES, LOG_FILES = 1_000_000, 3
# Threads that list and decode must not keep the interpreter from the window for the usual 5 ms at a time.
SWITCH_SECONDS = 0.0005
log = logging.getLogger("pigeonhole")


class Guard(QObject):
    """Writes unexpected errors of any thread to the log and shows them in the window's thread."""

    _caught = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.window: MainWindow | None = None
        self._caught.connect(self._show)
        self._before = sys.excepthook, threading.excepthook

    def install(self) -> None:
        sys.excepthook = self._hook
        threading.excepthook = lambda a: self._hook(a.exc_type, a.exc_value, a.exc_traceback)

    def remove(self) -> None:
        sys.excepthook, threading.excepthook = self._before

    def _hook(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        log.error("%s", details)
        self._caught.emit(f"{kind.__name__}: {error}", details)

    def _show(self, summary: str, details: str) -> None:
        sentence = self.tr("Something unexpected happened: {0}").format(summary)
        ErrorDialog.show_details(self.window, sentence, details)


class Windows(QObject):
    """The one window, and another one in its place when its language is to change.

    All that is shown is made anew with it: no widget has to know how to change the language of what it shows.
    """

    def __init__(self, app: QApplication, settings: Settings, guard: Guard, window: MainWindow) -> None:
        super().__init__()
        self._app, self._settings, self._guard = app, settings, guard
        self._waiting = ""  # what is to be opened once no dialog is open
        self._follow(window)

    def _follow(self, window: MainWindow) -> None:
        self.window = self._guard.window = window
        # Queued: the window that asks is in the middle of its own action.
        window.language_chosen.connect(self.change_language, Qt.ConnectionType.QueuedConnection)
        window.freed.connect(self._open_waiting, Qt.ConnectionType.QueuedConnection)

    @Slot()
    def change_language(self) -> None:
        """Show a window in the language of the settings where the old one was, with the same project and choice."""
        before = self.window
        if not before.language_is_due:  # a job or a dialog began meanwhile; its end asks again
            return
        place = before.place()
        geometry, state = before.saveGeometry(), before.windowState()
        language.use(self._app, language.chosen(self._settings.language))
        after = MainWindow(self._settings)
        after.restoreGeometry(geometry)
        after.setWindowState(state)
        after.show()  # first: with its last window the application would end
        before.close_now()  # it lets go of the project, of which there is one writer
        before.deleteLater()
        self._follow(after)
        after.return_to(place)

    @Slot(str)
    def open(self, place: str) -> None:
        """Open a folder, a project or the store of one; after the dialog that is open, which may be about the project
        that would be closed by it.
        """
        self._waiting = place
        self._open_waiting()

    @Slot()
    def _open_waiting(self) -> None:
        if not self._waiting or QApplication.activeModalWidget() is not None:
            return
        path, self._waiting = Path(self._waiting).absolute(), ""
        self.window.open_path(project_of_store(path) or path)

    def close(self) -> None:
        self.window.close_now()
        self.window.deleteLater()


def open_log() -> logging.Handler | None:
    """Write the log to a file in the log folder; None where that cannot be written."""
    folder = log_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / "pigeonhole.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8", delay=True
        )
    except OSError:
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log.addHandler(handler)
    return handler


def run(path: str | None = None) -> int:
    """Open the window, with the project or folder at `path` if given, and stay until it is closed."""
    # Its name is what the desktop tells our windows by (WM_CLASS), however the program was started.
    app = QApplication.instance() or Application(["pigeonhole"])
    assert isinstance(app, QApplication)
    app.setApplicationName("Pigeonhole")
    app.setApplicationDisplayName("Pigeonhole")
    app.setDesktopFileName("pigeonhole")
    if sys.platform == "win32":  # the task bar groups windows by it, and not by the interpreter that runs them
        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID("Pigeonhole.Pigeonhole")
    accessibility.install()
    handler = open_log()
    settings = Settings()
    switch_before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    guard = Guard()
    guard.install()
    interrupts = Interrupts()
    collecting = Collecting()
    language.use(app, language.chosen(settings.language))
    with theme.style_at_the_end(app):
        theme.apply(app, settings.scheme, high_contrast=settings.high_contrast)
        window = MainWindow(settings)
    windows = Windows(app, settings, guard, window)
    if isinstance(app, Application):
        app.asked_for.connect(windows.open)
    window.show()
    if "DBUS_SESSION_BUS_ADDRESS" in os.environ:  # a desktop of Linux; nothing is started to be asked
        from gui.motion import Motion

        Motion(app)
    lost = replaced()
    if lost is not None:
        window.say_replaced(*lost)
    if path is not None:
        QTimer.singleShot(0, window, lambda: window.open_path(Path(path).absolute()))
    try:
        return app.exec()
    finally:
        collecting.remove()
        interrupts.remove()
        guard.remove()
        sys.setswitchinterval(switch_before)
        windows.close()
        if handler is not None:
            log.removeHandler(handler)
            handler.close()
