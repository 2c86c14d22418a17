"""Where a project keeps what was unpacked for it."""

from __future__ import annotations

import shutil
from pathlib import Path

FOLDER = "unpacked"  # in the project's folder


def forget_unused(project_folder: Path, used: set[Path]) -> None:
    """Remove what no source needs any more: undone for good, or left by a kill."""
    folder = project_folder / FOLDER
    if not folder.is_dir() or folder.resolve() != project_folder.resolve() / FOLDER:  # a link leads to others' files
        return
    for entry in folder.iterdir():
        if entry not in used:
            shutil.rmtree(entry, ignore_errors=True)
