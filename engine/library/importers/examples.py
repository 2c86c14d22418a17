"""A few pictures of each class that an import would bring, to be looked at before it is begun."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from engine.library.importers.detect import SourceReading

MOST, MOST_OF_A_CLASS = 20, 4


class ShownAs(StrEnum):
    """A deep picture without and with the range of values of its source."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Example:
    """A picture with the class that it would get, None for no label; size in bytes, time of change in ns.

    `shown_as`: it is there to compare what a range of values does, not for its class.
    """

    file: Path
    class_name: str | None
    size_bytes: int
    modified_ns: int
    shown_as: ShownAs | None = None


def examples(found: SourceReading, most: int = MOST) -> list[Example]:
    """Choose pictures of as many classes as `most` allows, in the order of the classes, from all over each of them.

    Where nothing has a class they are from all over the source. Files that are gone are left out.
    """
    rows, classes = found.import_rows.rows, [*found.import_rows.classes[:most]]
    names: list[str | None] = [*classes] if classes else [None]
    places: dict[str | None, list[int]] = {name: [] for name in names}
    for place, name in enumerate(rows.class_names):
        if name in places:
            places[name].append(place)
    each = max(1, min(MOST_OF_A_CLASS, most // len(names))) if classes else most
    found_files: list[Example] = []
    for name in names:
        for place in _spread(places[name], each):
            file = found.source / rows.paths[place]
            try:
                facts = os.stat(file)  # noqa: PTH116
            except OSError:
                continue
            found_files.append(Example(file, name, facts.st_size, facts.st_mtime_ns))
    return found_files


def _spread(places: Sequence[int], count: int) -> list[int]:
    """So many of them, at even steps, the first one first."""
    count = min(count, len(places))
    return [places[n * len(places) // count] for n in range(count)]
