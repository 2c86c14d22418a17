"""The class in the file name, before a number: `dog.123.jpg`, `cat_7.png`, `red-fox 12.jpg`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from engine.library.importers.rows import Row, paths, placed
from engine.library.listing import Listed, stem

KIND = "file-prefix"

_SEPARATED = re.compile(r"(.*?[^\s._()-])(?:[\s._-]+\(?\d+\)?)+")
_JOINED = re.compile(r"(.*[^\d\s._()-])[\s._-]*\d+")
# What cameras and programs call pictures; no class unless a person says so.
_NO_CLASS = frozenset(
    {
        *("img", "image", "images", "dsc", "dscn", "dscf", "dcim", "pxl", "gopr", "vid", "frame", "photo", "pic"),
        *("picture", "scan", "screenshot", "untitled", "file", "mvimg", "p", "video", "page"),
    }
)
_SURE = 0.8


def class_in(name: str) -> str | None:
    """The class that the file name carries, such as "dog" for "dog.123.jpg"; None if it does not end in a number."""
    plain = stem(name)
    match = _SEPARATED.fullmatch(plain) or _JOINED.fullmatch(plain)
    return match.group(1) if match else None


def fits(listing: list[Listed]) -> bool:
    """True if nearly all names of some folder carry one of a few classes, and these are not what cameras write."""
    return few_classes(listing, class_in)


def few_classes(listing: list[Listed], class_of: Callable[[str], str | None]) -> bool:
    """True if `class_of` gives, for nearly all names of some folder, one of a few classes that cameras do not write."""
    for group in _by_split(listing).values():
        counts = Counter(class_of(name) for name in group)
        likely = {c: n for c, n in counts.items() if c is not None and not c.isdigit() and c.lower() not in _NO_CLASS}
        if len(likely) >= 2 and sum(likely.values()) >= _SURE * len(group) and len(likely) <= len(group) / 2:
            return True
    return False


def rows(listing: list[Listed]) -> Iterator[Row]:
    """One row for each image, with the split of its top folder. A name without a class gives an image without one."""
    for entry, split, _ in placed(listing):
        for path, name in zip(paths(entry), entry.names, strict=True):
            yield Row(path, class_in(name), split)


def _by_split(listing: list[Listed]) -> dict[object, list[str]]:
    groups: dict[object, list[str]] = {}
    for entry, split, _ in placed(listing):
        groups.setdefault(split, []).extend(entry.names)
    return groups
