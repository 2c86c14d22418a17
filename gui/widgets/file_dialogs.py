"""Dialogs that save a file begin beside the project, then wherever the last file went. Those that open something begin
where one of its kind was opened last, also before the program was started.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from gui.settings import Settings

Kind = Literal["pictures", "models", "results", "runs"]  # for each it is remembered where it was last


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


def ask_open(parent: QWidget, title: str, kinds: str, *, of: Kind) -> Path | None:
    """Ask for a file, where one `of` the kind was chosen last."""
    chosen, _ = QFileDialog.getOpenFileName(parent, title, str(last_folder(of)), kinds)
    return _remembered(of, chosen)


def ask_files(parent: QWidget, title: str, kinds: str) -> list[Path]:
    """Ask for any number of files with pictures."""
    chosen, _ = QFileDialog.getOpenFileNames(parent, title, str(last_folder("pictures")), kinds)
    for name in chosen[:1]:
        remember("pictures", name)
    return [Path(name) for name in chosen]


def ask_folder(parent: QWidget, title: str, *, of: Kind) -> Path | None:
    """Ask for a folder, where one `of` the kind was chosen last."""
    return _remembered(of, QFileDialog.getExistingDirectory(parent, title, str(last_folder(of))))


def open_pictures(
    parent: QWidget,
    title: str,
    then: Callable[[str], object],
    *,
    mode: QFileDialog.FileMode = QFileDialog.FileMode.Directory,
    kinds: Sequence[str] = (),
) -> None:
    """Ask for a folder, or a file, of pictures without waiting for the answer, and call `then` with it."""
    dialog = QFileDialog(parent, title, str(last_folder("pictures")))
    dialog.setFileMode(mode)
    if kinds:
        dialog.setNameFilters(kinds)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda chosen: remember("pictures", chosen))
    dialog.fileSelected.connect(then)
    dialog.open()


def last_folder(of: Kind) -> Path:
    """The folder in which one of the kind was chosen last, or the nearest above it that is still there."""
    known = Settings().text(f"folder/{of}")
    last = Path(known) if known else folder()
    return next((place for place in (last, *last.parents) if place.is_dir()), folder())


def remember(of: Kind, chosen: str) -> None:
    """Begin where this was found: siblings of a folder are mostly opened after it."""
    Settings().set_text(f"folder/{of}", str(Path(chosen).parent))


def _remembered(of: Kind, chosen: str) -> Path | None:
    if not chosen:
        return None
    remember(of, chosen)
    return Path(chosen)
