"""The sources of a project as its store holds them, with the folders where they are found now."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from engine.files import is_folder
from engine.imaging import ranges
from engine.library.records import SourceRecord
from engine.library.store import decode_path


def read_sources(db: sqlite3.Connection, project_folder: Path) -> list[SourceRecord]:
    """Return the sources in the order in which they were added."""
    found = []
    rows = db.execute("SELECT id, folder, relative, kind, pixel_range, choices FROM sources ORDER BY id")
    for source, folder, relative, kind, pixel_range, choices in rows:
        place = _place(project_folder, Path(decode_path(folder)), relative)
        found.append(SourceRecord(source, place, kind, not is_folder(place), ranges.from_text(pixel_range), choices))
    return found


def make_known(sources: Iterable[SourceRecord]) -> None:
    """Have all pictures of these sources decoded by their ranges, in this process."""
    ranges.know({str(source.folder): source.pixel_range for source in sources})


def _place(project_folder: Path, absolute: Path, relative: str | bytes | None) -> Path:
    """A project that was moved together with its images finds them beside it; otherwise they are where they were."""
    if relative is not None:
        path = decode_path(relative)
        beside = (project_folder if path.startswith("./") else project_folder.parent) / path
        if is_folder(beside):
            return beside
    return absolute
