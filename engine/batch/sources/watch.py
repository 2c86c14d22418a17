"""A hot folder: files are classified as they come, once they are no longer being written."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.batch.items import Item
from engine.batch.sources.stream import Sources
from engine.errors import UsageError
from engine.jobs.job import Cancel

SECONDS_BETWEEN_LOOKS = 1.0
_SHARE_OF_TIME = 0.1  # spent on looking, at most, however large the folder
_Facts = tuple[int, int]  # size in bytes, time of change in ns


class HotFolder:
    """What is new in some folders. A file is taken when two looks in a row find it unchanged, and again if it changes.

    Looking is by listing: it works on every file system, network folders too. Memory: one entry for each file that
    lies in the folders, none for those that have been moved out.
    """

    def __init__(self, sources: Sources, *, seconds: float = SECONDS_BETWEEN_LOOKS) -> None:
        """Raises UsageError if one of the sources is no folder."""
        check_folders(sources.sources)
        self._sources, self._seconds = sources, seconds
        self._taken: dict[str, _Facts] = {}
        self._waiting: dict[str, _Facts] = {}

    def know(self, path: str) -> None:
        """Take no notice of a file as it is now: it has its row from before."""
        facts = _facts(path)
        if facts is not None:
            self._taken[path] = facts

    def look(self, cancel: Cancel) -> list[Item]:
        """The files that have come, or changed, and are settled.

        Raises:
            SourceError: a folder cannot be listed now; what is known stays.
            JobCancelled: `cancel` was set.
        """
        ready: list[Item] = []
        taken: dict[str, _Facts] = {}
        waiting: dict[str, _Facts] = {}
        for item in self._sources.items(cancel=cancel):
            facts = _facts(item.path) if item.problem is None else None
            if facts is None:
                continue
            if self._taken.get(item.path) == facts:
                taken[item.path] = facts
            elif self._waiting.get(item.path) == facts:
                taken[item.path] = facts
                ready.append(item)
            else:
                waiting[item.path] = facts
        self._taken, self._waiting = taken, waiting
        return ready

    def looks(self, cancel: Cancel) -> Iterator[list[Item]]:
        """Look again and again, until `cancel` is set."""
        while not cancel.is_set():
            began = time.monotonic()
            found = self.look(cancel)
            spent = time.monotonic() - began
            yield found
            cancel.wait(max(self._seconds, spent / _SHARE_OF_TIME))


def check_folders(sources: Sequence[str]) -> None:
    """Raises UsageError if one of the sources is no folder: only those can be watched."""
    for source in sources:
        if not Path(source).is_dir():
            raise UsageError(f"Only folders can be watched, found {source}.")


def _facts(path: str) -> _Facts | None:
    try:
        facts = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns
