"""Which pictures a table is about, where somebody gives the table alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from engine.errors import SourceError, UsageError
from engine.jobs.job import Cancel
from engine.library.importers.detect import ImportOptions, ImportPreviewData, detect
from engine.library.importers.registry import IMPORTERS
from engine.library.packed.unpacking import is_packed

TABLES = tuple(dict.fromkeys(suffix for form in IMPORTERS for suffix in form.files))


def detect_by_table(
    table: Path,
    sources: Iterable[Path],
    options: ImportOptions | None = None,
    *,
    cancel: Cancel | None = None,
    samples_into: Path | None = None,
) -> tuple[Path, ImportPreviewData]:
    """Return the folder of whose pictures `table` tells most, with what it would bring: the best of `sources`, those
    that the project has, or else the folder in which the table lies. A table that holds pixels is a source itself.

    Raises:
        SourceError, UsageError: as `detect`, of the folder of the table.
        JobCancelled: `cancel` was set.
    """
    options = options or ImportOptions()
    if is_packed(table):
        return table, detect(table, options, cancel=cancel, samples_into=samples_into)
    options = replace(options, csv=str(table))
    found: list[tuple[Path, ImportPreviewData]] = []
    for source in sources:
        try:
            found.append((source, detect(source, options, cancel=cancel)))
        except (SourceError, UsageError):  # it is about other pictures
            continue
    best = max(found, key=lambda each: sum(each[1].classes.values()), default=None)
    if best is not None and best[1].classes:
        return best
    return table.parent, detect(table.parent, options, cancel=cancel)
