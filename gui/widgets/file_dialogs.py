"""Dialogs that save or open a file: they begin beside the project, then wherever the last file went.

Those that open pictures begin where pictures were opened last, also before the program was started.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from gui.settings import Settings

PICTURES = "folder/pictures"  # what is remembered between starts


class _Here:
    beside: Path | None = None
    last: Path | None = None


def stand_beside(project: Path | None) -> None:
    """Begin beside another project: files are proposed beside its folder again."""
    beside = None if project is None else project.parent
    if beside != _Here.beside:
        _Here.beside, _Here.last = beside, None


def folder() -> Path:
    """The folder in which the next dialog begins."""
    from engine.places import documents_folder

    return next((f for f in (_Here.last, _Here.beside) if f is not None and f.is_dir()), None) or documents_folder()


def ask_save(parent: QWidget, title: str, name: str, kinds: str) -> Path | None:
    """Ask where to save, with `name` proposed.

    A name without a suffix, or the proposed one left as it is, gets the suffix of the chosen one of `kinds`.
    """
    chosen, kind = QFileDialog.getSaveFileName(parent, title, str(folder() / name), kinds)
    if not chosen:
        return None
    path = Path(chosen)
    _Here.last = path.parent
    found = re.search(r"\*(\.\w+)", kind)
    suffix = found.group(1) if found else Path(name).suffix
    return path.with_suffix(suffix) if not path.suffix or path.name == name else path


def ask_open(parent: QWidget, title: str, kinds: str) -> Path | None:
    """Ask for a file."""
    chosen, _ = QFileDialog.getOpenFileName(parent, title, str(folder()), kinds)
    if not chosen:
        return None
    _Here.last = Path(chosen).parent
    return Path(chosen)


def ask_files(parent: QWidget, title: str, kinds: str) -> list[Path]:
    """Ask for any number of files."""
    chosen, _ = QFileDialog.getOpenFileNames(parent, title, str(folder()), kinds)
    if chosen:
        _Here.last = Path(chosen[0]).parent
    return [Path(name) for name in chosen]


def ask_folder(parent: QWidget, title: str) -> Path | None:
    """Ask for a folder."""
    chosen = QFileDialog.getExistingDirectory(parent, title, str(folder()))
    if not chosen:
        return None
    _Here.last = Path(chosen).parent
    return Path(chosen)


def open_pictures(
    parent: QWidget,
    title: str,
    then: Callable[[str], object],
    *,
    mode: QFileDialog.FileMode = QFileDialog.FileMode.Directory,
    kinds: Sequence[str] = (),
) -> None:
    """Ask for a folder, or a file, of pictures without waiting for the answer, and call `then` with it."""
    dialog = QFileDialog(parent, title, str(pictures_folder()))
    dialog.setFileMode(mode)
    if kinds:
        dialog.setNameFilters(kinds)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(remember_pictures)
    dialog.fileSelected.connect(then)
    dialog.open()


def pictures_folder() -> Path:
    """The folder in which pictures were opened last, or the nearest above it that is still there."""
    known = Settings().text(PICTURES)
    last = Path(known) if known else folder()
    return next((place for place in (last, *last.parents) if place.is_dir()), folder())


def remember_pictures(chosen: str) -> None:
    """Begin where this was found: siblings of a folder are mostly opened after it."""
    Settings().set_text(PICTURES, str(Path(chosen).parent))
