"""Showing a file where it lies, in the file manager of the system."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QDir, QProcess, QUrl
from PySide6.QtGui import QDesktopServices

from engine.places import expanded


def show(file: Path) -> None:
    """Open its folder, with the file selected where the system can do that; a folder that is gone: the one above."""
    if file.exists() and sys.platform == "win32":
        QProcess.startDetached("explorer", ["/select,", QDir.toNativeSeparators(str(file))])
    elif file.exists() and sys.platform == "darwin":
        QProcess.startDetached("open", ["-R", str(file)])
    else:
        folder = next((parent for parent in file.parents if parent.is_dir()), expanded("~"))
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
