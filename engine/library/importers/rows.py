"""What every importer yields, and how folders and files are read for a split and a class."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from engine.library.listing import Listed
from engine.library.records import Split


class Row(NamedTuple):
    """An image to add: its path from the source's root, the class it is said to have, the split its folder names.

    The rest is what only tables of our own tell: flags, note, group.
    """

    path: str
    class_name: str | None
    split: Split | None
    unsure: bool = False
    excluded: bool = False
    note: str = ""
    group: str | None = None
    confirmed: bool = False


_SPLIT_FOLDER = re.compile(
    r"(train|training|val|valid|validation|dev|test|testing|eval|evaluation)[\s_-]?\d*|(unassigned)", re.I
)
_SPLITS = {
    **{"tr": Split.TRAINING, "va": Split.VALIDATION, "de": Split.VALIDATION, "te": Split.TEST, "ev": Split.TEST},
    "un": Split.UNASSIGNED,
}


def split_named(folder: str) -> Split | None:
    """The split that a folder (or a cell of a table) called `folder` stands for, such as "Train", "val" or "test1"."""
    match = _SPLIT_FOLDER.fullmatch(folder.strip())
    return _SPLITS[match.group()[:2].lower()] if match else None


def base_depth(listing: list[Listed]) -> int:
    """How many folders lie between the root and the place where classes or splits begin.

    Archives often hold everything in one folder (`flower_photos/daisy/...`): a single folder that has no images of
    its own and does not name a split is passed through.
    """
    depth = 0
    folders = [entry.parts for entry in listing]
    while folders and all(len(parts) > depth + 1 for parts in folders):
        names = {parts[depth] for parts in folders}
        if len(names) != 1 or split_named(names.pop()) is not None:
            break
        depth += 1
    return depth


def placed(listing: list[Listed]) -> Iterator[tuple[Listed, Split | None, tuple[str, ...]]]:
    """Each folder with the split that it lies in, and what of its path is left after that."""
    depth = base_depth(listing)
    for entry in listing:
        rest = entry.parts[depth:]
        split = split_named(rest[0]) if rest else None
        yield entry, split, rest if split is None else rest[1:]


def paths(entry: Listed) -> list[str]:
    """The paths of a folder's images from the root."""
    return [f"{entry.folder}/{name}" for name in entry.names] if entry.folder else list(entry.names)
