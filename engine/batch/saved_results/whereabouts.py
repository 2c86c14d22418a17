"""Present places of the files of saved results: sorting may have moved them since, more than once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.batch.saved_results.folder import SORTINGS, listed_journals
from engine.batch.sorting.journal import SortedFile, SortJournal
from engine.errors import UsageError
from engine.files import open_regular
from engine.records import RecordError, build, parse


def moved(saved: Path, paths: Iterable[str]) -> dict[str, Path]:
    """The new places of those of `paths` that are no file any more and were sorted out of the batch in `saved`."""
    missing = {os.path.abspath(path): path for path in paths if not os.path.lexists(path)}  # noqa: PTH100
    found: dict[str, Path] = {}
    for journal in reversed(listed_journals(saved / SORTINGS)) if missing else ():
        for source, target in _moves(journal, missing):
            path = missing[source]
            found[path] = target
            missing[str(target)] = path  # a later sorting may have taken it from there
    return {path: place for path, place in found.items() if os.path.lexists(place)}


class Whereabouts:
    """The answers of `moved`, for a job that goes through all rows: every move is read once, when the first file is
    missing.
    """

    def __init__(self, saved: Path) -> None:
        self._journals = list(reversed(listed_journals(saved / SORTINGS)))
        self._moves: dict[str, Path] | None = None

    def of(self, path: str) -> str:
        """Return where the file is now that a row calls `path`; the same path if nothing is known of a move."""
        if not self._journals or os.path.lexists(path):
            return path
        if self._moves is None:
            self._moves = {source: target for journal in self._journals for source, target in _moves(journal, None)}
        place = os.path.abspath(path)  # noqa: PTH100
        for _ in self._journals:  # each sorting has moved it once at most
            place = str(self._moves.get(place, place))
            if os.path.lexists(place):
                return place
        return path


def _moves(journal: Path, missing: dict[str, str] | None) -> Iterator[tuple[str, Path]]:
    """Source and target of the files that went by a journal; of all, or of those `missing`, whose lines alone are
    parsed.
    """
    meant = None if missing is None else {json.dumps(path).encode() for path in missing}
    try:
        if SortJournal.open(journal).mode != "move":  # all other files are where they were
            return
        with open_regular(journal) as file:
            for line in file:
                source, middle, _ = line.removeprefix(b'{"source": ').partition(b', "target": ')
                if middle and (meant is None or source in meant):
                    entry = build(SortedFile, parse(line))
                    yield entry.source, journal.parent / entry.target
    except (OSError, UsageError, RecordError):  # gone, or its last line is torn: what it said so far counts
        return
