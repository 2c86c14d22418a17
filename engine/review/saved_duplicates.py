"""The duplicates that the last search in a project found, saved in the cache folder for its reports."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.library.records import ImageRecord
from engine.models.atomic import write_json
from engine.places import cache_folder
from engine.records import read
from engine.similarity.duplicates import DuplicateGroup, group_of


@dataclass(frozen=True, slots=True)
class SavedDuplicates:
    """Groups as they are now, of the `looked_at` images that were compared on `when` (a day, "" for just now)."""

    groups: tuple[DuplicateGroup, ...]
    looked_at: int
    when: str = ""


@dataclass(frozen=True, slots=True)
class _GroupsFile:
    """`groups`: kind, similarity, of each image its id, size and time, and what shows each."""

    looked_at: int
    when: str
    groups: tuple[tuple[str, float, tuple[tuple[int, int, int], ...], tuple[int, ...]], ...]


def save_duplicates(project: Path, groups: Sequence[DuplicateGroup], looked_at: int) -> None:
    """Save the groups of a project; where the cache cannot be written, they are looked for again."""
    place = _cache_file(project)
    found = {
        "looked_at": looked_at,
        "when": datetime.now(UTC).strftime("%Y-%m-%d"),
        "groups": [
            [g.kind, g.similarity, [[i.id, i.size_bytes, i.modified_ns] for i in g.images], list(g.shown_by)]
            for g in groups
        ],
    }
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        write_json(place, found)


def saved_duplicates(project: Path, images: Mapping[int, ImageRecord]) -> SavedDuplicates | None:
    """Return what was saved, with those of `images` that are still the same files; None if nothing readable was."""
    try:
        found = read(_cache_file(project), _GroupsFile, most=2**30)
        groups = []
        for kind, similarity, members, shown_by in found.groups:
            there = [
                (images[i], other)
                for (i, size, modified), other in zip(members, shown_by, strict=True)
                if i in images and (images[i].size_bytes, images[i].modified_ns) == (size, modified)
            ]
            if len(there) > 1:
                groups.append(group_of([i for i, _ in there], kind, similarity, [o for _, o in there]))
        return SavedDuplicates(tuple(groups), found.looked_at, found.when)
    except (OSError, ValueError):  # RecordError is one
        return None


def _cache_file(project: Path) -> Path:
    name = hashlib.blake2b(os.fsencode(project.resolve()), digest_size=16).hexdigest()
    return cache_folder() / "duplicates" / f"{name}.json"
