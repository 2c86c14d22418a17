"""What this program is: its version, those of the libraries that matter when something is wrong, and all licences."""

from __future__ import annotations

import platform
import re
from importlib import metadata

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QTextBrowser, QWidget

from engine.libraries import installed
from engine.places import licences
from engine.version import VERSION
from gui import theme
from gui.widgets.layouts import aligned, column, fill, row, stretch

_LIBRARIES = ("onnxruntime", "tensorflow", "keras")  # beside Qt and Python
_ICON_SIDE = 48


class AboutDialog(QDialog):
    """Versions to copy, and the licences of everything that is shipped."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Pigeonhole"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sign = QLabel()
        sign.setPixmap(theme.app_icon().pixmap(_ICON_SIDE))
        self.versions = QLabel(versions())
        self.versions.setTextFormat(Qt.TextFormat.PlainText)
        self.versions.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.licences = QTextBrowser()
        self.licences.setAccessibleName(self.tr("Licences"))
        self.licences.setMarkdown(licences())
        self.licences.setOpenLinks(False)
        copy = QPushButton(self.tr("Copy versions"))
        copy.setAccessibleName(copy.text())
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(versions()))
        close = QPushButton(self.tr("Close"))
        close.setAccessibleName(close.text())
        close.setProperty("kind", "primary")
        close.setDefault(True)
        close.clicked.connect(self.close)
        top = row(aligned(sign, Qt.AlignmentFlag.AlignTop), fill(self.versions), spacing=theme.Theme.L)
        buttons = row(stretch(), copy, close)
        column(top, fill(self.licences), buttons, on=self, margins=(24, 24, 24, 20), spacing=theme.Theme.M)
        self.resize(640, 480)


def versions() -> str:
    """Return the versions that a report of a fault needs, one a line."""
    lines = [f"Pigeonhole {VERSION}", f"Python {platform.python_version()}, Qt {qVersion()}"]
    for name in _LIBRARIES:
        if installed(name):
            lines.append(f"{name} {_version(name)}")
    return "\n".join([*lines, platform.platform()])


def _version(name: str) -> str:
    """Return the version of a library that is here. Where the program is frozen no library tells its own: it is the one
    that was shipped, which stands beside its licence.
    """
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        row = re.search(rf"^\| {re.escape(name)} \| (\S+) \|", licences(), re.MULTILINE)
        return "?" if row is None else row[1]
