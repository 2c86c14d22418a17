"""Tables that a job of Review writes for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from engine.errors import UsageError


def write_csv(path: Path, what: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table; file names that are not valid Unicode come out as the bytes that they are.

    Raises:
        UsageError: the file cannot be written there; `what` names its content.
    """
    try:
        with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(head)
            writer.writerows(rows)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"The {what} cannot be written to {path}: {reason}; choose another place.") from error
