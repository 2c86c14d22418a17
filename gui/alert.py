"""Messages where there is no window of ours: on standard error or in a dialog, for which alone Qt is loaded."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
import time

from gui import screen

_TITLE = "Pigeonhole"
_SEEN_SECONDS = 1.0  # a dialog that ends sooner could not be shown: nobody reads and closes it so fast


def tell(sentence: str, *, with_qt: bool = True) -> None:
    """Write `sentence` to standard error, and show it in a dialog where the program was not started in a terminal.

    Qt shows the dialog where it can, unless it is known not to: without `with_qt`.
    """
    sys.stderr.write(f"pigeonhole: {sentence}\n")
    if _in_terminal() or not screen.is_seen():
        return
    if with_qt and not screen.why_no_window():
        _show_by_qt(sentence)
    else:
        _show_by_the_system(sentence)


def _in_terminal() -> bool:
    return any(stream is not None and stream.isatty() for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__))


def _show_by_qt(sentence: str) -> None:
    from PySide6.QtWidgets import QApplication, QMessageBox

    app = QApplication.instance() or QApplication(sys.argv[:1])
    box = QMessageBox(QMessageBox.Icon.Critical, _TITLE, sentence)
    box.setObjectName("alert")
    box.exec()
    del app


def _show_by_the_system(sentence: str) -> None:
    """Show a dialog of the system where Qt has none, as far as a program for it is there."""
    if sys.platform == "win32":
        ctypes.windll.user32.MessageBoxW(None, sentence, _TITLE, 0x10)  # with the sign of an error
        return
    commands = (
        [
            "osascript",
            "-e",
            "on run argv",
            "-e",
            "display alert (item 1 of argv) as critical",
            "-e",
            "end run",
            sentence,
        ],
        ["zenity", "--error", "--no-markup", "--title", _TITLE, "--text", sentence],
        ["kdialog", "--title", _TITLE, "--error", sentence],
        ["xmessage", "-center", "-title", _TITLE, sentence],
        ["notify-send", _TITLE, sentence],
    )
    for command in commands:
        if shutil.which(command[0]) is None:
            continue
        begun = time.monotonic()
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode == 0 or time.monotonic() - begun > _SEEN_SECONDS:
            return
