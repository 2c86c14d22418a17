"""A project as it is seconds after an import has begun: all images are listed, none was looked at yet."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from engine.library.checking import UNCHECKED


def forget_looks(project: Path) -> Path:
    with contextlib.closing(sqlite3.connect(project / "project.sqlite")) as store, store:
        store.execute("UPDATE images SET state = ?, width = NULL, height = NULL", (UNCHECKED,))
    return project
