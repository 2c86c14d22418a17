"""Asking for pictures to add: a folder, or one file that holds many of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from gui.widgets.empty_state import PACKED


def ask_folder(parent: QWidget, then: Callable[[str], object]) -> None:
    """Ask for a folder of pictures."""
    dialog = QFileDialog(parent, _tr("Add pictures from a folder"))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    _open(dialog, then)


def ask_packed(parent: QWidget, then: Callable[[str], object]) -> None:
    """Ask for an archive or a file of arrays."""
    dialog = QFileDialog(parent, _tr("Add pictures from an archive or an array file"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    names = " ".join(f"*{end}" for end in PACKED)
    dialog.setNameFilters([_tr("Archives and arrays ({0})").format(names), _tr("All files (*)")])
    _open(dialog, then)


def _open(dialog: QFileDialog, then: Callable[[str], object]) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(then)
    dialog.open()


def _tr(text: str) -> str:
    return QCoreApplication.translate("LibraryPage", text)
