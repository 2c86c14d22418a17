"""The folders that images lie in, by number."""

from __future__ import annotations

import sqlite3

from engine.library.schema import folder_of


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
