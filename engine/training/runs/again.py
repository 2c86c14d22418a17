"""The images of a run, found again in the project as it is now."""

from __future__ import annotations

from collections.abc import Sequence

from engine.library.records import ImageRecord
from engine.training.runs.records import SplitRow


def found_again(rows: Sequence[SplitRow], records: Sequence[ImageRecord]) -> list[ImageRecord | None]:
    """The record of each row's image, None where it is not among `records`.

    By its source and path; where the source was removed and added anew, by its file.
    """
    by_place = {(record.source_id, record.path): record for record in records}
    found = [by_place.get((row.source_id, row.path)) for row in rows]
    if None in found:
        taken = {record.id for record in found if record is not None}
        free = {str(record.file): record for record in records if record.id not in taken}
        found = [record or free.get(row.file) for row, record in zip(rows, found, strict=True)]
    return found
