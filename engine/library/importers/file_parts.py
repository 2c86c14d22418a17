"""The class at the end of the file name (`0012_cat.jpg`), or wherever a person's regular expression says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.errors import UsageError
from engine.library.importers import file_prefix
from engine.library.importers.rows import Row, paths, placed
from engine.library.listing import Listed, stem

SUFFIX_KIND = "file-suffix"
PATTERN_KIND = "file-pattern"

_SUFFIX = re.compile(r"(?:.*[\s._-])?\(?\d+\)?[\s._-]+([^\d\s._()-][^\d]*?)")


def class_at_end(name: str) -> str | None:
    """The class after the last number of a file name, such as "cat" for "0012_cat.jpg"; None if there is none."""
    match = _SUFFIX.fullmatch(stem(name))
    return match.group(1) if match else None


def suffix_fits(listing: list[Listed]) -> bool:
    """True if nearly all names of some folder end in one of a few classes."""
    return file_prefix.few_classes(listing, class_at_end)


def suffix_rows(listing: list[Listed]) -> Iterator[Row]:
    """One row for each image, with the split of its top folder. A name without a class gives an image without one."""
    for entry, split, _ in placed(listing):
        for path, name in zip(paths(entry), entry.names, strict=True):
            yield Row(path, class_at_end(name), split)


def pattern_rows(listing: list[Listed], pattern: str | None) -> Iterator[Row]:
    """One row for each image. The class is the group called `class`, else the first group, else the whole match.

    The pattern is sought in the file name; one that holds a "/" is sought in the path from the source.

    Raises:
        UsageError: there is no pattern, or it is no regular expression.
    """
    if not pattern:
        raise UsageError("Labels by pattern need a regular expression for the file name, such as '^([a-z]+)'.")
    try:
        found = re.compile(pattern)
    except re.error as error:
        raise UsageError(f"{pattern!r} is not a regular expression: {error}.") from None
    group: str | int = "class" if "class" in found.groupindex else min(1, found.groups)
    whole_path = "/" in pattern
    for entry, split, _ in placed(listing):
        for path, name in zip(paths(entry), entry.names, strict=True):
            match = found.search(path if whole_path else name)
            yield Row(path, (match.group(group) or None) if match else None, split)
