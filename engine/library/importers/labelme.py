"""Flags of labelme and X-AnyLabeling: a `NAME.json` beside each picture, whose one set flag is the class."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.files import read_regular
from engine.library.importers.rows import Row, paths, placed
from engine.library.listing import Listed, stem

KIND = "labelme"

_LARGEST = 64 * 2**20  # these files may hold the picture itself
_PEEKS = 50


def fits(root: Path, listing: list[Listed]) -> bool:
    """True if one of the first pictures has a file with a set flag beside it."""
    looked = 0
    for entry in listing[:5]:
        present = _jsons(root / entry.folder)
        for name in entry.names if present else ():
            if stem(name) not in present:
                continue
            if any(flags(_read(root / entry.folder / f"{stem(name)}.json"))):
                return True
            looked += 1
            if looked == _PEEKS:
                return False
    return False


def rows(root: Path, listing: list[Listed], notes: list[str]) -> Iterator[Row]:
    """One row for each picture; without a set flag, or with several, it has no class. `notes` hears of the latter."""
    several = 0
    for entry, split, _ in placed(listing):
        present = _jsons(root / entry.folder)
        for path, name in zip(paths(entry), entry.names, strict=True):
            if stem(name) not in present:
                yield Row(path, None, split)
                continue
            record = _read(root / entry.folder / f"{stem(name)}.json")
            found = flags(record)
            several += len(found) > 1
            yield Row(path, found[0] if len(found) == 1 else None, split, note=_text(record.get("description")))
    if several:
        notes.append(f"{several:,} pictures have several flags and get no class.")


def flags(record: dict[str, Any]) -> list[str]:
    """The flags that are set in the file of a picture."""
    found = record.get("flags")
    return (
        [name.strip() for name, on in found.items() if on is True and name.strip()] if isinstance(found, dict) else []
    )


def _jsons(folder: Path) -> frozenset[str]:
    try:
        with os.scandir(folder) as files:
            return frozenset(f.name[:-5] for f in files if f.name.endswith(".json"))
    except OSError:
        return frozenset()


def _read(file: Path) -> dict[str, Any]:
    """What is no such file says nothing about the picture."""
    try:
        record = json.loads(read_regular(file, most=_LARGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
