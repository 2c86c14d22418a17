"""Dialogs that save or open a file: they begin beside the project, then wherever the last file went."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


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
