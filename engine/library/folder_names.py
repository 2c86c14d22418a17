"""Folders named after classes, whatever characters these hold, and the table that tells their names again."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable
from pathlib import Path

TABLE = "classes.csv"
HEADER = ("folder", "class")

_FORBIDDEN = frozenset('<>:"/\\|?*%')
DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])(\..*)?", re.IGNORECASE)
_LONGEST = 120  # bytes; leaves room for the name of the file within most limits


class FolderNames:
    """A folder for each class, all different also where the case of letters does not count."""

    def __init__(self, classes: Iterable[str]) -> None:
        self._folders: dict[str, str] = {}
        taken: set[str] = set()
        for name in classes:
            folder = folder_name(name)
            number = 2
            while folder.casefold() in taken:
                folder = f"{folder_name(name)}%{number}"
                number += 1
            taken.add(folder.casefold())
            self._folders[name] = folder

    def __getitem__(self, class_name: str) -> str:
        return self._folders[class_name]

    def folders(self) -> list[str]:
        return list(self._folders.values())

    def names(self) -> dict[str, str]:
        """Class names by folder, of those that differ from it."""
        return {folder: name for name, folder in self._folders.items() if folder != name}

    def write_table(self, root: Path) -> None:
        """Write `classes.csv` into `root` where a folder is called otherwise than its class."""
        if not self.names():
            return
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(HEADER)
        writer.writerows((folder, name) for name, folder in self._folders.items())
        (root / TABLE).write_text(text.getvalue(), encoding="utf-8", newline="")


def folder_name(name: str) -> str:
    """`name` as every file system takes it, and as no folder of a split is called."""
    from engine.library.importers.split_words import split_named

    pieces = [_escaped(c) if c in _FORBIDDEN or ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 else c for c in name]
    if pieces and pieces[-1] in (".", " "):
        pieces[-1] = _escaped(pieces[-1])
    odd = DEVICES.fullmatch(name) or name.lower().startswith(("__macosx", "$recycle", "system volume"))
    if pieces and (pieces[0] in (".", " ") or odd or split_named(name) is not None or name.endswith(".pigeonhole")):
        pieces[0] = _escaped(name[0])
    folder = "".join(pieces) or "%"
    if len(folder.encode()) > _LONGEST:
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        folder = folder.encode()[: _LONGEST - 9].decode("utf-8", "ignore") + f"%{digest}"
    return folder


def _escaped(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
