"""The folders that images lie in, by number."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from engine.library.schema import decode_path, folder_of

if TYPE_CHECKING:
    from engine.library.project import Project


class Folders:
    """Finds and makes the numbers of folders, for as long as nothing that it made is rolled back."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str | bytes], int] = {}

    def number(self, db: sqlite3.Connection, source: int, path: str | bytes) -> int:
        """The number of the folder in which an image is, whose `path` is as the store keeps it."""
        folder = source, folder_of(path)
        if folder not in self._known:
            db.execute("INSERT INTO folders (source_id, path) VALUES (?, ?) ON CONFLICT DO NOTHING", folder)
            found = db.execute("SELECT id FROM folders WHERE source_id = ? AND path = ?", folder).fetchone()
            self._known[folder] = int(found[0])
        return self._known[folder]


def folder_paths(project: Project) -> list[str]:
    """The folders that hold images, and those above them, from their source and in natural order."""
    from engine.library.listing import natural_key

    with project.store.read() as db:
        rows = db.execute(
            "SELECT DISTINCT path FROM folders WHERE id IN (SELECT folder_id FROM images WHERE state >= 0)"
        )
        paths = [decode_path(path) for (path,) in rows]
    found: set[str] = set()
    for path in paths:
        while path and path not in found:
            found.add(path)
            path = path.rpartition("/")[0]
    return sorted(found, key=natural_key)
