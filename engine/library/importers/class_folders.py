"""Folders named after their class: `daisy/1.jpg`, `rose/2.jpg`; deeper folders belong to the class above them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.library.importers.rows import Row, paths, placed
from engine.library.listing import Listed

KIND = "class-folders"


def fits(listing: list[Listed]) -> bool:
    """True if at least half of the images lie in class folders, and no folder is named after a split."""
    inside = outside = 0
    for entry, split, rest in placed(listing):
        if split is not None:
            return False
        if rest:
            inside += len(entry.names)
        else:
            outside += len(entry.names)
    return inside > 0 and inside >= outside


def rows(listing: list[Listed]) -> Iterator[Row]:
    """One row for each image; an image beside the class folders has no class."""
    for entry, split, rest in placed(listing):
        class_name = rest[0] if rest else None
        for path in paths(entry):
            yield Row(path, class_name, split)
