"""Split folders of class folders: `train/daisy/1.jpg`, `validation/daisy/2.jpg`, `test/daisy/3.jpg`."""

from __future__ import annotations

from collections.abc import Iterator

from engine.library.importers import class_folders
from engine.library.importers.rows import Row, placed
from engine.library.listing import Listed

KIND = "train-test-folders"


def fits(listing: list[Listed]) -> bool:
    """True if a folder named after a split holds class folders."""
    return any(split is not None and rest for _, split, rest in placed(listing))


def rows(listing: list[Listed]) -> Iterator[Row]:
    """One row for each image, with the split of its top folder. Images right in a split folder have no class.

    Folders beside those named after splits are for looking at, not classes: their images have neither.
    """
    in_splits = {entry.folder for entry, split, _ in placed(listing) if split is not None}
    for row in class_folders.rows(listing):
        folder = row.path.rpartition("/")[0]
        yield row if folder in in_splits else Row(row.path, None, None)
